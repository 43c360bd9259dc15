//! Mastodon's sanitiser (`lib/sanitize_ext/sanitize_config.rb`) on HTML of ours: which tags, attributes and classes stay,
//! and what is lost.
//!
//! Must not know where the HTML stands in an object. It makes nothing safe that wasn't: what it gets is our own.

use crate::text::{
    self,
    scan::{Piece, Scan},
};

/// Characters of one line of the web client's usual column.
const LINE_CHARACTERS: usize = 75;
/// Elements that stay; headings become bold paragraphs, all others lose their tags.
const KEPT: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
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

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text as it grows.
#[derive(Default)]
pub(super) struct Page {
    pub html: String,
    /// Fluent ids of what is lost, in the order of the text.
    pub notes: Vec<&'static str>,
    /// A quote is shown embedded, so the paragraph that stands for it elsewhere is hidden.
    pub quotes: bool,
    /// The first link that may become a preview card: neither a mention nor a hashtag.
    pub link: Option<String>,
}

impl Page {
    pub fn note(&mut self, id: &'static str) {
        if !self.notes.contains(&id) {
            self.notes.push(id);
        }
    }

    pub fn add(&mut self, html: &str) {
        // Whether each open link is kept, and whether we are inside a hidden stand-in for the quote.
        let mut links: Vec<bool> = Vec::new();
        let mut hidden = false;
        for piece in Scan::new(html) {
            match piece {
                _ if hidden => hidden = piece != Piece::Close("p".into()),
                Piece::Text(text) => self.html.push_str(text),
                Piece::Open { name, attributes } => {
                    let attributes = Attributes(&attributes);
                    if attributes.get("dir").is_some_and(|dir| dir.eq_ignore_ascii_case("rtl")) {
                        self.note("mastodon-direction");
                    }
                    if name == "a" {
                        links.push(self.open_link(&attributes));
                    } else if name == "p" && self.quotes && attributes.has_class("quote-inline") {
                        hidden = true;
                    } else {
                        self.open(&name, &attributes);
                    }
                }
                Piece::Close(name) => match name.as_str() {
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.html.push_str("</strong></p>"),
                    "a" => self.html.push_str(if links.pop() == Some(true) { "</a>" } else { "" }),
                    kept if KEPT.contains(&kept) && kept != "br" => self.html.push_str(&format!("</{kept}>")),
                    _ => {}
                },
            }
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes) {
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.html.push_str("<p><strong>"),
            kept if KEPT.contains(&kept) => {
                self.html.push('<');
                self.html.push_str(kept);
                let kept_here: &[&str] = match kept {
                    "p" => &["class"],
                    "span" => &["class", "translate"],
                    "ol" => &["start", "reversed"],
                    "li" => &["value"],
                    _ => &[],
                };
                self.attributes(kept_here, attributes);
                self.html.push('>');
            }
            "table" => self.note("mastodon-table"),
            "img" | "figure" => self.note("mastodon-picture"),
            "sup" | "section" => self.note("mastodon-footnotes"),
            "hr" => self.note("mastodon-rule"),
            _ => {}
        }
    }

    /// Opens a link, and says whether it stays one.
    fn open_link(&mut self, attributes: &Attributes) -> bool {
        let Some(href) = attributes.get("href").filter(|href| is_kept_address(href)) else {
            // The way back from a footnote is no loss.
            if !attributes.get("href").is_some_and(|href| href.starts_with('#')) {
                self.note("mastodon-link");
            }
            return false;
        };
        let is_tag = attributes.get("rel").is_some_and(|rel| rel.split_whitespace().any(|word| word == "tag"));
        if self.link.is_none() && !is_tag && !attributes.has_class("u-url") && !attributes.has_class("h-card") {
            self.link = Some(href.to_owned());
        }
        self.html.push_str(&format!("<a href=\"{}\"", href.replace('"', "&quot;")));
        self.attributes(&["class", "translate"], attributes);
        self.html.push_str(" rel=\"nofollow noopener\" target=\"_blank\">");
        true
    }

    /// Writes those of `kept` that there are; `lang` stays everywhere.
    fn attributes(&mut self, kept: &[&str], attributes: &Attributes) {
        for key in kept.iter().chain(&["lang"]) {
            let value = match *key {
                "class" => attributes.get("class").map(kept_classes).filter(|classes| !classes.is_empty()),
                key => attributes.get(key).map(str::to_owned),
            };
            if let Some(value) = value {
                self.html.push_str(&format!(" {key}=\"{}\"", value.replace('"', "&quot;")));
            }
        }
    }

    /// About how many lines the text takes in the web client.
    pub fn lines(&self) -> usize {
        text::plain(&self.html).lines().map(|line| line.chars().count().div_ceil(LINE_CHARACTERS).max(1)).sum()
    }
}

/// One tag's attributes.
struct Attributes<'a>(&'a [(String, &'a str)]);

impl<'a> Attributes<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split_whitespace().any(|word| word == class))
    }
}

fn kept_classes(classes: &str) -> String {
    let kept: Vec<&str> = classes
        .split_whitespace()
        .filter(|class| {
            ["h-", "p-", "u-", "dt-", "e-"].iter().any(|prefix| class.starts_with(prefix))
                || ["mention", "hashtag", "ellipsis", "invisible", "quote-inline"].contains(class)
        })
        .collect();
    kept.join(" ")
}

/// Addresses that stay links; the others, and relative ones, become text.
fn is_kept_address(href: &str) -> bool {
    const SCHEMES: &[&str] = &["http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"];
    href.split_once(':').is_some_and(|(scheme, _)| SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in the list of `sanitize_config.rb`, one line each.
    #[test]
    fn the_list_of_tags_and_classes() {
        for (sent, stays) in [
            ("<p lang=\"ar\" dir=\"auto\" id=x style=y>a</p>", "<p lang=\"ar\">a</p>"),
            ("<p class=\"quote-inline big\">a</p>", "<p class=\"quote-inline\">a</p>"),
            ("<span class=\"h-card x\" translate=no>a</span>", "<span class=\"h-card\" translate=\"no\">a</span>"),
            ("<ol start=3 reversed><li value=4>a</li></ol>", "<ol start=\"3\" reversed=\"\"><li value=\"4\">a</li></ol>"),
            ("<ul class=big><li>a</li></ul>", "<ul><li>a</li></ul>"),
            ("<h1>a</h1><h6>b</h6>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
            ("<del>a</del><s>b</s><u>c</u><pre><code>d</code></pre>", "<del>a</del><s>b</s><u>c</u><pre><code>d</code></pre>"),
            ("<ruby>a<rp>(</rp><rt>b</rt></ruby>", "<ruby>a<rp>(</rp><rt>b</rt></ruby>"),
            ("<details><summary>a</summary>b</details><sub>c</sub><mark>d</mark><time>e</time>", "abcde"),
            ("<script>a</script><style>b</style>c", "c"),
        ] {
            let mut page = Page::default();
            page.add(sent);
            assert_eq!(page.html, stays, "{sent}");
        }
    }

    #[test]
    fn the_first_link_that_is_no_mention_and_no_tag_makes_the_card() {
        let mut page = Page::default();
        page.add(
            "<a class=\"u-url mention\" href=\"https://a.example/@b\">@b</a> <a rel=\"tag\" href=\"https://a.example/tags/c\">#c</a> \
             <a href=\"mailto:d@a.example\">d</a> <a href=\"https://a.example/e\">e</a> <a href=\"https://a.example/f\">f</a>",
        );
        assert_eq!(page.link.as_deref(), Some("https://a.example/e"));
    }
}
