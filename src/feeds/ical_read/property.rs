//! Lines of a calendar (RFC 5545, 3.1) and what stands on them.

/// A property: `NAME;PARAM=x:value`.
#[derive(Debug)]
pub struct Property {
    /// In capitals.
    pub name: String,
    parameters: Vec<(String, String)>,
    /// As it stands there, with its escapes.
    pub value: String,
}

impl Property {
    /// Reads an unfolded line; `None` where it is none.
    pub fn read(line: &str) -> Option<Self> {
        let mut quoted = false;
        let (colon, _) = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ':' && !quoted
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let mut quoted = false;
        let mut parts = head.split(|c: char| {
            quoted ^= c == '"';
            c == ';' && !quoted
        });
        let name = parts.next()?.trim().to_ascii_uppercase();
        let parameters = parts
            .filter_map(|part| part.split_once('='))
            .map(|(key, value)| (key.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned()))
            .collect();
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        is_name.then(|| Self { name, parameters, value: value.to_owned() })
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A text without its escapes.
    pub fn text(&self) -> String {
        unescaped(&self.value)
    }

    /// The texts of a list, which stand apart by commas that aren't escaped.
    pub fn texts(&self) -> Vec<String> {
        let mut escaped = false;
        let parts = self.value.split(|c: char| {
            let parts = c == ',' && !escaped;
            escaped = c == '\\' && !escaped;
            parts
        });
        parts.map(unescaped).collect()
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

/// Gives each line with its number, from 1. What was folded is one line again: as octets, since a fold may lie within a character.
pub fn unfold(bytes: &[u8], mut each: impl FnMut(usize, &[u8])) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (mut number, mut whole) = (1, Vec::new());
    for (n, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line {
            [b' ' | b'\t', rest @ ..] if n > 0 => whole.extend_from_slice(rest),
            _ => {
                each(number, &whole);
                whole.clear();
                whole.extend_from_slice(line);
                number = n + 1;
            }
        }
    }
    each(number, &whole);
}
