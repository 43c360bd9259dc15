//! The encodings of a PDF's streams (ISO 32000-1, 7.4): undone within bounds, and done anew, so that nothing stands behind
//! the end of what is compressed.

use super::{
    Problem, jpeg,
    object::{Dict, Object, is_space},
};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use std::io::{self, Read, Write};

/// Bytes that one stream may become when it is decompressed: a page of A3 at 300 dots per inch in four colours.
pub const MAX_STREAM: u64 = 80 * 1024 * 1024;
/// Bytes that all of a file's streams may become together.
pub const MAX_DECOMPRESSED: u64 = 256 * 1024 * 1024;
/// Bytes of a stream that we must hold whole: compressed objects, and what stands in two encodings.
pub const MAX_HELD: u64 = 16 * 1024 * 1024;
/// Encodings above one another.
const MOST_FILTERS: usize = 4;

/// What may still be decompressed.
pub struct Budget(u64);

impl Budget {
    pub fn new() -> Self {
        Self(MAX_DECOMPRESSED)
    }

    fn spend(&mut self, bytes: u64) -> Result<(), Problem> {
        self.0 = self.0.checked_sub(bytes).ok_or(Problem::Large)?;
        Ok(())
    }
}

/// An encoding's name, and its settings.
type Filter = (Vec<u8>, Option<Object>);

/// The encodings of a stream, outermost first.
fn filters(dict: &Dict) -> Result<Vec<Filter>, Problem> {
    let names = match dict.get(b"Filter") {
        None | Some(Object::Null) => Vec::new(),
        Some(Object::Name(name)) => vec![name.clone()],
        Some(Object::Array(names)) => {
            names.iter().map(|name| name.as_name().map(<[u8]>::to_vec)).collect::<Option<_>>().ok_or(Problem::Broken)?
        }
        Some(_) => return Err(Problem::Broken),
    };
    if names.len() > MOST_FILTERS {
        return Err(Problem::Broken);
    }
    let settings = |at: usize| match dict.get(b"DecodeParms") {
        Some(Object::Array(all)) => all.get(at).cloned(),
        Some(one) if at == 0 => Some(one.clone()),
        _ => None,
    };
    let with = |(at, name)| (name, settings(at).filter(|settings| *settings != Object::Null));
    Ok(names.into_iter().enumerate().map(with).collect())
}

/// A stream's bytes with every encoding undone.
///
/// # Errors
/// `Large` past the bounds, `Unknown` for encodings of images and for predictors, `Broken`.
pub fn decoded(dict: &Dict, raw: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Problem> {
    let mut bytes = raw.to_vec();
    for (name, settings) in filters(dict)? {
        if predicts(settings.as_ref()) {
            return Err(Problem::Unknown);
        }
        bytes = undone(&name, &bytes, budget)?.ok_or(Problem::Unknown)?;
    }
    Ok(bytes)
}

/// A stream as we keep it: its bytes in one encoding done anew, with the encoding's name and settings.
pub struct Anew {
    pub bytes: Vec<u8>,
    pub filter: &'static [u8],
    pub settings: Option<Object>,
}

/// Encodes a stream anew. References in `dict`'s `Filter` and `DecodeParms` must be followed already.
///
/// # Errors
/// As [`decoded`].
pub fn anew(dict: &Dict, raw: &[u8], budget: &mut Budget) -> Result<Anew, Problem> {
    let mut filters = filters(dict)?;
    let last = filters.pop();
    let mut held = None;
    for (name, settings) in filters {
        if predicts(settings.as_ref()) {
            return Err(Problem::Unknown);
        }
        held = Some(undone(&name, held.as_deref().unwrap_or(raw), budget)?.ok_or(Problem::Unknown)?);
    }
    let bytes = held.as_deref().unwrap_or(raw);
    let Some((name, settings)) = last else { return deflated(bytes, None, budget) };
    match name.as_slice() {
        b"FlateDecode" => deflated(ZlibDecoder::new(bytes), settings, budget),
        b"DCTDecode" => Ok(Anew { bytes: jpeg::bare(bytes).ok_or(Problem::Broken)?, filter: b"DCTDecode", settings }),
        b"CCITTFaxDecode" => Ok(Anew { bytes: bytes.to_vec(), filter: b"CCITTFaxDecode", settings }),
        b"JBIG2Decode" => Ok(Anew { bytes: bytes.to_vec(), filter: b"JBIG2Decode", settings }),
        other => {
            let bytes = undone(other, bytes, budget)?.ok_or(Problem::Unknown)?;
            deflated(&bytes[..], None, budget)
        }
    }
}

/// Whether what is decompressed must still be put together from differences.
fn predicts(settings: Option<&Object>) -> bool {
    let predictor = settings.and_then(Object::as_dict).and_then(|settings| settings.get(b"Predictor"));
    predictor.is_some_and(|predictor| *predictor != Object::Int(1))
}

/// Compresses what can be read. Data that end too early are taken as far as they go, as readers do.
fn deflated(from: impl Read, settings: Option<Object>, budget: &mut Budget) -> Result<Anew, Problem> {
    let mut to = ZlibEncoder::new(Vec::new(), Compression::default());
    let count = copied(from, &mut to, MAX_STREAM)?;
    budget.spend(count)?;
    let bytes = to.finish().map_err(|_| Problem::Broken)?;
    Ok(Anew { bytes, filter: b"FlateDecode", settings })
}

fn copied(mut from: impl Read, to: &mut impl Write, most: u64) -> Result<u64, Problem> {
    let (mut buffer, mut count) = ([0; 16 * 1024], 0u64);
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(count),
            Ok(read) => read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) if count > 0 => return Ok(count),
            Err(_) => return Err(Problem::Broken),
        };
        count += read as u64;
        if count > most {
            return Err(Problem::Large);
        }
        to.write_all(&buffer[..read]).map_err(|_| Problem::Broken)?;
    }
}

/// One encoding undone; `None` for one that we don't undo.
fn undone(name: &[u8], bytes: &[u8], budget: &mut Budget) -> Result<Option<Vec<u8>>, Problem> {
    let mut out = Vec::new();
    match name {
        b"FlateDecode" => {
            copied(ZlibDecoder::new(bytes), &mut out, MAX_HELD)?;
        }
        b"ASCIIHexDecode" => out = hex(bytes)?,
        b"ASCII85Decode" => out = ascii85(bytes)?,
        b"RunLengthDecode" => out = run_length(bytes)?,
        _ => return Ok(None),
    }
    budget.spend(out.len() as u64)?;
    Ok(Some(out))
}

fn hex(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let digits = bytes.iter().take_while(|byte| **byte != b'>').filter(|byte| !is_space(**byte));
    let digits: Vec<u8> = digits
        .map(|byte| char::from(*byte).to_digit(16).map(|digit| digit as u8))
        .collect::<Option<_>>()
        .ok_or(Problem::Broken)?;
    Ok(digits.chunks(2).map(|pair| pair[0] * 16 + pair.get(1).copied().unwrap_or(0)).collect())
}

fn ascii85(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let bytes = bytes.strip_prefix(b"<~").unwrap_or(bytes);
    let (mut out, mut group) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(5));
    for byte in bytes.iter().take_while(|byte| **byte != b'~').filter(|byte| !is_space(**byte)) {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => return Err(Problem::Broken),
        }
        if group.len() == 5 {
            out.extend(of_85(&group)?);
            group.clear();
        }
    }
    if group.len() == 1 {
        return Err(Problem::Broken);
    }
    if !group.is_empty() {
        let whole = group.len() - 1;
        group.resize(5, 84);
        out.extend(&of_85(&group)?[..whole]);
    }
    Ok(out)
}

fn of_85(group: &[u8]) -> Result<[u8; 4], Problem> {
    let value = group.iter().fold(0u64, |value, digit| value * 85 + u64::from(*digit));
    u32::try_from(value).map(u32::to_be_bytes).map_err(|_| Problem::Broken)
}

fn run_length(mut bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut out = Vec::new();
    while let [length, rest @ ..] = bytes {
        match usize::from(*length) {
            128 => break,
            length @ 0..=127 => {
                out.extend(rest.get(..length + 1).ok_or(Problem::Broken)?);
                bytes = &rest[length + 1..];
            }
            length => {
                out.extend(vec![*rest.first().ok_or(Problem::Broken)?; 257 - length]);
                bytes = &rest[1..];
            }
        }
        if out.len() as u64 > MAX_HELD {
            return Err(Problem::Large);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dict(filter: &[&str]) -> Dict {
        let names = filter.iter().map(|name| Object::Name(name.as_bytes().to_vec())).collect();
        Dict(vec![(b"Filter".to_vec(), Object::Array(names))])
    }

    #[test]
    fn encodings_of_text_are_undone() {
        let mut budget = Budget::new();
        assert_eq!(decoded(&dict(&["ASCIIHexDecode"]), b"48 65 6c6C 6f>", &mut budget).unwrap(), b"Hello");
        assert_eq!(decoded(&dict(&["ASCII85Decode"]), b"87cURD]i,\"Ebo80~>", &mut budget).unwrap(), b"Hello World!");
        assert_eq!(decoded(&dict(&["RunLengthDecode"]), &[1, b'a', b'b', 254, b'c', 128], &mut budget).unwrap(), b"abccc");
        assert!(matches!(decoded(&dict(&["LZWDecode"]), b"", &mut budget), Err(Problem::Unknown)));
    }

    #[test]
    fn res_11_bombs_are_refused_within_their_bound() {
        let bomb = |bytes: u64| {
            let mut to = ZlibEncoder::new(Vec::new(), Compression::best());
            io::copy(&mut io::repeat(0).take(bytes), &mut to).unwrap();
            to.finish().unwrap()
        };
        let held = bomb(MAX_HELD + 1);
        assert!(held.len() < 20_000);
        assert!(matches!(decoded(&dict(&["FlateDecode"]), &held, &mut Budget::new()), Err(Problem::Large)));
        assert!(matches!(anew(&dict(&["FlateDecode", "FlateDecode"]), &held, &mut Budget::new()), Err(Problem::Large)));
        // Each within its own bound, together over that of all.
        let mut budget = Budget(MAX_HELD + 10);
        assert!(anew(&dict(&["FlateDecode"]), &held, &mut budget).is_ok());
        assert!(matches!(anew(&dict(&["FlateDecode"]), &held, &mut budget), Err(Problem::Large)));
    }
}
