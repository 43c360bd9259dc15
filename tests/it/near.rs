//! Posts found by their address, and what may be done to them.

use crate::{
    harness::{Backend, Canned, Instance, Peer, PeerActor, backends},
    world::PUBLIC,
};
use serde_json::{Value, json};

/// A peer with an author and three posts: for everybody, for followers, for one.
struct Posts {
    peer: Peer,
    author: PeerActor,
    public: Value,
    followers: Value,
    direct: Value,
}

async fn posts(instance: &Instance) -> Posts {
    let peer = Peer::start("hill").await;
    let author = peer.actor("bo");
    let note = |content: &str, to: Value, cc: Value| {
        let mut note = author.note(content, None);
        (note["to"], note["cc"]) = (to, cc);
        peer.serve_object(&note);
        note
    };
    let public = note("<p>For all of you.</p>", json!([PUBLIC]), json!([]));
    let followers = note("<p>For those near.</p>", json!([format!("{}/followers", author.uri)]), json!([]));
    let direct = note("<p>For you alone.</p>", json!([instance.actor("river")]), json!([]));
    Posts { public, followers, direct, author, peer }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn river(backend: Backend) -> Instance {
    Instance::builder("river", backend).start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_to_few_is_neither_passed_on_nor_answered() {
    for backend in backends() {
        let river = river(backend).await;
        let posts = posts(&river).await;
        let collective = ["--collective", "river"];
        let text = river.file("answer.md", "We come too.\n");
        for private in [&posts.followers, &posts.direct] {
            let (_, said) = river.cli_fails(&[&["boost"], &collective[..], &[id(private)]].concat());
            assert!(said.contains("written for everybody"), "{said}");
            let answer = ["statement", "publish", "--collective", "river", "--reply-to", id(private), &text];
            let (_, said) = river.cli_fails(&answer);
            assert!(said.contains("written for everybody"), "{said}");
        }
        assert_eq!(river.cli(&["statement", "list", "--collective", "river"]), json!([]), "no draft is left of an answer");
        // The one for everybody is passed on, and its author hears of it.
        let boosted = river.cli(&[&["boost"], &collective[..], &[id(&posts.public)]].concat());
        assert_eq!(boosted["object"], posts.public["id"]);
        let announce = posts.peer.expect("Announce", |activity| activity["object"] == posts.public["id"]).await;
        assert_eq!(announce["id"], boosted["id"]);
        assert!(announce["cc"].as_array().unwrap().contains(&json!(posts.author.uri)));
        assert!(posts.peer.received().iter().all(|activity| activity["object"] == posts.public["id"]), "nothing of the others");

        // What its author takes back meanwhile can be let go of without asking there.
        posts.peer.remove(id(&posts.public).strip_prefix(&posts.peer.url("")).unwrap());
        river.cli(&[&["unboost"], &collective[..], &[id(&posts.public)]].concat());
        posts.peer.expect("Undo", |activity| activity["object"]["id"] == boosted["id"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_found_by_the_page_that_names_it() {
    let river = river(Backend::Sqlite).await;
    let posts = posts(&river).await;
    let page = format!(r#"<link rel="alternate" type="application/activity+json" href="{}">"#, id(&posts.public));
    let page = Canned { body: page.into_bytes(), ..Canned::status(200).content_type("text/html") };
    posts.peer.serve("/@bo/1", page);
    let boosted = river.cli(&["boost", "--collective", "river", &posts.peer.url("/@bo/1")]);
    assert_eq!(boosted["object"], posts.public["id"]);
    posts.peer.expect("Announce", |_| true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_a_post_is_named_as_such() {
    let river = river(Backend::Sqlite).await;
    let posts = posts(&river).await;
    let forged = json!({
        "id": posts.peer.url("/notes/forged"), "type": "Note", "attributedTo": "http://far.localhost:9/users/eve",
        "content": "x", "to": [PUBLIC]
    });
    posts.peer.serve_object(&forged);
    posts.peer.serve("/plain", Canned { body: b"<p>no post</p>".to_vec(), ..Canned::status(200).content_type("text/html") });
    for (address, says) in [
        ("", "fill in an address"),
        ("tea", "isn't the address of a post"),
        ("data:text/html,x", "isn't the address of a post"),
        ("http://127.0.0.1/x", "isn't the address of a post"),
        (&posts.peer.url("/plain"), "belongs to no post"),
        (&posts.peer.url("/notes/none"), "nothing here"),
        (id(&forged), "nothing here"),
        (&posts.author.uri, "nothing here"),
        (&river.url("/statements/none"), "nothing here"),
        (&river.actor("river"), "nothing here"),
    ] {
        let (code, said) = river.cli_fails(&["boost", "--collective", "river", address]);
        assert!(said.to_lowercase().contains(says), "{address}: {code} {said}");
    }
    assert_eq!(posts.peer.received(), Vec::<Value>::new());
}
