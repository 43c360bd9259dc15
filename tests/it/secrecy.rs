//! PRV-04, PRV-05, PRV-08, PRV-09: what is read off requests, pages and documents by those whom it doesn't concern.

use crate::{
    accounts::join,
    browser::{Browser, select},
    harness::{Canned, Instance, Peer, backends, client, eventually},
    world::World,
};
use communard::domain::names::FollowState;
use serde_json::json;

/// Pictures of others: a post's own, its attachment, its author's.
const PICTURES: [&str; 3] = ["/pictures/inside.png", "/pictures/attached.png", "/pictures/author.png"];

#[tokio::test(flavor = "multi_thread")]
async fn prv_04_pictures_of_others_are_never_loaded_from_them() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let instance = &world.instance;
        let peer = Peer::start("valley").await;
        let ana = peer.actor("ana");
        let mut profile = peer.actor_document("ana", &ana);
        profile["icon"] = json!({ "type": "Image", "mediaType": "image/png", "url": peer.url(PICTURES[2]) });
        peer.serve_object(&profile);
        world.follow(&ana.uri, FollowState::Accepted);
        let html = format!("<p>With you <img src=\"{0}\"><a href=\"{0}\">a picture</a></p>", peer.url(PICTURES[0]));
        let mut note = ana.note(&html, Some(&world.statement));
        note["attachment"] =
            json!([{ "type": "Image", "mediaType": "image/png", "url": peer.url(PICTURES[1]), "name": "A bridge" }]);
        assert_eq!(ana.post(instance, &ana.create(&note)).await, 202);
        let items = world.desk();
        world.db.write_blocking(|conn| communard::db::inbox::set_shown(conn, &items[0].0.id, true)).unwrap();

        let mut browser = Browser::signed_in(instance).await;
        let desk = format!("/desk/{}/inbox", world.instance.name);
        let public = world.statement.strip_prefix(&instance.base_url()).unwrap().to_owned();
        for (path, words) in [(public.as_str(), "With you"), (desk.as_str(), "With you")] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.html.contains(words), "{path}: {}", page.html);
            let dom = page.dom();
            for element in dom.select(&select("[src], [srcset], [poster], [data], link[href], object, iframe, [style]")) {
                let shown = format!("{:?}", element.value());
                assert!(!shown.contains(&peer.host), "{path}: {shown}");
            }
        }
        // Nor does the server ask for them on its own.
        let asked = peer.requests();
        assert!(!asked.iter().any(|request| PICTURES.iter().any(|path| request.target.contains(path))), "{asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prv_05_requests_name_the_program_and_nobody_else() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        drop(join(&instance, "Zubeyda77", "a hidden passphrase 77").await);
        let peer = Peer::start("valley").await;
        let ana = peer.actor("ana");
        // A peer that hands out cookies with its documents, and at its inboxes.
        let cookie = |canned: Canned| canned.header("set-cookie", "reader=77; Path=/");
        let document = peer.actor_document("ana", &ana);
        peer.serve("/users/ana", cookie(Canned::json(&document)));
        for inbox in ["/users/ana/inbox", "/inbox"] {
            peer.serve(inbox, cookie(Canned::status(202)));
        }
        // WebFinger, documents, keys, deliveries to both kinds of inboxes.
        instance.cli(&["follow", &format!("@ana@{}", peer.host), "--collective", "river"]);
        assert_eq!(ana.post(&instance, &ana.follow(&instance.actor("river"))).await, 202);
        peer.expect("Accept", |_| true).await;
        instance.publish("No dam", "We refuse it.");
        peer.expect("Create", |_| true).await;
        instance.queue_empties(20).await;
        let requests = peer.requests();
        let kinds = ["/.well-known/webfinger", "/users/ana", "/inbox"];
        for kind in kinds {
            assert!(requests.iter().any(|request| request.target.starts_with(kind)), "{kind}: {requests:?}");
        }
        let agent = format!("Communard/{} (+https://{})", env!("CARGO_PKG_VERSION"), instance.domain);
        for request in &requests {
            assert_eq!(request.header("user-agent"), Some(agent.as_str()), "{request:?}");
            for name in ["referer", "cookie", "from", "x-forwarded-for", "forwarded", "via", "authorization"] {
                assert_eq!(request.header(name), None, "{name}: {request:?}");
            }
            let whole = format!("{:?} {}", request.headers, String::from_utf8_lossy(&request.body));
            assert!(!whole.contains("ubeyda") && !whole.contains("ada\""), "{whole}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prv_08_members_and_followers_cannot_be_read_off() {
    for backend in backends() {
        let mut instance = Instance::builder("river", backend).start().await;
        instance.leave_queue();
        drop(join(&instance, "Zubeyda77", "a hidden passphrase 77").await);
        let peer = Peer::start("valley").await;
        let follower = peer.actor("quiet-follower");
        let actor = instance.actor("river");
        assert_eq!(follower.post(&instance, &follower.follow(&actor)).await, 202);
        peer.expect("Accept", |_| true).await;
        let statement = instance.publish("No dam", "We refuse it.");
        let statement = statement.strip_prefix(&instance.base_url()).unwrap();
        // A member's name is no name of anything: the same answer as for a name that nobody has.
        for of in
            ["/c/{}", "/@{}", "/users/{}", "/.well-known/webfinger?resource=acct:{}@HOST", "/c/{}/outbox", "/c/{}/feed.atom"]
        {
            let mut answers = Vec::new();
            for name in ["Zubeyda77", "zubeyda77", "nobody77x"] {
                let path = of.replace("{}", name).replace("HOST", &instance.domain);
                for accept in ["application/activity+json", "text/html"] {
                    let answer = client().get(instance.url(&path)).header("accept", accept).send().await.unwrap();
                    let (status, body) = (answer.status().as_u16(), answer.text().await.unwrap());
                    answers.push((accept, status, body.replace(name, "NAME")));
                }
            }
            assert!(answers.iter().all(|(_, status, _)| *status == 404 || *status == 400), "{of}: {answers:?}");
            assert!(answers.chunks(2).all(|pair| pair == &answers[..2]), "{of}: {answers:?}");
        }
        // Nothing that is public names a member or a follower.
        let documents = [
            "/",
            "/c/river",
            "/c/river/outbox?page=true",
            "/c/river/followers",
            "/c/river/followers?page=1",
            "/c/river/following",
            "/c/river/following?page=1",
            "/c/river/followers_synchronization",
            "/c/river/featured",
            "/c/river/feed.atom",
            "/actor",
            "/nodeinfo/2.0",
            "/nodeinfo/2.1",
            "/.well-known/host-meta",
            statement,
        ];
        for path in documents {
            for accept in ["application/activity+json", "text/html"] {
                let answer = client().get(instance.url(path)).header("accept", accept).send().await.unwrap();
                assert!(answer.status().as_u16() < 500, "{path}");
                let body = answer.text().await.unwrap();
                assert!(!body.to_lowercase().contains("zubeyda") && !body.contains("quiet-follower"), "{path} {accept}: {body}");
            }
        }
        let list = instance.activity_json(&format!("{actor}/followers")).await;
        assert_eq!(list["totalItems"], 1);
        assert!(list.get("first").is_none() && list.get("orderedItems").is_none(), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prv_09_drafts_never_leave() {
    const SECRET: &str = "kingfisher";
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let peer = Peer::start("valley").await;
        let ana = peer.actor("ana");
        assert_eq!(ana.post(&instance, &ana.follow(&instance.actor("river"))).await, 202);
        peer.expect("Accept", |_| true).await;
        // Saved, changed and set for later; with a follower named in it and an address of that peer, which nobody may ask for.
        let text = format!("The {SECRET} says @ana@{0} http://{0}/pages/{SECRET}", peer.host);
        let file = instance.file("text.md", &text);
        let args = ["--collective", "river", "--title", SECRET, "--lang", "en", file.as_str()];
        instance.cli(&[&["statement", "draft"][..], &args[..]].concat());
        let later = (chrono::Utc::now() + chrono::Duration::hours(3)).to_rfc3339();
        instance.cli(&[&["statement", "publish", "--schedule", later.as_str()][..], &args[..]].concat());
        let mut browser = Browser::signed_in(&instance).await;
        let form = browser.get("/desk/river/write").await;
        let typed = [("title", SECRET), ("language", "en"), ("body", text.as_str())];
        assert_eq!(browser.write_to("/desk/river/write/autosave", &form, &typed, &[], "").await.status, 200);
        // A published statement with changes that aren't published yet.
        let public = instance.publish("No dam", "We refuse it.");
        peer.expect("Create", |_| true).await;
        let path = format!("/desk/river{}", public.strip_prefix(&instance.base_url()).unwrap());
        let form = browser.get(&path).await;
        assert_eq!(browser.write(&form, &[("body", text.as_str())], &[], "save").await.status, 200);
        // What is published after it arrives; none of the above ever does.
        instance.publish("After", "It goes on.");
        eventually("the last one arrives", 20, || async {
            peer.received().iter().any(|activity| activity["object"]["name"] == "After").then_some(())
        })
        .await;
        instance.queue_empties(20).await;
        for request in peer.requests() {
            assert!(!format!("{request:?} {}", String::from_utf8_lossy(&request.body)).contains(SECRET), "{request:?}");
        }
        for path in ["/", "/c/river", "/c/river/outbox?page=true", "/c/river/feed.atom", &public[instance.base_url().len()..]] {
            for accept in ["application/activity+json", "text/html"] {
                let body = client().get(instance.url(path)).header("accept", accept).send().await.unwrap().text().await.unwrap();
                assert!(!body.contains(SECRET), "{path}: {body}");
            }
        }
    }
}
