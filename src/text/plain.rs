//! Plain text from HTML, and characters that play tricks brought to order.
//!
//! Must not know where a text goes: previews, feeds and length counts all use it alike.

use super::{
    MAX_COMBINING,
    scan::{Piece, Scan},
};

/// Elements that begin a new line; with `true`, a new paragraph.
fn line_break(name: &str) -> Option<bool> {
    match name {
        "p" | "blockquote" | "pre" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "section" | "hr" => {
            Some(true)
        }
        "br" | "li" | "tr" => Some(false),
        _ => None,
    }
}

/// The text of HTML that [`super::markdown`] or [`super::sanitise`] made: paragraphs apart by an empty line, list items
/// each on its line with “– ”, no blanks at the ends.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut preformatted = 0usize;
    for piece in Scan::new(html) {
        match piece {
            Piece::Text(text) if preformatted > 0 => out.push_str(&decode(text)),
            Piece::Text(text) => {
                for c in decode(text).chars() {
                    let blank = c == '\n' || c == '\t' || c == ' ';
                    if !blank {
                        out.push(c);
                    } else if !out.is_empty() && !out.ends_with([' ', '\n']) {
                        out.push(' ');
                    }
                }
            }
            Piece::Open { name, .. } => {
                preformatted += usize::from(name == "pre");
                match name.as_str() {
                    "li" => {
                        break_line(&mut out, false);
                        out.push_str("– ");
                    }
                    "td" | "th" if !out.is_empty() && !out.ends_with(['\n', ' ']) => out.push(' '),
                    // The first paragraph of a list item stays on the item's line.
                    "p" if out.ends_with("– ") => {}
                    name => line_break(name).into_iter().for_each(|paragraph| break_line(&mut out, paragraph)),
                }
            }
            Piece::Close(name) => {
                preformatted = preformatted.saturating_sub(usize::from(name == "pre"));
                line_break(&name).into_iter().for_each(|paragraph| break_line(&mut out, paragraph));
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn break_line(out: &mut String, paragraph: bool) {
    if out.trim_end().is_empty() {
        out.clear();
        return;
    }
    if out.ends_with("– ") {
        return;
    }
    out.truncate(out.trim_end_matches(' ').len());
    let wanted = if paragraph { 2usize } else { 1 };
    let have = out.bytes().rev().take_while(|b| *b == b'\n').count();
    out.extend(std::iter::repeat_n('\n', wanted.saturating_sub(have)));
}

/// The character references that our own HTML has, as characters.
pub(super) fn decode(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

/// The first `chars` characters of a plain text on one line, cut between words, with “…” where something is missing.
pub fn excerpt(text: &str, chars: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = line.char_indices().nth(chars) else { return line };
    // Room for the sign itself.
    let cut = line[..cut].char_indices().next_back().map_or(0, |(i, _)| i);
    let head = &line[..cut];
    let head = match head.rfind(' ') {
        // Texts without spaces, and very long words, are cut where they are.
        Some(space) if !line[cut..].starts_with(' ') && space * 2 > cut => &head[..space],
        _ => head,
    };
    tame(&format!("{}…", head.trim_end()))
}

/// Takes from a text what would disturb what stands around it (RES-17): NUL and other control characters except newline
/// and tab; byte order marks; overrides of the writing direction; openings of a direction without end are closed, ends without opening
/// dropped (UAX #9); no letter keeps more than [`MAX_COMBINING`] marks.
pub fn tame(text: &str) -> String {
    const PDF: char = '\u{202c}';
    const PDI: char = '\u{2069}';
    // UAX #9 doesn't look at more than this many levels.
    const MAX_LEVELS: usize = 60;
    if text.bytes().all(|b| (b' '..0x7f).contains(&b) || b == b'\n' || b == b'\t') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<char> = Vec::new();
    let mut marks = 0;
    for c in text.chars() {
        if is_combining(c) {
            marks += 1;
            if marks <= MAX_COMBINING {
                out.push(c);
            }
            continue;
        }
        match c {
            '\n' => {
                out.extend(open.drain(..).rev());
                marks = 0;
                out.push(c);
            }
            '\u{202d}' | '\u{202e}' => {}
            '\u{202a}' | '\u{202b}' | '\u{2066}'..='\u{2068}' if open.len() >= MAX_LEVELS => {}
            '\u{202a}' | '\u{202b}' => {
                open.push(PDF);
                out.push(c);
            }
            '\u{2066}'..='\u{2068}' => {
                open.push(PDI);
                out.push(c);
            }
            PDF => {
                if open.last() == Some(&PDF) {
                    open.pop();
                    out.push(c);
                }
            }
            PDI => {
                if let Some(at) = open.iter().rposition(|end| *end == PDI) {
                    out.extend(open.drain(at..).rev());
                }
            }
            c if c == '\u{feff}' || (c.is_control() && c != '\t') => {}
            c => {
                // Only what stays and is seen begins a new letter.
                marks = 0;
                out.push(c);
            }
        }
    }
    out.extend(open.drain(..).rev());
    out
}

/// Marks that stack on the letter before them, of the scripts that have such (Unicode blocks, not all of category Mn).
fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{730}'..='\u{74a}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_and_lists_keep_their_lines() {
        let html = "<h2>No dam</h2>\n<p>We <b>refuse</b>.<br>\nAll &amp; one.</p>\n<ul>\n<li>one</li>\n<li>\n<p>two</p>\n</li>\n</ul><pre>a\n  b</pre>";
        assert_eq!(plain(html), "No dam\n\nWe refuse.\nAll & one.\n\n– one\n– two\n\na\n  b");
        assert_eq!(plain(""), "");
    }

    #[test]
    fn excerpts_end_between_words() {
        assert_eq!(excerpt("short", 10), "short");
        assert_eq!(excerpt("the river is ours", 11), "the river…");
        assert_eq!(excerpt("河河河河河河", 4), "河河河…");
        assert_eq!(excerpt("", 0), "");
    }

    #[test]
    fn res_17_tricks_of_characters_end() {
        assert_eq!(tame("a\0b\u{7}c\nd\te"), "abc\nd\te");
        assert_eq!(tame("x\u{202e}gpj.exe"), "xgpj.exe");
        assert_eq!(tame("\u{2067}open"), "\u{2067}open\u{2069}");
        assert_eq!(tame("\u{2067}a\nb"), "\u{2067}a\u{2069}\nb");
        assert_eq!(tame("end\u{2069}\u{202c}"), "end");
        assert_eq!(tame("\u{2067}a\u{202a}b\u{2069}c"), "\u{2067}a\u{202a}b\u{202c}\u{2069}c");
        assert_eq!(tame(&format!("Z{}y", "\u{301}".repeat(1000))).chars().count(), MAX_COMBINING + 2);
        assert_eq!(tame("مُقَاوَمَة السَّدّ"), "مُقَاوَمَة السَّدّ");
    }

    proptest! {
        #[test]
        fn taming_is_idempotent(text in "(?s)[a\\x00\u{301}\u{202a}-\u{202e}\u{2066}-\u{2069}\n]{0,40}") {
            let once = tame(&text);
            prop_assert_eq!(tame(&once), once);
        }

        #[test]
        fn excerpts_keep_their_bound(text in "(?s).{0,80}", chars in 1usize..40) {
            // Closing a direction may need signs of its own.
            let length = excerpt(&text, chars).chars().filter(|c| !['\u{202c}', '\u{2069}'].contains(c)).count();
            prop_assert!(length <= chars);
        }
    }
}
