//! A local action as an `Event` of its organisers (FEP-8a8e), under the call that it names; and those of others, read back.
//!
//! Must not believe that a call's author agrees: that is what the stamp is for.

use super::{
    PUBLIC,
    activity::CONTEXT,
    call::{Words, facts, location, note_id},
    context,
    html::{escape, line, paragraphs},
    read::{self, id_of},
    read_event,
};
use crate::domain::{
    Timestamp,
    action::{ActionContent, ActionKind, MAX_ACCESSIBILITY, MAX_ACTION_CONTACT, MAX_ACTION_TEXT, MAX_ACTION_TITLE, MAX_SPOKEN},
    call::{Call, CallStatus},
    consent::ENDORSEMENTS,
    country,
    language::parse_tag,
    place::{City, Coordinates, MAX_ADDRESS, MAX_CITY, MAX_PLACE_NAME, Place, Precision},
    time::{parse_rfc3339, rfc3339},
};
use crate::text::gazetteer;
use serde_json::{Map, Value, json};

/// The member by which an action, and an `Add` of it, names the stamp.
pub const STAMP: &str = "localActionAuthorization";

/// What an action is made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Its id, which is its page too.
    pub id: &'a str,
    /// Its organisers' actor id.
    pub actor: &'a str,
    pub call: &'a str,
    /// What the call is called; may be empty.
    pub call_title: &'a str,
    /// The organisers' language, a BCP 47 tag.
    pub language: &'a str,
    pub content: &'a ActionContent,
    /// The stamp of the call's author.
    pub stamp: Option<&'a str>,
    pub published: Timestamp,
    pub updated: Timestamp,
}

/// The whole object with its `@context`.
pub fn action(parts: &Parts) -> Value {
    let content = parts.content;
    let time = |at: chrono::DateTime<chrono::FixedOffset>| json!(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let mut object = json!({
        "@context": context::action(), "id": parts.id, "type": "Event", "attributedTo": parts.actor, "name": content.title,
        "content": paragraphs(&content.text), "startTime": time(content.when.start())
    });
    let mut put = |key: &str, value: Value| object[key] = value;
    if let Some(end) = content.when.end() {
        put("endTime", time(end));
    }
    match content.when.zone() {
        Some(zone) => put("timezone", json!(zone.name())),
        None => put("allDay", json!(true)),
    }
    if let Some(place) = &content.place {
        put("location", location(place));
    }
    let status = match content.status {
        CallStatus::Announced | CallStatus::Moved => "CONFIRMED",
        CallStatus::Postponed => "TENTATIVE",
        CallStatus::Cancelled => "CANCELLED",
    };
    for key in ["eventStatus", "status", "ical:status"] {
        put(key, json!(status));
    }
    put("callStatus", json!(content.status.as_str()));
    put("actionKind", json!(content.kind.as_str()));
    for (key, text) in [("accessibility", &content.accessibility), ("contactText", &content.contact)] {
        if !text.is_empty() {
            put(key, json!(escape(text)));
        }
    }
    if !content.languages.is_empty() {
        put("spokenLanguages", json!(content.languages));
    }
    put("companion", json!(note_id(parts.id)));
    put("superEvent", json!(parts.call));
    put("inReplyTo", json!(parts.call));
    if let Some(stamp) = parts.stamp {
        put(STAMP, json!(stamp));
    }
    put("category", json!("MOVEMENTS_POLITICS"));
    put("joinMode", json!("external"));
    put("externalParticipationUrl", json!(parts.id));
    put("url", json!(parts.id));
    put("published", json!(rfc3339(parts.published)));
    put("updated", json!(rfc3339(parts.updated)));
    put("to", json!([PUBLIC]));
    put("cc", json!([format!("{}/followers", parts.actor)]));
    object
}

/// The Note that stands for an action on servers that know no events. It answers nothing: who follows its organisers is to see it.
pub fn note(parts: &Parts) -> Value {
    let content = parts.content;
    let words = Words::of(parts.language);
    let change = match content.status {
        CallStatus::Announced => None,
        status => Some(words.text(&format!("action-{status}"))),
    };
    let call = Call { place: content.place.clone(), status: content.status, ..Call::new(content.when) };
    let mut html = format!("<p><strong>{}</strong></p>{}", escape(&content.title), facts(&words, &call, change));
    html += &paragraphs(&content.text);
    html += &paragraphs(&content.accessibility);
    if !content.contact.is_empty() {
        html += &format!("<p>✉ {}</p>", line(&content.contact));
    }
    let link = |address: &str, text: &str| format!("<a href=\"{}\">{}</a>", escape(address), escape(text));
    let title = if parts.call_title.is_empty() { parts.call } else { parts.call_title };
    html += &format!("<p>{} {}</p>", escape(&words.text("actions-under")), link(parts.call, title));
    html += &format!("<p>{}</p>", link(parts.id, parts.id));
    let mut map = serde_json::Map::new();
    map.insert(parts.language.to_owned(), json!(html));
    json!({
        "@context": context::action(), "id": note_id(parts.id), "type": "Note", "attributedTo": parts.actor, "content": html,
        "contentMap": map, "companionOf": parts.id, "url": parts.id, "published": rfc3339(parts.published),
        "updated": rfc3339(parts.updated), "to": [PUBLIC], "cc": [format!("{}/followers", parts.actor)]
    })
}

/// What stands at the address of one that was deleted.
pub fn tombstone(id: &str, author: &str, deleted: Timestamp) -> Value {
    json!({
        "@context": CONTEXT, "id": id, "type": "Tombstone", "attributedTo": author, "formerType": "Event",
        "deleted": rfc3339(deleted)
    })
}

/// An action of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub id: String,
    pub actor: String,
    pub call: String,
    pub content: ActionContent,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
}

/// Says in an `Add` by which stamp its author lets the action stand, so that whoever reads it needn't wait for the action to say so.
pub fn vouch(add: &mut Value, stamp: &str) {
    add["@context"] =
        json!([CONTEXT, { "localActionAuthorization": { "@id": format!("{ENDORSEMENTS}{STAMP}"), "@type": "@id" } }]);
    add[STAMP] = json!(stamp);
}

/// Whether an object says that it is an action under something.
pub fn is_action(object: &Value) -> bool {
    object["type"] == "Event" && object.get("superEvent").and_then(id_of).is_some()
}

/// Reads an action; `None` where it has no id, author, call, title or readable beginning. Its texts are cut and plain.
pub fn read(object: &Value) -> Option<Read> {
    let body = object.as_object().filter(|_| is_action(object))?;
    let plain = |key: &str, most: usize| {
        let text = crate::text::plain(&crate::text::sanitise(&read::text(body, key)));
        read::cut_chars(text.trim(), most).to_owned()
    };
    let event = read_event::occasion(body)?;
    let time = |key: &str| body.get(key)?.as_str().and_then(parse_rfc3339);
    let content = ActionContent {
        title: plain("name", MAX_ACTION_TITLE),
        kind: body.get("actionKind").and_then(Value::as_str).and_then(|word| word.parse().ok()).unwrap_or(ActionKind::Other),
        when: event.when,
        // As its organisers tell it, and no more exactly than that.
        place: place(body, &event.place),
        status: event.status,
        text: plain("content", MAX_ACTION_TEXT),
        accessibility: plain("accessibility", MAX_ACCESSIBILITY),
        languages: read::list(body.get("spokenLanguages"))
            .filter_map(Value::as_str)
            .filter_map(parse_tag)
            .take(MAX_SPOKEN)
            .collect(),
        contact: plain("contactText", MAX_ACTION_CONTACT),
    }
    .normalised();
    if content.title.is_empty() {
        return None;
    }
    Some(Read {
        id: id_of(object)?,
        actor: body.get("attributedTo").and_then(id_of)?,
        call: body.get("superEvent").and_then(id_of)?,
        content,
        published: time("published"),
        updated: time("updated"),
    })
}

/// Where it is: in its parts where they come in parts, so that it can be counted by city; else on one line.
fn place(body: &Map<String, Value>, line: &str) -> Option<Place> {
    let mut places = read::list(body.get("location")).filter(|place| place["type"] != "VirtualLocation");
    let location = places.find_map(Value::as_object);
    let address = location.and_then(|location| location.get("address")).and_then(Value::as_object);
    let part = |key: &str, most: usize| {
        let text = address.map(|address| read::text(address, key)).unwrap_or_default();
        read::cut_chars(text.trim(), most).to_owned()
    };
    let country = country::parse(&part("addressCountry", MAX_ADDRESS)).unwrap_or_default().to_owned();
    let city = Some(part("addressLocality", MAX_CITY)).filter(|city| !city.is_empty());
    let number = |key: &str| location?.get(key)?.as_f64();
    let coordinates = number("latitude").zip(number("longitude")).and_then(|(north, east)| Coordinates::new(north, east));
    let cut = |text: &str| read::cut_chars(text, MAX_PLACE_NAME).to_owned();
    let Some(city) = city else {
        let told = !line.is_empty() || coordinates.is_some();
        let place = Place { precision: Precision::Exact, name: cut(line), country, coordinates, ..Place::default() };
        return told.then_some(place);
    };
    let known = gazetteer::meant(&city, &country);
    let name = location.map(|location| read::text(location, "name")).unwrap_or_default();
    let (name, street) = (name.trim(), part("streetAddress", MAX_ADDRESS));
    let place = Place {
        precision: Precision::Exact,
        // Where no name is told, the line of all parts stands for it on the wire.
        name: if name == city || name.ends_with(&format!(", {city}")) { String::new() } else { cut(name) },
        address: street,
        country: if country.is_empty() { known.map_or("", gazetteer::City::country).to_owned() } else { country },
        city: Some(City { id: known.map_or(0, gazetteer::City::id), name: city }),
        coordinates,
    };
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::when::When;

    #[test]
    fn an_action_is_read_back_as_it_was_said() {
        let content = ActionContent {
            title: "March & vigil".into(),
            kind: ActionKind::March,
            when: When::parse("2027-01-30T14:00", "16:00", "Europe/Paris").unwrap(),
            place: Some(Place { precision: Precision::Exact, name: "Old bridge".into(), ..Place::default() }),
            status: CallStatus::Moved,
            text: "Bring light.".into(),
            accessibility: "No <steps>.".into(),
            languages: vec!["fr".into(), "ar".into()],
            contact: "us@lyon.example".into(),
        };
        let at = parse_rfc3339("2026-11-23T18:00:00Z").unwrap();
        let parts = Parts {
            id: "https://lyon.example/actions/1",
            actor: "https://lyon.example/c/lyon",
            call: "https://river.example/statements/1",
            call_title: "Days & nights",
            language: "en",
            content: &content,
            stamp: Some("https://river.example/stamps/1"),
            published: at,
            updated: at,
        };
        let note = note(&parts);
        let html = note["content"].as_str().unwrap();
        for said in [
            "<strong>March &amp; vigil</strong>",
            "30 January 2027",
            "Europe/Paris",
            "Old bridge",
            "Days &amp; nights",
            "&lt;steps&gt;",
        ] {
            assert!(html.contains(said), "{said}: {html}");
        }
        assert_eq!((&note["id"], &note["companionOf"]), (&json!("https://lyon.example/actions/1/note"), &json!(parts.id)));
        assert!(note.get("inReplyTo").is_none() && read(&note).is_none());
        let object = action(&parts);
        assert_eq!((&object["eventStatus"], &object["superEvent"]), (&json!("CONFIRMED"), &json!(parts.call)));
        let found = read(&object).unwrap();
        assert_eq!((found.id.as_str(), found.actor.as_str(), found.call.as_str()), (parts.id, parts.actor, parts.call));
        assert_eq!((&found.content, found.updated), (&content, Some(at)));
        let there = Place {
            precision: Precision::Exact,
            name: "Old bridge".into(),
            address: "Quai 3".into(),
            city: Some(City { id: 2_996_944, name: "Lyon".into() }),
            country: "FR".into(),
            coordinates: Coordinates::new(45.758, 4.832),
        };
        let placed = ActionContent { place: Some(there.clone()), ..content.clone() };
        let told = action(&Parts { content: &placed, ..parts });
        assert_eq!(read(&told).unwrap().content.place, Some(there));
        let asked = Place { precision: Precision::Ask, city: Some(City { id: 0, name: "Nowhere".into() }), ..Place::default() };
        let told = action(&Parts { content: &ActionContent { place: Some(asked.clone()), ..content.clone() }, ..parts });
        let found = read(&told).unwrap().content.place.unwrap();
        assert_eq!((found.line(), found.city, found.name), (asked.line(), asked.city, String::new()));
        for gone in ["id", "attributedTo", "superEvent", "name", "startTime"] {
            let mut less = object.clone();
            less.as_object_mut().unwrap().shift_remove(gone);
            assert_eq!(read(&less), None, "{gone}");
        }
    }
}
