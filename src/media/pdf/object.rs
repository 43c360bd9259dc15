//! The objects of a PDF and how they are read from bytes (ISO 32000-1, 7.3). Pure: each byte is looked at a fixed number of
//! times, nesting and the number of values are bounded, and nothing is followed: a reference stays one.

use super::Problem;
use std::ops::Range;

/// How deep arrays and dictionaries may stand in one another; what programs write needs ten.
pub const MAX_DEPTH: usize = 64;

/// Any object.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    /// Without `/`, escapes undone.
    Name(Vec<u8>),
    /// The bytes of a string, escapes undone.
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// The number of an object that stands elsewhere. Generations are of no use to us: the last one written is meant.
    Reference(u32),
    /// A dictionary, and where its encoded bytes stand in the file.
    Stream(Dict, Range<usize>),
}

impl Object {
    pub fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(int) = self { Some(*int) } else { None }
    }

    pub fn as_array(&self) -> Option<&[Object]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    /// A dictionary, of a stream too.
    pub fn as_dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) | Self::Stream(dict, _) => Some(dict),
            _ => None,
        }
    }
}

/// Keys and values in their order. Small: looked through from the end, since the last of two equal keys counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dict(pub Vec<(Vec<u8>, Object)>);

impl Dict {
    pub fn get(&self, key: &[u8]) -> Option<&Object> {
        self.0.iter().rev().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    pub fn put(&mut self, key: &[u8], value: Object) {
        self.0.retain(|(known, _)| known != key);
        self.0.push((key.to_vec(), value));
    }
}

pub fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

/// Reads objects one after another.
pub struct Reader<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    /// How many more values may be read, over all readers of a file.
    pub left: &'a mut usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub fn starts(&self, word: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word))
    }

    /// Goes past white space and comments.
    pub fn space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The next object, none of whose parts is a stream.
    ///
    /// # Errors
    /// `Broken` where there is none, `Large` where there are too many.
    pub fn object(&mut self) -> Result<Object, Problem> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Object, Problem> {
        if depth > MAX_DEPTH {
            return Err(Problem::Broken);
        }
        *self.left = self.left.checked_sub(1).ok_or(Problem::Large)?;
        self.space();
        match self.peek().ok_or(Problem::Broken)? {
            b'/' => Ok(Object::Name(self.name())),
            b'(' => self.literal(),
            b'<' if self.starts(b"<<") => self.dict(depth),
            b'<' => self.hex(),
            b'[' => {
                self.at += 1;
                let mut array = Vec::new();
                loop {
                    self.space();
                    if self.peek() == Some(b']') {
                        self.at += 1;
                        return Ok(Object::Array(array));
                    }
                    array.push(self.nested(depth + 1)?);
                }
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number(),
            _ => match self.word() {
                b"true" => Ok(Object::Bool(true)),
                b"false" => Ok(Object::Bool(false)),
                b"null" => Ok(Object::Null),
                _ => Err(Problem::Broken),
            },
        }
    }

    fn dict(&mut self, depth: usize) -> Result<Object, Problem> {
        self.at += 2;
        let mut dict = Dict::default();
        loop {
            self.space();
            if self.starts(b">>") {
                self.at += 2;
                return Ok(Object::Dict(dict));
            }
            if self.peek() != Some(b'/') {
                return Err(Problem::Broken);
            }
            let key = self.name();
            let value = self.nested(depth + 1)?;
            dict.0.push((key, value));
        }
    }

    fn word(&mut self) -> &[u8] {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let raw = self.word();
        let mut name = Vec::with_capacity(raw.len());
        let mut at = 0;
        while let Some(byte) = raw.get(at) {
            let escaped = if *byte == b'#' { raw.get(at + 1).zip(raw.get(at + 2)) } else { None };
            match escaped.and_then(|(high, low)| Some(digit(*high)? * 16 + digit(*low)?)) {
                Some(byte) => {
                    name.push(byte);
                    at += 3;
                }
                None => {
                    name.push(*byte);
                    at += 1;
                }
            }
        }
        name
    }

    fn hex(&mut self) -> Result<Object, Problem> {
        self.at += 1;
        let (mut text, mut half) = (Vec::new(), None);
        loop {
            let byte = self.peek().ok_or(Problem::Broken)?;
            self.at += 1;
            match (byte, digit(byte), half) {
                (b'>', ..) => {
                    text.extend(half.map(|high: u8| high * 16));
                    return Ok(Object::Text(text));
                }
                (_, Some(low), Some(high)) => {
                    text.push(high * 16 + low);
                    half = None;
                }
                (_, Some(high), None) => half = Some(high),
                (byte, ..) if is_space(byte) => {}
                _ => return Err(Problem::Broken),
            }
        }
    }

    fn literal(&mut self) -> Result<Object, Problem> {
        self.at += 1;
        let (mut text, mut open) = (Vec::new(), 1usize);
        loop {
            let byte = self.peek().ok_or(Problem::Broken)?;
            self.at += 1;
            match byte {
                b'\\' => self.escape(&mut text)?,
                b'(' => {
                    open += 1;
                    text.push(byte);
                }
                b')' if open == 1 => return Ok(Object::Text(text)),
                b')' => {
                    open -= 1;
                    text.push(byte);
                }
                _ => text.push(byte),
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Problem> {
        let byte = self.peek().ok_or(Problem::Broken)?;
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            // A line that goes on.
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(octal @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(octal - b'0');
                    self.at += 1;
                }
                text.push((value & 0xff) as u8);
            }
            other => text.push(other),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Object, Problem> {
        let word = std::str::from_utf8(self.word()).map_err(|_| Problem::Broken)?;
        if word.len() > 40 || !word.bytes().all(|b| matches!(b, b'+' | b'-' | b'.' | b'0'..=b'9')) {
            return Err(Problem::Broken);
        }
        let Ok(int) = word.parse::<i64>() else {
            // Some programs write `--5` and `1.2-3`; nobody agrees on what these mean.
            let real = word.parse::<f64>().map_err(|_| Problem::Broken)?;
            return Ok(Object::Real(real));
        };
        let after = self.at;
        if let Some(id) = u32::try_from(int).ok().filter(|_| self.rest_of_reference()) {
            return Ok(Object::Reference(id));
        }
        self.at = after;
        Ok(Object::Int(int))
    }

    /// Whether a generation and `R` follow; goes past them.
    fn rest_of_reference(&mut self) -> bool {
        let gap = |reader: &mut Self| {
            let start = reader.at;
            while reader.peek().is_some_and(is_space) {
                reader.at += 1;
            }
            reader.at > start
        };
        gap(self)
            && {
                let generation = self.word();
                (1..=5).contains(&generation.len()) && generation.iter().all(u8::is_ascii_digit)
            }
            && gap(self)
            && self.word() == b"R"
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Result<Object, Problem> {
        let mut left = 1_000;
        Reader { bytes, at: 0, left: &mut left }.object()
    }

    #[test]
    fn every_kind_of_object_is_read() {
        let Ok(Object::Dict(dict)) =
            read(b"<< /A#20b 1 % said\n/C [true null -1.5 (a\\(b\\051(c)\\n\\\n) <414> 12 0 R 12 0] /D<</E(x)>>/E .5>>")
        else {
            panic!()
        };
        assert_eq!(dict.get(b"A b"), Some(&Object::Int(1)));
        assert_eq!(
            dict.get(b"C").unwrap().as_array().unwrap(),
            [
                Object::Bool(true),
                Object::Null,
                Object::Real(-1.5),
                Object::Text(b"a(b)(c)\n".to_vec()),
                Object::Text(b"A@".to_vec()),
                Object::Reference(12),
                Object::Int(12),
                Object::Int(0)
            ]
        );
        assert_eq!(dict.get(b"E"), Some(&Object::Real(0.5)));
    }

    #[test]
    fn res_11_depth_and_number_are_bounded() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert_eq!(read(&deep), Err(Problem::Broken));
        assert_eq!(read(&[&b"["[..], &b"1 ".repeat(2_000), b"]"].concat()), Err(Problem::Large));
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), proptest::sample::select(b"<>[]()/R0129 .-\\%#".to_vec())], 0..300)) {
            let _ = read(&bytes);
        }
    }
}
