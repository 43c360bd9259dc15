//! A PDF's objects, found by going through the file once from its beginning to its end. What the file says of where its
//! objects stand is not believed: so nothing is read twice, no table leads in a circle, and time grows with the size
//! alone. Where an object was written anew, the last one counts, as for whoever opens the file.

use super::{
    Problem,
    filters::{self, Budget},
    object::{Dict, Object, Reader, is_regular, is_space},
};
use std::{collections::HashMap, ops::Range};

/// Most values in a file: numbers, names, texts, arrays, dictionaries. A poster has some thousands.
pub const MOST_VALUES: usize = 1_000_000;
/// White space looked at between an object's number and its generation.
const MOST_GAP: usize = 8;

/// What a file holds.
pub struct File<'a> {
    pub bytes: &'a [u8],
    pub objects: HashMap<u32, Object>,
    /// The object that everything hangs on.
    pub root: u32,
}

impl<'a> File<'a> {
    /// Reads all objects.
    ///
    /// # Errors
    /// `Encrypted`, `Large`, `Broken`, or `Unknown` for an encoding of compressed objects that we don't read.
    pub fn read(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, Problem> {
        let mut scan =
            Scan { bytes, left: MOST_VALUES, lengths: lengths(bytes), objects: HashMap::new(), root: None, encrypted: false };
        let read = scan.all(budget);
        // What is encrypted can look broken before its end says so.
        if scan.encrypted || (read.is_err() && find(bytes, b"/Encrypt").is_some()) {
            return Err(Problem::Encrypted);
        }
        read?;
        Ok(Self { bytes, root: scan.root.ok_or(Problem::Broken)?, objects: scan.objects })
    }

    /// What an object is, references followed. A circle of references, or one that leads nowhere, is `Null`.
    pub fn resolve<'b>(&'b self, mut object: &'b Object) -> &'b Object {
        for _ in 0..8 {
            match object {
                Object::Reference(id) => match self.objects.get(id) {
                    Some(there) => object = there,
                    None => return &Object::Null,
                },
                found => return found,
            }
        }
        &Object::Null
    }

    /// A member of a dictionary, references followed.
    pub fn member<'b>(&'b self, dict: &'b Dict, key: &[u8]) -> &'b Object {
        dict.get(key).map_or(&Object::Null, |value| self.resolve(value))
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    left: usize,
    /// Numbers that stand alone as objects: what a stream's `Length` may refer to.
    lengths: HashMap<u32, Vec<usize>>,
    objects: HashMap<u32, Object>,
    root: Option<u32>,
    encrypted: bool,
}

impl Scan<'_> {
    fn all(&mut self, budget: &mut Budget) -> Result<(), Problem> {
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'%' => at += self.bytes[at..].iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(self.bytes.len() - at),
                b'o' if self.bytes[at..].starts_with(b"obj") => match object_number(&self.bytes[..at]) {
                    Some(id) => at = self.object(id, at + 3, budget)?,
                    None => at += 3,
                },
                b't' if self.bytes[at..].starts_with(b"trailer") => {
                    let mut reader = Reader { bytes: self.bytes, at: at + 7, left: &mut self.left };
                    let trailer = reader.object()?;
                    at = reader.at;
                    self.trailer(trailer.as_dict().ok_or(Problem::Broken)?);
                }
                _ => at += 1,
            }
        }
        Ok(())
    }

    fn trailer(&mut self, dict: &Dict) {
        self.encrypted |= dict.get(b"Encrypt").is_some_and(|value| *value != Object::Null);
        if let Some(Object::Reference(root)) = dict.get(b"Root") {
            self.root = Some(*root);
        }
    }

    /// Reads the object that begins at a place; gives the place behind it.
    fn object(&mut self, id: u32, at: usize, budget: &mut Budget) -> Result<usize, Problem> {
        let mut reader = Reader { bytes: self.bytes, at, left: &mut self.left };
        reader.space();
        if reader.starts(b"endobj") {
            self.objects.insert(id, Object::Null);
            return Ok(reader.at);
        }
        let object = reader.object()?;
        reader.space();
        let Object::Dict(dict) = object else {
            let end = reader.at;
            self.objects.insert(id, object);
            return Ok(end);
        };
        if !reader.starts(b"stream") {
            let end = reader.at;
            self.objects.insert(id, Object::Dict(dict));
            return Ok(end);
        }
        let start = reader.at + 6;
        let start = match self.bytes.get(start..) {
            Some([b'\r', b'\n', ..]) => start + 2,
            Some([b'\n' | b'\r', ..]) => start + 1,
            _ => start,
        };
        let (range, end) = self.stream_end(&dict, start)?;
        match dict.get(b"Type").and_then(Object::as_name) {
            Some(b"XRef") => self.trailer(&dict),
            Some(b"ObjStm") => self.compressed(&dict, &self.bytes[range], budget)?,
            _ => {
                self.objects.insert(id, Object::Stream(dict, range));
            }
        }
        Ok(end)
    }

    /// Where a stream's bytes end, and where what follows begins.
    fn stream_end(&self, dict: &Dict, start: usize) -> Result<(Range<usize>, usize), Problem> {
        let said: Vec<usize> = match dict.get(b"Length") {
            Some(Object::Int(length)) => usize::try_from(*length).into_iter().collect(),
            Some(Object::Reference(id)) => self.lengths.get(id).cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        for length in said {
            let Some(end) = start.checked_add(length).filter(|end| *end <= self.bytes.len()) else { continue };
            let gap = self.bytes[end..].iter().take(MOST_GAP).take_while(|byte| is_space(**byte)).count();
            if self.bytes[end + gap..].starts_with(b"endstream") {
                return Ok((start..end, end + gap + 9));
            }
        }
        let rest = self.bytes.get(start..).ok_or(Problem::Broken)?;
        let at = start + find(rest, b"endstream").ok_or(Problem::Broken)?;
        let end = match &self.bytes[start..at] {
            [.., b'\r', b'\n'] => at - 2,
            [.., b'\n' | b'\r'] => at - 1,
            _ => at,
        };
        Ok((start..end, at + 9))
    }

    /// Objects that stand together in a compressed stream, each read from its own part alone.
    fn compressed(&mut self, dict: &Dict, raw: &[u8], budget: &mut Budget) -> Result<(), Problem> {
        let bytes = filters::decoded(dict, raw, budget)?;
        let first = dict.get(b"First").and_then(Object::as_int).and_then(|first| usize::try_from(first).ok());
        let first = first.filter(|first| *first <= bytes.len()).ok_or(Problem::Broken)?;
        let mut reader = Reader { bytes: &bytes[..first], at: 0, left: &mut self.left };
        let mut places = Vec::new();
        loop {
            reader.space();
            if reader.at >= first {
                break;
            }
            let (Object::Int(id), Object::Int(at)) = (reader.object()?, reader.object()?) else { return Err(Problem::Broken) };
            let (Ok(id), Ok(at)) = (u32::try_from(id), usize::try_from(at)) else { return Err(Problem::Broken) };
            let at = first.checked_add(at).filter(|at| *at <= bytes.len()).ok_or(Problem::Broken)?;
            places.push((at, id));
        }
        // Parts don't overlap: else many could be read out of the same bytes.
        places.sort_unstable();
        let ends = places.iter().skip(1).map(|(at, _)| *at).chain([bytes.len()]);
        for ((at, id), end) in places.iter().zip(ends) {
            let mut reader = Reader { bytes: &bytes[..end], at: *at, left: &mut self.left };
            reader.space();
            let object = if reader.at < end { reader.object()? } else { Object::Null };
            self.objects.insert(*id, object);
        }
        Ok(())
    }
}

/// The number in `12 0 ` before `obj`.
fn object_number(before: &[u8]) -> Option<u32> {
    let gap = |bytes: &[u8]| bytes.iter().rev().take(MOST_GAP).take_while(|byte| is_space(**byte)).count();
    let digits = |bytes: &[u8]| bytes.iter().rev().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = before.len();
    // Some programs write `12 0obj`.
    end -= gap(before);
    let generation = digits(&before[..end]);
    end -= generation;
    let between = gap(&before[..end]);
    end -= between;
    let number = digits(&before[..end]);
    let start = end - number;
    let alone = start == 0 || !is_regular(before[start - 1]) || before[..start].ends_with(b"endobj");
    let fits = (1..=5).contains(&generation) && between > 0 && (1..=10).contains(&number) && alone;
    if fits { std::str::from_utf8(&before[start..end]).ok()?.parse().ok() } else { None }
}

/// Objects that are a number alone, before anything else is read: streams come before their lengths.
fn lengths(bytes: &[u8]) -> HashMap<u32, Vec<usize>> {
    /// More definitions of one length than a file that was changed often has.
    const MOST: usize = 16;
    let mut lengths: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"obj") {
        let word = at + found;
        at = word + 3;
        let gap = bytes[at..].iter().take(MOST_GAP).take_while(|byte| is_space(**byte)).count();
        let number = &bytes[at + gap..];
        let number = &number[..number.iter().take(12).take_while(|byte| byte.is_ascii_digit()).count()];
        let Some(length) = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok()) else { continue };
        let Some(id) = object_number(&bytes[..word]) else { continue };
        let known = lengths.entry(id).or_default();
        if known.len() < MOST {
            known.push(length);
        }
    }
    lengths
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}
