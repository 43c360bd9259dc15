//! Which part of the world a map shows, and where a point of it lies in the picture.

use crate::domain::place::Coordinates;

/// Width of every map in units of its own; the page scales it.
pub const WIDTH: f64 = 1000.0;
/// Heights that a map may have: wide as the world, or nearly a square.
const HEIGHTS: (f64, f64) = (420.0, 760.0);
/// Degrees shown at least, so that one town has a coast or another town beside it.
const LEAST: f64 = 9.0;
/// From so many degrees of longitude on it is the whole world.
const WORLD: f64 = 200.0;
/// Latitudes of the world: without the Antarctic, where nobody has called yet.
const SOUTH: f64 = -57.0;
const NORTH: f64 = 78.0;

/// A part of the world in equirectangular projection, true to scale at its middle: straight, quick, and right enough to find a town.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// The longitude in its middle; the picture reaches `half` degrees to both sides, beyond 180 where it must.
    pub middle: f64,
    pub half: f64,
    pub north: f64,
    pub south: f64,
}

impl View {
    pub fn world() -> Self {
        // The cut through the Pacific, where a picture with Europe in its middle divides no continent.
        Self { middle: 11.0, half: 180.0, north: NORTH, south: SOUTH }
    }

    /// The part of the world that holds these points, with room around them; the world where there are none.
    ///
    /// Longitudes go round: what is shown is what remains when the widest stretch without a point is left out, so Fiji and Samoa
    /// are neighbours and not at both ends.
    pub fn around(points: &[Coordinates]) -> Self {
        let mut longitudes: Vec<f64> = points.iter().map(|point| point.longitude.get()).collect();
        longitudes.sort_by(f64::total_cmp);
        let (Some(first), Some(last)) = (longitudes.first().copied(), longitudes.last().copied()) else { return Self::world() };
        let (mut west, mut gap) = (first, first + 360.0 - last);
        for pair in longitudes.windows(2) {
            if pair[1] - pair[0] > gap {
                (west, gap) = (pair[1], pair[1] - pair[0]);
            }
        }
        let width = 360.0 - gap;
        let latitudes = || points.iter().map(|point| point.latitude.get());
        let (south, north) = (latitudes().fold(90.0, f64::min), latitudes().fold(-90.0, f64::max));
        if width > WORLD {
            let world = Self::world();
            return Self {
                north: world.north.max(north + 4.0).min(90.0),
                south: world.south.min(south - 4.0).max(-90.0),
                ..world
            };
        }
        let middle = f64::midpoint(north, south);
        let stretch = scale_of(middle);
        // Room on all sides: a fifth of the longer one.
        let high = (north - south).max(width * stretch);
        let room = (high * 0.2).max(LEAST / 2.0);
        let mut half = width / 2.0 + room / stretch;
        let mut tall = (north - south) / 2.0 + room;
        // The picture keeps within its heights.
        let ratio = |tall: f64, half: f64| tall / (half * stretch) * WIDTH;
        if ratio(tall, half) > HEIGHTS.1 {
            half = tall * WIDTH / (HEIGHTS.1 * stretch);
        }
        if ratio(tall, half) < HEIGHTS.0 {
            tall = half * stretch * HEIGHTS.0 / WIDTH;
        }
        let half = half.min(180.0);
        let shift = (90.0 - middle - tall).min(0.0) + (-90.0 - middle + tall).max(0.0);
        let centre = west + width / 2.0;
        Self {
            middle: if centre > 180.0 { centre - 360.0 } else { centre },
            half,
            north: (middle + shift + tall).min(90.0),
            south: (middle + shift - tall).max(-90.0),
        }
    }

    /// Units for a degree of latitude.
    fn unit(&self) -> f64 {
        WIDTH / (2.0 * self.half * self.stretch())
    }

    fn stretch(&self) -> f64 {
        // The whole world is drawn true at the latitudes where most people live.
        if self.half >= 180.0 { scale_of(33.0) } else { scale_of(f64::midpoint(self.north, self.south)) }
    }

    pub fn height(&self) -> f64 {
        (self.north - self.south) * self.unit()
    }

    /// Where a point lies, the longitude taken as it is: land that goes over the edge is drawn a turn further as well.
    pub fn place(&self, longitude: f64, latitude: f64) -> (f64, f64) {
        let unit = self.unit();
        (WIDTH / 2.0 + (longitude - self.middle) * self.stretch() * unit, (self.north - latitude) * unit)
    }

    /// Where a town lies: the turn that brings it nearest to the middle.
    pub fn town(&self, point: Coordinates) -> (f64, f64) {
        let mut away = point.longitude.get() - self.middle;
        away -= 360.0 * (away / 360.0).round();
        self.place(self.middle + away, point.latitude.get())
    }

    pub fn shows(&self, (x, y): (f64, f64)) -> bool {
        (0.0..=WIDTH).contains(&x) && (0.0..=self.height()).contains(&y)
    }
}

/// How much narrower a degree of longitude is than one of latitude; never so narrow that a pole fills the picture.
fn scale_of(latitude: f64) -> f64 {
    latitude.to_radians().cos().max(0.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(list: &[(f64, f64)]) -> Vec<Coordinates> {
        list.iter().map(|(latitude, longitude)| Coordinates::new(*latitude, *longitude).unwrap()).collect()
    }

    #[test]
    fn a_region_goes_over_the_antimeridian_where_its_towns_do() {
        // Suva and Apia.
        let view = View::around(&points(&[(-18.14, 178.44), (-13.83, -171.76)]));
        assert!(view.half < 20.0, "{view:?}");
        assert!((view.middle.abs() - 176.66).abs() < 0.01, "{view:?}");
        let (suva, apia) = (view.town(points(&[(-18.14, 178.44)])[0]), view.town(points(&[(-13.83, -171.76)])[0]));
        assert!(suva.0 < apia.0 && view.shows(suva) && view.shows(apia));
    }

    #[test]
    fn one_town_has_surroundings_and_towns_everywhere_are_the_world() {
        let lyon = View::around(&points(&[(45.76, 4.83)]));
        assert!(lyon.half > 4.0 && lyon.half < 12.0 && lyon.north - lyon.south >= LEAST);
        let world = View::around(&points(&[(45.76, 4.83), (-33.9, 151.2), (4.6, -74.1)]));
        assert_eq!(world, View::world());
        assert_eq!(View::around(&[]), View::world());
        // Somebody may act in the Arctic.
        let north = View::around(&points(&[(45.76, 4.83), (-33.9, 151.2), (4.6, -74.1), (82.5, -62.3)]));
        assert!(north.north > 82.5);
    }

    proptest! {
        #[test]
        fn every_point_lies_within_its_view(list in proptest::collection::vec((-90.0..=90.0f64, -180.0..=180.0f64), 1..30)) {
            let all = points(&list);
            let view = View::around(&all);
            prop_assert!(view.height() > 300.0 && view.height() < 1_100.0, "{:?} {}", view, view.height());
            for point in all {
                let (x, y) = view.town(point);
                prop_assert!(view.shows((x, y.clamp(0.0, view.height()))), "{:?} {:?}", view, (x, y));
                prop_assert!(y > -1.0 && y < view.height() + 1.0, "{:?} {:?}", view, (x, y));
            }
        }
    }
}
