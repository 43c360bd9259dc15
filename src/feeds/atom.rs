//! Atom (RFC 4287): a collective's statements for feed readers.
//!
//! Must not know rows or requests: whoever serves it hands in what shall stand there, public things only.

use crate::domain::Timestamp;
use atom_syndication as atom;
use chrono::SubsecRound;

/// The media type to serve it with.
pub const CONTENT_TYPE: &str = "application/atom+xml; charset=utf-8";

pub struct Feed<'a> {
    /// The collective's URI; never changes.
    pub id: &'a str,
    /// The feed's own address, and the page that shows the same.
    pub url: &'a str,
    pub page: &'a str,
    pub title: &'a str,
    /// Plain text.
    pub subtitle: &'a str,
    /// BCP 47.
    pub language: &'a str,
    /// The collective's name: it stands behind every entry, members never do.
    pub author: &'a str,
    /// When the feed has no entries yet.
    pub created: Timestamp,
    /// Newest first.
    pub entries: Vec<Entry>,
}

pub struct Entry {
    /// The statement's URI.
    pub id: String,
    pub page: String,
    pub title: String,
    /// Plain text; may be empty.
    pub summary: String,
    /// HTML that passed the sanitiser.
    pub content: String,
    /// BCP 47.
    pub language: String,
    pub hashtags: Vec<String>,
    pub published: Timestamp,
    pub updated: Timestamp,
}

/// The feed as XML. Characters that XML can't have are left out, so every reader can parse it (WEB-17).
pub fn write(feed: &Feed) -> String {
    let updated = feed.entries.iter().map(|entry| entry.updated).max().unwrap_or(feed.created);
    atom::Feed {
        id: xml(feed.id),
        title: plain(feed.title, feed.language),
        subtitle: (!feed.subtitle.is_empty()).then(|| plain(feed.subtitle, feed.language)),
        updated: time(updated),
        authors: vec![atom::Person { name: xml(feed.author), uri: Some(xml(feed.id)), ..Default::default() }],
        links: vec![
            link("self", feed.url, "application/atom+xml", feed.language),
            link("alternate", feed.page, "text/html", feed.language),
        ],
        generator: Some(atom::Generator { value: "Communard".into(), uri: None, version: None }),
        lang: Some(xml(feed.language)),
        entries: feed.entries.iter().map(entry).collect(),
        ..Default::default()
    }
    .to_string()
}

fn entry(entry: &Entry) -> atom::Entry {
    atom::Entry {
        id: xml(&entry.id),
        title: plain(&entry.title, &entry.language),
        updated: time(entry.updated),
        published: Some(time(entry.published)),
        links: vec![
            link("alternate", &entry.page, "text/html", &entry.language),
            link("via", &entry.id, "application/activity+json", &entry.language),
        ],
        categories: entry
            .hashtags
            .iter()
            .map(|tag| atom::Category { term: xml(tag), label: Some(xml(&format!("#{tag}"))), scheme: None })
            .collect(),
        summary: (!entry.summary.is_empty()).then(|| plain(&entry.summary, &entry.language)),
        content: Some(atom::Content {
            lang: Some(xml(&entry.language)),
            value: Some(xml(&entry.content)),
            content_type: Some("html".into()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn time(time: Timestamp) -> atom::FixedDateTime {
    chrono::DateTime::from(time.and_utc().trunc_subsecs(0))
}

fn plain(text: &str, language: &str) -> atom::Text {
    atom::Text { value: xml(text), lang: Some(xml(language)), ..Default::default() }
}

fn link(rel: &str, href: &str, mime_type: &str, language: &str) -> atom::Link {
    atom::Link {
        rel: rel.into(),
        href: xml(href),
        mime_type: Some(mime_type.into()),
        hreflang: Some(xml(language)),
        ..Default::default()
    }
}

/// Without what isn't a Char of XML 1.0 (§2.2), and without the C1 controls that it discourages.
fn xml(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32) -> Timestamp {
        chrono::NaiveDate::from_ymd_opt(2026, 5, day).unwrap().and_hms_micro_opt(10, 20, 30, 123_456).unwrap()
    }

    fn sample(title: &str, content: &str) -> String {
        write(&Feed {
            id: "https://river.example/c/watch",
            url: "https://river.example/c/watch/feed.atom",
            page: "https://river.example/c/watch",
            title: "River Watch",
            subtitle: "",
            language: "en",
            author: "River & Watch",
            created: at(1),
            entries: vec![Entry {
                id: "https://river.example/statements/1".into(),
                page: "https://river.example/statements/1".into(),
                title: title.into(),
                summary: "No dam.".into(),
                content: content.into(),
                language: "ar".into(),
                hashtags: vec!["Water".into()],
                published: at(2),
                updated: at(3),
            }],
        })
    }

    /// Texts of elements with this name and values of the attribute, by a reader that isn't the writer's.
    fn read(xml: &str, element: &str, attribute: Option<&str>) -> Vec<String> {
        let document = roxmltree::Document::parse(xml).unwrap();
        document
            .descendants()
            .filter(|node| {
                node.tag_name().name() == element && node.tag_name().namespace() == Some("http://www.w3.org/2005/Atom")
            })
            .map(|node| {
                attribute.map_or(node.text().unwrap_or_default(), |name| node.attribute(name).unwrap_or_default()).to_owned()
            })
            .collect()
    }

    #[test]
    fn a_reader_finds_what_was_written() {
        let xml = sample("No dam", "<p>We refuse &amp; stay.</p>");
        assert_eq!(read(&xml, "id", None), ["https://river.example/c/watch", "https://river.example/statements/1"]);
        assert_eq!(read(&xml, "updated", None), ["2026-05-03T10:20:30+00:00", "2026-05-03T10:20:30+00:00"]);
        assert_eq!(read(&xml, "content", None), ["<p>We refuse &amp; stay.</p>"]);
        assert_eq!(read(&xml, "content", Some("type")), ["html"]);
        assert_eq!(read(&xml, "category", Some("term")), ["Water"]);
        assert_eq!(read(&xml, "name", None), ["River & Watch"]);
        assert!(xml.contains("xml:lang=\"ar\"") && xml.contains("xml:lang=\"en\""));
    }

    #[test]
    fn web_17_hostile_characters_stay_text() {
        let title = "a]]>\u{0}\u{b}\u{1b}\u{fffe}<b>&\"'\r\nX-Header: y</title><script>";
        let content = "<p>x]]>\u{c}</content></entry><entry>\u{85}</p>";
        let xml = sample(title, content);
        assert_eq!(read(&xml, "title", None)[1].replace("\r\n", "\n"), "a]]><b>&\"'\nX-Header: y</title><script>");
        assert_eq!(read(&xml, "content", None), ["<p>x]]></content></entry><entry></p>"]);
        assert_eq!(read(&xml, "entry", None).len(), 1);
        assert!(read(&xml, "script", None).is_empty());
    }
}
