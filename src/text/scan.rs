//! Splits HTML into texts and tags in one pass, in time linear to its length, whatever it is made of.
//!
//! Must not decide what is allowed. It is no parser: its output is always parsed and filtered once more by ammonia.

/// A stretch of the input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// With its character references as they were.
    Text(&'a str),
    Open {
        /// In lower case.
        name: String,
        /// The first few attributes: name in lower case, value with its character references.
        attributes: Vec<(String, &'a str)>,
    },
    Close(String),
}

/// Elements whose inside isn't for readers: skipped up to their end tag, or to the end where there is none.
const SKIPPED: &[&str] = &[
    "head",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];
/// Attributes looked at on one tag. HTML parsers compare each with all before it: thousands on one tag are an attack.
const MAX_ATTRIBUTES: usize = 16;
/// Longer names are no elements.
const MAX_NAME: usize = 24;

pub(crate) struct Scan<'a> {
    input: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(input: &'a str) -> Self {
        Self { input, at: 0 }
    }

    fn seek(&self, from: usize, needle: &str) -> Option<usize> {
        self.input.get(from..)?.find(needle).map(|i| from + i)
    }

    /// After `<!`, `<?` or `</` and no letter: a comment, up to where it ends.
    fn skip_comment(&mut self) {
        let rest = &self.input[self.at..];
        let end = if rest.starts_with("<!-->") {
            Some(self.at + 5)
        } else if rest.starts_with("<!--") {
            self.seek(self.at + 4, "-->").map(|i| i + 3)
        } else {
            self.seek(self.at, ">").map(|i| i + 1)
        };
        self.at = end.unwrap_or(self.input.len());
    }

    /// Past `</name`, in any case of letters, and its `>`.
    fn skip_element(&mut self, name: &str) {
        let bytes = self.input.as_bytes();
        while let Some(start) = self.seek(self.at, "</") {
            let after = start + 2 + name.len();
            let same = bytes.get(start + 2..after).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
            if same && bytes.get(after).is_none_or(|b| !b.is_ascii_alphanumeric()) {
                self.at = self.seek(after, ">").map_or(self.input.len(), |i| i + 1);
                return;
            }
            self.at = start + 2;
        }
        self.at = self.input.len();
    }

    /// A tag whose name begins at `name_start`. `None` where the input ends inside.
    fn tag(&mut self, name_start: usize) -> Option<(String, Vec<(String, &'a str)>)> {
        let bytes = self.input.as_bytes();
        let ends_name = |b: u8| b.is_ascii_whitespace() || b == b'/' || b == b'>';
        let mut at = name_start;
        while !ends_name(*bytes.get(at)?) {
            at += 1;
        }
        let name = short_lower(self.input.get(name_start..at)?);
        let mut attributes = Vec::new();
        loop {
            while bytes.get(at)?.is_ascii_whitespace() || bytes[at] == b'/' {
                at += 1;
            }
            if bytes[at] == b'>' {
                self.at = at + 1;
                return Some((name, attributes));
            }
            let start = at;
            at += 1;
            while !ends_name(*bytes.get(at)?) && bytes[at] != b'=' {
                at += 1;
            }
            let key = self.input.get(start..at)?;
            while bytes.get(at)?.is_ascii_whitespace() {
                at += 1;
            }
            let mut value = "";
            if bytes[at] == b'=' {
                at += 1;
                while bytes.get(at)?.is_ascii_whitespace() {
                    at += 1;
                }
                let quote = bytes[at];
                if quote == b'"' || quote == b'\'' {
                    let end = self.seek(at + 1, if quote == b'"' { "\"" } else { "'" })?;
                    value = self.input.get(at + 1..end)?;
                    at = end + 1;
                } else {
                    let start = at;
                    while !bytes.get(at)?.is_ascii_whitespace() && bytes[at] != b'>' {
                        at += 1;
                    }
                    value = self.input.get(start..at)?;
                }
            }
            if attributes.len() < MAX_ATTRIBUTES && attributes.iter().all(|(known, _): &(String, _)| known != key) {
                attributes.push((short_lower(key), value));
            }
        }
    }
}

fn short_lower(name: &str) -> String {
    if name.len() > MAX_NAME { String::new() } else { name.to_ascii_lowercase() }
}

impl<'a> Iterator for Scan<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let bytes = self.input.as_bytes();
        loop {
            let start = self.at;
            if start >= bytes.len() {
                return None;
            }
            let tag_at =
                |i: usize| bytes[i] == b'<' && bytes.get(i + 1).is_some_and(|b| b.is_ascii_alphabetic() || b"!?/".contains(b));
            if !tag_at(start) {
                let end = (start + 1..bytes.len()).find(|&i| tag_at(i)).unwrap_or(bytes.len());
                self.at = end;
                return self.input.get(start..end).map(Piece::Text);
            }
            let closes = bytes[start + 1] == b'/';
            let name_start = start + 1 + usize::from(closes);
            if !bytes.get(name_start).is_some_and(u8::is_ascii_alphabetic) {
                self.skip_comment();
                continue;
            }
            let Some((name, attributes)) = self.tag(name_start) else {
                // A tag that never ends is no text either.
                self.at = bytes.len();
                return None;
            };
            if closes {
                return Some(Piece::Close(name));
            }
            if SKIPPED.contains(&name.as_str()) {
                self.skip_element(&name);
                continue;
            }
            return Some(Piece::Open { name, attributes });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_tags_texts_and_comments() {
        let pieces: Vec<_> =
            Scan::new("a<P Class='x y' href=z>1 < 2<!-- </p> --><br/></p><script>alert(1)</ScRiPt >b<i").collect();
        let open = |name: &str, attributes: &[(&str, &'static str)]| Piece::Open {
            name: name.into(),
            attributes: attributes.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect(),
        };
        assert_eq!(
            pieces,
            [
                Piece::Text("a"),
                open("p", &[("class", "x y"), ("href", "z")]),
                Piece::Text("1 < 2"),
                open("br", &[]),
                Piece::Close("p".into()),
                Piece::Text("b"),
            ]
        );
    }
}
