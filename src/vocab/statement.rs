//! A statement as an ActivityStreams object: a `Note`, or an `Article` where it is long.
//!
//! Must not know rows or which state a statement is in. `FEDERATION.md` shows both forms.

use super::{
    PUBLIC, call, context,
    digest::digest_multibase,
    html::{escape, hashtag_link, line, link_words, mention_link, page_link, paragraphs},
};
use crate::{
    domain::{
        Timestamp,
        consent::{Policy, PolicyScope},
        names::StatementForm,
        statement::{Mention, StatementContent},
        time::rfc3339,
    },
    i18n::Lang,
    text,
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Content longer than this many bytes stands once, in `content`: twice would break the 1 MB that Mastodon takes.
const MAX_DOUBLED: usize = 300_000;
/// How many demands stand in the summary of an `Article`, and how long the part of the text is that stands there where
/// its author wrote no summary, in characters.
const SUMMARY_DEMANDS: usize = 5;
const SUMMARY_EXCERPT: usize = 400;

/// An image as peers get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePart {
    pub media_type: String,
    pub url: String,
    pub alt: String,
    /// Pixels; 0 where unknown.
    pub width: i32,
    pub height: i32,
}

/// A PDF as peers get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PosterPart {
    pub media_type: String,
    pub url: String,
    pub title: String,
}

/// What a statement is made of.
#[derive(Debug, Clone)]
pub struct Parts<'a> {
    /// Its id, which is its page too.
    pub id: &'a str,
    /// The collective's actor id; its `followers` are below it.
    pub actor: &'a str,
    pub content: &'a StatementContent,
    pub images: &'a [ImagePart],
    pub posters: &'a [PosterPart],
    /// The first publication.
    pub published: Timestamp,
    /// The last edit.
    pub updated: Option<Timestamp>,
    /// `Note` or `Article` where it was decided (an edit keeps the type); `Auto` decides by length.
    pub form: StatementForm,
    pub quotes: Policy,
    /// How far its quote is agreed to; without one, of no meaning.
    pub quote: QuoteShown,
    pub endorsing: Endorsing<'a>,
}

/// How a statement stands to endorsements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endorsing<'a> {
    /// It can be endorsed under this rule, and has a register.
    Register(Policy),
    /// It shows the endorsement with this id to those whose server knows none.
    Shows(&'a str),
}

/// What a statement's object says of the post that it quotes. The text links to it in any case: a link is no quote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum QuoteShown {
    /// Its author hasn't answered yet.
    #[default]
    Asked,
    /// With the address of its author's stamp.
    Granted(String),
    /// Its author said no, or took a yes back.
    No,
}

/// What it became.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// `Note`, `Article`, or `Event` for a call.
    pub form: StatementForm,
    /// The text alone, with hashtags and mentions as links, for the statement's page.
    pub html: String,
    /// The whole object with its `@context`.
    pub object: Value,
    pub digest: String,
}

/// Renders a statement.
///
/// # Errors
/// None in practice: see [`digest_multibase`].
pub fn render(parts: &Parts) -> serde_json::Result<Rendered> {
    let content = parts.content;
    let body = text::markdown(&content.body);
    let form = match parts.form {
        StatementForm::Auto => content.published_form(text::plain(&body).chars().count()),
        decided => decided,
    };
    let links = word_links(parts);
    let (body, found) = link_words(&body, &links);
    let leftover = |sign: char| {
        let words = content.hashtags.iter().filter(|_| sign == '#').map(|tag| format!("#{}", tag.to_lowercase()));
        let words = words.chain(content.mentions.iter().filter(|_| sign == '@').map(|m| format!("@{}", m.handle.to_lowercase())));
        let missing: Vec<&str> =
            words.filter(|word| !found.contains(word.as_str())).filter_map(|word| Some(links.get(&word)?.as_str())).collect();
        if missing.is_empty() { String::new() } else { format!("<p>{}</p>", missing.join(" ")) }
    };
    let demands = if content.demands.is_empty() {
        String::new()
    } else {
        format!("<ul>{}</ul>", content.demands.iter().map(|demand| format!("<li>{}</li>", line(demand))).collect::<String>())
    };
    let contact = if content.contact.is_empty() { String::new() } else { format!("<p>{}</p>", line(&content.contact)) };
    let title = match form {
        StatementForm::Article | StatementForm::Event => String::new(),
        _ if content.title.is_empty() => String::new(),
        _ => format!("<p><strong>{}</strong></p>", escape(&content.title)),
    };
    let page = format!("<p>{}</p>", page_link(parts.id));
    let supporters = call::supporters(content) + &came(content);
    let html = [
        quote_line(content),
        title,
        body.clone(),
        supporters,
        demands,
        contact,
        posters(parts.posters),
        leftover('@'),
        leftover('#'),
        page,
    ]
    .concat();

    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    let context = match form {
        StatementForm::Event => context::call(),
        _ if content.report.is_some() => context::report(),
        _ => context::statement(),
    };
    put("@context", context);
    put("id", json!(parts.id));
    put("type", json!(form.kind()));
    put("attributedTo", json!(parts.actor));
    if !content.title.is_empty() {
        put("name", json!(content.title));
    }
    if !content.in_reply_to.is_empty() {
        put("inReplyTo", json!(content.in_reply_to));
    }
    if let Some(report) = &content.report {
        put("reportOf", json!(report.of));
        if let Some(range) = report.attendance {
            put("attendanceLeast", json!(range.least));
            put("attendanceMost", json!(range.most));
        }
    }
    if let Some(quote) = content.quote.as_ref().filter(|quote| !quote.uri.is_empty()) {
        for (key, value) in quote_members(&quote.uri, &parts.quote) {
            put(key, value);
        }
    }
    if form == StatementForm::Article {
        put("summary", json!(article_summary(parts, &body)));
    } else if let Some(call) = &content.call {
        put("summary", json!(call::summary(content, call, &lead(parts, &body))));
    } else if !content.content_warning.is_empty() {
        put("summary", json!(content.content_warning));
    }
    put("sensitive", json!(!content.content_warning.is_empty()));
    // The first key of this map is the language by which Mastodon files a post.
    if html.len() > MAX_DOUBLED {
        put("nameMap", one_language(&content.language, &content.title));
    } else {
        put("contentMap", one_language(&content.language, &html));
    }
    put("content", json!(html));
    for (key, value) in content.call.iter().flat_map(|call| call::members(parts.id, parts.actor, content, call)) {
        put(key, value);
    }
    put("url", json!(parts.id));
    put("published", json!(rfc3339(parts.published)));
    if let Some(updated) = parts.updated {
        put("updated", json!(rfc3339(updated)));
    }
    put("to", json!([PUBLIC]));
    let followers = format!("{}/followers", parts.actor);
    let mentioned = content.mentions.iter().filter(|mention| !mention.actor.is_empty());
    let cited =
        content.quote.iter().map(|quote| quote.author.clone()).filter(|author| !author.is_empty() && author != parts.actor);
    let mut cc: Vec<String> = std::iter::once(followers).chain(mentioned.map(|mention| mention.actor.clone())).collect();
    cc.extend(cited.filter(|author| !cc.contains(author)).collect::<Vec<_>>());
    put("cc", json!(cc));
    // Images first: Mastodon keeps four, and shows those that it doesn't know as links between them.
    put("attachment", parts.images.iter().map(attachment).chain(parts.posters.iter().map(document)).collect());
    put("tag", tags(parts));
    for name in ["replies", "likes", "shares"] {
        put(name, json!(format!("{}/{name}", parts.id)));
    }
    let mut policy = quote_policy(parts.actor, parts.quotes);
    match parts.endorsing {
        Endorsing::Register(rule) => {
            policy["canEndorse"] = allowed(parts.actor, rule);
            put("endorsements", json!(format!("{}/endorsements", parts.id)));
        }
        Endorsing::Shows(id) => put("endorsement", json!(id)),
    }
    put("interactionPolicy", policy);
    if form == StatementForm::Article {
        put("preview", preview(parts, &body));
    }
    let mut object = Value::Object(object);
    let digest = digest_multibase(&object)?;
    object["digestMultibase"] = json!(digest);
    Ok(Rendered { form, html: body, object, digest })
}

/// The members that make an object a quote: FEP-044f's own, and those of software that knows only older ones.
const QUOTE_MEMBERS: [&str; 4] = ["quote", "quoteUri", "_misskey_quote", "quoteAuthorization"];

fn quote_members(uri: &str, shown: &QuoteShown) -> Vec<(&'static str, Value)> {
    let stamp = match shown {
        QuoteShown::No => return Vec::new(),
        QuoteShown::Asked => None,
        QuoteShown::Granted(stamp) => Some(stamp),
    };
    let mut members: Vec<_> = QUOTE_MEMBERS[..3].iter().map(|key| (*key, json!(uri))).collect();
    members.extend(stamp.map(|stamp| (QUOTE_MEMBERS[3], json!(stamp))));
    members
}

/// Says anew how far an object's quote is agreed to, and changes nothing else: text and digest stay.
pub fn show_quote(object: &mut Value, uri: &str, shown: &QuoteShown) {
    let Some(members) = object.as_object_mut() else { return };
    for key in QUOTE_MEMBERS {
        members.shift_remove(key);
    }
    members.extend(quote_members(uri, shown).into_iter().map(|(key, value)| (key.to_owned(), value)));
}

/// For software that shows no quotes; Mastodon hides it by its class where it shows one.
fn quote_line(content: &StatementContent) -> String {
    let Some(quote) = content.quote.as_ref().filter(|quote| !quote.uri.is_empty()) else { return String::new() };
    let href = escape(if quote.url.is_empty() { &quote.uri } else { &quote.url });
    format!("<p class=\"quote-inline\">RE: <a href=\"{href}\">{href}</a></p>")
}

/// How many came, in the report's language, for those whose server knows no such member.
fn came(content: &StatementContent) -> String {
    let Some(range) = content.report.as_ref().and_then(|report| report.attendance) else { return String::new() };
    let lang = Lang::by_tag(&content.language).unwrap_or_else(Lang::english);
    format!("<p>{}</p>", escape(&lang.attendance(range)))
}

/// A withdrawn statement: what stands at its address instead, with status 410. It names its author, by whose key it is proven.
pub fn tombstone(id: &str, author: &str, former: StatementForm, published: Timestamp, deleted: Timestamp) -> Value {
    json!({
        "@context": super::activity::CONTEXT, "id": id, "type": "Tombstone", "attributedTo": author,
        "formerType": former.kind(),
        "published": rfc3339(published), "deleted": rfc3339(deleted)
    })
}

/// FEP-044f: who may quote without being asked, and who may ask. An empty list would be the same as none at all; so where
/// nobody may, the author itself stands there.
pub fn quote_policy(actor: &str, policy: Policy) -> Value {
    json!({ "canQuote": allowed(actor, policy) })
}

fn allowed(actor: &str, policy: Policy) -> Value {
    let automatic = match policy.automatic {
        PolicyScope::Everybody => PUBLIC.to_owned(),
        PolicyScope::Followers => format!("{actor}/followers"),
        PolicyScope::Following => format!("{actor}/following"),
        PolicyScope::Nobody => actor.to_owned(),
    };
    let asking: &[&str] = if policy.review && policy.automatic != PolicyScope::Everybody { &[PUBLIC] } else { &[] };
    json!({ "automaticApproval": [automatic], "manualApproval": asking })
}

/// Where a hashtag of ours leads.
pub fn hashtag_address(actor: &str, tag: &str) -> String {
    format!("{actor}?tag={}", url::form_urlencoded::byte_serialize(tag.as_bytes()).collect::<String>())
}

fn one_language(language: &str, text: &str) -> Value {
    let mut map = Map::new();
    map.insert(language.to_owned(), json!(text));
    Value::Object(map)
}

fn mention_page(mention: &Mention) -> &str {
    if mention.url.is_empty() { &mention.actor } else { &mention.url }
}

fn word_links(parts: &Parts) -> HashMap<String, String> {
    let tags = parts
        .content
        .hashtags
        .iter()
        .map(|tag| (format!("#{}", tag.to_lowercase()), hashtag_link(tag, &hashtag_address(parts.actor, tag))));
    let mentions = parts
        .content
        .mentions
        .iter()
        .filter(|mention| !mention.actor.is_empty())
        .map(|m| (format!("@{}", m.handle.to_lowercase()), mention_link(&m.handle, mention_page(m))));
    tags.chain(mentions).collect()
}

fn tags(parts: &Parts) -> Value {
    let hashtags = parts
        .content
        .hashtags
        .iter()
        .map(|tag| json!({ "type": "Hashtag", "name": format!("#{tag}"), "href": hashtag_address(parts.actor, tag) }));
    let mentions = parts
        .content
        .mentions
        .iter()
        .filter(|mention| !mention.actor.is_empty())
        .map(|mention| json!({ "type": "Mention", "name": format!("@{}", mention.handle), "href": mention.actor }));
    hashtags.chain(mentions).collect()
}

fn attachment(image: &ImagePart) -> Value {
    json!({
        "type": "Document", "mediaType": image.media_type, "url": image.url, "name": image.alt,
        "width": image.width, "height": image.height
    })
}

fn document(poster: &PosterPart) -> Value {
    json!({ "type": "Document", "mediaType": poster.media_type, "url": poster.url, "name": poster.title })
}

/// Links to the posters, for those whose server shows no attachments but images.
fn posters(posters: &[PosterPart]) -> String {
    let link = |poster: &PosterPart| format!("<p><a href=\"{}\">{}</a> (PDF)</p>", escape(&poster.url), escape(&poster.title));
    posters.iter().map(link).collect()
}

/// What Mastodon shows of an `Article` between its name and its link: what matters. A content warning takes its place,
/// since an `Article` can't be folded there.
fn article_summary(parts: &Parts, body: &str) -> String {
    match parts.content.content_warning.as_str() {
        "" => lead(parts, body),
        warning => format!("<p>{}</p>", escape(warning)),
    }
}

/// What the text is about, in short.
fn lead(parts: &Parts, body: &str) -> String {
    let content = parts.content;
    let lead = if content.summary.is_empty() {
        format!("<p>{}</p>", escape(&text::excerpt(&text::plain(body), SUMMARY_EXCERPT)))
    } else {
        paragraphs(&content.summary)
    };
    let demands: Vec<String> =
        content.demands.iter().take(SUMMARY_DEMANDS).map(|demand| format!("• {}", escape(demand))).collect();
    let demands = if demands.is_empty() { String::new() } else { format!("<p>{}</p>", demands.join("<br>")) };
    quote_line(content) + &lead + &demands
}

/// FEP-b2b8: a `Note` for software that shows one in place of the whole.
fn preview(parts: &Parts, body: &str) -> Value {
    let content = parts.content;
    let (title, link) = (escape(&content.title), page_link(parts.id));
    let html = format!("<p><strong>{title}</strong></p>{}<p>{link}</p>", article_summary(parts, body));
    json!({
        "type": "Note", "attributedTo": parts.actor, "content": html,
        "contentMap": one_language(&content.language, &html), "published": rfc3339(parts.published)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_rfc3339;

    const ID: &str = "https://river.example/statements/0197";
    const ACTOR: &str = "https://river.example/c/river";

    fn content() -> StatementContent {
        StatementContent {
            title: "No dam & no <mine>".into(),
            body: "We **refuse** it, with @ana@valley.example.\n\nFor the #River.".into(),
            demands: vec!["Stop the works".into(), "Open the files".into()],
            contact: "Write to us: https://river.example/contact".into(),
            language: "es".into(),
            hashtags: vec!["River".into(), "Agua".into()],
            mentions: vec![mention("ana@valley.example"), Mention { url: String::new(), ..mention("bo@hill.example") }],
            ..Default::default()
        }
    }

    fn mention(handle: &str) -> Mention {
        let (user, host) = handle.split_once('@').unwrap();
        Mention {
            handle: handle.into(),
            actor: format!("https://{host}/users/{user}"),
            url: format!("https://{host}/@{user}"),
            inbox: format!("https://{host}/inbox"),
        }
    }

    fn rendered(content: &StatementContent, form: StatementForm) -> Rendered {
        let images = [ImagePart {
            media_type: "image/jpeg".into(),
            url: "https://river.example/media/a.jpg".into(),
            alt: "A quiet river".into(),
            width: 800,
            height: 600,
        }];
        let published = parse_rfc3339("2026-11-22T18:00:00Z").unwrap();
        render(&Parts {
            id: ID,
            actor: ACTOR,
            content,
            images: &images,
            posters: &[],
            published,
            updated: None,
            form,
            quotes: Policy::default(),
            quote: QuoteShown::default(),
            endorsing: Endorsing::Register(Policy { automatic: PolicyScope::Following, review: true }),
        })
        .unwrap()
    }

    #[test]
    fn posters_stand_behind_images_and_in_the_text() {
        let content = content();
        let part = |media_type: &str, url: &str| (media_type.to_owned(), url.to_owned());
        let (media_type, url) = part("application/pdf", "https://river.example/media/a.pdf");
        let posters = [PosterPart { media_type, url, title: "For walls & doors".into() }];
        let images = [ImagePart {
            media_type: "image/png".into(),
            url: "https://r.example/a.png".into(),
            alt: "A".into(),
            width: 1,
            height: 1,
        }];
        let published = parse_rfc3339("2026-11-22T18:00:00Z").unwrap();
        let parts = |posters| Parts {
            id: ID,
            actor: ACTOR,
            content: &content,
            images: &images,
            posters,
            published,
            updated: None,
            form: StatementForm::Auto,
            quotes: Policy::default(),
            quote: QuoteShown::default(),
            endorsing: Endorsing::Register(Policy::default()),
        };
        let (with, without) = (render(&parts(&posters)).unwrap(), render(&parts(&[])).unwrap());
        assert_ne!(with.digest, without.digest, "they are part of what is endorsed");
        let shown = &with.object["attachment"];
        assert_eq!((&shown[0]["mediaType"], &shown[1]["mediaType"]), (&json!("image/png"), &json!("application/pdf")));
        assert_eq!(
            (&shown[1]["type"], &shown[1]["name"], shown[1].get("width")),
            (&json!("Document"), &json!("For walls & doors"), None)
        );
        let link = "<p><a href=\"https://river.example/media/a.pdf\">For walls &amp; doors</a> (PDF)</p>";
        assert!(with.object["content"].as_str().unwrap().contains(link));
        let view = super::super::mastodon_view::view(&with.object);
        assert_eq!(view.attachments.iter().map(|one| one.is_picture()).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_note_is_whole() {
        let note = rendered(&content(), StatementForm::Auto);
        assert_eq!(note.form, StatementForm::Note);
        let object = note.object;
        assert_eq!(object["type"], "Note");
        assert_eq!(object["name"], "No dam & no <mine>");
        assert_eq!(object["attributedTo"], ACTOR);
        assert_eq!(object["to"], json!([PUBLIC]));
        assert_eq!(
            object["cc"],
            json!([format!("{ACTOR}/followers"), "https://valley.example/users/ana", "https://hill.example/users/bo"])
        );
        assert!(object.get("summary").is_none(), "a Note's summary is a content warning");
        assert_eq!(object["sensitive"], false);
        assert_eq!(object["published"], "2026-11-22T18:00:00Z");
        assert!(object.get("updated").is_none());
        assert_eq!(object["contentMap"].as_object().unwrap().keys().collect::<Vec<_>>(), ["es"]);
        assert_eq!(object["contentMap"]["es"], object["content"]);
        assert_eq!(
            object["attachment"],
            json!([{ "type": "Document", "mediaType": "image/jpeg", "url": "https://river.example/media/a.jpg",
                     "name": "A quiet river", "width": 800, "height": 600 }])
        );
        assert_eq!(
            object["tag"],
            json!([
                { "type": "Hashtag", "name": "#River", "href": "https://river.example/c/river?tag=River" },
                { "type": "Hashtag", "name": "#Agua", "href": "https://river.example/c/river?tag=Agua" },
                { "type": "Mention", "name": "@ana@valley.example", "href": "https://valley.example/users/ana" },
                { "type": "Mention", "name": "@bo@hill.example", "href": "https://hill.example/users/bo" },
            ])
        );
        assert_eq!(object["replies"], format!("{ID}/replies"));
        assert_eq!(object["endorsements"], format!("{ID}/endorsements"));
        assert_eq!(
            object["interactionPolicy"]["canEndorse"],
            json!({ "automaticApproval": [format!("{ACTOR}/following")], "manualApproval": [PUBLIC] })
        );
        assert_eq!(object["digestMultibase"], digest_multibase(&object).unwrap());
        assert!(object.get("proof").is_none() && object.get("signature").is_none());
    }

    #[test]
    fn a_notes_text_begins_with_its_title_and_ends_with_its_page() {
        let object = rendered(&content(), StatementForm::Auto).object;
        let html = object["content"].as_str().unwrap();
        assert!(html.starts_with("<p><strong>No dam &amp; no &lt;mine&gt;</strong></p>"), "{html}");
        assert!(html.ends_with(&format!("<p><a href=\"{ID}\">river.example/statements/0197</a></p>")), "{html}");
        assert!(html.contains("<strong>refuse</strong>"), "{html}");
        assert!(html.contains("<ul><li>Stop the works</li><li>Open the files</li></ul>"), "{html}");
        assert!(html.contains("<a href=\"https://river.example/contact\">"), "{html}");
        // Where they stand in the text they are linked there, else in a paragraph of their own; once each.
        let ana = "<a href=\"https://valley.example/@ana\" class=\"u-url mention\">@<span>ana</span></a>";
        let bo = "<p><span class=\"h-card\"><a href=\"https://hill.example/users/bo\" class=\"u-url mention\">@<span>bo</span></a></span></p>";
        assert_eq!(html.matches(ana).count(), 1, "{html}");
        assert_eq!(html.matches(bo).count(), 1, "{html}");
        assert_eq!(html.matches("#<span>River</span>").count(), 1, "{html}");
        assert!(html.contains("<p><a href=\"https://river.example/c/river?tag=Agua\" class=\"mention hashtag\""), "{html}");
    }

    #[test]
    fn a_content_warning_folds_a_note() {
        let object = rendered(&StatementContent { content_warning: "police violence".into(), ..content() }, StatementForm::Auto);
        assert_eq!(object.object["summary"], "police violence");
        assert_eq!(object.object["sensitive"], true);
    }

    #[test]
    fn an_article_carries_its_demands_where_mastodon_shows_them() {
        let summary = "We stand at the dam.\n\nOn 12 March.".to_owned();
        let article = rendered(&StatementContent { summary, ..content() }, StatementForm::Article).object;
        assert_eq!(article["type"], "Article");
        let summary = article["summary"].as_str().unwrap();
        assert_eq!(
            summary, "<p>We stand at the dam.</p><p>On 12 March.</p><p>• Stop the works<br>• Open the files</p>",
            "Mastodon adds the link itself"
        );
        assert!(!article["content"].as_str().unwrap().starts_with("<p><strong>"), "its name is its title");
        assert_eq!(article["preview"]["type"], "Note");
        let preview = article["preview"]["content"].as_str().unwrap();
        assert!(preview.contains("On 12 March") && preview.ends_with("river.example/statements/0197</a></p>"), "{preview}");
        assert!(article["preview"].get("id").is_none());
        let folded = rendered(&StatementContent { content_warning: "violence".into(), ..content() }, StatementForm::Article);
        assert!(!folded.object["summary"].as_str().unwrap().contains("Stop the works"));
    }

    #[test]
    fn a_long_text_becomes_an_article_below_a_megabyte() {
        let long = StatementContent { body: "水".repeat(200_000), ..content() };
        let article = rendered(&long, StatementForm::Auto).object;
        assert_eq!(article["type"], "Article");
        assert!(article.get("contentMap").is_none());
        assert_eq!(article["nameMap"]["es"], "No dam & no <mine>");
        assert!(serde_json::to_string(&article).unwrap().len() < 1_000_000);
    }

    #[test]
    fn a_tombstone_says_what_it_was() {
        let at = parse_rfc3339("2026-11-22T18:00:00Z").unwrap();
        let stone = tombstone(ID, "https://river.example/c/river", StatementForm::Note, at, at);
        assert_eq!((&stone["type"], &stone["formerType"]), (&json!("Tombstone"), &json!("Note")));
        assert!(stone.get("content").is_none());
    }
}
