//! Texts: Markdown of ours to HTML, HTML of others made harmless, HTML to plain text; cities by their names.
//!
//! Pure functions, beside `domain`. Must not know statements, peers, SQL or HTTP.

pub mod gazetteer;
mod markdown;
mod order;
mod plain;
mod sanitise;
pub(crate) mod scan;

pub use markdown::markdown;
pub use plain::{excerpt, plain, tame};
pub use sanitise::sanitise;

/// Longest HTML looked at, in bytes; what comes after is cut off. Larger than any activity that the inbox takes.
pub const MAX_HTML: usize = 1024 * 1024;
/// Deepest nesting of tags kept; deeper ones lose their tags, never their text.
pub const MAX_DEPTH: usize = 64;
/// Longest attribute value kept, in bytes. Longer links become text.
pub const MAX_ATTRIBUTE: usize = 4096;
/// Elements kept of HTML of others; further ones lose their tags, never their text. Many times what a long article has: each
/// costs the parser microseconds, also empty ones.
pub const MAX_ELEMENTS: usize = 3_000;
/// Character references resolved in HTML of others, besides the five that HTML itself needs; further ones are shown as they are
/// written.
pub const MAX_REFERENCES: usize = 20_000;
/// Characters to be escaped in one stretch of text, before it is parsed in two.
pub const MAX_STOPS: usize = 256;
/// Combining marks kept on one letter: more than any script needs, fewer than cover the lines above.
pub const MAX_COMBINING: usize = 8;

/// At most [`MAX_HTML`] bytes of a text, whole characters.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_HTML);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
