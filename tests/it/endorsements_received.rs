//! Endorsements that peers send, in any order and with any intent: which of them count.

use crate::{
    harness::{Peer, PeerActor, backends, client, eventually},
    world::{World, activity, cases},
};
use communard::domain::endorsement::MAX_CLAIMS;
use serde_json::{Value, json};
use std::sync::Arc;

struct Case {
    world: Arc<World>,
    harbour: Peer,
    /// Of the world's statement as it is.
    digest: String,
    statement: String,
}

impl Case {
    /// A statement of its own for each case.
    async fn new(world: &Arc<World>) -> Self {
        let statement = world.instance.publish("No dam", "We refuse it.");
        let digest = world.instance.activity_json(&statement).await["digestMultibase"].as_str().unwrap().to_owned();
        Self { world: world.clone(), harbour: Peer::start("harbour").await, digest, statement }
    }

    /// An endorsement of the statement by this actor.
    fn endorsement(&self, actor: &PeerActor, name: &str, sequence: i32, state: &str) -> Value {
        json!({
            "type": "Endorsement", "id": self.harbour.url(&format!("/endorsements/{name}")), "attributedTo": actor.uri,
            "object": self.statement, "digestMultibase": self.digest, "state": state, "sequence": sequence,
            "ratifyBy": (state == "indicative").then_some("2099-01-01T00:00:00Z"),
            "published": "2026-11-23T10:00:00Z", "updated": "2026-11-23T10:00:00Z"
        })
    }

    fn request(&self, actor: &PeerActor, endorsement: &Value) -> Value {
        let mut request = activity(actor, "EndorsementRequest", json!(self.statement));
        request["instrument"] = endorsement.clone();
        request
    }

    async fn post(&self, actor: &PeerActor, activity: &Value) {
        assert_eq!(actor.post(&self.world.instance, activity).await, 202);
    }

    /// Entries of the register and its totals, once all that was sent before had its effect.
    async fn register(&self) -> (Vec<Value>, Value) {
        let page = self.world.instance.activity_json(&format!("{}/endorsements?page=1", self.statement)).await;
        let items = page["orderedItems"].as_array().unwrap().clone();
        assert_eq!(page["totalItems"], json!(items.len()));
        let counts = page["endorsementCounts"].as_object().unwrap();
        // What was erased is counted, and no entry.
        for (state, count) in counts.iter().filter(|(state, _)| *state != "erased") {
            assert_eq!(
                items.iter().filter(|item| item["state"] == state.as_str()).count() as u64,
                count.as_u64().unwrap(),
                "{state}"
            );
        }
        (items, page["endorsementCounts"].clone())
    }

    async fn states(&self) -> Vec<String> {
        self.register().await.0.iter().map(|item| item["state"].as_str().unwrap().to_owned()).collect()
    }

    async fn becomes(&self, states: &[&str]) {
        eventually(&format!("the register has {states:?}"), 20, || async { (self.states().await == states).then_some(()) }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn endorsements_of_peers_count_only_as_they_should() {
    for backend in backends() {
        eprintln!("{backend:?}");
        let world = Arc::new(World::start(backend, &[]).await);
        world.instance.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        cases!(&Case::new(&world).await;
            dat_01_only_the_signers_own, dat_02_and_22_nothing_counts_by_being_listed, dat_03_ten_of_one_are_one, dat_04_and_05_a_withdrawal_is_final,
            dat_06_a_withdrawal_that_comes_first, dat_07_and_08_a_text_changed_by_a_character, dat_12_erased_is_erased,
            dat_14_nobody_ratifies_for_another, dat_15_replays, dat_17_any_order, dat_19_other_activities_count_nothing,
            dat_20_two_actors_of_one_host, aut_15_no_rights_of_ours, equivocation_is_kept, what_is_kept_of_one_has_a_bound,
        );
    }
}

async fn dat_01_only_the_signers_own(case: &Case) {
    let (ana, mallory) = (case.harbour.actor("ana"), case.harbour.actor("mallory"));
    let of_ana = case.endorsement(&ana, "1", 1, "ratified");
    case.post(&mallory, &case.request(&mallory, &of_ana)).await;
    let evil = Peer::start("evil").await;
    let eve = evil.actor("eve");
    let mut elsewhere = case.endorsement(&eve, "2", 1, "ratified");
    case.post(&eve, &case.request(&eve, &elsewhere)).await;
    elsewhere["id"] = json!(case.world.instance.url("/endorsements/0197aaaa-0000-7000-8000-000000000000"));
    case.post(&eve, &case.request(&eve, &elsewhere)).await;
    let other = json!({ "object": case.world.instance.url("/statements/0197aaaa-0000-7000-8000-000000000000") });
    let mut about = case.endorsement(&ana, "3", 1, "ratified");
    about["object"] = other["object"].clone();
    case.post(&ana, &case.request(&ana, &about)).await;
    // What is sent last is taken, so the others were looked at.
    case.post(&ana, &case.request(&ana, &case.endorsement(&ana, "4", 1, "ratified"))).await;
    case.becomes(&["ratified"]).await;
    assert_eq!(case.register().await.0[0]["endorsement"]["id"], json!(case.harbour.url("/endorsements/4")));
    case.harbour
        .expect("Accept", |accept| accept["object"]["type"] == "EndorsementRequest" && accept["result"].is_string())
        .await;
}

async fn dat_02_and_22_nothing_counts_by_being_listed(case: &Case) {
    let (harbour, evil) = (&case.harbour, Peer::start("evil").await);
    let (ana, bo, eve) = (harbour.actor("ana"), harbour.actor("bo"), evil.actor("eve"));
    let mut statement = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": harbour.url("/notes/1"), "type": "Note", "attributedTo": ana.uri,
        "content": "<p>No dam.</p>", "endorsements": harbour.url("/notes/1/endorsements"),
        "to": ["https://www.w3.org/ns/activitystreams#Public"]
    });
    let digest = communard::vocab::digest::digest_multibase(&statement).unwrap();
    statement["digestMultibase"] = json!(digest);
    harbour.serve_object(&statement);
    let entry = |id: String, actor: &PeerActor, stamp: &str, target: &Value| {
        let stamp = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": harbour.url(stamp), "type": "EndorsementAuthorization",
            "attributedTo": ana.uri, "interactingObject": id, "interactionTarget": target
        });
        harbour.serve_object(&stamp);
        let endorsement = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "type": "Endorsement", "id": id, "attributedTo": actor.uri,
            "object": statement["id"], "digestMultibase": digest, "state": "ratified", "sequence": 1
        });
        json!({ "type": "EndorsementEntry", "state": "ratified", "endorsement": endorsement, "endorsementAuthorization": stamp })
    };
    // One that its own host knows nothing of; one whose stamp is for another statement; one that is true.
    let invented = entry(evil.url("/endorsements/1"), &eve, "/stamps/1", &statement["id"]);
    let mistaken = entry(harbour.url("/endorsements/2"), &bo, "/stamps/2", &json!(harbour.url("/notes/2")));
    let good = entry(harbour.url("/endorsements/3"), &bo, "/stamps/3", &statement["id"]);
    for one in [&mistaken, &good] {
        harbour.serve_object(&one["endorsement"]);
    }
    harbour.serve_object(&json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": statement["endorsements"], "type": "OrderedCollection",
        "totalItems": 300, "orderedItems": [invented, mistaken, good]
    }));
    let output = case.world.instance.cli_output(&["verify", statement["id"].as_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let failing = |part: &Value| -> Vec<String> {
        let failed = part["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false);
        failed.map(|check| check["check"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(failing(&report), Vec::<String>::new(), "{report}");
    let parts: Vec<Vec<String>> = report["parts"].as_array().unwrap().iter().map(failing).collect();
    assert_eq!(parts, [vec!["authentic"], vec!["stamp"], vec![]], "{report}");
}

async fn dat_03_ten_of_one_are_one(case: &Case) {
    let ana = case.harbour.actor("ana");
    for n in 0..10 {
        case.post(&ana, &case.request(&ana, &case.endorsement(&ana, &format!("many-{n}"), 1, "ratified"))).await;
    }
    case.becomes(&["ratified"]).await;
    assert_eq!(case.register().await.1["ratified"], 1);
}

async fn dat_04_and_05_a_withdrawal_is_final(case: &Case) {
    let ana = case.harbour.actor("ana");
    let first = case.endorsement(&ana, "1", 1, "ratified");
    case.post(&ana, &case.request(&ana, &first)).await;
    case.becomes(&["ratified"]).await;
    case.post(&ana, &activity(&ana, "Update", case.endorsement(&ana, "1", 2, "withdrawn"))).await;
    case.becomes(&["withdrawn"]).await;
    // The same again, and with a higher number.
    case.post(&ana, &case.request(&ana, &first)).await;
    case.post(&ana, &activity(&ana, "Update", case.endorsement(&ana, "1", 9, "ratified"))).await;
    assert_eq!(case.states().await, ["withdrawn"]);
    // A new one stands, in one line.
    case.post(&ana, &case.request(&ana, &case.endorsement(&ana, "2", 1, "indicative"))).await;
    case.becomes(&["indicative"]).await;
}

async fn dat_06_a_withdrawal_that_comes_first(case: &Case) {
    let (ana, bo) = (case.harbour.actor("ana"), case.harbour.actor("bo"));
    case.post(&ana, &activity(&ana, "Update", case.endorsement(&ana, "1", 2, "withdrawn"))).await;
    case.post(&ana, &case.request(&ana, &case.endorsement(&ana, "1", 1, "ratified"))).await;
    case.post(&bo, &case.request(&bo, &case.endorsement(&bo, "2", 1, "ratified"))).await;
    eventually("bo's stands", 20, || async { case.states().await.contains(&"ratified".to_owned()).then_some(()) }).await;
    assert_eq!(case.register().await.1["ratified"], 1, "ana's is void");
}

async fn dat_07_and_08_a_text_changed_by_a_character(case: &Case) {
    let ana = case.harbour.actor("ana");
    case.post(&ana, &case.request(&ana, &case.endorsement(&ana, "1", 1, "ratified"))).await;
    case.becomes(&["ratified"]).await;
    case.world.instance.edit(&case.statement, "We refuse it!");
    let digest = case.world.instance.activity_json(&case.statement).await["digestMultibase"].clone();
    assert_ne!(digest, json!(case.digest));
    assert_eq!(case.states().await, ["earlier-version"]);
    assert_eq!(case.register().await.1["ratified"], 0);
    // Its endorser hears of the edit, and confirms.
    case.harbour.expect("Update", |update| update["object"]["digestMultibase"] == digest).await;
    let mut confirmed = case.endorsement(&ana, "1", 2, "ratified");
    confirmed["digestMultibase"] = digest;
    case.post(&ana, &activity(&ana, "Update", confirmed)).await;
    case.becomes(&["ratified"]).await;
}

async fn dat_12_erased_is_erased(case: &Case) {
    let ana = case.harbour.actor("ana");
    let endorsement = case.endorsement(&ana, "1", 1, "ratified");
    case.post(&ana, &case.request(&ana, &endorsement)).await;
    case.becomes(&["ratified"]).await;
    let mallory = case.harbour.actor("mallory");
    let tombstone = json!({ "id": endorsement["id"], "type": "Tombstone" });
    case.post(&mallory, &activity(&mallory, "Delete", tombstone.clone())).await;
    assert_eq!(case.states().await, ["ratified"]);
    case.post(&ana, &activity(&ana, "Delete", tombstone)).await;
    case.becomes(&[]).await;
    case.post(&ana, &case.request(&ana, &endorsement)).await;
    let (entries, counts) = case.register().await;
    assert_eq!((entries.len(), &counts["erased"]), (0, &json!(1)), "the name is gone, that somebody was there is counted");
}

async fn dat_14_nobody_ratifies_for_another(case: &Case) {
    let (ana, mallory) = (case.harbour.actor("ana"), case.harbour.actor("mallory"));
    case.post(&ana, &case.request(&ana, &case.endorsement(&ana, "1", 1, "indicative"))).await;
    case.becomes(&["indicative"]).await;
    for claimed in [&ana, &mallory] {
        case.post(&mallory, &activity(&mallory, "Update", case.endorsement(claimed, "1", 2, "ratified"))).await;
    }
    assert_eq!(case.states().await, ["indicative"]);
}

async fn dat_15_replays(case: &Case) {
    let ana = case.harbour.actor("ana");
    let first = case.endorsement(&ana, "1", 1, "indicative");
    case.post(&ana, &case.request(&ana, &first)).await;
    case.post(&ana, &activity(&ana, "Update", case.endorsement(&ana, "1", 2, "ratified"))).await;
    case.becomes(&["ratified"]).await;
    for again in [activity(&ana, "Update", first.clone()), activity(&ana, "Create", first.clone()), case.request(&ana, &first)] {
        case.post(&ana, &again).await;
    }
    assert_eq!(case.states().await, ["ratified"]);
}

async fn dat_17_any_order(case: &Case) {
    // Four activities in all 24 orders, each twice, by as many endorsers; the rule itself is tested in all 720 of six.
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for n in 0..4 {
        orders = orders
            .into_iter()
            .flat_map(|order| {
                (0..=order.len()).map(move |place| {
                    let mut longer = order.clone();
                    longer.insert(place, n);
                    longer
                })
            })
            .collect();
    }
    let ana = case.harbour.actor("ana");
    for (at, order) in orders.iter().enumerate() {
        let statement = case.world.instance.publish("No dam", "We refuse it.");
        let object = case.world.instance.activity_json(&statement).await;
        let of = |sequence: i32, state: &str| {
            let mut endorsement = case.endorsement(&ana, &format!("order-{at}"), sequence, state);
            endorsement["object"] = json!(statement);
            endorsement["digestMultibase"] = object["digestMultibase"].clone();
            endorsement
        };
        let mut request = case.request(&ana, &of(1, "indicative"));
        request["object"] = json!(statement);
        let activities = [
            request,
            activity(&ana, "Update", of(2, "indicative")),
            activity(&ana, "Update", of(3, "ratified")),
            activity(&ana, "Create", of(1, "indicative")),
        ];
        for n in order.iter().chain(order) {
            case.post(&ana, &activities[*n]).await;
        }
        let found = eventually(&format!("{order:?} ends as it should"), 20, || async {
            let page = case.world.instance.activity_json(&format!("{statement}/endorsements?page=1")).await;
            (page["orderedItems"][0]["state"] == "ratified").then_some(page)
        })
        .await;
        assert_eq!(found["orderedItems"][0]["endorsement"]["sequence"], 3, "{order:?}");
        assert_eq!(found["totalItems"], 1);
    }
}

async fn dat_19_other_activities_count_nothing(case: &Case) {
    let ana = case.harbour.actor("ana");
    case.post(&ana, &activity(&ana, "Like", json!(case.statement))).await;
    case.post(&ana, &activity(&ana, "Announce", json!(case.statement))).await;
    case.post(&ana, &activity(&ana, "Follow", json!(case.world.collective))).await;
    let note = ana.note("<p>We endorse this. #cosign</p>", Some(&case.statement));
    case.post(&ana, &ana.create(&note)).await;
    let bo = case.harbour.actor("bo");
    case.post(&bo, &case.request(&bo, &case.endorsement(&bo, "1", 1, "ratified"))).await;
    case.becomes(&["ratified"]).await;
    assert_eq!(case.register().await.0[0]["endorsement"]["attributedTo"], json!(bo.uri));
}

async fn dat_20_two_actors_of_one_host(case: &Case) {
    let (ana, bo) = (case.harbour.actor("ana"), case.harbour.actor("bo"));
    case.post(&ana, &case.request(&ana, &case.endorsement(&ana, "1", 1, "ratified"))).await;
    case.post(&bo, &case.request(&bo, &case.endorsement(&bo, "2", 1, "ratified"))).await;
    case.becomes(&["ratified", "ratified"]).await;
    for item in case.register().await.0 {
        let actor = item["endorsement"]["attributedTo"].as_str().unwrap();
        assert!(actor.starts_with(&case.harbour.url("/")), "the host is there to see");
    }
}

async fn aut_15_no_rights_of_ours(case: &Case) {
    let instance = &case.world.instance;
    instance.cli(&["collective", "add", "delta", "--name", "The delta"]);
    let endorsed = instance.cli(&["endorse", "--collective", "delta", "--indicative", &case.statement]);
    let id = endorsed["id"].as_str().unwrap();
    let ana = case.harbour.actor("ana");
    // In the name of a collective of ours, and with a mandate that nobody gave.
    let mut claimed = case.endorsement(&ana, "1", 2, "ratified");
    claimed["id"] = json!(id);
    claimed["attributedTo"] = json!(instance.actor("delta"));
    claimed["mandate"] = json!(instance.url("/mandates/1"));
    case.post(&ana, &activity(&ana, "Update", claimed.clone())).await;
    case.post(&ana, &case.request(&ana, &claimed)).await;
    case.post(&ana, &activity(&ana, "Accept", json!({ "type": "EndorsementRequest", "id": id }))).await;
    case.post(&ana, &activity(&ana, "Delete", json!({ "id": id, "type": "Tombstone" }))).await;
    let own = instance.activity_json(id).await;
    assert_eq!((&own["state"], &own["sequence"]), (&json!("indicative"), &json!(1)));
    assert_eq!(client().get(id).send().await.unwrap().status(), 200);
    instance.cli(&["endorsement", "withdraw", id]);
    // The name is free for other cases.
    case.becomes(&["withdrawn"]).await;
}

async fn equivocation_is_kept(case: &Case) {
    let ana = case.harbour.actor("ana");
    let first = case.endorsement(&ana, "1", 1, "ratified");
    case.post(&ana, &case.request(&ana, &first)).await;
    case.becomes(&["ratified"]).await;
    let mut other = first.clone();
    other["digestMultibase"] = json!("zQmOther");
    case.post(&ana, &activity(&ana, "Update", other)).await;
    let list = || case.world.instance.cli(&["endorsement", "list", "--collective", "river", "--received"]);
    eventually("the equivocation is noticed", 20, || async {
        let list = list();
        list.as_array()
            .unwrap()
            .iter()
            .any(|line| line["object"] == json!(case.statement) && line["equivocal"] == true)
            .then_some(())
    })
    .await;
}

async fn what_is_kept_of_one_has_a_bound(case: &Case) {
    let ana = case.harbour.actor("ana");
    let first = case.endorsement(&ana, "1", 1, "ratified");
    let id = first["id"].as_str().unwrap().to_owned();
    // Everybody who looks at the register would get all of it.
    let mut long = case.endorsement(&ana, "long", 1, "ratified");
    long["summary"] = json!("We refuse it. ".repeat(1_200));
    case.post(&ana, &case.request(&ana, &long)).await;
    case.post(&ana, &case.request(&ana, &first)).await;
    case.becomes(&["ratified"]).await;
    long["id"] = first["id"].clone();
    long["sequence"] = json!(2);
    long["state"] = json!("withdrawn");
    case.post(&ana, &activity(&ana, "Update", long)).await;
    case.becomes(&["ratified"]).await;
    for sequence in 2..=MAX_CLAIMS as i32 + 5 {
        case.post(&ana, &activity(&ana, "Update", case.endorsement(&ana, "1", sequence, "ratified"))).await;
    }
    // A withdrawal has room behind all that; a hundred of them haven't.
    for sequence in 1..=5 {
        case.post(&ana, &activity(&ana, "Update", case.endorsement(&ana, "1", 100 + sequence, "withdrawn"))).await;
        case.becomes(&["withdrawn"]).await;
    }
    let claims = case.world.instance.db().read(move |conn| communard::db::endorsements::claims(conn, &id)).await.unwrap();
    assert_eq!(claims.len(), MAX_CLAIMS + 1);
}
