//! What readers on Mastodon see of an object of ours: a model of its rules, for the desk's preview and for tests.
//!
//! Pure. Must not know statements or how our objects are made: it looks at the JSON alone, as Mastodon does. Read from
//! Mastodon 4.8-alpha (`app/lib/activitypub/activity.rb`, `parser/status_parser.rb`, `lib/sanitize_ext/sanitize_config.rb`,
//! `app/javascript/mastodon/components/{status_content,hashtag_bar}`).

use crate::text::{
    self,
    scan::{Piece, Scan},
};
use serde_json::Value;

/// Attachments that Mastodon keeps; it drops the others.
const MAX_ATTACHMENTS: usize = 4;
/// Height at which the web client folds a post (706 px), in lines of its usual column: about 22 px each.
const FOLD_LINES: usize = 32;
/// Characters of one such line.
const LINE_CHARACTERS: usize = 75;

/// How one object is shown, and what its writer should know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MastodonView {
    /// `false` for a type that Mastodon drops without a word: then all else is empty.
    pub shown: bool,
    /// HTML with the tags that Mastodon keeps. Safe to embed where the object was made from our own texts.
    pub html: String,
    /// The text before the fold, where the post is folded as sensitive.
    pub content_warning: Option<String>,
    /// The language that the post is filed under.
    pub language: Option<String>,
    pub attachments: Vec<ViewAttachment>,
    /// Hashtags in the bar below the text, without `#`.
    pub hashtags: Vec<String>,
    /// Whether “Read more” hides the rest of a long text.
    pub folded: bool,
    /// The quoted post's id, shown embedded.
    pub quote: Option<String>,
    /// Fluent ids (`mastodon-…`) of what is lost or shown otherwise, in the order of the text.
    pub notes: Vec<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewAttachment {
    pub url: String,
    pub media_type: String,
    pub alt: String,
}

/// Shows an object (not the activity around it) as Mastodon does.
pub fn view(object: &Value) -> MastodonView {
    let kinds: Vec<&str> = match &object["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is = |kinds_of: &[&str]| kinds.iter().any(|kind| kinds_of.contains(kind));
    let converted = is(&["Article", "Page", "Event", "Image", "Audio", "Video"]);
    if !converted && !is(&["Note", "Question"]) {
        return MastodonView { notes: vec!["mastodon-not-shown"], ..Default::default() };
    }
    let mut view = MastodonView { shown: true, ..Default::default() };
    let mut page = Page::default();
    view.quote =
        ["quote", "quoteUri", "quoteUrl", "_misskey_quote"].iter().find_map(|key| object[*key].as_str()).map(str::to_owned);
    page.quotes = view.quote.is_some();
    if converted {
        page.note("mastodon-summary-only");
        // The name is a heading, the summary is HTML, the rest is a link.
        if let Some(name) = text_of(object, "name") {
            page.add(&format!("<h2>{}</h2>", escape(&name)));
        }
        match text_of(object, "summary") {
            Some(summary) => page.add(&summary),
            None => page.note("mastodon-summary-missing"),
        }
        if let Some(url) = page_address(object) {
            page.add(&format!("<p><a href=\"{0}\">{0}</a></p>", escape(&url)));
        }
    } else {
        view.content_warning = text_of(object, "summary").filter(|text| !text.is_empty());
        page.add(&text_of(object, "content").unwrap_or_default());
    }
    if object["sensitive"] == true && view.content_warning.is_none() {
        page.note("mastodon-images-hidden");
    }
    view.language = language(object, &mut page);
    view.attachments = attachments(object, &mut page);
    view.hashtags = hashtags(object, &mut page);
    view.folded = page.lines() > FOLD_LINES;
    if view.folded {
        page.note("mastodon-folded");
    }
    view.html = page.html;
    view.notes = page.notes;
    view
}

/// The plain property, else the first value of its language map.
fn text_of(object: &Value, key: &str) -> Option<String> {
    let first = || object[format!("{key}Map")].as_object()?.values().next()?.as_str();
    object[key].as_str().or_else(first).map(str::to_owned)
}

/// `url` as text, or the first of a list.
fn page_address(object: &Value) -> Option<String> {
    let one = |value: &Value| value.as_str().or_else(|| value["href"].as_str()).map(str::to_owned);
    let url = match &object["url"] {
        Value::Array(all) => all.first().and_then(one),
        url => one(url),
    };
    url.or_else(|| one(&object["id"]))
}

/// The first key of the first language map there is.
fn language(object: &Value, page: &mut Page) -> Option<String> {
    let map =
        ["contentMap", "nameMap", "summaryMap"].iter().find_map(|key| object[*key].as_object().filter(|map| !map.is_empty()));
    let Some(map) = map else {
        page.note("mastodon-no-language");
        return None;
    };
    if map.len() > 1 {
        page.note("mastodon-one-language");
    }
    map.keys().next().cloned()
}

fn attachments(object: &Value, page: &mut Page) -> Vec<ViewAttachment> {
    let all = match &object["attachment"] {
        Value::Array(all) => all.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    // A member with `href` is a link for a preview card (FEP-8967).
    let mut media = all.iter().filter(|attachment| attachment.get("href").is_none_or(Value::is_null));
    let kept: Vec<_> = media
        .by_ref()
        .take(MAX_ATTACHMENTS)
        .map(|attachment| {
            let word = |key: &str| attachment[key].as_str().unwrap_or_default().to_owned();
            let alt = if word("summary").is_empty() { word("name") } else { word("summary") };
            ViewAttachment { url: page_address(attachment).unwrap_or_default(), media_type: word("mediaType"), alt }
        })
        .collect();
    if media.next().is_some() {
        page.note("mastodon-images-many");
    }
    if kept.iter().any(|attachment| attachment.alt.is_empty()) {
        page.note("mastodon-alt-missing");
    }
    kept
}

/// Tags that aren't in the text, and those of a last paragraph of nothing but tags, which is moved into the bar.
fn hashtags(object: &Value, page: &mut Page) -> Vec<String> {
    let tags = object["tag"].as_array().map(Vec::as_slice).unwrap_or_default();
    let all: Vec<String> = tags
        .iter()
        .filter(|tag| tag["type"] == "Hashtag")
        .filter_map(|tag| tag["name"].as_str())
        .map(|name| name.trim_start_matches('#').to_owned())
        .filter(|name| !name.is_empty() && !name.chars().all(char::is_numeric))
        .collect();
    if let Some(start) = page.html.rfind("<p>").filter(|_| page.html.ends_with("</p>")) {
        let last = text::plain(&page.html[start..]);
        let mut words = last.split_whitespace().peekable();
        if start > 0 && words.peek().is_some() && words.all(|word| word.len() > 1 && word.starts_with('#')) {
            page.html.truncate(start);
        }
    }
    let text = text::plain(&page.html).to_lowercase();
    let in_text = |tag: &str| {
        text.split('#')
            .skip(1)
            .any(|after| after.strip_prefix(tag).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')))
    };
    all.into_iter().filter(|tag| !in_text(&tag.to_lowercase())).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text as it grows, by Mastodon's sanitiser.
#[derive(Default)]
struct Page {
    html: String,
    notes: Vec<&'static str>,
    /// A quote is shown embedded, so the paragraph that stands for it elsewhere is hidden.
    quotes: bool,
}

impl Page {
    fn note(&mut self, id: &'static str) {
        if !self.notes.contains(&id) {
            self.notes.push(id);
        }
    }

    fn add(&mut self, html: &str) {
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
        // Whether each open link is kept, and whether we are inside a hidden stand-in for the quote.
        let mut links: Vec<bool> = Vec::new();
        let mut hidden = false;
        for piece in Scan::new(html) {
            match piece {
                _ if hidden => hidden = piece != Piece::Close("p".into()),
                Piece::Text(text) => self.html.push_str(text),
                Piece::Open { name, attributes } => {
                    let attribute = |key: &str| attributes.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
                    if attribute("dir").is_some_and(|dir| dir.eq_ignore_ascii_case("rtl")) {
                        self.note("mastodon-direction");
                    }
                    match name.as_str() {
                        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.html.push_str("<p><strong>"),
                        "p" if self.quotes && attribute("class").is_some_and(|class| class.contains("quote-inline")) => {
                            hidden = true
                        }
                        "a" => {
                            let kept = attribute("href").filter(|href| is_kept_address(href));
                            links.push(kept.is_some());
                            match kept {
                                Some(href) => {
                                    self.html.push_str(&format!("<a href=\"{}\"", href.replace('"', "&quot;")));
                                    self.class(attribute("class"));
                                    self.html.push_str(" rel=\"nofollow noopener\" target=\"_blank\">");
                                }
                                // The way back from a footnote is no loss.
                                None if attribute("href").is_some_and(|href| href.starts_with('#')) => {}
                                None => self.note("mastodon-link"),
                            }
                        }
                        kept if KEPT.contains(&kept) => {
                            self.html.push('<');
                            self.html.push_str(kept);
                            if kept == "p" || kept == "span" {
                                self.class(attribute("class"));
                            }
                            self.html.push('>');
                        }
                        "table" => self.note("mastodon-table"),
                        "img" | "figure" => self.note("mastodon-picture"),
                        "sup" | "section" => self.note("mastodon-footnotes"),
                        "hr" => self.note("mastodon-rule"),
                        _ => {}
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

    /// Writes the classes that Mastodon keeps.
    fn class(&mut self, classes: Option<&str>) {
        let kept: Vec<&str> = classes
            .unwrap_or_default()
            .split_whitespace()
            .filter(|class| {
                ["h-", "p-", "u-", "dt-", "e-"].iter().any(|prefix| class.starts_with(prefix))
                    || ["mention", "hashtag", "ellipsis", "invisible", "quote-inline"].contains(class)
            })
            .collect();
        if !kept.is_empty() {
            self.html.push_str(&format!(" class=\"{}\"", kept.join(" ").replace('"', "&quot;")));
        }
    }

    /// About how many lines the text takes in the web client.
    fn lines(&self) -> usize {
        text::plain(&self.html).lines().map(|line| line.chars().count().div_ceil(LINE_CHARACTERS).max(1)).sum()
    }
}

/// Addresses that stay links; the others, and relative ones, become text.
fn is_kept_address(href: &str) -> bool {
    const SCHEMES: &[&str] = &["http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"];
    href.split_once(':').is_some_and(|(scheme, _)| SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn note(body: &str) -> Value {
        json!({ "type": "Note", "content": text::markdown(body), "contentMap": { "en": "" } })
    }

    #[test]
    fn a_note_shows_its_text_and_hides_its_name() {
        let view = view(&json!({
            "type": "Note", "name": "Hidden", "content": "<h2 dir=\"auto\">No dam</h2><p dir=\"auto\">We <b>refuse</b>.</p>",
            "contentMap": { "kmr": "x" }, "summary": "Violence",
        }));
        assert_eq!(view.html, "<p><strong>No dam</strong></p><p>We <b>refuse</b>.</p>");
        assert_eq!((view.content_warning.as_deref(), view.language.as_deref()), (Some("Violence"), Some("kmr")));
        assert!(view.shown && !view.folded && view.notes.is_empty(), "{:?}", view.notes);
    }

    #[test]
    fn an_article_shows_name_summary_and_link_only() {
        let view = view(&json!({
            "type": "Article", "id": "https://r.example/1", "url": ["https://r.example/p"], "name": "No <dam>",
            "summary": "<p>By May.</p>", "content": "<p>long</p>", "contentMap": { "en": "long" },
        }));
        assert_eq!(
            view.html,
            "<p><strong>No &lt;dam&gt;</strong></p><p>By May.</p><p><a href=\"https://r.example/p\" rel=\"nofollow noopener\" \
             target=\"_blank\">https://r.example/p</a></p>"
        );
        assert_eq!((view.content_warning, view.notes), (None, vec!["mastodon-summary-only"]));
    }

    #[test]
    fn what_is_lost_is_said() {
        let losses = [
            ("| a | b |\n|---|---|\n| 1 | 2 |", "mastodon-table"),
            ("[write](mailto:a@river.example)", "mastodon-link"),
            ("a[^1]\n\n[^1]: b", "mastodon-footnotes"),
            ("a\n\n---\n\nb", "mastodon-rule"),
        ];
        for (body, id) in losses {
            let view = view(&note(body));
            assert_eq!(view.notes, [id], "{body}: {}", view.html);
        }
        assert_eq!(view(&note(losses[1].0)).html.trim(), "<p>write</p>");
        assert_eq!(view(&json!({ "type": "Petition", "content": "x" })).notes, ["mastodon-not-shown"]);
        assert_eq!(view(&json!({ "type": "Note", "content": "x" })).notes, ["mastodon-no-language"]);
        let two = json!({ "type": "Note", "content": "x", "contentMap": { "de": "x", "en": "y" } });
        assert_eq!((view(&two).language.as_deref(), view(&two).notes), (Some("de"), vec!["mastodon-one-language"]));
    }

    #[test]
    fn four_images_stay() {
        let image = |i: usize| json!({ "type": "Image", "url": format!("https://r.example/{i}.png"), "name": if i == 1 { "" } else { "alt" } });
        let mut object = note("x");
        object["attachment"] = (0..5).map(image).collect();
        let view = view(&object);
        assert_eq!(view.attachments.len(), 4);
        assert_eq!((view.attachments[3].url.as_str(), view.attachments[0].alt.as_str()), ("https://r.example/3.png", "alt"));
        assert_eq!(view.notes, ["mastodon-images-many", "mastodon-alt-missing"]);
    }

    #[test]
    fn tags_outside_of_the_text_stand_in_the_bar() {
        let mut object = note("We keep the #River.");
        object["content"] = "<p>We keep the #River.</p><p>#Water #Land</p>".into();
        object["tag"] =
            ["#river", "#water", "#Land", "#2026"].map(|name| json!({ "type": "Hashtag", "name": name })).to_vec().into();
        let view = view(&object);
        assert_eq!(view.html, "<p>We keep the #River.</p>");
        assert_eq!(view.hashtags, ["water", "Land"]);
    }

    #[test]
    fn long_texts_fold_and_quotes_embed() {
        let mut object = note(&"A line of the river's long story, told by those who live there.\n\n".repeat(40));
        object["quote"] = "https://q.example/1".into();
        object["content"] =
            format!("{}<p class=\"quote-inline\">RE: q</p><p>end</p>", object["content"].as_str().unwrap()).into();
        let view = view(&object);
        assert!(view.folded && view.notes == ["mastodon-folded"]);
        assert_eq!(view.quote.as_deref(), Some("https://q.example/1"));
        assert!(!view.html.contains("RE: q") && view.html.ends_with("<p>end</p>"));
    }
}
