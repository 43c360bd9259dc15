//! Local actions under a call of another instance: asked for, let stand, moved along, kept, cancelled, taken off.

use crate::{
    calls::{follower, kinds, publish_week},
    harness::{Backend, Canned, Instance, Peer, PeerActor, backends, client, eventually},
};
use serde_json::{Value, json};

fn action(instance: &Instance, id: &str) -> Value {
    let list = instance.cli(&["action", "list", "--collective", instance.name.as_str()]);
    list.as_array().unwrap().iter().find(|line| line["id"] == id).cloned().unwrap_or(Value::Null)
}

/// Waits until an instance has an action so.
async fn stands(what: &str, found: impl Fn() -> Value, fits: impl Fn(&Value) -> bool) -> Value {
    eventually(what, 60, || async {
        let now = found();
        fits(&now).then_some(now)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_action_lives_between_two_instances() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let lyon = Instance::builder("lyon", backend).start().await;
        let call = publish_week(&river, &[]);
        let call = call.as_str();
        let add = |title: &str, start: &str| {
            lyon.cli(&[
                "action",
                "add",
                "--collective",
                "lyon",
                "--title",
                title,
                "--kind",
                "march",
                "--start",
                start,
                "--zone",
                "Europe/Paris",
                "--place",
                "Old bridge",
                "--city",
                "Lyon",
                "--country",
                "FR",
                "--accessibility",
                "No steps.",
                "--spoken",
                "fr",
                call,
            ])
        };
        let march = add("March from the old bridge", "2099-01-30T14:00");
        let vigil = add("Vigil", "2099-01-31T20:00");
        let (march, vigil) = (march["id"].as_str().unwrap(), vigil["id"].as_str().unwrap());
        assert_eq!(action(&lyon, march)["author"], "pending");

        // River sees them wait, and lets both stand: there is a stamp for each.
        let under = |id: &str| {
            let list = river.cli(&["action", "list", "--call", call]);
            list.as_array().unwrap().iter().find(|line| line["id"] == id).cloned().unwrap_or(Value::Null)
        };
        for id in [march, vigil] {
            stands("river is asked", || under(id), |one| one["author"] == "pending").await;
            assert_eq!(river.activity_json(&format!("{call}/actions")).await["totalItems"], 0);
        }
        for id in [march, vigil] {
            assert_eq!(river.cli(&["action", "accept", id])["author"], "accepted");
            stands("lyon hears of it", || action(&lyon, id), |one| one["author"] == "accepted").await;
        }
        let event = lyon.activity_json(march).await;
        assert_eq!(
            (&event["type"], &event["superEvent"], &event["startTime"]),
            (&json!("Event"), &json!(call), &json!("2099-01-30T14:00:00+01:00"))
        );
        let stamp = river.activity_json(event["localActionAuthorization"].as_str().unwrap()).await;
        assert_eq!(
            (&stamp["type"], &stamp["interactingObject"], &stamp["interactionTarget"]),
            (&json!("LocalActionAuthorization"), &json!(march), &json!(call))
        );
        let listed = river.activity_json(&format!("{call}/actions")).await;
        assert_eq!(listed["orderedItems"], json!([march, vigil]));
        let page = |url: String| async move {
            client().get(url).header("accept", "text/html").send().await.unwrap().text().await.unwrap()
        };
        let shown = page(call.to_owned()).await;
        assert!(shown.contains("March from the old bridge") && shown.contains("Old bridge, Lyon"), "{shown}");
        assert!(page(march.to_owned()).await.contains("30 January 2099, 14:00 (Europe/Paris)"));

        // The call moves: each of them is asked; the march moves along, the vigil keeps its date.
        river.cli(&["call", "postpone", call, "--start", "2099-03-01", "--end", "2099-03-08"]);
        for id in [march, vigil] {
            stands("lyon is asked", || action(&lyon, id), |one| one["asked"] == "moved").await;
        }
        assert!(page(vigil.to_owned()).await.contains("haven&#39;t said yet"), "until it is answered its page says so");
        assert_eq!(lyon.cli(&["action", "answer", march, "move"])["start"], "2099-03-06T14:00");
        assert_eq!(lyon.cli(&["action", "answer", vigil, "keep"])["asked"], Value::Null);
        assert_eq!(lyon.cli_fails(&["action", "answer", vigil, "keep"]).0, 4, "it is asked once");
        stands("river has the new date", || under(march), |one| one["start"] == "2099-03-06T14:00" && one["status"] == "moved")
            .await;
        assert_eq!(under(vigil)["start"], "2099-01-31T20:00");

        // The call is cancelled: nothing is cancelled for them.
        river.cli(&["call", "cancel", call]);
        for id in [march, vigil] {
            stands("lyon is asked again", || action(&lyon, id), |one| one["asked"] == "cancelled").await;
        }
        assert_eq!(lyon.cli(&["action", "answer", vigil, "cancel"])["status"], "cancelled");
        stands("river shows it as cancelled", || under(vigil), |one| one["status"] == "cancelled").await;
        assert_eq!(under(march)["status"], "moved", "the march takes place");
        let (_, said) =
            lyon.cli_fails(&["action", "add", "--collective", "lyon", "--title", "Late", "--start", "2099-03-06", call]);
        assert!(said.contains("cancelled"), "{said}");

        // River takes one off its call.
        assert_eq!(river.cli(&["action", "drop", march])["author"], "dropped");
        stands("lyon hears that", || action(&lyon, march), |one| one["author"] == "dropped").await;
        assert_eq!(river.activity_json(&format!("{call}/actions")).await["orderedItems"], json!([vigil]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_of_neighbours_and_wrong_ones() {
    let river = Instance::builder("river", backends()[0]).start().await;
    river.cli(&["collective", "add", "valley", "--name", "The Valley", "--lang", "en"]);
    let call = publish_week(&river, &[]);
    let call = call.as_str();
    // A collective's own needs nobody's consent; a neighbour's waits like anybody's.
    let own = river.cli(&["action", "add", "--collective", "river", "--title", "Ours", "--start", "2099-01-25", call]);
    assert_eq!(own["author"], "accepted");
    let theirs = river.cli(&["action", "add", "--collective", "valley", "--title", "Theirs", "--start", "2099-01-25", call]);
    assert_eq!(theirs["author"], "pending");
    assert_eq!(river.cli(&["action", "decline", theirs["id"].as_str().unwrap()])["author"], "declined");
    // An answer is asked of those here as well.
    river.cli(&["call", "postpone", call]);
    assert_eq!(action(&river, own["id"].as_str().unwrap())["asked"], "postponed");
    let (_, said) = river.cli_fails(&["action", "answer", own["id"].as_str().unwrap(), "move"]);
    assert!(said.contains("no other dates yet"), "{said}");
    let statement = river.publish("No dam", "We refuse it.");
    for (more, says) in [
        (&["--start", "2099-01-25", &statement][..], "no dates"),
        (&["--start", "2099-01-25T10:00", call], "needs a time zone"),
        (&[call], "which day it begins"),
    ] {
        let args = [&["action", "add", "--collective", "valley", "--title", "T"][..], more].concat();
        let (_, said) = river.cli_fails(&args);
        assert!(said.contains(says), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_goes_to_its_organisers_followers_as_an_event_or_as_a_note() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        river.cli(&["collective", "add", "valley", "--name", "The Valley", "--lang", "en"]);
        river.cli(&["follow", "--collective", "valley", &river.actor("river")]);
        let (events, ana) = follower("events", "Mobilizon", &river).await;
        let (microblog, _) = follower("microblog", "mastodon", &river).await;
        // Of software that nobody knows, which says itself that it understands events: by its own actor, or by an account's.
        let (own, _) = follower("own", "garland", &river).await;
        let links = json!({ "links": [
            { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": own.url("/nodeinfo/2.0") },
            { "rel": "https://www.w3.org/ns/activitystreams#Application", "href": own.url("/application") }
        ] });
        let implements = json!([{ "href": "https://w3id.org/fep/8a8e", "name": "Events" }]);
        let application = json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": own.url("/application"),
            "type": "Application", "implements": implements });
        own.serve("/.well-known/nodeinfo", Canned::json(&links));
        own.serve_object(&application);
        let (made, bo) = follower("made", "garland", &river).await;
        let mut account = made.actor_document("ana", &bo);
        account["generator"] = json!({ "type": "Application", "implements": implements });
        made.serve_object(&account);
        let text = river.file("call.md", "Come.\n");
        let args =
            ["call", "publish", "--collective", "valley", "--title", "Days", "--lang", "en", "--start", "2099-01-25", &text];
        let call = river.cli(&args)["id"].as_str().unwrap().to_owned();
        let hour = ["--start", "2099-01-25T14:00", "--zone", "Europe/Paris", "--place", "Old bridge", "--city", "Lyon"];
        let add = ["action", "add", "--collective", "river", "--title", "March", call.as_str()];
        let march = river.cli(&[&add[..], &hour].concat())["id"].as_str().unwrap().to_owned();

        // Each host gets one of the two; a neighbour has it on its desk.
        let event = events.expect("Create", |_| true).await["object"].clone();
        assert_eq!((&event["type"], &event["id"], &event["superEvent"]), (&json!("Event"), &json!(march), &json!(call)));
        let note = microblog.expect("Create", |_| true).await["object"].clone();
        assert_eq!((&note["type"], &note["id"]), (&json!("Note"), &json!(format!("{march}/note"))));
        let html = note["content"].as_str().unwrap();
        for said in ["<strong>March</strong>", "25 January 2099, 14:00 (Europe/Paris)", "Old bridge, Lyon", &call, &march] {
            assert!(html.contains(said), "{said}: {html}");
        }
        let desk = river.cli(&["inbox", "list", "--collective", "valley"]);
        assert!(desk.as_array().unwrap().iter().any(|item| item["object"] == march.as_str()), "{desk}");
        assert_eq!(river.activity_json(&format!("{march}/note")).await["content"], note["content"]);
        let page = client().get(format!("{march}/note")).header("accept", "text/html").send().await.unwrap();
        let to = page.headers()["location"].to_str().unwrap();
        assert_eq!((page.status().as_u16(), to), (303, march.strip_prefix(&river.url("")).unwrap()));

        // Nobody is listed as a participant: who asks is told, each time.
        for (event, organiser) in [(&march, "river"), (&call, "valley")] {
            let id = ana.new_id("joins");
            let join = json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Join", "actor": ana.uri,
                "object": event, "to": [river.actor(organiser)] });
            assert_eq!(ana.post(&river, &join).await, 202);
            let said = events.expect("Reject", |activity| activity["object"]["id"] == id.as_str()).await;
            assert_eq!((&said["actor"], &said["object"]["object"]), (&json!(river.actor(organiser)), &json!(event)));
        }

        // So do its changes, and the outbox shows it as it is now.
        river.cli(&["call", "postpone", &call, "--start", "2099-01-27"]);
        river.cli(&["action", "answer", &march, "move"]);
        let moved = events.expect("Update", |_| true).await["object"].clone();
        assert_eq!((&moved["startTime"], &moved["callStatus"]), (&json!("2099-01-27T14:00:00+01:00"), &json!("moved")));
        let note = microblog.expect("Update", |_| true).await["object"].clone();
        assert!(note["content"].as_str().unwrap().contains("27 January 2099"), "{note}");
        river.cli(&["action", "cancel", &march]);
        events.expect("Update", |activity| activity["object"]["eventStatus"] == "CANCELLED").await;
        microblog.expect("Update", |activity| activity["object"]["content"].as_str().unwrap().contains("Cancelled")).await;
        for other in [&own, &made] {
            assert_eq!(other.expect("Create", |_| true).await["object"]["type"], "Event", "{}", other.host);
        }
        assert_eq!((kinds(&events), kinds(&microblog)), (vec!["Event".to_owned()], vec!["Note".to_owned()]));
        let outbox = river.activity_json(&format!("{}/outbox?page=true", river.actor("river"))).await;
        let listed = &outbox["orderedItems"][0];
        assert_eq!((&listed["type"], &listed["object"]["id"]), (&json!("Create"), &json!(march)));
        assert_eq!(listed["object"]["eventStatus"], "CANCELLED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_learnt_of_from_the_author_of_its_call_alone() {
    const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";
    let river = Instance::builder("river", Backend::Sqlite).start().await;
    let (meadow, field) = (Peer::start("meadow").await, Peer::start("field").await);
    let (author, neighbour, organiser) = (meadow.actor("author"), meadow.actor("neighbour"), field.actor("organiser"));
    for actor in [&author, &neighbour] {
        let state = || river.cli(&["follow", "--collective", "river", &actor.uri])["state"].clone();
        state();
        let follow = meadow.expect("Follow", |activity| activity["object"] == actor.uri).await;
        let accept =
            json!({ "@context": CONTEXT, "id": actor.new_id("accepts"), "type": "Accept", "actor": actor.uri, "object": follow });
        assert_eq!(actor.post(&river, &accept).await, 202);
        eventually("it is followed", 60, || async { (state() == "accepted").then_some(()) }).await;
    }
    let call = meadow.url("/calls/1");
    meadow.serve_object(&json!({
        "@context": CONTEXT, "id": call, "type": "Event", "attributedTo": author.uri, "name": "Days for the meadow",
        "startTime": "2099-01-25T00:00:00Z"
    }));
    let added = |by: &PeerActor, name: &str| {
        let (action, stamp) = (field.url(&format!("/actions/{name}")), meadow.url(&format!("/stamps/{name}")));
        field.serve_object(&json!({
            "@context": CONTEXT, "id": action, "type": "Event", "attributedTo": organiser.uri, "name": name,
            "startTime": "2099-01-30T14:00:00Z", "superEvent": call
        }));
        meadow.serve_object(&json!({
            "@context": CONTEXT, "id": stamp, "type": "LocalActionAuthorization", "attributedTo": by.uri,
            "interactingObject": action, "interactionTarget": call
        }));
        json!({
            "@context": CONTEXT, "id": by.new_id("adds"), "type": "Add", "actor": by.uri, "object": action,
            "target": format!("{call}/actions"), "localActionAuthorization": stamp
        })
    };
    // On the same host, with a stamp of its own there: still not whose call it is.
    assert_eq!(neighbour.post(&river, &added(&neighbour, "smuggled")).await, 202);
    let asked = || meadow.requests().iter().filter(|request| request.target == "/calls/1").count();
    eventually("whose call it is was looked up", 60, || async { (asked() == 1).then_some(()) }).await;
    assert_eq!(author.post(&river, &added(&author, "March")).await, 202);
    let list = || river.cli(&["action", "list", "--call", &call]);
    let learnt = stands("the author's word counts", list, |list| *list != json!([])).await;
    let titles: Vec<&Value> = learnt.as_array().unwrap().iter().map(|line| &line["title"]).collect();
    assert_eq!(titles, [&json!("March")]);
}
