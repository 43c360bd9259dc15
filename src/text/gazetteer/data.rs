//! The embedded data: where each part lies, and reading it in place. Nothing is unpacked, copied or kept in memory; the pages of
//! the program's file that a search touches are all that it costs.
//!
//! Layout, little-endian. `COMMGAZ1`, number of cities, number of keys (u32 each), the lengths of seven parts (u32 each), the
//! parts: time zones, country codes, regions (texts: a byte with the length, then UTF-8); records of [`RECORD`] bytes, the
//! largest city first (id u32, thousands of inhabitants u16, zone u16, region u16, country u8, latitude + 90 and longitude + 180
//! in ten-thousandths u24, offset of its names u24); names (text, a byte with the number of others, of each its language and the
//! name as texts); for every 16 keys an offset u32 into the last part; keys in the order of their bytes, of each: a byte
//! with the number of cities (upper three bits; 0 means that a byte of its own says it) and the number of bytes shared with the
//! key before (lower five), a byte with the length of the rest, the rest, and of each city its place among the records u16.
//!
//! `resources/gazetteer/make.py` writes it. Damaged data gives nothing rather than a panic.

static DATA: &[u8] = include_bytes!("../../../resources/gazetteer/cities.bin");

const MAGIC: &[u8] = b"COMMGAZ1";
const PARTS: usize = 7;
const HEADER: usize = MAGIC.len() + 8 + 4 * PARTS;
/// Bytes of a city's record.
const RECORD: usize = 20;
/// Keys between two whole ones.
#[cfg(test)]
const BLOCK: usize = 16;

#[derive(Clone, Copy)]
pub enum Part {
    Zones,
    Countries,
    Regions,
    Records,
    Names,
    Blocks,
    Keys,
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

pub fn part(part: Part) -> &'static [u8] {
    let find = || {
        let at = MAGIC.len() + 8;
        let before: usize = (0..part as usize).map(|n| number(DATA, at + 4 * n, 4)).sum::<Option<usize>>()?;
        let start = HEADER + before;
        DATA.get(start..start + number(DATA, at + 4 * part as usize, 4)?)
    };
    find().unwrap_or_default()
}

/// The text at an offset, and the offset behind it.
pub fn text(bytes: &'static [u8], at: usize) -> Option<(&'static str, usize)> {
    let end = at + 1 + usize::from(*bytes.get(at)?);
    Some((std::str::from_utf8(bytes.get(at + 1..end)?).ok()?, end))
}

/// The text with a number in a list of texts.
pub fn listed(list: Part, wanted: usize) -> Option<&'static str> {
    let list = part(list);
    let mut at = 0;
    for _ in 0..wanted {
        at += 1 + usize::from(*list.get(at)?);
    }
    text(list, at).map(|(text, _)| text)
}

/// A city's record, by its place in the order of size.
pub struct Record {
    pub id: u32,
    pub thousands: u32,
    pub zone: usize,
    pub region: usize,
    pub country: usize,
    pub latitude: f64,
    pub longitude: f64,
    pub names: usize,
}

pub fn cities() -> usize {
    part(Part::Records).len() / RECORD
}

pub fn record(rank: u16) -> Option<Record> {
    let bytes = part(Part::Records).chunks_exact(RECORD).nth(usize::from(rank))?;
    let read = |at, length| number(bytes, at, length);
    let degrees = |at| read(at, 3).and_then(|parts| u32::try_from(parts).ok()).map(|parts| f64::from(parts) / 10_000.0);
    Some(Record {
        id: read(0, 4)?.try_into().ok()?,
        thousands: read(4, 2)?.try_into().ok()?,
        zone: read(6, 2)?,
        region: read(8, 2)?,
        country: read(10, 1)?,
        latitude: degrees(11)? - 90.0,
        longitude: degrees(14)? - 180.0,
        names: read(17, 3)?,
    })
}

/// The place of the city with a GeoNames id: a look through all of them, some ten microseconds.
pub fn rank_of(id: u32) -> Option<u16> {
    let wanted = id.to_le_bytes();
    part(Part::Records).chunks_exact(RECORD).position(|record| record.starts_with(&wanted)).and_then(|at| at.try_into().ok())
}

/// Calls `found` with each key from the first that isn't below `from`, in order, until it says false. The cities of a key are
/// their places, the lower byte first.
pub fn keys_from(from: &[u8], mut found: impl FnMut(&[u8], &[[u8; 2]]) -> bool) {
    let (blocks, keys) = (part(Part::Blocks), part(Part::Keys));
    let start = |block: usize| number(blocks, 4 * block, 4);
    // A block's first key is whole; of a key with eight cities or more the number stands in between.
    let head = |block: usize| {
        let at = start(block)?;
        let named = keys.get(at)? >> 5 != 0;
        let first = at + if named { 2 } else { 3 };
        keys.get(first..first + usize::from(*keys.get(at + 1)?))
    };
    let (mut low, mut high) = (0, blocks.len() / 4);
    while low < high {
        let middle = low.midpoint(high);
        if head(middle).is_some_and(|key| key < from) { low = middle + 1 } else { high = middle }
    }
    let Some(mut at) = start(low.saturating_sub(1)) else { return };
    let mut key: Vec<u8> = Vec::with_capacity(64);
    let mut next = || {
        let (first, rest) = (*keys.get(at)?, usize::from(*keys.get(at + 1)?));
        at += 2;
        let many = match usize::from(first >> 5) {
            0 => {
                at += 1;
                usize::from(*keys.get(at - 1)?)
            }
            many => many,
        };
        key.truncate(usize::from(first & 31));
        key.extend_from_slice(keys.get(at..at + rest)?);
        let ranks = keys.get(at + rest..at + rest + 2 * many)?;
        at += rest + 2 * many;
        if key.as_slice() < from {
            return Some(true);
        }
        Some(found(&key, ranks.as_chunks().0))
    };
    while next() == Some(true) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_the_file_and_the_counts_are_right() {
        assert!(DATA.starts_with(MAGIC));
        let parts = [Part::Zones, Part::Countries, Part::Regions, Part::Records, Part::Names, Part::Blocks, Part::Keys];
        assert_eq!(HEADER + parts.into_iter().map(|p| part(p).len()).sum::<usize>(), DATA.len());
        assert_eq!(part(Part::Records).len() % RECORD, 0);
        assert_eq!(Some(cities()), number(DATA, 8, 4));
        let (mut count, mut last) = (0, Vec::new());
        keys_from(b"", |key, ranks| {
            assert!(key > last.as_slice());
            assert!(ranks.iter().all(|rank| usize::from(u16::from_le_bytes(*rank)) < cities()));
            last = key.to_vec();
            count += 1;
            true
        });
        assert_eq!(Some(count), number(DATA, 12, 4));
        assert_eq!(part(Part::Blocks).len() / 4, count.div_ceil(BLOCK));
    }

    #[test]
    fn a_walk_begins_at_the_first_key_not_below() {
        let mut all = Vec::new();
        keys_from(b"", |key, _| {
            all.push(key.to_vec());
            true
        });
        for wanted in all.iter().step_by(997).flat_map(|key| [key.clone(), [key.as_slice(), b"\0"].concat()]) {
            let mut first = None;
            keys_from(&wanted, |key, _| {
                first = Some(key.to_vec());
                false
            });
            assert_eq!(first.as_ref(), all.get(all.partition_point(|key| *key < wanted)));
        }
    }
}
