//! Every shape that Mastodon emits is read or cleanly refused, and one case per oddity.

use super::*;
use serde_json::json;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/mastodon");
const ALICE: &str = "https://harbour.example/ap/users/115000000000000001";
const RIVER: &str = "https://river.example/c/river-assembly";
const STATEMENT: &str = "https://river.example/statements/0199a1b2-0000-7000-8000-00000000d0c1";

fn fixture(name: &str) -> Value {
    let text = std::fs::read_to_string(format!("{FIXTURES}/{name}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn activity(name: &str) -> Activity {
    Activity::read(fixture(name)).unwrap()
}

fn post(name: &str) -> Post {
    activity(name).object().unwrap().post().unwrap()
}

/// Name, kind, whether it has an id, whether it names its actor, and the object's id where there is one.
#[test]
fn every_activity_of_mastodon_is_read() {
    let status = |n: u64| format!("{ALICE}/statuses/{n}");
    let cases: &[(&str, &str, bool, bool, Option<String>)] = &[
        ("accept-feature-request", "Accept", true, true, Some("https://river.example/activities/feature/1".into())),
        (
            "accept-follow",
            "Accept",
            true,
            true,
            Some("https://river.example/activities/0199a1b2-0000-7000-8000-000000000f09".into()),
        ),
        ("accept-quote-request", "Accept", true, true, Some("https://river.example/activities/quote/3".into())),
        ("add-featured-hashtag", "Add", false, true, None),
        ("add-featured-note", "Add", false, true, Some(status(115000000000001001))),
        ("announce", "Announce", true, true, Some(STATEMENT.into())),
        ("block", "Block", true, true, Some(RIVER.into())),
        ("create-note-cw-link", "Create", true, true, Some(status(115000000000001006))),
        ("create-note-direct", "Create", true, true, Some(status(115000000000001005))),
        ("create-note-followers-only", "Create", true, true, Some(status(115000000000001004))),
        ("create-note-public", "Create", true, true, Some(status(115000000000001001))),
        ("create-note-quote-approved", "Create", true, true, None),
        ("create-note-reply", "Create", true, true, Some(status(115000000000001003))),
        ("create-note-unlisted", "Create", true, true, None),
        ("create-poll-vote", "Create", true, true, Some(format!("{ALICE}#votes/55"))),
        ("create-question", "Create", true, true, Some(status(115000000000001007))),
        ("delete-actor", "Delete", true, true, Some(ALICE.into())),
        ("delete-note", "Delete", true, true, Some(status(115000000000001001))),
        ("delete-quote-authorization", "Delete", true, true, Some(format!("{ALICE}/quote_authorizations/12"))),
        ("feature-request", "FeatureRequest", true, false, Some(RIVER.into())),
        ("flag", "Flag", true, true, None),
        ("follow", "Follow", true, true, Some(RIVER.into())),
        ("like", "Like", true, true, Some(STATEMENT.into())),
        ("move", "Move", true, true, Some("https://harbour.example/users/olduser".into())),
        ("quote-request", "QuoteRequest", true, true, Some(STATEMENT.into())),
        ("reject-follow", "Reject", true, true, None),
        ("reject-quote-request", "Reject", true, true, None),
        ("relay-follow", "Follow", true, true, Some(PUBLIC.into())),
        ("remove-featured-note", "Remove", false, true, Some(status(115000000000001001))),
        ("undo-announce", "Undo", true, true, None),
        ("undo-block", "Undo", true, true, None),
        ("undo-follow", "Undo", true, true, None),
        ("undo-follow-unknown-id", "Undo", true, true, Some(format!("{ALICE}#follows/"))),
        ("undo-like", "Undo", true, true, Some(format!("{ALICE}#likes/31"))),
        ("update-actor", "Update", true, true, Some(ALICE.into())),
        ("update-note", "Update", true, true, Some(status(115000000000001001))),
    ];
    for (name, kind, has_id, has_actor, object) in cases {
        let read = activity(name);
        assert_eq!(read.kind, *kind, "{name}");
        assert_eq!(read.id.is_some(), *has_id, "{name}: id");
        assert_eq!(read.actor.is_some(), *has_actor, "{name}: actor");
        if let Some(object) = object {
            assert_eq!(read.object_id(), Some(object.as_str()), "{name}");
        }
    }
}

/// What is no activity is refused or read as something that no handler knows; nothing panics.
#[test]
fn every_other_document_of_mastodon_is_cleanly_not_an_activity() {
    for (name, kind) in [
        ("actor-instance", Some("Application")),
        ("actor-person", Some("Person")),
        ("error-401", None),
        ("feature-authorization", Some("FeatureAuthorization")),
        ("featured-collection-fep7aa9", Some("FeaturedCollection")),
        ("featured-collection-pins", Some("OrderedCollection")),
        ("followers", Some("OrderedCollection")),
        ("followers-synchronization", Some("OrderedCollection")),
        ("nodeinfo-2.0", None),
        ("nodeinfo-discovery", None),
        ("outbox", Some("OrderedCollection")),
        ("quote-authorization", Some("QuoteAuthorization")),
        ("webfinger", None),
    ] {
        match (Activity::read(fixture(name)), kind) {
            (Ok(read), Some(kind)) => assert_eq!(read.kind, kind, "{name}"),
            (Err(error), None) => assert_eq!(error, Unreadable::NoType, "{name}"),
            (read, _) => panic!("{name}: {read:?}"),
        }
    }
}

#[test]
fn no_fixture_is_forgotten() {
    let here = include_str!("read_tests.rs");
    for entry in std::fs::read_dir(FIXTURES).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = name.strip_suffix(".json") else { continue };
        assert!(here.contains(&format!("\"{name}\"")), "{name} is in no table");
    }
}

#[test]
fn visibility_is_read_off_the_addressing() {
    let followers = format!("{ALICE}/followers");
    for (name, visibility) in [
        ("create-note-public", Visibility::Public),
        ("create-note-unlisted", Visibility::Unlisted),
        ("create-note-followers-only", Visibility::Followers),
        ("create-note-direct", Visibility::Direct),
        ("create-poll-vote", Visibility::Direct),
    ] {
        assert_eq!(post(name).visibility(Some(&followers)), visibility, "{name}");
    }
    assert_eq!(post("create-note-followers-only").visibility(None), Visibility::Direct);
}

#[test]
fn a_post_is_read_whole() {
    let note = post("create-note-public");
    assert_eq!((note.kind, note.attributed_to.as_str()), ("Note", ALICE));
    assert_eq!(note.language.as_deref(), Some("en"));
    assert_eq!(note.url.as_deref(), Some("https://harbour.example/@alice/115000000000001001"));
    assert_eq!(note.mentions, [RIVER]);
    assert_eq!(note.attachments[0].name, "Invented alt text: a banner on a quay");
    assert!(note.html.contains("invented text in solidarity") && note.content_warning.is_empty() && note.title.is_empty());
    assert!(note.addresses(RIVER) && !note.addresses(ALICE));

    assert_eq!(post("create-note-reply").in_reply_to.as_deref(), Some(STATEMENT));
    assert!(post("update-note").updated > note.updated);
    assert_eq!(post("create-question").kind, "Question");
    assert_eq!(post("create-note-quote-approved").quote.as_deref(), Some(STATEMENT));
}

#[test]
fn link_attachments_have_no_url() {
    let note = post("create-note-cw-link");
    assert_eq!(note.content_warning, "Invented content warning");
    assert_eq!(note.attachments[0].url, STATEMENT);
}

#[test]
fn a_poll_vote_has_a_name_and_a_string_as_to() {
    let vote = post("create-poll-vote");
    assert_eq!((vote.title.as_str(), vote.to.as_slice()), ("Yes", [RIVER.to_owned()].as_slice()));
    assert!(vote.html.is_empty() && vote.published.is_none());
}

#[test]
fn a_tombstone_is_an_object_but_no_post() {
    let read = activity("delete-note");
    let object = read.object().unwrap();
    assert!(object.is("Tombstone") && object.post().is_none());
}

#[test]
fn an_undo_names_what_it_undoes_whatever_its_id() {
    let read = activity("undo-follow-unknown-id");
    let inner = read.object().unwrap();
    assert!(inner.is("Follow"));
    assert_eq!((inner.actor().as_deref(), inner.inner().as_deref()), (Some(ALICE), Some(RIVER)));
}

#[test]
fn a_flag_names_several_objects() {
    let read = activity("flag");
    let ids: Vec<_> = read.objects.iter().filter_map(|object| object.id.as_deref()).collect();
    assert_eq!(ids, [RIVER, STATEMENT]);
    assert_eq!((read.object(), read.content.as_str()), (None, "Invented report comment"));
}

#[test]
fn parts_may_be_missing_null_a_string_or_a_list() {
    let read = Activity::read(json!({ "type": "Like", "id": null, "actor": null, "object": null, "to": null })).unwrap();
    assert_eq!((read.id, read.actor, read.objects.len(), read.to.len(), read.cc.len()), (None, None, 0, 0, 0));
    for to in [json!("as:Public"), json!(["Public"]), json!([null, PUBLIC])] {
        let read = Activity::read(json!({ "type": "Create", "actor": [ALICE], "to": to, "cc": 5 })).unwrap();
        assert_eq!((read.to, read.cc, read.actor.as_deref()), (vec![PUBLIC.to_owned()], vec![], Some(ALICE)));
    }
}

#[test]
fn null_members_of_an_object_are_as_if_missing() {
    let body = json!({
        "type": "Note", "id": format!("{ALICE}/1"), "attributedTo": { "id": ALICE, "type": "Person" }, "content": null,
        "contentMap": { "ku": "<p>Silav</p>", "en": "<p>Hello</p>" }, "summary": null, "inReplyTo": null, "tag": null,
        "attachment": null, "url": null, "updated": null, "published": "not a date"
    });
    let note = Post::read(body.as_object().unwrap()).unwrap();
    assert_eq!((note.attributed_to.as_str(), note.html.as_str()), (ALICE, "<p>Silav</p>"));
    assert_eq!((note.language.as_deref(), note.published, note.url), (Some("ku"), None, None));
}

#[test]
fn the_first_of_several_authors_counts_and_the_first_page_link() {
    let body = json!({
        "type": ["Event", "ours:Call"], "id": format!("{ALICE}/1"), "attributedTo": [ALICE, RIVER], "name": "March",
        "summary": "<p>On Sunday</p>",
        "url": [{ "type": "Link", "mediaType": "text/calendar", "href": "https://harbour.example/1.ics" },
                { "type": "Link", "mediaType": "text/html", "href": "https://harbour.example/1" }],
        "inReplyTo": { "id": STATEMENT, "type": "Note" }
    });
    let event = Post::read(body.as_object().unwrap()).unwrap();
    assert_eq!((event.kind, event.attributed_to.as_str(), event.title.as_str()), ("Event", ALICE, "March"));
    assert_eq!((event.html.as_str(), event.content_warning.as_str()), ("<p>On Sunday</p>", ""));
    assert_eq!(event.url.as_deref(), Some("https://harbour.example/1"));
    assert_eq!(event.in_reply_to.as_deref(), Some(STATEMENT));
}

#[test]
fn org_14_what_is_no_address_is_left_out_and_as_an_id_refused() {
    let bad = [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://harbour.example/1",
        "/1",
        "#1",
        "https://u:p@harbour.example/1",
    ];
    for bad in bad {
        assert_eq!(Activity::read(json!({ "type": "Like", "id": bad })), Err(Unreadable::Id), "{bad}");
        assert_eq!(Activity::read(json!({ "type": "Like", "actor": bad })), Err(Unreadable::Actor), "{bad}");
        let body = |id: &str, url: &str| {
            json!({ "type": "Note", "id": id, "attributedTo": ALICE, "url": url, "inReplyTo": url,
                    "attachment": [{ "type": "Document", "url": url }], "tag": [{ "type": "Mention", "href": url }] })
        };
        assert!(Post::read(body(bad, RIVER).as_object().unwrap()).is_none(), "{bad}");
        let note = Post::read(body(STATEMENT, bad).as_object().unwrap()).unwrap();
        assert_eq!((note.url, note.in_reply_to, note.attachments.len(), note.mentions.len()), (None, None, 0, 0), "{bad}");
    }
    assert_eq!(Activity::read(json!({ "type": "Like", "actor": [ALICE, RIVER] })), Err(Unreadable::Actor));
    assert_eq!(Activity::read(json!({ "type": "Like", "actor": PUBLIC })), Err(Unreadable::Actor));
    assert_eq!(Activity::read(json!(["Like"])), Err(Unreadable::NotAnObject));
}

#[test]
fn res_03_res_04_res_05_too_many_and_too_long_are_cut() {
    let many = |n: usize| (0..n).map(|i| format!("https://harbour.example/u/{i}")).collect::<Vec<_>>();
    let body = json!({
        "type": "Note", "id": format!("{ALICE}/1"), "attributedTo": ALICE, "to": many(700), "cc": many(20_000),
        "name": "ü".repeat(100_000), "summary": "ü".repeat(50_000), "content": "ü".repeat(900_000),
        "tag": many(20_000).iter().map(|href| json!({ "type": "Mention", "href": href })).collect::<Vec<_>>(),
        "attachment": many(5_000).iter().map(|url| json!({ "type": "Document", "url": url })).collect::<Vec<_>>(),
        "url": format!("https://harbour.example/{}", "x".repeat(100_000))
    });
    let note = Post::read(body.as_object().unwrap()).unwrap();
    assert_eq!((note.to.len(), note.cc.len()), (700, MAX_RECIPIENTS - 700));
    assert_eq!((note.mentions.len(), note.attachments.len()), (MAX_MENTIONS, MAX_ATTACHMENTS));
    assert_eq!(note.title.chars().count(), MAX_NAME);
    assert_eq!((note.content_warning.len(), note.html.len(), note.url), (MAX_SUMMARY, MAX_CONTENT, None));
}

#[test]
fn res_17_nul_is_removed() {
    let body = json!({ "type": "Note", "id": format!("{ALICE}/1"), "attributedTo": ALICE, "name": "a\0b", "content": "\0c" });
    let note = Post::read(body.as_object().unwrap()).unwrap();
    assert_eq!((note.title.as_str(), note.html.as_str()), ("ab", "c"));
}
