//! How long it takes to find a city. `cargo bench --bench gazetteer`.

#![allow(clippy::unwrap_used)]

use communard::{
    i18n,
    text::gazetteer::{self, City, MAX_HITS},
};
use std::{hint::black_box, time::Instant};

fn main() {
    for text in ["Diyarbakır", "ئامەد", "Paris, US", "Springfield, Illinois", "san", "al", "باريس، فرنسا", "no such city"]
    {
        const ROUNDS: u32 = 1_000;
        let start = Instant::now();
        for _ in 0..ROUNDS {
            black_box(gazetteer::find(black_box(text), MAX_HITS, i18n::country_called));
        }
        println!("{text:24} {:>8.1} µs", start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS));
    }
    let last = City::all().last().unwrap().id();
    let start = Instant::now();
    black_box(City::by_id(black_box(last)));
    println!("{:24} {:>8.1} µs", "the last city by its id", start.elapsed().as_secs_f64() * 1e6);
}
