//! HTML of others brought into order and bounded, before a parser of HTML reads it: that one's work on unclosed or misnested tags
//! grows with the square of their number, and on character references with sixty times that on characters.
//!
//! Must not be relied on for safety: what may stay is decided by [`super::sanitise`].

use super::{
    MAX_ATTRIBUTE, MAX_DEPTH, MAX_ELEMENTS, MAX_REFERENCES, MAX_STOPS, cut,
    scan::{Piece, Scan},
};

/// Elements that HTML of others keeps. The set that Mastodon shows, with h2 to h6.
pub(super) const OTHERS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "rp",
    "rt",
    "ruby",
    "s",
    "span",
    "strong",
    "u",
    "ul",
];
/// What our own Markdown has besides.
pub(super) const OWN: &[&str] = &["hr", "section", "sup", "table", "tbody", "td", "th", "thead", "tr"];
/// Elements that end an open paragraph or heading.
const BLOCKS: &[&str] = &["blockquote", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "ul"];
/// Elements that aren't kept but part what is around them.
const PARTING: &[&str] = &[
    "address",
    "article",
    "aside",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "html",
    "main",
    "nav",
    "section",
    "summary",
    "table",
    "tr",
];
/// Stand for `<`, `>` and `&` in texts while the parser has them, as it takes sixty times as long for a character reference as
/// for a character. Noncharacters, which no text has (The Unicode Standard, section 23.7); [`super::sanitise`] makes references of them.
pub(super) const LESS: char = '\u{fdd0}';
pub(super) const GREATER: char = '\u{fdd1}';
pub(super) const AND: char = '\u{fdd2}';

/// The tags still open while ordering, and what was written.
struct Order {
    /// Keeps what our Markdown has besides.
    own: bool,
    out: String,
    open: Vec<&'static str>,
    /// Characters at which the serialiser stops, in this stretch.
    stops: usize,
    /// Character references so far that the parser reads.
    references: usize,
    /// Elements so far.
    elements: usize,
}

impl Order {
    /// A text without tags. html5ever's serialiser looks through the rest of a text node at each `&` and each character of
    /// U+0080 to U+00BF (`write_escaped`): a megabyte of them would cost it a quarter of a minute. Comments, which ammonia
    /// drops, keep the nodes apart, so that the work stays linear.
    fn text(&mut self, text: &str) {
        let special = |c: char| matches!(c, '<' | '>' | '&' | '\0' | '\u{80}'..='\u{bf}' | LESS | GREATER | AND);
        let mut rest = text;
        while let Some(at) = rest.find(special) {
            self.out.push_str(&rest[..at]);
            rest = &rest[at..];
            let Some(c) = rest.chars().next() else { break };
            let mut read = c.len_utf8();
            if self.stops >= MAX_STOPS {
                self.stops = 0;
                self.out.push_str("<!---->");
            }
            match c {
                '<' => self.out.push(LESS),
                '>' => self.out.push(GREATER),
                '&' => {
                    let (meant, length) = self.reference(rest);
                    read = length;
                    self.stops += usize::from(meant == '&');
                    self.out.push(meant);
                }
                '\u{80}'..='\u{bf}' => {
                    self.stops += 1;
                    self.out.push(c);
                }
                _ => {}
            }
            rest = &rest[read..];
        }
        self.out.push_str(rest);
    }

    /// What the `&` at the start of `text` stands for, and in how many bytes: one of the characters that HTML has to escape,
    /// `&` itself where the parser is to read on, or [`AND`] where nothing is referred to.
    fn reference(&mut self, text: &str) -> (char, usize) {
        const KNOWN: [(&str, char); 5] = [("&lt;", LESS), ("&gt;", GREATER), ("&amp;", AND), ("&quot;", '"'), ("&#39;", '\'')];
        if let Some((name, meant)) = KNOWN.iter().find(|(name, _)| text.starts_with(name)) {
            return (*meant, name.len());
        }
        let refers = text.as_bytes().get(1).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'#');
        self.references += usize::from(refers);
        (if refers && self.references <= MAX_REFERENCES { '&' } else { AND }, 1)
    }

    fn close_to(&mut self, depth: usize) {
        for name in self.open.drain(depth..).rev() {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    /// Closes what a new `name` can't stand inside of.
    fn make_room(&mut self, name: &str) {
        if (BLOCKS.contains(&name) || PARTING.contains(&name))
            && let Some(at) = self.open.iter().position(|tag| *tag == "p" || is_heading(tag))
        {
            self.close_to(at);
        }
        let inside = |open: &[&str], tags: &[&str], limits: &[&str]| {
            open.iter().rposition(|tag| tags.contains(tag) || limits.contains(tag)).filter(|at| tags.contains(&open[*at]))
        };
        let at = match name {
            "a" => inside(&self.open, &["a"], &[]),
            "li" => inside(&self.open, &["li"], &["ul", "ol"]),
            "rt" | "rp" => inside(&self.open, &["rt", "rp"], &["ruby"]),
            _ => None,
        };
        if let Some(at) = at {
            self.close_to(at);
        }
    }

    fn part(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('>') {
            // As deep as tags may stand, a second look would drop it.
            let kept = !self.is_full() && self.open.len() < MAX_DEPTH;
            self.out.push_str(if kept { "<br>" } else { " " });
            self.elements += 1;
        }
    }

    /// Whether no further element is kept. What our own writers write is bounded before it comes here, and must not change
    /// without a word.
    fn is_full(&self) -> bool {
        self.elements >= MAX_ELEMENTS && !self.own
    }

    fn open(&mut self, name: &str, attributes: &[(String, &str)]) {
        let name = if name == "h1" { "h2" } else { name };
        let own = if self.own { OWN } else { &[] };
        let Some(name) = OTHERS.iter().chain(own).find(|tag| **tag == name).copied() else {
            if PARTING.contains(&name) {
                self.make_room(name);
                self.part();
            } else if name == "td" || name == "th" {
                self.out.push(' ');
            }
            return;
        };
        self.make_room(name);
        if self.open.len() >= MAX_DEPTH || self.is_full() {
            return;
        }
        self.elements += 1;
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            let kept = matches!(key.as_str(), "class" | "href" | "start") || self.own && matches!(key.as_str(), "id" | "align");
            if kept && value.len() <= MAX_ATTRIBUTE {
                self.out.push(' ');
                self.out.push_str(key);
                self.out.push_str("=\"");
                self.out.push_str(&value.replace('"', "&quot;"));
                self.out.push('"');
            }
        }
        self.out.push('>');
        if name != "br" && name != "hr" {
            self.open.push(name);
        }
    }

    fn close(&mut self, name: &str) {
        let name = if name == "h1" { "h2" } else { name };
        if PARTING.contains(&name) && !(self.own && OWN.contains(&name)) {
            self.make_room(name);
            self.part();
            return;
        }
        let Some(at) = self.open.iter().rposition(|tag| *tag == name) else { return };
        // `<b><li></b>`: an emphasis doesn't end the block it is in.
        if BLOCKS.contains(&name) || !self.open[at..].iter().any(|tag| BLOCKS.contains(tag)) {
            self.close_to(at);
        }
    }
}

fn is_heading(tag: &str) -> bool {
    matches!(tag, "h2" | "h3" | "h4" | "h5" | "h6")
}

/// The same text, at most [`super::MAX_HTML`] bytes of it, with each tag closed where it belongs, none deeper than [`MAX_DEPTH`], only those of [`OTHERS`], and of [`OWN`] where the text is ours.
pub(super) fn order(html: &str, own: bool) -> String {
    let out = String::with_capacity(html.len() + html.len() / 8);
    let mut order = Order { own, out, open: Vec::new(), stops: 0, references: 0, elements: 0 };
    for piece in Scan::new(cut(html)) {
        match piece {
            Piece::Text(text) => {
                // A parser drops the first line end of a `pre`: then a second look would see another text.
                let text = if order.out.ends_with("<pre>") { text.trim_start_matches(falls_away) } else { text };
                order.text(text);
            }
            Piece::Open { name, attributes } => order.open(&name, &attributes),
            Piece::Close(name) => order.close(&name),
        }
    }
    order.close_to(0);
    order.out
}

/// What is gone from the start of a `pre` once a text has been parsed and tamed.
fn falls_away(c: char) -> bool {
    (c.is_control() && c != '\t') || matches!(c, '\u{feff}' | '\u{202c}'..='\u{202e}' | '\u{2069}')
}
