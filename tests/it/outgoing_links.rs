//! Links of others and words of visitors: neither makes the server ask where it shouldn't; and test switches are never silent.

use crate::{
    accounts::Browser,
    harness::{Backend, Builder, Canned, Instance, Peer, eventually, instance::PASSPHRASE},
    outgoing_guard::{Ear, follow, stranger},
};
use communard::web::routes::Who;
use serde_json::{Value, json};

fn webfinger(peer: &Peer, name: &str, links: Value) {
    let subject = format!("acct:{name}@{}", peer.host);
    let answer = Canned::json(&json!({ "subject": subject, "links": links })).content_type("application/jrd+json");
    peer.serve(&format!("/.well-known/webfinger?resource={subject}"), answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_10_links_in_webfinger_pages_and_documents_are_guarded_like_all_else() {
    let ear = Ear::deaf();
    let peer = Peer::start("evil").await;
    let river = Instance::builder("river", Backend::Sqlite).start().await;
    let private = [
        format!("http://127.0.0.1:{}/users/eve", ear.port),
        format!("http://[::1]:{}/users/eve", ear.port),
        format!("http://2130706433:{}/users/eve", ear.port),
        format!("http://x:y@ear.localhost:{}/users/eve", ear.port),
        "data:application/activity+json,{}".to_owned(),
        "file:///etc/passwd".to_owned(),
        river.actor("river"),
    ];
    for (n, address) in private.iter().enumerate() {
        let name = format!("eve{n}");
        webfinger(&peer, &name, json!([{ "rel": "self", "type": "application/activity+json", "href": address }]));
        let (code, said) = river.cli_fails(&["follow", "--collective", "river", &format!("@{name}@{}", peer.host)]);
        assert!([1, 2, 3, 4].contains(&code), "{address}: {code} {said}");
        // A page that names its actor, and a document that names another inbox, key or icon.
        let page = format!("<link rel=\"alternate\" type=\"application/activity+json\" href=\"{address}\">");
        peer.serve(&format!("/@{name}"), Canned { body: page.into_bytes(), ..Canned::status(200) }.content_type("text/html"));
        river.cli_fails(&["follow", "--collective", "river", &peer.url(&format!("/@{name}"))]);
        let actor = peer.actor(&format!("odd{n}"));
        let mut document = peer.actor_document(&format!("odd{n}"), &actor);
        for member in ["inbox", "outbox", "followers", "featured"] {
            document[member] = json!(address);
        }
        document["endpoints"] = json!({ "sharedInbox": address });
        document["icon"] = json!({ "type": "Image", "url": address });
        peer.serve_object(&document);
        follow(&actor, &river).await;
        assert_eq!(ear.heard(), 0, "{address}");
    }
    // NodeInfo and host-meta of others are never asked for, so that what they link to isn't either.
    let asked: Vec<String> = peer.requests().into_iter().map(|request| request.target).collect();
    assert!(asked.iter().any(|target| target.starts_with("/.well-known/webfinger")), "{asked:?}");
    assert!(!asked.iter().any(|target| target.contains("nodeinfo") || target.contains("host-meta")), "{asked:?}");
    // That it would have been heard: the same place by its name.
    let open = format!("http://ear.localhost:{}/users/eve", ear.port);
    webfinger(&peer, "open", json!([{ "rel": "self", "type": "application/activity+json", "href": open }]));
    river.cli_fails(&["follow", "--collective", "river", &format!("@open@{}", peer.host)]);
    assert!(ear.heard() > 0);
    let own = river.log();
    assert!(!own.contains("path=/users/eve"), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_11_a_visitor_without_an_account_makes_the_server_ask_nobody() {
    let ear = Ear::deaf();
    let river = Instance::builder("river", Backend::Sqlite).start().await;
    let place = format!("http://ear.localhost:{}/users/eve", ear.port);
    let address = format!("@eve@ear.localhost:{}", ear.port);
    let text = river.file("text.md", "No.");
    let id =
        river.cli(&["statement", "publish", "--collective", "river", "--title", "No dam", "--lang", "en", &text])["id"].clone();
    let statement = id.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let mut visitor = Browser::new(&river, "198.51.100.77");
    let public = [
        "/",
        "/about",
        "/c/river",
        "/c/river/outbox",
        "/statements/{id}",
        "/.well-known/webfinger",
        "/.well-known/nodeinfo",
        "/inbox",
    ];
    let forms = communard::web::route_table().filter(|route| route.who == Who::Everybody).map(|route| (route.method, route.path));
    for (method, path) in public.map(|path| ("get", path)).into_iter().chain(forms) {
        let path = path.replace("{id}", &statement).replace("{token}", "guess");
        assert!(!path.contains('{'), "{path}");
        for value in [&place, &address] {
            let names = [
                "address", "uri", "url", "account", "acct", "instance", "server", "handle", "resource", "object", "q", "next",
                "host",
            ];
            if method == "get" {
                let query =
                    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(names.map(|name| (name, value))).finish();
                visitor.get(&format!("{path}?{query}")).await;
            } else {
                let fields: Vec<(&str, &str)> = names.iter().map(|name| (*name, value.as_str())).collect();
                // Where the page has a form its token goes along, as a browser sends it.
                let token = crate::accounts::token_in(&visitor.get(&path).await.body).unwrap_or_default();
                visitor.post_bare(&path, &[&fields[..], &[("csrf", token.as_str())]].concat()).await;
            }
        }
    }
    assert_eq!(ear.heard(), 0);
    // What only members may use does ask, so that the above can fail.
    follow(&stranger(&place), &river).await;
    assert_eq!(ear.heard(), 1);
}

async fn is_announced(builder: Builder, words: &str) -> Instance {
    let mut instance = builder.prepare();
    for start in 1..=2 {
        instance.start().await;
        eventually("each start says it", 5, || async { (instance.log().matches(words).count() == start).then_some(()) }).await;
        if start == 1 {
            instance.terminate();
        }
    }
    instance.leave_queue();
    instance
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_13_test_switches_are_announced_at_each_start_and_to_stewards() {
    let local = is_announced(Instance::builder("river", Backend::Sqlite), "LOCAL MODE").await;
    let mut steward = Browser::new(&local, "198.51.100.78");
    steward.sign_in("ada", PASSPHRASE).await;
    assert!(steward.get("/steward").await.body.contains("Local mode."));

    let switched = Instance::builder("river", Backend::Sqlite)
        .env("INSTANCE__MODE", "production")
        .env("INSTANCE__DOMAIN", "river.example")
        .env("FEDERATION__ALLOW_PRIVATE_ADDRESSES", "true");
    let switched = is_announced(switched, "federation.allow_private_addresses is on").await;
    let mut steward = Browser::called(format!("http://127.0.0.1:{}", switched.port), "river.example", "198.51.100.79");
    steward.sign_in("ada", PASSPHRASE).await;
    let page = steward.get("/steward").await;
    assert!(page.status == 200 && page.body.contains("Private addresses are allowed."), "{} {}", page.status, page.body);

    // Without the switch nothing of the kind is said.
    let plain =
        Instance::builder("river", Backend::Sqlite).env("INSTANCE__MODE", "production").env("INSTANCE__DOMAIN", "river.example");
    let plain = plain.start().await;
    assert!(!plain.log().contains("LOCAL MODE") && !plain.log().contains("allow_private_addresses"));
}
