//! What a call has on the wire beside a statement's members: the members of an `Event` (FEP-8a8e), and the `Note` that stands for
//! it on servers that know no events.
//!
//! Must not know who gets which.

use super::html::{escape, line, paragraphs};
use crate::{
    domain::{
        call::{Call, CallStatus},
        place::Place,
        site::NOTE,
        statement::StatementContent,
        when::When,
    },
    i18n::Lang,
    text,
};
use serde_json::{Map, Value, json};

/// What stands in `category`: Mobilizon's own word for demonstrations and the like.
const CATEGORY: &str = "MOVEMENTS_POLITICS";

/// Members of an `Event` that its Note doesn't have. Its quote is consented to under the call's own id.
const EVENT_MEMBERS: [&str; 26] = [
    "name",
    "nameMap",
    "summary",
    "startTime",
    "endTime",
    "timezone",
    "allDay",
    "location",
    "eventStatus",
    "status",
    "ical:status",
    "callStatus",
    "previousStartTime",
    "recurrenceRule",
    "organizers",
    "category",
    "joinMode",
    "externalParticipationUrl",
    "inLanguage",
    "companion",
    "localActions",
    "digestMultibase",
    "endorsements",
    "quote",
    "quoteUri",
    "_misskey_quote",
];

/// The id of a call's Note.
pub fn note_id(call: &str) -> String {
    format!("{call}{NOTE}")
}

/// Dates and state in words; in a language of the interface, or bare where there is none for the text's language.
pub(super) struct Words(Option<Lang>);

impl Words {
    /// For texts in this language.
    pub(super) fn of(tag: &str) -> Self {
        Self(Lang::by_tag(tag))
    }

    /// By which rule it comes back.
    fn again(&self, call: &Call) -> Option<String> {
        Some(self.0.unwrap_or_else(Lang::english).recurrence(call.recurrence.as_ref()?))
    }

    fn when(&self, when: &When) -> String {
        match self.0 {
            Some(lang) => lang.when(when),
            None => {
                let (start, end, zone) = when.typed();
                let range = if end.is_empty() || end == start { start } else { format!("{start} – {end}") };
                let range = range.replace('T', " ");
                if zone.is_empty() { range } else { format!("{range} ({zone})") }
            }
        }
    }

    fn change(&self, call: &Call) -> Option<String> {
        self.0.unwrap_or_else(Lang::english).call_change(call)
    }

    pub(super) fn text(&self, id: &str) -> String {
        self.0.unwrap_or_else(Lang::english).text(id)
    }
}

/// A place for those who know places (schema.org's address, as Mobilizon has it), as far as it may be told.
pub(super) fn location(place: &Place) -> Value {
    let place = place.public();
    let mut address = Map::new();
    let mut put = |key: &str, text: &str| {
        if !text.is_empty() {
            address.insert(key.to_owned(), json!(text));
        }
    };
    put("streetAddress", &place.address);
    put("addressLocality", place.city.as_ref().map_or("", |city| &city.name));
    put("addressCountry", &place.country);
    let name = if place.name.is_empty() { place.line() } else { place.name.clone() };
    let mut location = json!({ "type": "Place", "name": name });
    if !address.is_empty() {
        location["address"] = json!({ "type": "PostalAddress" });
        if let Some(members) = location["address"].as_object_mut() {
            members.extend(address);
        }
    }
    if let Some(point) = place.coordinates {
        location["latitude"] = json!(point.latitude);
        location["longitude"] = json!(point.longitude);
    }
    location
}

/// Where it is, on one line: `None` for a call to everywhere.
fn place(call: &Call) -> Option<String> {
    call.place.as_ref().map(|place| place.public().line()).filter(|line| !line.is_empty())
}

/// When and where, and what changed, in HTML for people.
pub(super) fn facts(words: &Words, call: &Call, change: Option<String>) -> String {
    let mut html = String::new();
    if let Some(change) = change {
        let sign = match call.status {
            CallStatus::Announced => "",
            CallStatus::Postponed => "⏸ ",
            CallStatus::Moved => "↷ ",
            CallStatus::Cancelled => "✕ ",
        };
        html += &format!("<p><strong>{sign}{}</strong></p>", escape(&change));
        if !call.notice.is_empty() {
            html += &paragraphs(&call.notice);
        }
    }
    let place = place(call).unwrap_or_else(|| words.text("call-everywhere"));
    // Without a date for the time being no date stands out.
    html += &match call.status {
        CallStatus::Postponed => format!("<p>📍 {}</p>", escape(&place)),
        _ => {
            let again = words.again(call).map_or_else(String::new, |again| format!("<br>↻ {}", escape(&again)));
            format!("<p>📅 <strong>{}</strong>{again}<br>📍 {}</p>", escape(&words.when(&call.when)), escape(&place))
        }
    };
    html
}

/// What supporters can do, as it stands in the text.
pub(super) fn supporters(content: &StatementContent) -> String {
    match &content.call {
        Some(call) if !call.supporters.is_empty() => {
            let heading = escape(&Words::of(&content.language).text("call-supporters"));
            format!("<p><strong>{heading}</strong></p>{}", text::markdown(&call.supporters))
        }
        _ => String::new(),
    }
}

/// What Mastodon shows of an `Event` between its name and its link: when, where, what changed, and what the text is about.
pub(super) fn summary(content: &StatementContent, call: &Call, lead: &str) -> String {
    if !content.content_warning.is_empty() {
        let words = Words::of(&content.language);
        return format!("<p>📅 {}</p><p>{}</p>", escape(&words.when(&call.when)), line(&content.content_warning));
    }
    let words = Words::of(&content.language);
    facts(&words, call, words.change(call)) + lead
}

/// The members that make a statement's object an `Event`.
pub(super) fn members(id: &str, actor: &str, content: &StatementContent, call: &Call) -> Vec<(&'static str, Value)> {
    let time = |at: chrono::DateTime<chrono::FixedOffset>| json!(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let mut members = vec![("startTime", time(call.when.start()))];
    members.extend(call.when.end().map(|end| ("endTime", time(end))));
    match call.when.zone() {
        Some(zone) => members.push(("timezone", json!(zone.name()))),
        None => members.push(("allDay", json!(true))),
    }
    if let Some(place) = call.place.as_ref().map(location) {
        members.push(("location", place));
    }
    // Nobody reads “postponed” or “moved” of others; ours do.
    let status = match call.status {
        CallStatus::Announced | CallStatus::Moved => "CONFIRMED",
        CallStatus::Postponed => "TENTATIVE",
        CallStatus::Cancelled => "CANCELLED",
    };
    for key in ["eventStatus", "status", "ical:status"] {
        members.push((key, json!(status)));
    }
    members.push(("callStatus", json!(call.status.as_str())));
    members.extend(call.was.map(|was| ("previousStartTime", time(was.start()))));
    members.extend(call.recurrence.iter().map(|rule| ("recurrenceRule", json!(rule))));
    members.extend([
        ("organizers", json!({ "type": "Collection", "totalItems": 1, "items": [actor] })),
        ("category", json!(CATEGORY)),
        // Who takes part says so at its page, or with an action of their own.
        ("joinMode", json!("external")),
        ("externalParticipationUrl", json!(id)),
        ("inLanguage", json!(content.language)),
        ("companion", json!(note_id(id))),
        ("localActions", json!(format!("{id}/actions"))),
    ]);
    members
}

/// The Note that stands for a call on servers that know no events, from the `Event` as it was made of this content.
pub fn companion(event: &Value, content: &StatementContent) -> Value {
    let mut note = event.clone();
    let (Some(call), Some(members)) = (&content.call, note.as_object_mut()) else { return note };
    let id = event["id"].as_str().unwrap_or_default();
    let words = Words::of(&content.language);
    let html = format!(
        "<p><strong>{}</strong></p>{}{}",
        escape(&content.title),
        facts(&words, call, words.change(call)),
        event["content"].as_str().unwrap_or_default()
    );
    for key in EVENT_MEMBERS {
        members.shift_remove(key);
    }
    members.insert("id".into(), json!(note_id(id)));
    members.insert("type".into(), json!("Note"));
    members.insert("companionOf".into(), json!(id));
    if !content.content_warning.is_empty() {
        members.insert("summary".into(), json!(content.content_warning));
    }
    if let Some(policy) = members.get_mut("interactionPolicy").and_then(Value::as_object_mut) {
        // It is the call that is co-signed.
        policy.shift_remove("canEndorse");
    }
    let mut map = Map::new();
    map.insert(content.language.clone(), json!(html));
    members.insert("contentMap".into(), Value::Object(map));
    members.insert("content".into(), json!(html));
    note
}
