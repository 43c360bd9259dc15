//! A thousand random things that endorsers and the author do: the page, its list, the document and the database count the
//! same, per state.

use crate::harness::{Instance, backends, client};
use communard::{
    AppState,
    acts::{
        Principal,
        consents::{self, Asked, Decision},
        endorsements, statements,
    },
    db,
    domain::{
        consent::ConsentKind,
        endorsement::{EndorsementState, Shown},
        statement::StatementContent,
    },
    vocab::endorsement as wire,
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ENDORSERS: usize = 12;

struct Case {
    instance: Instance,
    state: AppState,
    collective: String,
    id: String,
    uri: String,
}

impl Case {
    fn digest(&self) -> String {
        let read = |conn: &mut db::DbConn| {
            let row = db::statements::by_id(conn, &self.id)?;
            Ok(db::statements::version(conn, &self.id, row.version)?.digest)
        };
        self.state.db.read_blocking(read).unwrap()
    }

    fn endorsement(&self, who: usize, nth: usize, sequence: i32, state: EndorsementState, digest: &str) -> Value {
        let host = format!("https://host{who}.example");
        json!({
            "type": "Endorsement", "id": format!("{host}/endorsements/{nth}"), "attributedTo": format!("{host}/c/one"),
            "object": self.uri, "digestMultibase": digest, "state": state.as_str(), "sequence": sequence,
            "ratifyBy": (state == EndorsementState::Indicative).then_some("2099-01-01T00:00:00Z")
        })
    }

    /// One thing; most are refused or change nothing, as they should.
    fn step(&self, rng: &mut StdRng, edits: &mut u32) {
        let (who, nth) = (rng.random_range(0..ENDORSERS), rng.random_range(0..3));
        let digest = if rng.random_bool(0.8) { self.digest() } else { "zQmOther".to_owned() };
        let state = *EndorsementState::ALL.choose(rng).unwrap();
        let json = self.endorsement(who, nth, rng.random_range(1..6), state, &digest);
        let read = wire::read(&json).unwrap();
        let peer = Principal::Peer(read.actor.clone());
        // What is wrong is dropped or refused; only a fault of ours is a failure.
        let done = match rng.random_range(0..20) {
            0..6 => self.state.act_blocking(peer, |act| {
                let asked = Asked {
                    kind: ConsentKind::Endorsement,
                    request_uri: format!("{}/request", read.id),
                    asker_uri: read.actor.clone(),
                    inbox: format!("{}/inbox", read.actor),
                    object_uri: read.id.clone(),
                    target_uri: self.uri.clone(),
                    post_id: None,
                };
                endorsements::requested(act, &read, &json.to_string(), &asked).map(drop)
            }),
            6..12 => {
                self.state.act_blocking(peer, |act| endorsements::said(act, &read, &json.to_string(), &read.actor).map(drop))
            }
            12 if rng.random_bool(0.3) => {
                self.state.act_blocking(peer, |act| endorsements::erased(act, &read.actor, &read.id).map(drop))
            }
            13 if rng.random_bool(0.3) => {
                *edits += 1;
                let body = format!("We refuse it, and say so {edits} times.");
                self.state.act_blocking(Principal::Console, |act| {
                    let was = db::statements::current_draft(act.conn, &self.id)?.content.into_inner();
                    statements::save_draft(act, &self.id, StatementContent { body, ..was }, false)?;
                    statements::publish(act, &self.id).map(drop)
                })
            }
            _ => {
                let decision = *[Decision::Accept, Decision::Accept, Decision::Decline, Decision::Revoke].choose(rng).unwrap();
                self.state.act_blocking(Principal::Console, |act| {
                    let found = db::consents::between(act.conn, ConsentKind::Endorsement, &read.id, &self.uri)?;
                    match found {
                        Some(consent) => consents::decide(act, &self.collective, &consent.id, decision).map(drop),
                        None => Ok(()),
                    }
                })
            }
        };
        if let Err(error @ (communard::error::Error::Internal(_) | communard::error::Error::Busy(_))) = done {
            panic!("{error}");
        }
    }

    /// What the database has, counted by hand.
    fn by_hand(&self) -> BTreeMap<String, i64> {
        let rows = self.state.db.read_blocking(|conn| db::endorsements::of_statement(conn, &self.uri)).unwrap();
        let mut best: BTreeMap<String, (u8, chrono::NaiveDateTime, String, Shown)> = BTreeMap::new();
        for row in rows {
            let shown = row.shown(self.state.now());
            let rank = match shown {
                Shown::Ratified => 3,
                Shown::Indicative => 2,
                Shown::EarlierVersion => 1,
                Shown::Withdrawn | Shown::Lapsed => 0,
                _ => continue,
            };
            let key = (rank, row.received_at, row.id.clone(), shown);
            let known = best.entry(row.endorser_uri.clone()).or_insert_with(|| key.clone());
            if (key.0, key.1, &key.2) > (known.0, known.1, &known.2) {
                *known = key;
            }
        }
        let mut counts = BTreeMap::new();
        for (.., shown) in best.values() {
            *counts.entry(shown.as_str().to_owned()).or_insert(0) += 1;
        }
        counts
    }

    async fn check(&self) {
        let wanted = self.by_hand();
        let page = self.instance.activity_json(&format!("{}/endorsements?page=1", self.uri)).await;
        let counts: BTreeMap<String, i64> =
            serde_json::from_value::<BTreeMap<String, i64>>(page["endorsementCounts"].clone()).unwrap();
        let counts: BTreeMap<String, i64> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(counts, wanted, "the document's counts and the database");
        let mut listed = BTreeMap::new();
        for item in page["orderedItems"].as_array().unwrap() {
            *listed.entry(item["state"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
        assert_eq!(listed, wanted, "the list");
        assert_eq!(page["totalItems"], json!(wanted.values().sum::<i64>()));
        let html = client().get(&self.uri).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        let document = scraper::Html::parse_document(&html);
        let mut shown = BTreeMap::new();
        for line in document.select(&scraper::Selector::parse("[data-endorsement]").unwrap()) {
            *shown.entry(line.value().attr("data-endorsement").unwrap().to_owned()).or_insert(0) += 1;
        }
        assert_eq!(shown, wanted, "the page's lines");
        let mut totals = BTreeMap::new();
        for total in document.select(&scraper::Selector::parse("[data-total]").unwrap()) {
            let number = total.text().collect::<String>().split_whitespace().next().unwrap().parse::<i64>().unwrap();
            totals.insert(total.value().attr("data-total").unwrap().to_owned(), number);
        }
        assert_eq!(totals, wanted, "the page's counts");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_16_after_a_thousand_random_operations_all_counts_are_the_same() {
    for backend in backends() {
        let mut instance = Instance::builder("river", backend).start().await;
        // Endorsers that are nowhere are told answers in vain.
        instance.leave_queue();
        let uri = instance.publish("No dam", "We refuse it.");
        let state = AppState::open(instance.settings()).unwrap();
        let collective = state.db.read_blocking(|conn| db::collectives::by_handle(conn, "river")).unwrap().id;
        let id = uri.rsplit('/').next().unwrap().to_owned();
        let case = Case { instance, state, collective, id, uri };
        let seed = 0x000c_0ffe_e000 + u64::from(backend == crate::harness::Backend::Postgres);
        eprintln!("{backend:?}, seed {seed}");
        let (mut rng, mut edits) = (StdRng::seed_from_u64(seed), 0);
        for step in 1..=1_000 {
            case.step(&mut rng, &mut edits);
            if step % 50 == 0 {
                case.check().await;
            }
        }
        assert!(case.by_hand().values().sum::<i64>() > 3, "nothing was tested: {:?}", case.by_hand());
    }
}
