//! What readers on Mastodon see of what we send: a model of its rules, for the desk's preview and for the snapshots below
//! `tests/snapshots/mastodon`.
//!
//! Pure. Must not know statements or how our objects are made: it looks at the JSON alone, as Mastodon does. Read from
//! Mastodon 4.8-alpha (`app/lib/activitypub/activity.rb`, `parser/status_parser.rb`, `lib/sanitize_ext/sanitize_config.rb`,
//! `app/services/fetch_link_card_service.rb`, `app/javascript/mastodon/components/{status_content,hashtag_bar}`).

mod delivery;
mod html;
mod profile;

pub use delivery::{Effect, delivered};
pub use profile::{Profile, ProfileField, profile};

use crate::{text, vocab::PUBLIC};
use html::{Page, escape};
use serde_json::Value;

/// Attachments that Mastodon keeps; it drops the others.
const MAX_ATTACHMENTS: usize = 4;
/// Height at which the web client folds a post (706 px), in lines of its usual column: about 22 px each.
const FOLD_LINES: usize = 32;
/// Types that it shows by their `name`, `summary` and a link.
const CONVERTED: &[&str] = &["Article", "Page", "Event", "Image", "Audio", "Video"];
/// Types of files that it shows as such; others are a link.
const IMAGES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif"];

/// How one object is shown, and what its writer should know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MastodonView {
    /// `false` for a type that Mastodon drops without a word: then all else is empty.
    pub shown: bool,
    /// Who may see it.
    pub audience: Audience,
    /// HTML with the tags that Mastodon keeps. Safe to embed where the object was made from our own texts.
    pub html: String,
    /// The text before the fold, where the post is folded as sensitive.
    pub content_warning: Option<String>,
    /// The language that the post is filed under.
    pub language: Option<String>,
    pub attachments: Vec<ViewAttachment>,
    /// Whether the images are covered until they are opened.
    pub covered: bool,
    /// Hashtags in the bar below the text, without `#`.
    pub hashtags: Vec<String>,
    /// Ids of the actors who are told that they are mentioned.
    pub mentioned: Vec<String>,
    /// The page that a preview card below the post shows.
    pub card: Option<String>,
    /// Whether “Read more” hides the rest of a long text.
    pub folded: bool,
    /// The quoted post's id, shown embedded.
    pub quote: Option<String>,
    /// Who may quote it.
    pub quotable: QuotePolicy,
    /// The id of the post that it answers.
    pub in_reply_to: Option<String>,
    /// When it was last edited, as the post says.
    pub edited: Option<String>,
    /// Fluent ids (`mastodon-…`) of what is lost or shown otherwise, in the order of the text.
    pub notes: Vec<&'static str>,
}

/// Who may see a post, by its addressing (`app/lib/activitypub/parser/status_parser.rb#visibility`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// `Public` in `to`.
    Public,
    /// `Public` in `cc`: in no public timeline, no search and no trend.
    QuietPublic,
    /// The author's `followers` in `to`.
    Followers,
    /// Only those named.
    #[default]
    Direct,
}

/// Who may quote a post, by FEP-044f's `interactionPolicy.canQuote`. Without a policy nobody may.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuotePolicy {
    pub at_once: Vec<Quoting>,
    pub when_allowed: Vec<Quoting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Everybody,
    Followers,
    Followed,
    Author,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewAttachment {
    pub url: String,
    pub media_type: String,
    pub alt: String,
}

/// Shows an object (not the activity around it) as Mastodon does.
pub fn view(object: &Value) -> MastodonView {
    let kinds = kinds(object);
    let is = |kinds_of: &[&str]| kinds.iter().any(|kind| kinds_of.contains(kind));
    let converted = is(CONVERTED);
    if !converted && !is(&["Note", "Question"]) {
        return MastodonView { notes: vec!["mastodon-not-shown"], ..Default::default() };
    }
    let mut page = Page::default();
    let quote = ["quote", "quoteUri", "quoteUrl", "_misskey_quote"].iter().find_map(|key| object[*key].as_str());
    page.quotes = quote.is_some();
    let mut content_warning = None;
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
        content_warning = text_of(object, "summary").filter(|text| !text.is_empty());
        page.add(&text_of(object, "content").unwrap_or_default());
    }
    let covered = object["sensitive"] == true || content_warning.is_some();
    let language = language(object, &mut page);
    let (attachments, link) = attachments(object, &mut page);
    if object["sensitive"] == true && content_warning.is_none() && !attachments.is_empty() {
        page.note("mastodon-images-hidden");
    }
    let hashtags = hashtags(object, &mut page);
    let folded = page.lines() > FOLD_LINES;
    if folded {
        page.note("mastodon-folded");
    }
    MastodonView {
        shown: true,
        audience: audience(object),
        content_warning,
        language,
        covered: covered && !attachments.is_empty(),
        card: link.or(page.link).filter(|_| attachments.is_empty() && quote.is_none()),
        attachments,
        hashtags,
        mentioned: mentioned(object),
        folded,
        quote: quote.map(str::to_owned),
        quotable: quotable(object),
        in_reply_to: object["inReplyTo"].as_str().or_else(|| object["inReplyTo"]["id"].as_str()).map(str::to_owned),
        edited: object["updated"].as_str().map(str::to_owned),
        html: page.html,
        notes: page.notes,
    }
}

/// `type` as a list: the object's may be a string or an array.
fn kinds(object: &Value) -> Vec<&str> {
    match &object["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A property that is a string or a list of them.
fn strings<'a>(object: &'a Value, key: &str) -> Vec<&'a str> {
    match &object[key] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
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

fn is_public(address: &str) -> bool {
    [PUBLIC, "as:Public", "Public"].contains(&address)
}

fn audience(object: &Value) -> Audience {
    let (to, cc) = (strings(object, "to"), strings(object, "cc"));
    let followers = format!("{}/followers", object["attributedTo"].as_str().unwrap_or_default());
    if to.iter().any(|address| is_public(address)) {
        Audience::Public
    } else if cc.iter().any(|address| is_public(address)) {
        Audience::QuietPublic
    } else if to.contains(&followers.as_str()) {
        Audience::Followers
    } else {
        Audience::Direct
    }
}

/// A `Mention` alone tells nobody: its actor must be addressed too.
fn mentioned(object: &Value) -> Vec<String> {
    let addressed = [strings(object, "to"), strings(object, "cc")].concat();
    let tags = object["tag"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mentions = tags.iter().filter(|tag| tag["type"] == "Mention").filter_map(|tag| tag["href"].as_str());
    mentions.filter(|actor| addressed.contains(actor)).map(str::to_owned).collect()
}

fn quotable(object: &Value) -> QuotePolicy {
    let author = object["attributedTo"].as_str().unwrap_or_default();
    let who = |address: &str| match address.strip_prefix(author) {
        _ if is_public(address) => Some(Quoting::Everybody),
        Some("") => Some(Quoting::Author),
        Some("/followers") => Some(Quoting::Followers),
        Some("/following") => Some(Quoting::Followed),
        _ => None,
    };
    let list = |key: &str| strings(&object["interactionPolicy"]["canQuote"], key).into_iter().filter_map(who).collect();
    QuotePolicy { at_once: list("automaticApproval"), when_allowed: list("manualApproval") }
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

/// The files that are shown, and the link for the card that stands among them (FEP-8967: a member with `href`).
fn attachments(object: &Value, page: &mut Page) -> (Vec<ViewAttachment>, Option<String>) {
    let all = match &object["attachment"] {
        Value::Array(all) => all.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    let link = all.iter().find_map(|attachment| attachment["href"].as_str()).map(str::to_owned);
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
    (kept, link)
}

impl ViewAttachment {
    /// Whether it is shown as a picture; else as a link to a file that isn't supported.
    pub fn is_picture(&self) -> bool {
        IMAGES.contains(&self.media_type.as_str())
    }
}

/// Tags that aren't in the text, and those of a last paragraph of nothing but tags, which is moved into the bar. There is a
/// bar only where the text ends in an element.
fn hashtags(object: &Value, page: &mut Page) -> Vec<String> {
    let tags = object["tag"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut all: Vec<String> = Vec::new();
    for name in tags.iter().filter(|tag| tag["type"] == "Hashtag").filter_map(|tag| tag["name"].as_str()) {
        let name: String = name.chars().filter(|c| c.is_alphanumeric() || *c == '_' || is_mark(*c)).collect();
        let known = all.iter().any(|other| other.to_lowercase() == name.to_lowercase());
        if !known && name.chars().any(|c| !c.is_numeric()) {
            all.push(name);
        }
    }
    if !page.html.ends_with('>') {
        return Vec::new();
    }
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

/// Marks that belong to the letter before them, as in Arabic and Devanagari: no word loses them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{200c}')
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
