//! Maps of places, drawn here: the land (Natural Earth, without borders), a dot for each place or for several that lie close
//! together, names of large cities to tell where one is. No tiles, no script, no third party.
//!
//! How to use it: `Map::of(&places, lang)` with what may be told ([`crate::domain::place::Place::public`]; [`point_of`] gives the point), as a field of a
//! page's template; there `{% import "map.html" as map %}`, `{% call map::map(t, the_map) %}{% endcall %}` for the picture and
//! `{% call map::list(t, the_map) %}{% endcall %}` for the same as text, to which dots of several places lead. Colours come from
//! the stylesheet, so it is legible in the dark; nothing in it needs `style`.
//!
//! The picture stays below 100 kB, whatever it shows: at most [`MAX_DOTS`] dots, and the outline to a whole unit.

mod land;
mod view;

use crate::{
    domain::place::{Coordinates, Place},
    text::gazetteer::City,
};
use land::Detail;
use std::{collections::HashMap, fmt::Write};
use view::{View, WIDTH};

/// Most dots on a map; further ones join their neighbours.
pub const MAX_DOTS: usize = 300;
/// Places named one by one in the list below a map, for each dot.
pub const MAX_NAMED: usize = 5;
/// Names of cities for finding one's way.
const LABELS: usize = 9;
/// Units between the middles of two dots, at least, where there are many.
const APART: f64 = 30.0;
/// Units that a dot's radius has when a number of two digits is legible in it on a phone.
const BIG: u32 = 26;
/// Most points of a region for which the fine outline is drawn, in degrees from its middle.
const FINE: f64 = 40.0;

/// A place on a map, such as may be told.
#[derive(Debug, Clone)]
pub struct Spot {
    pub coordinates: Coordinates,
    /// What takes place: the link's text.
    pub title: String,
    /// The town, or what is told of the place.
    pub place: String,
    /// The page that it leads to.
    pub href: String,
    /// How many take place there, at least one.
    pub count: usize,
}

/// A drawn map.
#[derive(Debug, Default)]
pub struct Map {
    pub width: u32,
    pub height: u32,
    /// The land, as the `d` of a path to be filled by the even-odd rule.
    pub land: String,
    pub labels: Vec<Label>,
    /// The largest first.
    pub dots: Vec<Dot>,
    /// All places that it shows.
    pub count: usize,
}

#[derive(Debug)]
pub struct Label {
    pub x: i32,
    pub y: i32,
    pub name: String,
    /// `start`, or `end` where there is no room to the right.
    pub anchor: &'static str,
    pub text_x: i32,
}

/// One place, or several close together.
#[derive(Debug)]
pub struct Dot {
    pub x: i32,
    pub y: i32,
    pub radius: u32,
    /// Its number in the list, from 1.
    pub n: usize,
    /// What takes place there.
    pub count: usize,
    /// How many [`Spot`]s it holds.
    pub spots: usize,
    /// The town that most of its places name.
    pub place: String,
    /// Other towns that it holds.
    pub others: usize,
    /// The page of a single spot, or its entry in the list.
    pub href: String,
    /// Some of what it holds, `MAX_NAMED` at most: title and page.
    pub named: Vec<(String, String)>,
}

impl Dot {
    /// Whether a number in it can be read on a phone as well.
    pub fn is_big(&self) -> bool {
        self.radius >= BIG
    }
}

/// The point by which a place is shown: its own, or its city's. A place told on request has its city's at most.
pub fn point_of(place: &Place) -> Option<Coordinates> {
    let place = place.public();
    place.coordinates.or_else(|| City::by_id(place.city?.id)?.coordinates())
}

impl Map {
    /// A map of the region that holds these places. `language` (BCP 47) is that of the names of cities.
    pub fn of(spots: &[Spot], language: &str) -> Self {
        let points: Vec<Coordinates> = spots.iter().map(|spot| spot.coordinates).collect();
        Self::draw(spots, View::around(&points), language)
    }

    /// A map of the whole world.
    pub fn world(spots: &[Spot], language: &str) -> Self {
        Self::draw(spots, View::world(), language)
    }

    fn draw(spots: &[Spot], view: View, language: &str) -> Self {
        let dots = dots(spots, &view);
        Self {
            width: whole(WIDTH).unsigned_abs(),
            height: whole(view.height()).unsigned_abs(),
            land: outline(&view),
            labels: labels(&view, &dots, language),
            count: spots.iter().map(|spot| spot.count).sum(),
            dots,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "units of a picture that is a thousand wide")]
fn whole(units: f64) -> i32 {
    units.round() as i32
}

/// Brings places that would cover one another together: each joins the nearest dot that is close, else it is a new one. Places
/// are taken in the order of a grid, so the same places always make the same dots.
fn dots(spots: &[Spot], view: &View) -> Vec<Dot> {
    let mut apart = APART;
    loop {
        let found = gather(spots, view, apart);
        if found.len() <= MAX_DOTS {
            return drawn(spots, found);
        }
        apart *= 1.4;
    }
}

/// The surface grows with the number, so ten look like ten; the largest stays a dot.
fn radius(count: usize) -> f64 {
    (10.0 + 3.0 * (count.saturating_sub(1) as f64).sqrt()).min(38.0)
}

struct Heap {
    x: f64,
    y: f64,
    count: usize,
    members: Vec<usize>,
}

fn gather(spots: &[Spot], view: &View, apart: f64) -> Vec<Heap> {
    let mut cells: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
    let places: Vec<(f64, f64)> = spots.iter().map(|spot| view.town(spot.coordinates)).collect();
    for (n, (x, y)) in places.iter().enumerate() {
        cells.entry((whole(x / apart), whole(y / apart))).or_default().push(n);
    }
    let mut cells: Vec<_> = cells.into_iter().collect();
    let total = |members: &[usize]| members.iter().map(|n| spots[*n].count).sum::<usize>();
    cells.sort_by_cached_key(|(cell, members)| (std::cmp::Reverse(total(members)), *cell));
    let mut heaps: Vec<Heap> = Vec::new();
    for (_, members) in cells {
        let count = total(&members);
        let share = |n: usize| spots[n].count as f64 / count.max(1) as f64;
        let (x, y) = members.iter().fold((0.0, 0.0), |(x, y), n| (x + places[*n].0 * share(*n), y + places[*n].1 * share(*n)));
        let own = radius(count);
        let near = heaps.iter_mut().find(|heap| {
            let least = (apart * 0.8).max(0.85 * (radius(heap.count) + own));
            (heap.x - x).hypot(heap.y - y) < least
        });
        match near {
            // The larger one stays where it is.
            Some(heap) => {
                heap.count += count;
                heap.members.extend(members);
            }
            None => heaps.push(Heap { x, y, count, members }),
        }
    }
    heaps
}

fn drawn(spots: &[Spot], mut heaps: Vec<Heap>) -> Vec<Dot> {
    heaps.sort_by(|a, b| b.count.cmp(&a.count).then(a.x.total_cmp(&b.x)).then(a.y.total_cmp(&b.y)));
    let dot = |(index, heap): (usize, Heap)| {
        let (count, held) = (heap.count, heap.members.len());
        let mut towns: HashMap<&str, usize> = HashMap::new();
        for n in &heap.members {
            *towns.entry(&spots[*n].place).or_default() += spots[*n].count;
        }
        let main = towns.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map_or("", |(town, _)| town).to_owned();
        let named = heap.members.iter().take(MAX_NAMED).map(|n| (spots[*n].title.clone(), spots[*n].href.clone())).collect();
        let first = heap.members.first().map_or(String::new(), |n| spots[*n].href.clone());
        Dot {
            x: whole(heap.x),
            y: whole(heap.y),
            radius: whole(radius(count)).unsigned_abs(),
            n: index + 1,
            count,
            spots: held,
            place: main,
            others: towns.len() - 1,
            href: if held == 1 { first } else { format!("#place-{}", index + 1) },
            named,
        }
    };
    heaps.into_iter().enumerate().map(dot).collect()
}

/// The largest cities in view that have room for their name.
fn labels(view: &View, dots: &[Dot], language: &str) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    // The world tells itself.
    if view.half >= 180.0 {
        return labels;
    }
    let (width, height) = (whole(WIDTH), whole(view.height()));
    for city in City::all() {
        let Some(at) = city.coordinates().map(|point| view.town(point)).filter(|at| view.shows(*at)) else { continue };
        let (x, y) = (whole(at.0), whole(at.1));
        let name = city.name_in(language);
        let length = 18 + 16 * i32::try_from(name.chars().count()).unwrap_or(i32::MAX / 32);
        let anchor = if x + length < width { "start" } else { "end" };
        let (left, right) = if anchor == "start" { (x - 10, x + length) } else { (x - length, x + 10) };
        let meets = |other: &Label| {
            let length = 18 + 16 * i32::try_from(other.name.chars().count()).unwrap_or_default();
            let (l, r) =
                if other.anchor == "start" { (other.x - 10, other.x + length) } else { (other.x - length, other.x + 10) };
            (other.y - y).abs() < 42 && left < r && l < right
        };
        let covered = dots.iter().any(|dot| {
            let reach = i32::try_from(dot.radius).unwrap_or_default() + 14;
            (dot.y - y).abs() < reach && dot.x > left - reach && dot.x < right + reach
        });
        if left < 4 || !(24..height - 10).contains(&y) || covered || labels.iter().any(meets) {
            continue;
        }
        let text_x = if anchor == "start" { x + 12 } else { x - 12 };
        labels.push(Label { x, y, name: name.to_owned(), anchor, text_x });
        if labels.len() == LABELS {
            break;
        }
    }
    labels
}

/// The land within the view as a path, to whole units.
fn outline(view: &View) -> String {
    let detail = if view.half <= FINE { Detail::Fine } else { Detail::Coarse };
    // A little over the edge, so that no line runs along it.
    let (width, height) = (WIDTH + 20.0, view.height() + 20.0);
    let mut path = String::new();
    for ring in land::rings(detail) {
        for turn in [-360.0, 0.0, 360.0] {
            let ring: Vec<_> = ring.iter().map(|(longitude, latitude)| view.place(longitude + turn, *latitude)).collect();
            let far = |outside: fn(&(f64, f64), f64, f64) -> bool| ring.iter().all(|point| outside(point, width, height));
            if far(|p, _, _| p.0 < -20.0) || far(|p, w, _| p.0 > w) || far(|p, _, _| p.1 < -20.0) || far(|p, _, h| p.1 > h) {
                continue;
            }
            write_ring(&mut path, &clip(ring, width, height));
        }
    }
    path
}

/// Cuts a ring at the four edges, one after the other (Sutherland and Hodgman).
fn clip(mut ring: Vec<(f64, f64)>, width: f64, height: f64) -> Vec<(f64, f64)> {
    // How far inside each edge a point lies.
    let inside = |edge: usize, (x, y): (f64, f64)| [x + 20.0, width - x, y + 20.0, height - y][edge];
    for edge in 0..4 {
        let mut kept = Vec::with_capacity(ring.len() + 8);
        for (n, point) in ring.iter().enumerate() {
            let before = ring[if n == 0 { ring.len() - 1 } else { n - 1 }];
            let (a, b) = (inside(edge, before), inside(edge, *point));
            if (a < 0.0) != (b < 0.0) {
                let part = a / (a - b);
                kept.push((before.0 + (point.0 - before.0) * part, before.1 + (point.1 - before.1) * part));
            }
            if b >= 0.0 {
                kept.push(*point);
            }
        }
        ring = kept;
        if ring.is_empty() {
            break;
        }
    }
    ring
}

/// Adds a ring to a path by its steps; what is smaller than a unit is left out.
fn write_ring(path: &mut String, ring: &[(f64, f64)]) {
    let mut points: Vec<(i32, i32)> = ring.iter().map(|(x, y)| (whole(*x), whole(*y))).collect();
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    let [(x, y), rest @ ..] = points.as_slice() else { return };
    if rest.len() < 2 {
        return;
    }
    // Writing into a String can't fail.
    let _ = write!(path, "M{x} {y}l");
    let (mut before, mut first) = ((*x, *y), true);
    for point in rest {
        let (dx, dy) = (point.0 - before.0, point.1 - before.1);
        let gap = if first || dx < 0 { "" } else { " " };
        let between = if dy < 0 { "" } else { " " };
        let _ = write!(path, "{gap}{dx}{between}{dy}");
        (before, first) = (*point, false);
    }
    path.push('z');
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;
