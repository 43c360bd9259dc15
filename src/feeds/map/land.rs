//! The outlines of the land, read in place from what is embedded (Natural Earth; `resources/map/` tells how it is made).
//!
//! Layout, little-endian: `COMMLND1`; twice, for the coarse and the fine outline: number of rings, bytes of them (u32 each); of
//! each ring the number of its points (u16) and of each point longitude and latitude, 180 degrees being 32,767 (i16 each). Damaged
//! data gives no land rather than a panic.

static DATA: &[u8] = include_bytes!("../../../resources/map/land.bin");
const MAGIC: &[u8] = b"COMMLND1";

/// How fine the outline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// 1:110,000,000, for the world.
    Coarse,
    /// 1:50,000,000, for a region.
    Fine,
}

/// The rings, each a list of longitudes and latitudes in degrees. Holes are rings like others: fill by the even-odd rule. A ring
/// that crosses the antimeridian goes on beyond 180; one that goes round a pole is closed by way of the pole.
pub fn rings(detail: Detail) -> impl Iterator<Item = Vec<(f64, f64)>> {
    stored(detail).map(unrolled)
}

fn unrolled(mut ring: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut turn = 0.0;
    let mut last = ring.first().map_or(0.0, |point| point.0);
    let first = last;
    for point in &mut ring {
        let step = point.0 - last;
        last = point.0;
        if step.abs() > 180.0 {
            turn -= 360.0 * step.signum();
        }
        point.0 += turn;
    }
    let Some(end) = ring.last().copied() else { return ring };
    if (end.0 - first).abs() > 180.0 {
        let pole = 90.0f64.copysign(end.1);
        let over = first + 360.0 * (end.0 - first).signum();
        let begin = ring[0].1;
        ring.extend([(over, begin), (over, pole), (first, pole)]);
    }
    ring
}

fn stored(detail: Detail) -> impl Iterator<Item = Vec<(f64, f64)>> {
    let mut rest = level(detail).unwrap_or_default();
    std::iter::from_fn(move || {
        let (count, behind) = rest.split_first_chunk::<2>()?;
        let (points, behind) = behind.split_at_checked(4 * usize::from(u16::from_le_bytes(*count)))?;
        rest = behind;
        let degrees = |two: [u8; 2]| f64::from(i16::from_le_bytes(two)) * 180.0 / 32_767.0;
        Some(points.as_chunks::<4>().0.iter().map(|[a, b, c, d]| (degrees([*a, *b]), degrees([*c, *d]))).collect())
    })
}

fn level(detail: Detail) -> Option<&'static [u8]> {
    let mut rest = DATA.strip_prefix(MAGIC)?;
    loop {
        let (header, behind) = rest.split_first_chunk::<8>()?;
        let length = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        let (rings, behind) = behind.split_at_checked(usize::try_from(length).ok()?)?;
        if detail == Detail::Coarse || behind.is_empty() {
            return Some(rings);
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outlines_are_whole() {
        for (detail, least) in [(Detail::Coarse, 100), (Detail::Fine, 1_000)] {
            let rings: Vec<_> = stored(detail).collect();
            assert!(rings.len() > least, "{detail:?} {}", rings.len());
            assert!(rings.iter().flatten().all(|(x, y)| x.abs() <= 180.0 && y.abs() <= 90.0));
            let bytes: usize = rings.iter().map(|ring| 2 + 4 * ring.len()).sum();
            assert_eq!(Some(bytes), level(detail).map(<[u8]>::len));
        }
    }

    #[test]
    fn no_ring_jumps_across_the_map() {
        for detail in [Detail::Coarse, Detail::Fine] {
            for ring in rings(detail) {
                // The pole's own edge runs along the rim of every map.
                let jumps =
                    ring.iter().zip(ring.iter().cycle().skip(1)).any(|(a, b)| (a.0 - b.0).abs() > 180.0 && a.1.abs() < 89.0);
                assert!(!jumps, "{detail:?} {:?}", &ring[..3]);
            }
        }
    }
}
