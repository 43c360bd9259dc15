//! Two collectives of one instance: what one does reaches the other, and nothing of it goes over the network.

use crate::{
    harness::{Backend, Instance, Peer, backends, client, eventually},
    world::PUBLIC,
};
use serde_json::{Value, json};

async fn river_and_grove(backend: Backend) -> Instance {
    let instance = Instance::builder("river", backend).start().await;
    instance.cli(&["collective", "add", "grove", "--name", "Grove Commune", "--language", "en"]);
    instance
}

/// What is on a collective's desk, of one kind.
fn inbox(instance: &Instance, handle: &str, kind: &str) -> Vec<Value> {
    let items = instance.cli(&["inbox", "list", "--collective", handle]);
    items.as_array().unwrap().iter().filter(|item| item["kind"] == kind).cloned().collect()
}

fn publish(instance: &Instance, handle: &str, title: &str, more: &[&str]) -> String {
    let file = instance.file("text.md", format!("{title}: the whole text.\n"));
    let args = ["statement", "publish", "--collective", handle, "--title", title, "--lang", "en", &file];
    instance.cli(&[&args[..], more].concat())["id"].as_str().unwrap().to_owned()
}

fn assert_nothing_asked_at_home(instance: &Instance) {
    let log = instance.log();
    for path in ["/inbox", "/c/river/inbox", "/c/grove/inbox", "/.well-known/webfinger", "/actor"] {
        assert!(!log.contains(&format!("path={path}}}")), "a request came to {path}:\n{log}");
    }
    assert_eq!(instance.cli(&["queue"])["waiting"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_08_neighbours_follow_and_hear_each_other_without_the_network() {
    for backend in backends() {
        let instance = river_and_grove(backend).await;
        let (river, grove) = (instance.actor("river"), instance.actor("grove"));
        let follow = |address: &str| instance.cli(&["follow", "--collective", "grove", address]);
        let accepted = json!({ "actor": river, "state": "accepted" });
        for address in [format!("@river@{}", instance.domain), river.clone(), instance.url("/@river")] {
            assert_eq!(follow(&address), accepted, "{address}");
        }
        assert_eq!(instance.cli(&["followers", "--collective", "river"])[0]["actor"], grove);
        assert_eq!(inbox(&instance, "river", "follow")[0]["actor"], grove);

        // A statement, its edit, a boost, a like, an answer: each where it belongs, and nowhere else.
        let id = publish(&instance, "river", "No dam", &[]);
        let item = &inbox(&instance, "grove", "post")[0];
        assert_eq!((item["object"].as_str(), item["actor"].as_str()), (Some(id.as_str()), Some(river.as_str())));
        assert!(item["content"].as_str().unwrap().contains("the whole text"), "{item}");
        let file = instance.file("edit.md", "We refuse it for the fourth time.\n");
        instance.cli(&["statement", "edit", &id, &file]);
        assert!(inbox(&instance, "grove", "post")[0]["content"].as_str().unwrap().contains("fourth time"));
        instance.cli(&["boost", "--collective", "grove", &id]);
        instance.cli(&["like", "--collective", "grove", &id]);
        let file = instance.file("answer.md", "We come with forty people.\n");
        let answer = instance.cli(&["statement", "publish", "--collective", "grove", "--lang", "en", "--reply-to", &id, &file]);
        for kind in ["announce", "like"] {
            assert_eq!(inbox(&instance, "river", kind)[0]["object"], id, "{kind}");
        }
        assert_eq!(inbox(&instance, "river", "reply")[0]["object"], answer["id"]);
        assert_eq!(inbox(&instance, "grove", "reply"), Vec::<Value>::new());
        let likes = instance.activity_json(&format!("{id}/likes")).await;
        assert_eq!(likes["totalItems"], 1);

        // All of it can be taken back.
        instance.cli(&["unboost", "--collective", "grove", &id]);
        instance.cli(&["unlike", "--collective", "grove", &id]);
        instance.cli(&["statement", "withdraw", answer["id"].as_str().unwrap(), "--reason", "We can't come."]);
        for kind in ["announce", "like", "reply"] {
            assert_eq!(inbox(&instance, "river", kind), Vec::<Value>::new(), "{kind}");
        }
        instance.cli(&["statement", "withdraw", &id, "--reason", "The dam is off."]);
        assert_eq!(inbox(&instance, "grove", "post"), Vec::<Value>::new());

        instance.cli(&["unfollow", "--collective", "grove", &river]);
        assert_eq!(instance.cli(&["followers", "--collective", "river"]), json!([]));
        publish(&instance, "river", "Heard by nobody", &[]);
        assert_eq!(inbox(&instance, "grove", "post"), Vec::<Value>::new());
        assert_nothing_asked_at_home(&instance);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_decides_who_follows_it() {
    for backend in backends() {
        let instance = river_and_grove(backend).await;
        let (river, grove) = (instance.actor("river"), instance.actor("grove"));
        let state = || instance.cli(&["follow", "--collective", "grove", &river])["state"].clone();
        instance.cli(&["collective", "edit", "river", "--approve-followers", "true"]);
        assert_eq!(state(), "pending");
        publish(&instance, "river", "Before the answer", &[]);
        assert_eq!(inbox(&instance, "grove", "post"), Vec::<Value>::new());
        instance.cli(&["followers", "accept", "--collective", "river", &grove]);
        assert_eq!(state(), "accepted");
        publish(&instance, "river", "After it", &[]);
        assert_eq!(inbox(&instance, "grove", "post").len(), 1);
        instance.cli(&["followers", "remove", "--collective", "river", &grove]);
        publish(&instance, "river", "After the end", &[]);
        assert_eq!(inbox(&instance, "grove", "post").len(), 1);
        assert_eq!(state(), "pending", "who was removed may ask again");

        let (_, said) = instance.cli_fails(&["follow", "--collective", "grove", &grove]);
        assert!(said.contains("follow itself"), "{said}");
        for nobody in [format!("@nobody@{}", instance.domain), instance.actor("nobody"), instance.url("/statements/x")] {
            let (code, said) = instance.cli_fails(&["follow", "--collective", "grove", &nobody]);
            assert_eq!(code, 3, "{nobody}: {said}");
        }
        assert_nothing_asked_at_home(&instance);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_of_a_neighbour_reaches_its_desk() {
    let instance = river_and_grove(Backend::Sqlite).await;
    let id = publish(&instance, "river", "With the grove", &["--mention", &format!("@grove@{}", instance.domain)]);
    assert_eq!(inbox(&instance, "grove", "mention")[0]["object"], id);
    let tags = instance.activity_json(&id).await["tag"].clone();
    let mention = tags.as_array().unwrap().iter().find(|tag| tag["type"] == "Mention").unwrap();
    assert_eq!(mention["href"], instance.actor("grove"));
    // A collective that names itself hears no echo.
    publish(&instance, "river", "We", &["--mention", &format!("@river@{}", instance.domain)]);
    assert_eq!(inbox(&instance, "river", "mention"), Vec::<Value>::new());
    assert_nothing_asked_at_home(&instance);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_neighbour_passes_on_reaches_its_followers() {
    for backend in backends() {
        let instance = river_and_grove(backend).await;
        instance.cli(&["collective", "add", "hill", "--name", "Hill Commune", "--language", "en"]);
        instance.cli(&["follow", "--collective", "grove", &instance.actor("river")]);
        // A post from elsewhere.
        let peer = Peer::start("far").await;
        let author = peer.actor("bo");
        let mut note = author.note("<p>From <strong>far</strong> away.</p>", None);
        note["to"] = json!([PUBLIC]);
        peer.serve_object(&note);
        instance.cli(&["boost", "--collective", "river", note["id"].as_str().unwrap()]);
        let item = &inbox(&instance, "grove", "announce")[0];
        assert_eq!((&item["object"], item["actor"].as_str()), (&note["id"], Some(instance.actor("river").as_str())));
        assert!(item["content"].as_str().unwrap().contains("From"), "{item}");
        peer.expect("Announce", |activity| activity["object"] == note["id"]).await;
        // A statement of a third neighbour.
        let id = publish(&instance, "hill", "From next door", &[]);
        instance.cli(&["boost", "--collective", "river", &id]);
        assert_eq!(inbox(&instance, "hill", "announce").len(), 1);
        let told = inbox(&instance, "grove", "announce");
        assert!(told.iter().any(|item| item["object"] == id && item["content"].as_str().unwrap().contains("whole text")));
        instance.cli(&["unboost", "--collective", "river", &id]);
        instance.cli(&["unboost", "--collective", "river", note["id"].as_str().unwrap()]);
        assert_eq!((inbox(&instance, "grove", "announce").len(), inbox(&instance, "hill", "announce").len()), (0, 0));
        peer.expect("Undo", |_| true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbours_answer_can_be_shown_under_the_statement() {
    let instance = river_and_grove(Backend::Sqlite).await;
    let id = publish(&instance, "river", "No dam", &[]);
    let file = instance.file("answer.md", "We come with forty people.\n");
    instance.cli(&["statement", "publish", "--collective", "grove", "--lang", "en", "--reply-to", &id, &file]);
    let shown = instance.db().write_blocking(|conn| {
        let river = communard::db::collectives::by_handle(conn, "river")?;
        let rows = communard::db::inbox::list(conn, &river.id, 10)?;
        communard::db::inbox::set_shown(conn, &rows[0].0.id, true)
    });
    shown.unwrap();
    let page = eventually("the answer shows", 5, || async {
        let page = client().get(&id).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        page.contains("forty people").then_some(page)
    })
    .await;
    assert!(page.contains("Grove Commune"), "its author has a name");
}
