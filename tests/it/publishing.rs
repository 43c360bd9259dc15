//! What a collective publishes, as peers read it from the running server.

use crate::harness::{Instance, Peer, backends, client};
use reqwest::header::{ACCEPT, CONTENT_TYPE, VARY};
use serde_json::{Value, json};

const ACTIVITY: &str = "application/activity+json";
const LONG_AGO: &str = "01970000-0000-7000-8000-000000000000";

async fn get(url: &str, accept: &str) -> reqwest::Response {
    client().get(url).header(ACCEPT, accept).send().await.unwrap()
}

fn publish(instance: &Instance, title: &str, text: &str) -> Value {
    let file = instance.file("text.md", text);
    instance.cli(&["statement", "publish", "--collective", "river", "--title", title, "--lang", "es", &file])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_published_edited_and_withdrawn_from_the_command_line() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let printed = publish(&instance, "No a la presa", "Decimos **no**.\n\n- uno\n- dos");
        let id = printed["id"].as_str().unwrap();
        assert_eq!(printed["type"], "Note");
        assert_eq!(printed["url"], printed["id"]);

        let note = instance.activity_json(id).await;
        assert_eq!(note["id"], id);
        assert_eq!(note["attributedTo"], instance.actor("river"));
        assert_eq!(note["name"], "No a la presa");
        let content = note["content"].as_str().unwrap();
        assert!(content.starts_with("<p><strong>No a la presa</strong></p>"), "{content}");
        assert!(content.contains("<strong>no</strong>"), "{content}");
        assert_eq!(note["contentMap"]["es"], note["content"]);
        assert!(note.get("updated").is_none());

        instance.cli_with_input(&["statement", "edit", id, "-"], "Decimos **nunca**.");
        let edited = instance.activity_json(id).await;
        assert!(edited["content"].as_str().unwrap().contains("nunca"));
        assert_eq!(edited["published"], note["published"]);
        assert!(edited["updated"].as_str() > note["published"].as_str());
        assert_ne!(edited["digestMultibase"], note["digestMultibase"]);
        let first = get(&format!("{id}/versions/1"), ACTIVITY).await;
        assert_eq!(first.headers()[CONTENT_TYPE], ACTIVITY);
        assert_eq!(first.json::<Value>().await.unwrap(), note);

        let outbox = instance.activity_json(&format!("{}/outbox", instance.actor("river"))).await;
        assert_eq!(outbox["totalItems"], 1);
        let page = instance.activity_json(outbox["first"].as_str().unwrap()).await;
        assert_eq!(page["orderedItems"][0]["type"], "Create");
        assert_eq!(page["orderedItems"][0]["object"]["content"], edited["content"]);
        let create = page["orderedItems"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(instance.activity_json(&create).await["object"]["content"], note["content"]);

        instance.cli(&["statement", "withdraw", id, "--reason", "We were wrong"]);
        for gone in [id, &format!("{id}/versions/1"), &create] {
            let answer = get(gone, ACTIVITY).await;
            assert_eq!(answer.status(), 410, "{gone}");
            let stone: Value = answer.json().await.unwrap();
            assert_eq!(stone["type"], "Tombstone");
            assert_eq!(stone["id"], id);
            assert!(!stone.to_string().contains("nunca"));
        }
        let (code, _) = instance.cli_fails(&["statement", "withdraw", id, "--reason", "Again"]);
        assert_eq!(code, 4);
        let outbox = instance.activity_json(&format!("{}/outbox", instance.actor("river"))).await;
        assert_eq!(outbox["totalItems"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_a_document_for_peers_and_a_page_for_people() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let id = publish(&instance, "No a la presa", "Decimos no.")["id"].as_str().unwrap().to_owned();
        for address in [instance.actor("river"), id] {
            for peer in [ACTIVITY, "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""] {
                let answer = get(&address, peer).await;
                assert_eq!(answer.status(), 200);
                assert_eq!(answer.headers()[CONTENT_TYPE], ACTIVITY);
                assert!(answer.headers().get_all(VARY).iter().any(|v| v.to_str().unwrap().to_lowercase().contains("accept")));
                assert_eq!(answer.headers()["access-control-allow-origin"], "*");
                assert!(answer.headers().get("access-control-allow-credentials").is_none());
                assert_eq!(answer.json::<Value>().await.unwrap()["id"], address);
            }
            let head = client().head(&address).header(ACCEPT, ACTIVITY).send().await.unwrap();
            assert_eq!((head.status().as_u16(), head.bytes().await.unwrap().len()), (200, 0));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn webfinger_and_actor_lead_to_each_other() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let host = instance.base_url().split_once("://").unwrap().1.to_owned();
        let finger = |resource: String| {
            let url = instance.url("/.well-known/webfinger");
            async move { client().get(format!("{url}?resource={resource}")).send().await.unwrap() }
        };
        let instance_name = host.split(':').next().unwrap();
        for (user, actor) in [("river", instance.actor("river")), (instance_name, instance.url("/actor"))] {
            let subject = format!("acct:{user}@{host}");
            for resource in [subject.clone(), actor.clone(), format!("acct:{}@{host}", user.to_uppercase())] {
                let found: Value = finger(resource).await.json().await.unwrap();
                assert_eq!(found["subject"], subject);
                let link = found["links"].as_array().unwrap().iter().find(|link| link["rel"] == "self").unwrap();
                assert_eq!((&link["href"], &link["type"]), (&json!(actor), &json!(ACTIVITY)));
            }
            let document = instance.activity_json(&actor).await;
            assert_eq!(document["id"], actor);
            assert_eq!(document["webfinger"], format!("{user}@{host}"));
            assert!(document["publicKey"]["publicKeyPem"].as_str().unwrap().contains("BEGIN PUBLIC KEY"));
            assert!(document["assertionMethod"][0]["publicKeyMultibase"].as_str().unwrap().starts_with("z6Mk"));
        }
        for stranger in [format!("acct:nobody@{host}"), "acct:river@evil.example".into(), "acct:ada@x".into()] {
            assert_eq!(finger(stranger).await.status(), 404);
        }
        let links: Value = client().get(instance.url("/.well-known/nodeinfo")).send().await.unwrap().json().await.unwrap();
        for link in links["links"].as_array().unwrap() {
            let info: Value = client().get(link["href"].as_str().unwrap()).send().await.unwrap().json().await.unwrap();
            assert_eq!(info["software"]["name"], "communard");
            assert_eq!(info["usage"]["users"]["total"], 1);
        }
        let xrd = client().get(instance.url("/.well-known/host-meta")).send().await.unwrap().text().await.unwrap();
        assert!(xrd.contains("/.well-known/webfinger?resource={uri}"), "{xrd}");
        assert_eq!(get(&instance.url("/inbox"), ACTIVITY).await.status(), 405);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn org_24_drafts_are_like_what_never_was() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let file = instance.file("text.md", "Ein Geheimnis");
        let args = ["--collective", "river", "--title", "T", "--lang", "de", file.as_str()];
        let draft = instance.cli(&[&["statement", "draft"][..], &args[..]].concat());
        let later = (chrono::Utc::now() + chrono::Duration::hours(3)).to_rfc3339();
        let scheduled = instance.cli(&[&["statement", "publish", "--schedule", later.as_str()][..], &args[..]].concat());
        assert_eq!(scheduled["state"], "scheduled");
        let never = instance.url(&format!("/statements/{LONG_AGO}"));
        for below in ["", "/versions/1", "/versions/0", "/replies", "/likes", "/shares"] {
            let unknown = get(&format!("{never}{below}"), ACTIVITY).await;
            assert_eq!(unknown.status(), 404, "{below}");
            let body = unknown.text().await.unwrap();
            for hidden in [&draft, &scheduled] {
                let answer = get(&format!("{}{below}", hidden["id"].as_str().unwrap()), ACTIVITY).await;
                assert_eq!(answer.status(), 404, "{below}");
                assert_eq!(answer.text().await.unwrap(), body);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn org_25_what_is_not_public_stands_in_no_collection_and_no_count() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let file = instance.file("text.md", "Secret");
        instance.cli(&["statement", "draft", "--collective", "river", "--title", "Hidden", "--lang", "en", &file]);
        let actor = instance.actor("river");
        let outbox = instance.activity_json(&format!("{actor}/outbox")).await;
        assert_eq!(outbox["totalItems"], 0);
        let page = get(outbox["first"].as_str().unwrap(), ACTIVITY).await.text().await.unwrap();
        assert!(!page.contains("Hidden") && !page.contains("Secret"));
        // A profile that is changed is public news, but nothing to list.
        instance.cli(&["collective", "edit", "river", "--summary", "By the river"]);
        assert_eq!(instance.activity_json(&format!("{actor}/outbox")).await["totalItems"], 0);
        for list in ["followers", "following"] {
            let hidden = instance.activity_json(&format!("{actor}/{list}?page=1")).await;
            assert_eq!(hidden["totalItems"], 0);
            assert!(hidden.get("first").is_none() && hidden.get("orderedItems").is_none());
        }
        // No member in anything that peers can read.
        let document = instance.activity_json(&actor).await;
        assert!(document["summary"].as_str().unwrap().contains("By the river"));
        assert!(!document.to_string().contains("ada"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_15_garbage_in_the_query_is_clamped() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        publish(&instance, "No a la presa", "Decimos no.");
        let actor = instance.actor("river");
        let long = "9".repeat(6_000);
        for query in ["page=-1", "page=999999999999999999999", "page=x&before=%00", "page&before=-5", "limit=999999999", &long] {
            for list in ["outbox", "followers", "following", "featured"] {
                let answer = get(&format!("{actor}/{list}?{query}"), ACTIVITY).await;
                assert_eq!(answer.status(), 200, "{list}?{query}");
                let items = answer.json::<Value>().await.unwrap()["orderedItems"].as_array().map_or(0, Vec::len);
                assert!(items <= 100);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mentions_images_boosts_and_follows_reach_the_other_server() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let peer = Peer::start("valley").await;
        let ana = peer.actor("ana");
        let address = format!("@ana@{}", peer.host);
        let river = instance.actor("river");

        let text = instance.file("text.md", format!("With {address} we refuse. | a | b |"));
        let image = instance.file("river.png", std::fs::read("docs/examples/river.png").unwrap());
        let image = format!("{image}=A quiet river");
        let printed = instance.cli(&[
            "statement",
            "publish",
            "--collective",
            "river",
            "--title",
            "No dam",
            "--lang",
            "en",
            "--hashtag",
            "River",
            "--demand",
            "Stop the works",
            "--mention",
            &address,
            "--image",
            &image,
            &text,
        ]);
        let id = printed["id"].as_str().unwrap().to_owned();
        let create = peer.expect("Create", |activity| activity["object"]["id"] == id).await;
        let note = &create["object"];
        assert!(note["cc"].as_array().unwrap().contains(&json!(ana.uri)));
        assert!(note["tag"].as_array().unwrap().iter().any(|tag| tag["type"] == "Mention" && tag["href"] == ana.uri));
        let content = note["content"].as_str().unwrap();
        let link = format!("href=\"{}\" class=\"u-url mention\"", peer.url("/@ana"));
        assert!(content.contains(&link), "{content}");
        let picture = &note["attachment"][0];
        assert_eq!(picture["name"], "A quiet river");
        assert!(picture["width"].as_i64().unwrap() > 0);
        let file = client().get(picture["url"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(
            (file.status().as_u16(), &file.headers()[CONTENT_TYPE]),
            (200, &picture["mediaType"].as_str().unwrap().parse().unwrap())
        );

        let followed = instance.cli(&["follow", "--collective", "river", &address]);
        assert_eq!((&followed["actor"], &followed["state"]), (&json!(ana.uri), &json!("pending")));
        let follow = peer.expect("Follow", |activity| activity["object"] == ana.uri).await;
        assert_eq!(follow["actor"], river);
        instance.cli(&["unfollow", "--collective", "river", &ana.uri]);
        let undo = peer.expect("Undo", |activity| activity["object"]["type"] == "Follow").await;
        assert_eq!(undo["object"]["id"], follow["id"]);

        let mut theirs = ana.note("<p>We refuse too.</p>", None);
        theirs["@context"] = json!("https://www.w3.org/ns/activitystreams");
        peer.serve_object(&theirs);
        let theirs = theirs["id"].as_str().unwrap().to_owned();
        let boosted = instance.cli(&["boost", "--collective", "river", &theirs]);
        let announce = peer.expect("Announce", |activity| activity["object"] == theirs).await;
        assert_eq!(announce["id"], boosted["id"]);
        assert_eq!(instance.activity_json(&format!("{river}/outbox")).await["totalItems"], 2);
        instance.cli(&["unboost", "--collective", "river", &theirs]);
        peer.expect("Undo", |activity| activity["object"]["id"] == announce["id"]).await;
        assert_eq!(get(announce["id"].as_str().unwrap(), ACTIVITY).await.status(), 404);

        // What was mentioned hears of the end too.
        instance.cli(&["statement", "withdraw", &id, "--reason", "We were wrong"]);
        peer.expect("Delete", |activity| activity["object"]["id"] == id && activity["object"]["type"] == "Tombstone").await;

        let (code, said) = instance.cli_fails(&["follow", "--collective", "river", "@nobody@nowhere.localhost:1"]);
        assert!(code == 1 || code == 3, "{code} {said}");
    }
}
