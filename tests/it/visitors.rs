//! Visitors without an account, and members who come from elsewhere: on to one's own server, what caches keep, what search
//! engines are told; and posts that others name by a bare id.

use crate::{
    browser::Browser,
    harness::{Backend, Canned, Instance, Peer, backends, client, eventually},
    world::PUBLIC,
};
use reqwest::Response;
use serde_json::{Value, json};

const SUBSCRIBE: &str = "http://ostatus.org/schema/1.0/subscribe";

fn publish(river: &Instance, title: &str) -> String {
    let file = river.file("text.md", format!("{title}: the whole text.\n"));
    let args = ["statement", "publish", "--collective", "river", "--title", title, "--lang", "en", &file];
    river.cli(&args)["id"].as_str().unwrap().to_owned()
}

async fn get(url: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = client().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header(answer: &Response, name: &str) -> String {
    let all = answer.headers().get_all(name).iter().map(|value| value.to_str().unwrap().to_lowercase());
    all.collect::<Vec<_>>().join(", ")
}

#[tokio::test(flavor = "multi_thread")]
async fn web_13_what_has_not_changed_is_not_sent_again() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let id = publish(&river, "No dam");
        let feed = format!("{}/feed.atom", river.actor("river"));
        let (html, json) = ("text/html", "application/activity+json");
        let places = [
            (river.url("/"), html),
            (river.actor("river"), html),
            (river.actor("river"), json),
            (id.clone(), html),
            (id.clone(), json),
            (format!("{}/outbox", river.actor("river")), json),
            (feed.clone(), "application/atom+xml"),
            (river.url("/sitemap.xml"), "*/*"),
        ];
        let mut tags = Vec::new();
        for (url, accept) in &places {
            let first = get(url, &[("accept", accept)]).await;
            assert_eq!(first.status(), 200, "{url}");
            let tag = header(&first, "etag");
            assert!(tag.starts_with("w/\"") || tag.starts_with('"'), "{url} as {accept}: {tag}");
            let tag = first.headers()["etag"].to_str().unwrap().to_owned();
            let same = get(url, &[("accept", accept), ("if-none-match", &format!("\"other\", {tag}"))]).await;
            assert_eq!(same.status(), 304, "{url} as {accept}");
            assert_eq!(same.headers()["etag"].to_str().unwrap(), tag);
            let (all, kept) = (header(&first, "vary"), header(&same, "vary"));
            assert!(all.split(", ").all(|name| kept.contains(name)), "{url} as {accept}: {kept} lacks some of {all}");
            assert_eq!(same.bytes().await.unwrap().len(), 0);
            tags.push(tag);
        }
        assert_ne!(tags[3], tags[4], "the page and the document at one address are two things");
        let page = get(&id, &[("accept", html)]).await;
        for name in ["accept", "cookie", "accept-language"] {
            assert!(header(&page, "vary").contains(name), "{}", header(&page, "vary"));
        }
        let arabic = get(&id, &[("accept", html), ("accept-language", "ar"), ("if-none-match", &tags[3])]).await;
        assert_eq!(arabic.status(), 200, "another language is another page");

        // By date, where the date tells all.
        for (url, accept) in [(&id, json), (&feed, "*/*")] {
            let date = get(url, &[("accept", accept)]).await.headers()["last-modified"].to_str().unwrap().to_owned();
            assert!(date.ends_with(" GMT"), "{date}");
            assert_eq!(get(url, &[("accept", accept), ("if-modified-since", &date)]).await.status(), 304, "{url}");
            let before = "Sun, 22 Nov 2020 10:00:00 GMT";
            assert_eq!(get(url, &[("accept", accept), ("if-modified-since", before)]).await.status(), 200, "{url}");
        }

        // An edit is seen at once.
        let file = river.file("edit.md", "We refuse it for the fourth time.\n");
        river.cli(&["statement", "edit", &id, &file]);
        for (url, accept, tag) in [(&id, html, &tags[3]), (&id, json, &tags[4]), (&feed, "*/*", &tags[6])] {
            let answer = get(url, &[("accept", accept), ("if-none-match", tag)]).await;
            assert_eq!(answer.status(), 200, "{url} as {accept}");
            assert!(answer.text().await.unwrap().contains("fourth time"), "{url} as {accept}");
        }

        // Nothing of it for who is signed in.
        let mut ada = Browser::signed_in(&river).await;
        let request = client().get(river.url("/")).header("if-none-match", "*");
        let seen = ada.send("/", request).await;
        assert_eq!(seen.status, 200);
        let cookies: Vec<String> = ada.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let own = get(&river.url("/"), &[("cookie", &cookies.join("; "))]).await;
        assert!(own.headers().get("etag").is_none() && header(&own, "cache-control").contains("no-store"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_engines_hear_what_the_instance_wishes() {
    let river = Instance::builder("river", Backend::Sqlite).start().await;
    let id = publish(&river, "No dam & no dust");
    let map = get(&river.url("/sitemap.xml"), &[]).await.text().await.unwrap();
    for address in [&id, &river.actor("river"), &river.url("/about")] {
        assert!(map.contains(&format!("<loc>{address}</loc>")), "{map}");
    }
    let robots = get(&river.url("/robots.txt"), &[]).await.text().await.unwrap();
    assert!(robots.contains("Disallow: /desk\n") && robots.contains(&format!("Sitemap: {}", river.url("/sitemap.xml"))));
    assert_eq!(river.activity_json(&river.actor("river")).await["indexable"], true);
    river.cli(&["statement", "withdraw", &id, "--reason", "It is over."]);
    assert!(!get(&river.url("/sitemap.xml"), &[]).await.text().await.unwrap().contains(&id));

    let hidden = Instance::builder("hidden", Backend::Sqlite).env("INSTANCE__INDEXABLE", false).start().await;
    let robots = get(&hidden.url("/robots.txt"), &[]).await.text().await.unwrap();
    assert!(robots.contains("Disallow: /\n") && !robots.contains("Sitemap"), "{robots}");
    assert_eq!(get(&hidden.url("/sitemap.xml"), &[]).await.status(), 404);
    assert_eq!(header(&get(&hidden.url("/"), &[]).await, "x-robots-tag"), "noindex");
    let actor = hidden.activity_json(&hidden.actor("hidden")).await;
    assert_eq!((&actor["indexable"], &actor["discoverable"]), (&json!(false), &json!(false)));
}

/// Presses a button of the visitors' form.
async fn interact(river: &Instance, action: &str, uri: &str, server: &str) -> Response {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs([("do", action), ("uri", uri), ("server", server)]);
    let request = client().post(river.url("/interact")).header("content-type", "application/x-www-form-urlencoded");
    request.header("origin", river.base_url()).body(body.finish()).send().await.unwrap()
}

/// A server that offers its people ways on.
async fn meadow(links: &[(&str, &str)]) -> Peer {
    let peer = Peer::start("meadow").await;
    let host = peer.host.clone();
    let links: Vec<Value> =
        links.iter().map(|(rel, path)| json!({ "rel": rel, "template": format!("http://{host}{path}") })).collect();
    let answer = Canned::json(&json!({ "subject": "acct:ada", "links": links })).content_type("application/jrd+json");
    for resource in [format!("acct:ada@{host}"), format!("http://{host}")] {
        peer.serve(&format!("/.well-known/webfinger?resource={resource}"), answer.clone());
    }
    peer
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_11_a_visitor_goes_on_at_their_own_server() {
    let river = Instance::builder("river", Backend::Sqlite).env("FEDERATION__VISITOR_LOOKUPS", 100).start().await;
    let id = publish(&river, "No dam");
    let peer = meadow(&[
        (SUBSCRIBE, "/authorize?uri={uri}"),
        ("https://w3id.org/fep/3b86/Announce", "/boost?o={object}&b={on-success}"),
    ])
    .await;
    // The pages have the forms.
    let page = get(&id, &[("accept", "text/html")]).await.text().await.unwrap();
    assert_eq!(page.matches("action=\"/interact\"").count(), 3, "{page}");
    let encoded = |uri: &str| url::form_urlencoded::byte_serialize(uri.as_bytes()).collect::<String>();
    let actor = river.actor("river");
    for server in [format!("@ada@{}", peer.host), format!("ada@{}", peer.host), peer.host.clone(), peer.url("/@ada")] {
        let answer = interact(&river, "follow", &actor, &server).await;
        assert_eq!(answer.status(), 200, "{server}");
        let to = peer.url(&format!("/authorize?uri={}", encoded(&actor)));
        assert_eq!(answer.headers()["refresh"].to_str().unwrap(), format!("0;url={to}"), "{server}");
        assert!(header(&answer, "cache-control").contains("no-store"));
        assert!(answer.text().await.unwrap().contains(&format!("href=\"{to}\"")), "{server}");
    }
    let boost = interact(&river, "boost", &id, &peer.host).await;
    let to = peer.url(&format!("/boost?o={}&b=", encoded(&id)));
    assert_eq!(boost.headers()["refresh"].to_str().unwrap(), format!("0;url={to}"));
    let answer = interact(&river, "answer", &id, &peer.host).await;
    assert!(answer.headers()["refresh"].to_str().unwrap().contains("/authorize?uri="));
    // Each try was one request, of WebFinger alone.
    assert!(peer.requests().iter().all(|request| request.target.starts_with("/.well-known/webfinger?")));
    assert_eq!(peer.requests().len(), 6);

    // Members of this very instance go on here, and nobody is asked.
    let own = interact(&river, "follow", &actor, &river.domain).await;
    let to = river.url(&format!("/authorize_interaction?uri={}", encoded(&actor)));
    assert_eq!(own.headers()["refresh"].to_str().unwrap(), format!("0;url={to}"));
    assert!(!river.log().contains("path=/.well-known/webfinger}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_11_what_cannot_go_on_is_said_and_asks_nobody() {
    let river = Instance::builder("river", Backend::Sqlite).env("FEDERATION__VISITOR_LOOKUPS", 100).start().await;
    let id = publish(&river, "No dam");
    let (actor, silent, sly) = (river.actor("river"), meadow(&[]).await, meadow(&[(SUBSCRIBE, "/no-place-for-it")]).await);
    let script = Peer::start("script").await;
    let answer = json!({ "links": [{ "rel": SUBSCRIBE, "template": "javascript:alert('{uri}')" }] });
    script.serve(&format!("/.well-known/webfinger?resource=http://{}", script.host), Canned::json(&answer));
    for (server, says) in [
        ("", "server.example"),
        ("tea", "server.example"),
        ("10.0.0.1", "server.example"),
        ("http://127.0.0.1/", "server.example"),
        ("javascript:alert(1)", "server.example"),
        ("printer.local", "not a public one"),
        (&silent.host, "Copy the address"),
        (&sly.host, "Copy the address"),
        (&script.host, "Copy the address"),
        (&format!("@nobody@{}", silent.host), "knows nobody"),
    ] {
        let answer = interact(&river, "follow", &actor, server).await;
        assert!(answer.status().is_client_error() || answer.status() == 502, "{server}: {}", answer.status());
        assert!(answer.headers().get("refresh").is_none(), "{server}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(says), "{server}: {page}");
        assert!(page.contains(&format!("name=\"uri\" value=\"{actor}\"")), "what was wanted isn't lost: {page}");
    }
    // Nothing but what is public here can be handed on.
    let draft = river.file("draft.md", "Not yet.\n");
    let draft = river.cli(&["statement", "draft", "--collective", "river", "--title", "Draft", "--lang", "en", &draft]);
    for (action, uri) in [
        ("follow", "https://evil.example/"),
        ("follow", id.as_str()),
        ("boost", actor.as_str()),
        ("boost", draft["id"].as_str().unwrap()),
        ("answer", ""),
    ] {
        assert_eq!(interact(&river, action, uri, &silent.host).await.status(), 404, "{action} {uri}");
    }
    assert_eq!(interact(&river, "sell", &id, &silent.host).await.status(), 422);
    // No other site sends the form.
    let body = format!("do=follow&uri={actor}&server={}", silent.host);
    let request = client().post(river.url("/interact")).header("content-type", "application/x-www-form-urlencoded");
    let foreign = request.header("origin", "https://evil.example").body(body).send().await.unwrap();
    assert_eq!(foreign.status(), 403);
    let link = get(&river.url(&format!("/interact?do=follow&uri={actor}&server={}", silent.host)), &[]).await;
    assert!(matches!(link.status().as_u16(), 404 | 405), "{}", link.status());
}

#[tokio::test(flavor = "multi_thread")]
async fn res_14_visitors_let_us_ask_so_often() {
    let river = Instance::builder("river", Backend::Sqlite).env("FEDERATION__VISITOR_LOOKUPS", 3).start().await;
    let peer = meadow(&[(SUBSCRIBE, "/authorize?uri={uri}")]).await;
    let actor = river.actor("river");
    for _ in 0..3 {
        assert_eq!(interact(&river, "follow", &actor, &peer.host).await.status(), 200);
    }
    let refused = interact(&river, "follow", &actor, &peer.host).await;
    assert_eq!(refused.status(), 429);
    assert!(header(&refused, "retry-after").parse::<u64>().unwrap() <= 301);
    assert_eq!(peer.requests().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_comes_from_elsewhere_and_goes_on_at_the_desk() {
    let river = Instance::builder("river", Backend::Sqlite).start().await;
    let peer = Peer::start("hill").await;
    let bo = peer.actor("bo");
    let note = bo.note("<p>Come to the <strong>hill</strong>.</p>", None);
    peer.serve_object(&note);
    // Our WebFinger offers the way, of accounts and of the server.
    for resource in [format!("acct:river@{}", river.domain), river.base_url()] {
        let found = get(&river.url(&format!("/.well-known/webfinger?resource={resource}")), &[]).await;
        let found: Value = serde_json::from_str(&found.text().await.unwrap()).unwrap();
        let link = found["links"].as_array().unwrap().iter().find(|link| link["rel"] == SUBSCRIBE).unwrap();
        assert_eq!(link["template"], river.url("/authorize_interaction?uri={uri}"));
    }
    let place = |uri: &str| {
        let uri: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
        format!("/authorize_interaction?uri={uri}")
    };
    let stranger = get(&river.url(&place(&bo.uri)), &[]).await;
    assert_eq!(stranger.status(), 303);
    assert!(header(&stranger, "location").starts_with("/sign-in?next="));
    assert_eq!(peer.requests().len(), 0, "nobody is asked for a stranger");

    let mut ada = Browser::signed_in(&river).await;
    let page = ada.get(&place(&bo.uri)).await;
    assert!(page.html.contains("bo of hill"), "{}", page.html);
    let form = "form[action='/desk/river/following']";
    let fields = page.fields(form);
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("do", "follow"));
    assert_eq!(ada.post("/desk/river/following", &fields).await.status, 200);
    peer.expect("Follow", |activity| activity["object"] == bo.uri).await;

    let page = ada.get(&place(note["id"].as_str().unwrap())).await;
    assert!(page.html.contains("Come to the hill."), "{}", page.html);
    let fields = page.fields("form[action='/desk/river/inbox']");
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("do", "boost-address"));
    assert_eq!(ada.post("/desk/river/inbox", &fields).await.status, 200);
    peer.expect("Announce", |activity| activity["object"] == note["id"]).await;

    for bad in ["", "tea", "javascript:alert(1)", &peer.url("/nothing")] {
        let page = ada.get(&place(bad)).await;
        assert!((400..=502).contains(&page.status), "{bad}: {}", page.status);
        assert!(page.has("[role=alert]") && !page.has("form[action*='/desk/river/']"), "{bad}: {}", page.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_id_that_names_us_is_had_from_its_own_host() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let peer = Peer::start("hill").await;
        let bo = peer.actor("bo");
        let desk = |kind: &str| {
            let items = river.cli(&["inbox", "list", "--collective", "river"]);
            items.as_array().unwrap().iter().filter(|item| item["kind"] == kind).cloned().collect::<Vec<_>>()
        };
        let us = river.actor("river");
        let note = |content: &str, to: &[&str]| {
            let mut note = bo.note(content, None);
            note["to"] = json!(to);
            note["tag"] = json!([{ "type": "Mention", "href": us, "name": "@river" }]);
            peer.serve_object(&note);
            note
        };
        let bare = |note: &Value| {
            let mut create = bo.create(note);
            create["object"] = note["id"].clone();
            create
        };
        let named = note("<p>To you.</p>", &[PUBLIC, &us]);
        assert_eq!(bo.post(&river, &bare(&named)).await, 202);
        let item = eventually("the mention is there", 10, || async { desk("mention").into_iter().next() }).await;
        assert_eq!(item["object"], named["id"]);
        assert!(item["content"].as_str().unwrap().contains("To you."));

        // One that names nobody here isn't worth a request.
        let other = note("<p>To all.</p>", &[PUBLIC]);
        peer.clear_requests();
        assert_eq!(bo.post(&river, &bare(&other)).await, 202);
        let ghost = note("<p>To a ghost.</p>", &[PUBLIC, &river.actor("ghost")]);
        assert_eq!(bo.post(&river, &bare(&ghost)).await, 202);
        assert_eq!((desk("mention").len(), peer.fetches()), (1, 0));

        // A boost of a Create means what it created, and can be taken back.
        river.cli(&["follow", "--collective", "river", &bo.uri]);
        let follow = peer.expect("Follow", |_| true).await;
        let accept = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": bo.new_id("accepts"), "type": "Accept",
            "actor": bo.uri, "object": follow
        });
        assert_eq!(bo.post(&river, &accept).await, 202);
        let far = Peer::start("far").await;
        let eve = far.actor("eve");
        let boosted = eve.note("<p>From far away.</p>", None);
        far.serve_object(&boosted);
        let create = eve.create(&boosted);
        far.serve_object(&create);
        let announce = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": bo.new_id("boosts"), "type": "Announce",
            "actor": bo.uri, "object": create["id"], "to": [PUBLIC]
        });
        assert_eq!(bo.post(&river, &announce).await, 202);
        let item = eventually("the boost is there", 10, || async { desk("announce").into_iter().next() }).await;
        assert_eq!(item["object"], boosted["id"]);
        let undo = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": bo.new_id("undos"), "type": "Undo",
            "actor": bo.uri, "object": announce
        });
        assert_eq!(bo.post(&river, &undo).await, 202);
        assert_eq!(desk("announce"), Vec::<Value>::new());
    }
}
