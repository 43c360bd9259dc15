//! The small HTML that our objects are composed of, and links for hashtags and mentions inside finished HTML.
//!
//! Must not know Markdown; what is handed in as HTML was made harmless before.

use crate::domain::url::parse_remote;
use std::collections::{HashMap, HashSet};

/// Text as HTML text or attribute value.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A link to one of our own pages, shown without its scheme.
pub fn page_link(url: &str) -> String {
    let shown = url.split_once("://").map_or(url, |(_, rest)| rest);
    format!("<a href=\"{}\">{}</a>", escape(url), escape(shown))
}

/// A hashtag's link, in the form that Mastodon writes itself.
pub fn hashtag_link(tag: &str, href: &str) -> String {
    format!("<a href=\"{}\" class=\"mention hashtag\" rel=\"tag\">#<span>{}</span></a>", escape(href), escape(tag))
}

/// A mention's link: to the actor's page, since Mastodon's client compares it with the account's `url`.
pub fn mention_link(handle: &str, url: &str) -> String {
    let user = handle.split('@').next().unwrap_or(handle);
    format!(
        "<span class=\"h-card\"><a href=\"{}\" class=\"u-url mention\">@<span>{}</span></a></span>",
        escape(url),
        escape(user)
    )
}

/// One line of plain text with its web addresses as links.
pub fn line(text: &str) -> String {
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Plain text in paragraphs (parted by an empty line), with its web addresses as links.
pub fn paragraphs(text: &str) -> String {
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| format!("<p>{}</p>", part.lines().map(|l| line(l.trim())).collect::<Vec<_>>().join("<br>"))).collect()
}

fn word(text: &str) -> String {
    let address = text.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '»', '”', '،', '؟']);
    if !address.starts_with("http://") && !address.starts_with("https://") || parse_remote(address).is_none() {
        return escape(text);
    }
    let href = escape(address);
    format!("<a href=\"{href}\">{href}</a>{}", escape(&text[address.len()..]))
}

/// Turns words of finished HTML into links where they stand in text (not inside links or code): `links` has them in lower
/// case with their sign (`#river`, `@alice@mastodon.example`) and the HTML that takes their place.
///
/// Gives the HTML and which of the words were found.
pub fn link_words<'a>(html: &str, links: &'a HashMap<String, String>) -> (String, HashSet<&'a str>) {
    // A bare `user@host` looks like a mail address to Markdown: `@` before it says that it isn't one.
    let html = unlink_mail(html);
    let mut out = String::with_capacity(html.len() + 256);
    let mut found = HashSet::new();
    let mut closed_to = 0_usize;
    let mut rest = html.as_str();
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        push_text(&mut out, text, closed_to == 0, links, &mut found);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let name = tag[1..end].trim_end_matches('>').split([' ', '/', '\n']).find(|part| !part.is_empty()).unwrap_or_default();
        if matches!(name, "a" | "code" | "pre") {
            closed_to = if tag.starts_with("</") { closed_to.saturating_sub(1) } else { closed_to + 1 };
        }
        out.push_str(&tag[..end]);
        rest = &tag[end..];
    }
    push_text(&mut out, rest, closed_to == 0, links, &mut found);
    (out, found)
}

fn push_text<'a>(out: &mut String, text: &str, open: bool, links: &'a HashMap<String, String>, found: &mut HashSet<&'a str>) {
    let mut rest = text;
    let mut before = ' ';
    while let Some(at) = rest.find(['#', '@']).filter(|_| open && !links.is_empty()) {
        let (plain, word) = rest.split_at(at);
        out.push_str(plain);
        before = plain.chars().next_back().unwrap_or(before);
        let hashtag = word.starts_with('#');
        let part = |c: char| c.is_alphanumeric() || c == '_' || (!hashtag && matches!(c, '.' | '-' | '@' | ':'));
        let end = word[1..].find(|c| !part(c)).map_or(word.len(), |end| end + 1);
        let key = word[..end].trim_end_matches(['.', '-', ':']);
        // `&#39;` is a character, and `a@b` or `page#part` no word of its own.
        let alone = !(before.is_alphanumeric() || matches!(before, '&' | '/' | '_'));
        match links.get_key_value(&key.to_lowercase()).filter(|_| alone) {
            Some((name, link)) => {
                out.push_str(link);
                found.insert(name);
                rest = &word[key.len()..];
            }
            None => {
                out.push_str(&word[..end]);
                rest = &word[end..];
            }
        }
        before = key.chars().next_back().unwrap_or(' ');
    }
    out.push_str(rest);
}

fn unlink_mail(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("@<a href=\"mailto:") {
        let (before, link) = rest.split_at(at);
        out.push_str(before);
        let inner = link.find('>').and_then(|start| Some((start + 1, link.find("</a>")?)));
        let Some((start, end)) = inner.filter(|(start, end)| start <= end) else {
            out.push_str(link);
            return out;
        };
        out.push('@');
        out.push_str(&link[start..end]);
        rest = &link[end + "</a>".len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn links() -> HashMap<String, String> {
        HashMap::from([("#river".to_owned(), "[R]".to_owned()), ("@ana@valley.example".to_owned(), "[A]".to_owned())])
    }

    #[test]
    fn words_become_links_where_they_are_text() {
        let links = links();
        let say = |html: &str| link_words(html, &links).0;
        assert_eq!(say("<p>For the #River!</p>"), "<p>For the [R]!</p>");
        assert_eq!(say("<p>#Riverbank #river</p>"), "<p>#Riverbank [R]</p>");
        assert_eq!(say("<a href=\"#river\">#river</a> <code>#river</code>"), "<a href=\"#river\">#river</a> <code>#river</code>");
        assert_eq!(say("it&#39;s page#river"), "it&#39;s page#river");
        assert_eq!(say("with @Ana@valley.example."), "with [A].");
        assert_eq!(say("with @<a href=\"mailto:ana@valley.example\" rel=\"x\">ana@valley.example</a>, too"), "with [A], too");
        assert_eq!(say("mail bob@ana@valley.example"), "mail bob@ana@valley.example");
        assert_eq!(link_words("<p>#RIVER</p>", &links).1, HashSet::from(["#river"]));
    }

    #[test]
    fn addresses_in_plain_text_become_links() {
        assert_eq!(
            line("See https://river.example/a?b=1&c=2."),
            "See <a href=\"https://river.example/a?b=1&amp;c=2\">https://river.example/a?b=1&amp;c=2</a>."
        );
        assert_eq!(line("<b> javascript:x https://"), "&lt;b&gt; javascript:x https://");
        assert_eq!(paragraphs("a\nb\n\n\n\nc\n\n"), "<p>a<br>b</p><p>c</p>");
    }

    proptest! {
        #[test]
        fn nothing_but_the_words_changes(html in "[<>a-c /#@&;.]{0,40}") {
            prop_assert_eq!(link_words(&html, &links()).0, html);
        }
    }
}
