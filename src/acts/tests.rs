//! Acts over a real database: what is written, and what is queued for whom.

use super::{
    Principal,
    collectives::{NewCollective, Profile},
    follow::{self, Answer},
    keys::NewKeys,
    setup::{FirstMember, SetUp},
    statements::{self, Published},
    target::Target,
};
use crate::{
    AppState,
    db::{self, follows::FollowerRow, schema},
    domain::{
        names::{FollowState, KeyKind, StatementState},
        statement::{Mention, StatementContent},
    },
    error::{Error, Result},
    testing::{Backend, backends, settings},
};
use diesel::prelude::*;
use serde_json::Value;

struct Instance {
    state: AppState,
    river: db::collectives::CollectiveRow,
    _dir: tempfile::TempDir,
}

/// One after the other, on each database.
fn instances() -> impl Iterator<Item = Instance> {
    backends().into_iter().map(instance)
}

fn instance(backend: Backend) -> Instance {
    let dir = tempfile::tempdir().unwrap();
    let state = AppState::open(settings(backend, &dir.path().join("data"))).unwrap();
    state
        .set_up_blocking(SetUp {
            name: "River instance".into(),
            domain: "river.localhost:8081".into(),
            collective: NewCollective {
                handle: "river".into(),
                name: "River collective".into(),
                language: "en".into(),
                ..Default::default()
            },
            member: FirstMember { name: "Ada".into(), passphrase_hash: "x".into(), ..Default::default() },
            ..Default::default()
        })
        .unwrap();
    let river = state.db.read_blocking(|conn| db::collectives::by_handle(conn, "river")).unwrap();
    let instance = Instance { state, river, _dir: dir };
    instance.follower("https://valley.example/users/ana", Some("https://valley.example/inbox"));
    instance
}

impl Instance {
    fn act<T>(&self, f: impl FnOnce(&mut super::Act) -> Result<T>) -> Result<T> {
        self.state.act_blocking(Principal::Console, f)
    }

    fn follower(&self, uri: &str, shared: Option<&str>) {
        let row = FollowerRow {
            collective_id: self.river.id.clone(),
            actor_uri: uri.into(),
            activity_uri: format!("{uri}#follow"),
            activity_json: "{}".into(),
            inbox: format!("{uri}/inbox"),
            shared_inbox: shared.map(str::to_owned),
            state: FollowState::Accepted,
            since: self.state.now(),
        };
        self.state.db.write_blocking(|conn| db::follows::put_follower(conn, &row)).unwrap();
    }

    fn publish(&self, content: StatementContent) -> Result<(String, Published)> {
        let id = self.river.id.clone();
        self.act(|act| {
            let row = statements::new_draft(act, &id, content)?;
            Ok((row.id.clone(), statements::publish(act, &row.id)?))
        })
    }

    /// What was queued: kind, JSON, key to sign with, inboxes.
    fn queued(&self) -> Vec<(String, Value, Option<String>, Vec<String>)> {
        use schema::{activities as a, deliveries as d};
        self.state
            .db
            .read_blocking(|conn| {
                let rows: Vec<(i64, String, String, Option<String>)> =
                    a::table.order(a::seq).select((a::seq, a::kind, a::json, a::signing_key_id)).load(conn)?;
                rows.into_iter()
                    .map(|(seq, kind, json, key)| {
                        let inboxes = d::table.filter(d::activity_seq.eq(seq)).order(d::inbox).select(d::inbox).load(conn)?;
                        Ok((kind, serde_json::from_str(&json)?, key, inboxes))
                    })
                    .collect()
            })
            .unwrap()
    }
}

fn content() -> StatementContent {
    StatementContent { title: "No dam".into(), body: "We refuse.".into(), language: "en".into(), ..Default::default() }
}

#[test]
fn publishing_queues_what_was_written_down() {
    for instance in instances() {
        let mention = Mention {
            handle: "bo@hill.example".into(),
            actor: "https://hill.example/users/bo".into(),
            url: String::new(),
            inbox: "https://hill.example/users/bo/inbox".into(),
        };
        let (id, published) = instance.publish(StatementContent { mentions: vec![mention], ..content() }).unwrap();
        assert_eq!(published.uri, format!("http://river.localhost:8081/statements/{id}"));
        assert_eq!(published.kind(), "Note");
        let queued = instance.queued();
        let [(kind, create, key, inboxes)] = queued.as_slice() else { panic!("{queued:?}") };
        assert_eq!((kind.as_str(), key), ("Create", &None));
        assert_eq!(inboxes, &["https://hill.example/users/bo/inbox", "https://valley.example/inbox"]);
        let version = instance.state.db.read_blocking(|conn| db::statements::version(conn, &id, 1)).unwrap();
        let mut object: Value = serde_json::from_str(&version.object_json).unwrap();
        assert_eq!(object["@context"], create["@context"]);
        object["proof"] = create["object"]["proof"].clone();
        assert_eq!(object, create["object"], "nothing but the proof was added");
        assert_eq!(version.digest, create["object"]["digestMultibase"]);
        // No member in anything that leaves.
        assert!(!create.to_string().contains("Ada"));
    }
}

#[test]
fn an_edit_is_a_new_version_and_newer_by_a_second() {
    for instance in instances() {
        let (id, _) = instance.publish(content()).unwrap();
        let edit = |body: &str| {
            instance.act(|act| {
                statements::save_draft(act, &id, StatementContent { body: body.into(), ..content() }, false)?;
                statements::publish(act, &id)
            })
        };
        assert_eq!(edit("We refuse still.").unwrap().version, 2);
        assert_eq!(edit("We refuse still.").unwrap().version, 2, "no change, no version");
        let queued = instance.queued();
        assert_eq!(queued.iter().map(|q| q.0.as_str()).collect::<Vec<_>>(), ["Create", "Update"]);
        let (create, update) = (&queued[0].1["object"], &queued[1].1["object"]);
        assert_eq!(create["published"], update["published"]);
        assert!(create.get("updated").is_none());
        assert!(update["updated"].as_str() > create["published"].as_str());
        assert_ne!(create["digestMultibase"], update["digestMultibase"]);
    }
}

#[test]
fn a_withdrawal_is_final() {
    for instance in instances() {
        let (id, _) = instance.publish(content()).unwrap();
        let withdraw = |reason: &str| instance.act(|act| statements::withdraw(act, &id, reason));
        assert!(matches!(withdraw(" "), Err(Error::Invalid(_))));
        assert_eq!(withdraw("We were wrong.").unwrap().state, StatementState::Withdrawn);
        assert!(matches!(withdraw("Again"), Err(Error::Conflict("error-withdrawn"))));
        assert!(matches!(instance.act(|act| statements::publish(act, &id)), Err(Error::Conflict(_))));
        let (kind, delete, _, inboxes) = instance.queued().pop().unwrap();
        assert_eq!(kind, "Delete");
        assert_eq!(delete["object"]["type"], "Tombstone");
        assert_eq!(delete["object"]["formerType"], "Note");
        assert_eq!(inboxes, ["https://valley.example/inbox"]);
        assert!(!delete.to_string().contains("We refuse"));
        // The outbox and its count forget it (ORG-25).
        let actor = instance.river.uri.clone();
        let (count, page) = instance
            .state
            .db
            .read_blocking(|conn| Ok((db::outbox::count(conn, &actor)?, db::outbox::page(conn, &actor, None, 10)?)))
            .unwrap();
        assert_eq!((count, page.len()), (0, 0));
    }
}

#[test]
fn drafts_are_kept_and_autosaves_replace_one_another() {
    for instance in instances() {
        let id = instance.river.id.clone();
        let row = instance.act(|act| statements::new_draft(act, &id, StatementContent::default())).unwrap();
        let save = |body: &str, autosave| {
            let content = StatementContent { body: body.into(), ..content() };
            instance.act(|act| statements::save_draft(act, &row.id, content, autosave)).unwrap();
            instance.state.db.read_blocking(|conn| db::statements::current_draft(conn, &row.id)).unwrap().n
        };
        assert_eq!(save("a", true), 2);
        assert_eq!(save("ab", true), 2);
        assert_eq!(save("abc", false), 3);
        assert_eq!(save("abc", false), 3);
        assert_eq!(save("abcd", true), 4);
        assert_eq!(save("abcd", false), 4, "saving what was autosaved keeps it");
        assert_eq!(save("abcde", true), 5);
        instance.act(|act| statements::restore_draft(act, &row.id, 3)).unwrap();
        let now = instance.state.db.read_blocking(|conn| db::statements::current_draft(conn, &row.id)).unwrap();
        assert_eq!((now.n, now.content.body.as_str()), (6, "abc"));
        // What was deleted by mistake, and what ten minutes of writing brought, is among the copies still.
        let long = "Only sentences that somebody thought about for a while. ".repeat(12);
        assert_eq!((save(&long, true), save("", true)), (7, 8));
        assert_eq!(save("again", true), 8);
        instance.state.clock.advance(601);
        assert_eq!((save("a page", true), save("a page, and more", true), save("a page, and yet more", true)), (9, 10, 10));
        assert!(instance.queued().is_empty());
        let refused = instance.act(|act| {
            let empty = statements::new_draft(act, &id, StatementContent::default())?;
            statements::publish(act, &empty.id)
        });
        assert!(matches!(refused, Err(Error::Invalid(faults)) if faults.len() == 3));
    }
}

#[test]
fn a_scheduled_statement_leaves_when_its_time_has_come() {
    for instance in instances() {
        let id = instance.river.id.clone();
        let later = instance.state.now() + chrono::Duration::hours(2);
        let row = instance
            .act(|act| {
                let row = statements::new_draft(act, &id, content())?;
                assert!(matches!(statements::schedule(act, &row.id, act.now), Err(Error::Invalid(_))));
                statements::schedule(act, &row.id, later)
            })
            .unwrap();
        assert_eq!(row.state, StatementState::Scheduled);
        let due = || {
            let now = instance.state.now();
            instance.state.db.read_blocking(|conn| db::statements::due(conn, now, 10)).unwrap()
        };
        assert!(due().is_empty());
        instance.state.clock.advance(2 * 3600 + 1);
        assert_eq!(due(), std::slice::from_ref(&row.id));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(crate::jobs::publish_scheduled::publish_due(&instance.state)).unwrap();
        assert_eq!(instance.queued()[0].0, "Create");
        assert!(due().is_empty());
    }
}

#[test]
fn members_act_for_their_own_collective_alone() {
    for instance in instances() {
        let (id, _) = instance.publish(content()).unwrap();
        let stranger = Principal::Member("nobody".into());
        for refused in [
            instance.state.act_blocking(stranger.clone(), |act| statements::publish(act, &id)).map(|_| ()),
            instance.state.act_blocking(stranger.clone(), |act| statements::withdraw(act, &id, "x")).map(|_| ()),
            instance.state.act_blocking(stranger, |act| statements::new_draft(act, &instance.river.id, content())).map(|_| ()),
        ] {
            assert!(matches!(refused, Err(Error::NotFound)));
        }
        assert_eq!(instance.queued().len(), 1);
    }
}

#[test]
fn ops_10_new_keys_are_announced_under_the_old_one() {
    for instance in instances() {
        let current = |kind| instance.state.db.read_blocking(|conn| db::keys::current(conn, &instance.river.uri, kind)).unwrap();
        let (old, old_ed) = (current(KeyKind::Rsa), current(KeyKind::Ed25519));
        let new = NewKeys::generate().unwrap();
        instance.state.clock.advance(1);
        instance.act(|act| super::keys::rotate(act, &instance.river, new)).unwrap();
        let fresh = current(KeyKind::Rsa);
        assert_ne!(fresh.public_key, old.public_key);
        assert_eq!(fresh.key_uri, old.key_uri);
        let (kind, update, key, inboxes) = instance.queued().pop().unwrap();
        assert_eq!(kind, "Update");
        assert_eq!(update["object"]["publicKey"]["publicKeyPem"], fresh.public_key);
        assert_ne!(update["object"]["assertionMethod"][0]["publicKeyMultibase"], old_ed.public_key);
        assert_eq!(key, Some(old.id.clone()));
        assert_eq!(inboxes, ["https://valley.example/inbox"]);
        let kept = instance.state.db.read_blocking(|conn| db::keys::by_id(conn, &old.id)).unwrap();
        assert!(kept.retired_at.is_some() && kept.private_key == old.private_key);
    }
}

#[test]
fn a_changed_profile_is_told_to_followers() {
    for instance in instances() {
        let profile = Profile { summary: "By the *river*".into(), ..Profile::from(instance.river.clone()) };
        let id = instance.river.id.clone();
        instance.act(|act| super::collectives::edit(act, &id, profile.clone())).unwrap();
        instance.act(|act| super::collectives::edit(act, &id, profile)).unwrap();
        let queued = instance.queued();
        assert_eq!(queued.len(), 1, "nothing changed the second time");
        assert!(queued[0].1["object"]["summary"].as_str().unwrap().contains("<em>river</em>"));
        let bad = Profile { name: String::new(), website: "javascript:x".into(), ..Profile::from(instance.river.clone()) };
        assert!(matches!(instance.act(|act| super::collectives::edit(act, &id, bad)), Err(Error::Invalid(f)) if f.len() == 2));
    }
}

#[test]
fn followers_are_answered_and_boosts_undone() {
    for instance in instances() {
        let id = instance.river.id.clone();
        let ana = "https://valley.example/users/ana";
        instance.act(|act| follow::answer_follower(act, &id, ana, Answer::Remove)).unwrap();
        let gone = instance.act(|act| follow::answer_follower(act, &id, ana, Answer::Accept));
        assert!(matches!(gone, Err(Error::NotFound)));
        let (_, published) = instance.publish(content()).unwrap();
        let boost = |uri: &str| {
            instance.act(|act| {
                let target = Target::statement(act.conn, act.site, uri)?;
                super::boost::boost(act, &id, &target)
            })
        };
        let announce = boost(&published.uri).unwrap();
        assert_eq!(boost(&published.uri).unwrap(), announce);
        instance.act(|act| super::boost::unboost(act, &id, &published.uri)).unwrap();
        let queued = instance.queued();
        let kinds: Vec<&str> = queued.iter().map(|q| q.0.as_str()).collect();
        assert_eq!(kinds, ["Reject", "Create", "Announce", "Undo"]);
        assert_eq!(queued[0].3, ["https://valley.example/users/ana/inbox"]);
        assert_eq!(queued[3].1["object"]["id"], announce);
        let missing = "http://river.localhost:8081/statements/0197";
        assert!(matches!(boost(missing), Err(Error::NotFound)));
    }
}

/// What is said of a call as time goes by, looked at by several nodes each time.
#[test]
fn reminders_go_out_once_each_and_only_where_they_are_wanted() {
    use super::reminders;
    use crate::domain::{call::Call, when::When};
    for instance in instances() {
        let state = &instance.state;
        let days = |days: i64| state.clock.advance(days * 86_400);
        let look = || {
            let mut notes = Vec::new();
            let now = state.now();
            let due = state.db.read_blocking(|conn| reminders::due_now(conn, now)).unwrap();
            // Several nodes saw the same; each asks again inside its transaction.
            for subject in due.iter().chain(&due).chain(&due) {
                notes.extend(state.act_blocking(Principal::Clock, |act| reminders::remind(act, subject)).unwrap());
            }
            notes
        };
        let begins = (state.now() + chrono::Duration::days(30)).date().to_string();
        let call = |title: &str| StatementContent {
            title: title.into(),
            call: Some(Call::new(When::parse(&format!("{begins}T12:00"), "", "UTC").unwrap())),
            ..content()
        };
        let (first, _) = instance.publish(call("Days [for] the river")).unwrap();
        let (second, _) = instance.publish(call("Cancelled")).unwrap();
        days(24);
        assert!(look().is_empty(), "nobody wants them");
        let rules = crate::domain::assembly::AssemblyRules { reminders: true, ..Default::default() };
        instance.act(|act| super::rules::set(act, &instance.river.id, &rules)).unwrap();
        let change = |id: &str, change: &statements::Change| {
            instance.act(|act| {
                statements::put_change(act, id, change, "")?;
                statements::publish(act, id)
            })
        };
        change(&second, &statements::Change::Cancel).unwrap();
        let notes = look();
        assert_eq!(notes.len(), 1);
        let version = state.db.read_blocking(|conn| db::statements::version(conn, &notes[0], 1)).unwrap();
        assert_eq!(version.title, "Soon: Days [for] the river");
        let call_uri = format!("http://river.localhost:8081/statements/{first}");
        assert!(version.html.contains(&format!("href=\"{call_uri}\"")) && version.html.contains("12:00"), "{}", version.html);
        let (kind, sent, _, inboxes) = instance.queued().pop().unwrap();
        assert_eq!((kind.as_str(), &sent["object"]["type"], inboxes.len()), ("Create", &"Note".into(), 1));
        assert!(look().is_empty(), "never twice");
        // It moves by three days: no second one a week before, and one a day before.
        let later = (state.now() + chrono::Duration::days(9)).date().to_string();
        let later = When::parse(&format!("{later}T12:00"), "", "UTC").unwrap();
        change(&first, &statements::Change::Move(later)).unwrap();
        days(3);
        assert!(look().is_empty(), "a week before was said");
        days(5);
        state.clock.advance(12 * 3_600);
        assert_eq!(look().len(), 1, "a day before");
        days(2);
        assert!(look().is_empty(), "it is over");
    }
}

#[tokio::test]
async fn calls_that_come_back_are_listed_by_their_next_time() {
    use crate::domain::{call::Call, recurrence::Recurrence, when::When};
    use chrono::Days;
    for here in instances() {
        let today = here.state.now().date();
        let day = |days: i64| today.checked_add_signed(chrono::TimeDelta::days(days)).unwrap();
        let on = |first: chrono::NaiveDate, rule: &str| Call {
            recurrence: Recurrence::parse(rule).ok(),
            ..Call::new(When::Days { first, last: first })
        };
        let publish = |call: Call| here.publish(StatementContent { call: Some(call), ..content() }).unwrap().0;
        let yearly = publish(on(day(-20).checked_sub_months(chrono::Months::new(12)).unwrap(), "FREQ=YEARLY"));
        let once = publish(on(day(60), ""));
        let weekly = publish(on(day(3), "FREQ=WEEKLY;COUNT=2"));
        let last = today.checked_add_days(Days::new(8)).unwrap().format("%Y%m%d");
        let until = publish(on(day(4), &format!("FREQ=WEEKLY;UNTIL={last}")));
        let coming = |state: &AppState| {
            let now = state.now();
            state.db.read_blocking(move |conn| db::calls::coming(conn, None, now, 10)).unwrap()
        };
        assert_eq!(coming(&here.state), [&weekly, &until, &once, &yearly].map(Clone::clone));
        assert_eq!(crate::jobs::turn::look(&here.state).await.unwrap(), 0, "each stands by the time that counts");

        // Five days and a half later the weekly one and the other are over for the first time, in every zone.
        here.state.clock.advance(86_400 * 11 / 2 + 86_400);
        let turned = crate::jobs::turn::look(&here.state).await.unwrap();
        assert_eq!(turned, 2);
        assert_eq!(coming(&here.state), [&weekly, &once, &yearly].map(Clone::clone), "what has no more times is over");
        assert_eq!(crate::jobs::turn::look(&here.state).await.unwrap(), 0);
    }
}
