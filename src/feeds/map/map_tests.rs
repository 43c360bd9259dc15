//! Maps: what they show, how large they become, and that the same places give the same map.

use super::*;
use crate::domain::place::{self, Precision};
use proptest::prelude::*;

fn spot(latitude: f64, longitude: f64, place: &str) -> Spot {
    Spot {
        coordinates: Coordinates::new(latitude, longitude).unwrap(),
        title: format!("March in {place}"),
        place: place.into(),
        href: format!("/actions/{place}"),
        count: 1,
    }
}

#[test]
fn one_place_is_one_dot_with_its_own_page() {
    let map = Map::of(&[spot(45.76, 4.83, "Lyon")], "en");
    assert_eq!((map.count, map.dots.len()), (1, 1));
    let dot = &map.dots[0];
    assert_eq!((dot.count, dot.place.as_str(), dot.href.as_str(), dot.n), (1, "Lyon", "/actions/Lyon", 1));
    assert!(!map.labels.is_empty() && map.labels.iter().all(|label| label.name != "Lyon"), "{:?}", map.labels);
    assert!(map.labels.iter().any(|label| label.name == "Paris" || label.name == "Milan"), "{:?}", map.labels);
    assert!(map.land.starts_with('M') && map.land.ends_with('z'));
}

#[test]
fn places_close_together_are_one_dot_that_leads_to_the_list() {
    let spots = [
        spot(45.76, 4.83, "Lyon"),
        spot(45.77, 4.84, "Lyon"),
        spot(45.76, 4.88, "Villeurbanne"),
        spot(4.61, -74.08, "Bogotá"),
        spot(-33.87, 151.2, "Sydney"),
    ];
    let map = Map::of(&spots, "en");
    assert_eq!(map.dots.iter().map(|dot| dot.count).collect::<Vec<_>>(), [3, 1, 1]);
    assert_eq!((map.dots[0].place.as_str(), map.dots[0].others, map.dots[0].href.as_str()), ("Lyon", 1, "#place-1"));
    assert_eq!(map.dots[0].named.len(), 3);
    assert!(map.dots[0].radius > map.dots[1].radius);
    // A town with many weighs as much as they do, and leads to its own page.
    let many = Map::of(&[Spot { count: 40, ..spot(4.61, -74.08, "Bogotá") }, spot(45.76, 4.83, "Lyon")], "en");
    let dot = &many.dots[0];
    assert_eq!((many.count, dot.count, dot.spots, dot.href.as_str()), (41, 40, 1, "/actions/Bogotá"));
    assert!(dot.radius > map.dots[0].radius);
    // The world has room for the names of no city.
    assert!(map.labels.is_empty());
}

#[test]
fn ten_thousand_places_stay_below_the_bound() {
    let cities: Vec<City> = City::all().take(10_000).collect();
    let spots: Vec<Spot> = cities
        .iter()
        .map(|city| Spot {
            coordinates: city.coordinates().unwrap(),
            title: "March for the river".into(),
            place: city.name().into(),
            href: format!("https://river.example/actions/{}", city.id()),
            count: 1,
        })
        .collect();
    let map = Map::of(&spots, "en");
    assert_eq!(map.dots.iter().map(|dot| dot.count).sum::<usize>(), 10_000);
    assert!(map.dots.len() <= MAX_DOTS && map.dots.len() > 50, "{}", map.dots.len());
    assert!(map.land.len() < 60_000, "{}", map.land.len());
    // All of Europe, with the fine outline.
    let europe: Vec<Spot> = spots
        .into_iter()
        .filter(|spot| {
            let (latitude, longitude) = (spot.coordinates.latitude.get(), spot.coordinates.longitude.get());
            (36.0..66.0).contains(&latitude) && (-10.0..40.0).contains(&longitude)
        })
        .collect();
    let map = Map::of(&europe, "en");
    assert!(map.land.len() < 100_000, "{}", map.land.len());
    assert!(map.dots.len() <= MAX_DOTS);
}

#[test]
fn land_that_goes_over_the_edge_is_drawn_on_both_sides() {
    // Chukotka lies on both sides of the antimeridian; this region has it in its middle.
    let map = Map::of(&[spot(64.73, 177.5, "Anadyr"), spot(64.5, -165.4, "Nome")], "en");
    assert_eq!(map.dots.len(), 2);
    let (west, east) = (map.dots.iter().map(|dot| dot.x).min().unwrap(), map.dots.iter().map(|dot| dot.x).max().unwrap());
    assert!(west > 0 && east < 1000 && east - west > 200, "{west} {east}");
    let starts: Vec<i32> =
        map.land.split('M').skip(1).map(|ring| ring.split([' ', 'l', '-']).next().unwrap().parse().unwrap_or(0)).collect();
    assert!(starts.iter().any(|x| *x < 400) && starts.iter().any(|x| *x > 600), "{starts:?}");
}

#[test]
fn a_place_told_on_request_is_shown_by_its_city() {
    let place = |precision| Place {
        precision,
        city: Some(place::City { id: 316_541, name: "Amed".into() }),
        coordinates: Coordinates::new(37.95, 40.3),
        ..Default::default()
    };
    let city = City::by_id(316_541).unwrap().coordinates();
    assert_eq!(point_of(&place(Precision::Ask)), city);
    assert_eq!(point_of(&place(Precision::Exact)), Coordinates::new(37.95, 40.3));
    assert_eq!(point_of(&Place::default()), None);
}

#[test]
fn names_of_cities_are_in_the_readers_language() {
    let map = Map::of(&[spot(30.5, 31.0, "Here")], "ar");
    assert!(map.labels.iter().any(|label| label.name == "الإسكندرية" || label.name == "القاهرة"), "{:?}", map.labels);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..Default::default() })]

    #[test]
    fn any_places_give_a_sound_map_and_always_the_same(list in proptest::collection::vec((-90.0..=90.0f64, -180.0..=180.0f64), 0..60)) {
        let spots: Vec<Spot> = list.iter().map(|(latitude, longitude)| spot(*latitude, *longitude, "x")).collect();
        let (map, again) = (Map::of(&spots, "en"), Map::of(&spots, "en"));
        prop_assert_eq!(&map.land, &again.land);
        prop_assert_eq!(map.dots.iter().map(|dot| (dot.x, dot.y, dot.count)).collect::<Vec<_>>(), again.dots.iter().map(|dot| (dot.x, dot.y, dot.count)).collect::<Vec<_>>());
        prop_assert_eq!(map.dots.iter().map(|dot| dot.count).sum::<usize>(), spots.len());
        prop_assert!(map.dots.iter().all(|dot| dot.x >= 0 && dot.x <= 1000));
        prop_assert!(map.land.len() < 300_000);
    }
}
