//! Mandates and decisions: who may act in a collective's name, who may vote, and what a decision does. Acts of members run
//! in this process on the started server's own database, many at once.

use crate::{
    commune::falls_due,
    harness::{Backend, Instance, backends, eventually, smtp::MailServer},
};
use communard::{
    AppState,
    acts::{Principal, decisions, mandates, statements},
    db::{self, members::MemberRow},
    domain::{
        assembly::Effect,
        decision::{Ballot, Choice, Procedure, Rules},
        mandate::{Deed, Terms, Verb},
        names::{MemberState, Role},
        statement::StatementContent,
    },
    error::Error,
};
use serde_json::{Value, json};

struct Commune {
    instance: Instance,
    state: AppState,
    collective: String,
}

impl Commune {
    async fn start(backend: Backend) -> Self {
        let instance = Instance::builder("river", backend).start().await;
        let state = AppState::open(instance.settings()).unwrap();
        let collective = state.db.read_blocking(|conn| db::collectives::by_handle(conn, "river")).unwrap().id;
        Self { instance, state, collective }
    }

    /// A further member of the collective.
    fn admit(&self, name: &str) -> String {
        let row = MemberRow {
            id: uuid::Uuid::now_v7().to_string(),
            name: name.to_owned(),
            name_folded: name.to_owned(),
            passphrase_hash: "nobody signs in with this".into(),
            mail: None,
            language: "en".into(),
            role: Role::Member,
            state: MemberState::Active,
            totp_secret: None,
            totp_confirmed_at: None,
            totp_last_step: 0,
            created_at: self.state.now(),
        };
        let (id, collective, now) = (row.id.clone(), self.collective.clone(), self.state.now());
        self.state
            .db
            .write_blocking(|conn| {
                db::members::insert(conn, &row)?;
                db::members::join(conn, &row.id, &collective, now)
            })
            .unwrap();
        id
    }

    fn ada(&self) -> String {
        self.state.db.read_blocking(|conn| db::members::by_name(conn, "ada")).unwrap().id
    }

    fn terms(&self, verbs: &[Verb]) -> Terms {
        let now = self.state.now();
        Terms {
            office: String::new(),
            verbs: verbs.iter().copied().collect(),
            topics: Default::default(),
            campaign: None,
            partners: Default::default(),
            from: now,
            until: now + chrono::Duration::days(30),
            joint: false,
        }
    }

    fn grant(&self, holder: &str, terms: Terms) -> String {
        let holders = [holder.to_owned()];
        self.state
            .act_blocking(Principal::Console, |act| mandates::grant(act, &self.collective, &holders, terms, None))
            .unwrap()
            .id
    }

    /// A draft, and what publishing it as this member comes to.
    fn publish_as(&self, member: &str, hashtag: &str) -> communard::error::Result<()> {
        let content = StatementContent {
            title: "No dam".into(),
            body: "We refuse it.".into(),
            language: "en".into(),
            hashtags: vec![hashtag.to_owned()],
            ..Default::default()
        };
        self.state.act_blocking(Principal::Member(member.to_owned()), |act| {
            let row = statements::new_draft(act, &self.collective, content)?;
            statements::publish(act, &row.id).map(drop)
        })
    }

    fn open(&self, rules: Rules, effect: Effect) -> String {
        let question = decisions::Question {
            question: "Shall we?".into(),
            explanation: String::new(),
            effect,
            rules: Some(rules),
            days: None,
        };
        self.state.act_blocking(Principal::Console, |act| decisions::open(act, &self.collective, question)).unwrap().id
    }

    fn vote(&self, decision: &str, member: &str, choice: Choice) -> communard::error::Result<()> {
        self.state
            .act_blocking(Principal::Member(member.to_owned()), |act| decisions::vote(act, decision, None, choice))
            .map(drop)
    }

    fn show(&self, decision: &str) -> Value {
        self.instance.cli(&["decision", "show", decision])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_08_aut_10_and_aut_14_a_mandate_covers_what_it_says_while_it_lasts() {
    for backend in backends() {
        let commune = Commune::start(backend).await;
        let (ada, bo) = (commune.ada(), commune.admit("bo"));
        // Where no mandates are asked for, members publish as ever.
        commune.publish_as(&bo, "river").unwrap();
        commune.instance.cli(&["mandate", "rules", "--collective", "river", "--mandated", "true"]);
        let refused = |result: communard::error::Result<()>| match result {
            Err(Error::Forbidden(reason)) => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(commune.publish_as(&bo, "river")), "error-mandate-none");
        commune.grant(&bo, Terms { topics: ["river".to_owned()].into(), ..commune.terms(&[Verb::Publish]) });
        commune.publish_as(&bo, "River").unwrap();
        assert_eq!(refused(commune.publish_as(&bo, "housing")), "error-mandate-topic");
        commune.grant(&ada, commune.terms(&[Verb::Endorse]));
        assert_eq!(refused(commune.publish_as(&ada, "river")), "error-mandate-verb");
        // To withdraw takes what to publish takes.
        let list = commune.instance.cli(&["statement", "list", "--collective", "river"]);
        let id = list[0]["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let withdraw = |member: &str| {
            let by = Principal::Member(member.to_owned());
            commune.state.act_blocking(by, |act| statements::withdraw(act, &id, "Said otherwise.").map(drop))
        };
        assert_eq!(refused(withdraw(&ada)), "error-mandate-verb");
        // A term that ends is over at its end, whatever began before.
        let cem = commune.admit("cem");
        let until = commune.state.now() + chrono::Duration::seconds(2);
        let ending = commune.grant(&cem, Terms { until, ..commune.terms(&[Verb::Publish]) });
        match commune.publish_as(&cem, "river") {
            Ok(()) => {}
            // The machine was busy for so long.
            refused => assert!(matches!(refused, Err(Error::Forbidden("error-mandate-over"))) && commune.state.now() >= until),
        }
        eventually("the mandate is over", 20, || async {
            matches!(commune.publish_as(&cem, "river"), Err(Error::Forbidden("error-mandate-over"))).then_some(())
        })
        .await;
        assert!(commune.state.now() >= until);
        // A recall holds at once; what was done stays, with the mandate that it was done under.
        let mandate = commune.grant(&cem, commune.terms(&[Verb::Publish]));
        commune.publish_as(&cem, "river").unwrap();
        assert_eq!(commune.instance.cli(&["mandate", "recall", "--as", "bo", &mandate])["wanted_by"], 1);
        commune.publish_as(&cem, "river").unwrap();
        assert_eq!(commune.instance.cli(&["mandate", "recall", "--as", "ada", &mandate])["state"], "recalled");
        assert!(matches!(commune.publish_as(&cem, "river"), Err(Error::Forbidden(_))));
        // What was scheduled doesn't go out without the mandate either: it is a draft again.
        let dil = commune.admit("dil");
        let mandate = commune.grant(&dil, commune.terms(&[Verb::Publish]));
        let at = commune.state.now() + chrono::Duration::hours(1);
        let scheduled = commune
            .state
            .act_blocking(Principal::Member(dil.clone()), |act| {
                let content = StatementContent {
                    title: "Later".into(),
                    body: "We refuse it.".into(),
                    language: "en".into(),
                    ..Default::default()
                };
                let row = statements::new_draft(act, &commune.collective, content)?;
                statements::schedule(act, &row.id, at)
            })
            .unwrap();
        commune.instance.cli(&["mandate", "recall", &mandate]);
        falls_due(&commune.instance, &scheduled.id);
        eventually("it is a draft again", 20, || async {
            let shown = commune.instance.cli(&["statement", "show", &scheduled.id]);
            assert_ne!(shown["state"], "published");
            (shown["state"] == "draft").then_some(())
        })
        .await;
        let list = commune.instance.cli(&["mandate", "list", "--collective", "river"]);
        let states = |id: &str| list.as_array().unwrap().iter().find(|line| line["id"] == id).unwrap()["state"].clone();
        assert_eq!((states(&mandate), states(&ending)), (json!("recalled"), json!("over")));
        let (code, _) = commune.instance.cli_fails(&["mandate", "recall", &mandate]);
        assert_eq!(code, 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_09_nothing_is_done_by_a_mandate_after_its_recall() {
    for backend in backends() {
        let commune = Commune::start(backend).await;
        let bo = commune.admit("bo");
        commune.instance.cli(&["mandate", "rules", "--collective", "river", "--mandated", "true"]);
        for round in 0..200 {
            // What bo does is to say something, under a mandate: a row for each deed that was committed.
            let decision = commune.open(Rules::default(), Effect::Nothing);
            let said = |conn: &mut db::DbConn| Ok(db::decisions::comments(conn, &decision, i64::MAX)?.len());
            let mandate = commune.grant(&bo, commune.terms(&[Verb::Speak]));
            let deeds: Vec<_> = (0..50)
                .map(|_| {
                    let (collective, decision) = (commune.collective.clone(), decision.clone());
                    let deed = move |act: &mut communard::acts::Act| {
                        mandates::require(act, &collective, &Deed::plain(Verb::Speak))?;
                        decisions::comment(act, &decision, None, "We say this.")
                    };
                    let (state, by) = (commune.state.clone(), Principal::Member(bo.clone()));
                    tokio::spawn(async move { state.act(by, deed).await })
                })
                .collect();
            // Somewhere among them; in each round at another place.
            eventually("some are done", 20, || async {
                (commune.state.db.read_blocking(said).unwrap() >= round % 20).then_some(())
            })
            .await;
            let (id, of) = (mandate.clone(), decision.clone());
            // Whoever was at it when the recall was written has committed by now, and is counted.
            let at_recall = commune
                .state
                .act(Principal::Console, move |act| {
                    mandates::recall(act, &id)?;
                    Ok(db::decisions::comments(act.conn, &of, i64::MAX)?.len())
                })
                .await
                .unwrap();
            let mut done = 0;
            for deed in deeds {
                match deed.await.unwrap() {
                    Ok(_) => done += 1,
                    Err(Error::Forbidden(_) | Error::Busy(_)) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            let after = commune.state.db.read_blocking(said).unwrap();
            assert_eq!((after, after), (at_recall, done), "round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_11_aut_12_and_aut_13_an_assembly_decides_with_one_vote_each() {
    for backend in backends() {
        let commune = Commune::start(backend).await;
        let (ada, bo) = (commune.ada(), commune.admit("bo"));
        let secret = Rules { procedure: Procedure::TwoThirds, quorum: 50, ballot: Ballot::Secret, ..Rules::default() };
        let mandate = commune.grant(&bo, commune.terms(&[Verb::Publish]));
        let decision = commune.open(secret, Effect::Recall { mandate: mandate.clone() });
        // Who comes later has no vote on it.
        let cem = commune.admit("cem");
        assert!(matches!(commune.vote(&decision, &cem, Choice::Yes), Err(Error::Forbidden("error-vote-electorate"))));
        assert_eq!(commune.show(&decision)["electorate"], 2);
        // Fifty at once by one member are one vote, which can still change.
        let votes: Vec<_> = (0..50)
            .map(|n| {
                let choice = if n % 2 == 0 { Choice::Yes } else { Choice::No };
                let (state, id, by) = (commune.state.clone(), decision.clone(), Principal::Member(ada.clone()));
                tokio::spawn(async move { state.act(by, move |act| decisions::vote(act, &id, None, choice)).await })
            })
            .collect();
        for vote in votes {
            vote.await.unwrap().unwrap();
        }
        let stage = communard::domain::decision::Stage::Vote;
        let ballots = |conn: &mut db::DbConn| db::decisions::ballots(conn, &decision, stage);
        assert_eq!(commune.state.db.read_blocking(ballots).unwrap().len(), 1);
        let (code, _) = commune.instance.cli_fails(&["decision", "close", &decision]);
        assert_eq!(code, 4, "bo hasn't said anything yet");
        commune.vote(&decision, &bo, Choice::Abstain).unwrap();
        commune.vote(&decision, &ada, Choice::Yes).unwrap();
        assert!(commune.vote(&decision, &ada, Choice::Block).is_err(), "not in a vote");
        let closed = commune.instance.cli(&["decision", "close", &decision]);
        assert_eq!((&closed["outcome"], &closed["tally"]), (&json!("carried"), &json!({ "yes": 1, "no": 0, "abstain": 1 })));
        assert_eq!(closed["failure"], Value::Null);
        // It did what it says, and nothing tells any more who said what.
        assert!(commune.state.db.read_blocking(ballots).unwrap().is_empty());
        let list = commune.instance.cli(&["mandate", "list", "--collective", "river"]);
        assert_eq!(list[0]["recalled_by"], json!(format!("decision:{decision}")));
        assert!(matches!(commune.vote(&decision, &ada, Choice::No), Err(Error::Conflict("error-decision-closed"))));

        // AUT-13: nobody ratifies alone. Minutes wait for a second member where there are three.
        commune.instance.cli(&["collective", "add", "delta", "--name", "The delta"]);
        let file = commune.instance.file("text.md", "We refuse it.");
        let statement =
            commune.instance.cli(&["statement", "publish", "--collective", "delta", "--title", "No dam", "--lang", "en", &file]);
        let endorsed =
            commune.instance.cli(&["endorse", "--collective", "river", "--as", "bo", statement["id"].as_str().unwrap()]);
        let id = endorsed["id"].as_str().unwrap();
        assert_eq!((&endorsed["state"], &endorsed["basis"]), (&json!("indicative"), &Value::Null), "bo has no mandate");
        let minutes = ["endorsement", "ratify", "--minutes", "2026-11-20: 9 for, 1 against", id];
        let (code, _) = commune.instance.cli_fails(&minutes);
        assert_eq!(code, 2, "by whom, of three?");
        let entered = commune.instance.cli(&[&minutes[..], &["--as", "bo"]].concat());
        assert_eq!((&entered["state"], &entered["decision"]["stage"]), (&json!("indicative"), &json!("confirm")));
        let waiting = entered["decision"]["id"].as_str().unwrap();
        let (code, _) = commune.instance.cli_fails(&["decision", "confirm", "--as", "bo", waiting]);
        assert_eq!(code, 4, "not by who entered them");
        let confirmed = commune.instance.cli(&["decision", "confirm", "--as", "cem", waiting]);
        assert_eq!((&confirmed["outcome"], &confirmed["unconfirmed"]), (&json!("carried"), &json!(false)));
        let list = commune.instance.cli(&["endorsement", "list", "--collective", "river"]);
        assert_eq!(list[0]["state"], "ratified");
        assert_eq!(list[0]["basis"], json!(format!("decision:{waiting}")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consensus_that_fails_becomes_a_vote_and_two_hold_a_mandate_together() {
    for backend in backends() {
        let commune = Commune::start(backend).await;
        let (ada, bo) = (commune.ada(), commune.admit("bo"));
        let consensus = Rules { procedure: Procedure::Consensus, ..Rules::default() };
        let decision = commune.open(consensus, Effect::Nothing);
        commune.instance.cli(&["decision", "comment", "--as", "bo", &decision, "The harbour wasn't asked."]);
        commune.vote(&decision, &ada, Choice::Yes).unwrap();
        commune.vote(&decision, &bo, Choice::Block).unwrap();
        let second = commune.instance.cli(&["decision", "close", &decision]);
        assert_eq!((&second["stage"], &second["first_tally"]["block"]), (&json!("vote"), &json!(1)));
        commune.vote(&decision, &ada, Choice::Yes).unwrap();
        commune.vote(&decision, &bo, Choice::No).unwrap();
        assert_eq!(commune.instance.cli(&["decision", "close", &decision])["outcome"], "lost", "a block asks for two thirds");
        assert_eq!(commune.show(&decision)["comments"][0]["text"], "The harbour wasn't asked.");

        // Two who hold a mandate together: one endorses, the other agrees, and it is ratified.
        commune.instance.cli(&["collective", "add", "delta", "--name", "The delta"]);
        let file = commune.instance.file("text.md", "We refuse it.");
        let statement =
            commune.instance.cli(&["statement", "publish", "--collective", "delta", "--title", "No dam", "--lang", "en", &file]);
        let grant = ["mandate", "grant", "--collective", "river", "--holder", "ada", "--holder", "bo", "--verb", "endorse"];
        assert_eq!(commune.instance.cli(&grant)["joint"], true);
        let endorsed =
            commune.instance.cli(&["endorse", "--collective", "river", "--as", "ada", statement["id"].as_str().unwrap()]);
        assert_eq!((&endorsed["state"], &endorsed["decision"]["procedure"]), (&json!("indicative"), &json!("joint")));
        let joint = endorsed["decision"]["id"].as_str().unwrap();
        commune.vote(joint, &ada, Choice::Yes).unwrap();
        assert_eq!(commune.show(joint)["stage"], "vote");
        commune.vote(joint, &bo, Choice::Yes).unwrap();
        assert_eq!(commune.show(joint)["outcome"], "carried");
        assert_eq!(commune.instance.cli(&["endorsement", "list", "--collective", "river"])[0]["state"], "ratified");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lot_is_fixed_before_its_seed_and_drawn_once() {
    let commune = Commune::start(Backend::Sqlite).await;
    commune.admit("bo");
    commune.admit("cem");
    let lot = [
        "mandate",
        "lot",
        "--collective",
        "river",
        "Who keeps the keys",
        "--willing",
        "ada",
        "--willing",
        "bo=night shift",
        "--willing",
        "cem",
    ];
    let (code, _) = commune.instance.cli_fails(&[&lot[..], &["--quota", "young=1"]].concat());
    assert_eq!(code, 2);
    let opened = commune.instance.cli(&[&lot[..], &["--quota", "night shift=1", "--seats", "2"]].concat());
    assert_eq!(opened["drawn"], Value::Null);
    let id = opened["id"].as_str().unwrap();
    let drawn = commune.instance.cli(&["mandate", "draw", id, "--seed", "dice 4 1 6"]);
    let lot: communard::domain::lot::Lot = serde_json::from_value(drawn["lot"].clone()).unwrap();
    assert_eq!(drawn["drawn"], json!(lot.drawn("dice 4 1 6").unwrap()), "anybody comes to the same");
    assert!(drawn["drawn"].as_array().unwrap().contains(&json!("2")), "bo, of the night shift");
    let (code, _) = commune.instance.cli_fails(&["mandate", "draw", id, "--seed", "dice 4 1 5"]);
    assert_eq!(code, 4, "nobody draws until it suits them");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_a_mandate_is_reminded_once_before_it_ends() {
    for backend in backends() {
        let server = MailServer::start();
        let mut instance = Instance::builder("river", backend)
            .env("MAIL__SMTP_URL", format!("smtp://127.0.0.1:{}", server.port))
            .env("MAIL__FROM", "River <office@river.example>")
            .prepare();
        let db = instance.db();
        let mut ada = db.read_blocking(|conn| db::members::by_name(conn, "ada")).unwrap();
        ada.mail = Some("ada@valley.example".into());
        db.write_blocking(|conn| db::members::update(conn, &ada)).unwrap();
        let until = (chrono::Utc::now() + chrono::Duration::days(20)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let grant = ["mandate", "grant", "--collective", "river", "--holder", "ada", "--verb", "endorse", "--office", "press"];
        instance.cli(&[&grant[..], &["--until", &until]].concat());
        // Half a year is no reason to write.
        instance.cli(&grant);
        instance.start().await;
        let mail = eventually("the reminder comes", 30, || async { server.mails().first().cloned() }).await;
        assert_eq!(mail.to, ["ada@valley.example"]);
        let text = mail.text();
        assert!(text.contains("press") && text.contains("becomes a proposal"), "{text}");
        // Started again, it doesn't say so again.
        instance.kill();
        instance.start().await;
        eventually("the job has looked", 20, || async {
            let state = AppState::open(instance.settings()).unwrap();
            let due = state.act_blocking(Principal::Clock, mandates::warn).unwrap();
            due.is_empty().then_some(())
        })
        .await;
        assert_eq!(server.mails().len(), 1);
    }
}
