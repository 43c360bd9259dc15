//! OPS-05, OPS-06, OPS-07, OPS-09: the database is locked, away, half made, or without its keys.

use crate::{
    harness::{Backend, Instance, PATIENCE, Peer, backends, client, eventually, postgres, required},
    world::World,
};
use communard::db::schema::actor_keys;
use diesel::{Connection, SqliteConnection, connection::SimpleConnection, prelude::*};
use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Holds SQLite's lock as another process does, until dropped.
fn lock(instance: &Instance) -> SqliteConnection {
    let path = instance.data_dir().join("communard.sqlite3");
    let mut conn = SqliteConnection::establish(&path.display().to_string()).unwrap();
    conn.batch_execute("PRAGMA busy_timeout = 60000; BEGIN IMMEDIATE;").unwrap();
    conn
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_05_a_locked_database_is_waited_for_and_then_busy_and_nothing_answered_is_lost() {
    let world = World::start(Backend::Sqlite, &[("DATABASE__BUSY_TIMEOUT_SECONDS", "3")]).await;
    let instance = &world.instance;
    let peer = Peer::start("fan").await;
    let ana = peer.actor("ana");
    world.assert_can_like(&ana).await;
    let note = |text: &str| ana.note(&format!("<p>{text}</p>"), Some(&world.statement));
    let is_kept = |note: &serde_json::Value| world.post(note["id"].as_str().unwrap()).is_some();

    // Longer than the set time: busy, and to be tried again.
    let (refused, held) = (note("One"), lock(instance));
    let begun = Instant::now();
    let (signed, body) = ana.signed(instance, "/inbox", &ana.create(&refused));
    let answer = signed.send(&instance.url("/inbox"), &body).await;
    assert_eq!(answer.status(), 503, "{}", instance.log());
    assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    assert!(begun.elapsed() >= Duration::from_secs(3) && begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    // Reading goes on, and a command says so too.
    let page = client().get(&world.statement).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let (code, said) = instance.cli_fails(&["collective", "edit", "river", "--contact", "us"]);
    assert_eq!(code, 5, "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    drop(held);
    assert!(!is_kept(&refused));
    assert_eq!(ana.post(instance, &ana.create(&refused)).await, 202, "the same once more");
    assert!(is_kept(&refused), "what was refused as busy doesn't count as seen");

    // Shorter: it waits.
    let (waiting, held) = (note("Two"), lock(instance));
    let create = ana.create(&waiting);
    let posted = ana.post(instance, &create);
    let unlock = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        drop(held);
    };
    assert_eq!(tokio::join!(posted, unlock).0, 202);
    assert!(is_kept(&waiting));
    instance.intact();
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_06_postgresql_stops_and_starts() {
    if !postgres::available() {
        assert!(!required("postgres"));
        return eprintln!("*** SKIPPED: PostgreSQL is not installed: apt-get install postgresql ***");
    }
    let own = postgres::Own::start();
    let world = World::start(Backend::Postgres, &[("DATABASE__URL", &own.url()), ("DATABASE__BUSY_TIMEOUT_SECONDS", "2")]).await;
    let instance = &world.instance;
    let peer = Peer::start("fan").await;
    let ana = peer.actor("ana");
    world.assert_can_like(&ana).await;
    let pid = instance.pid();
    let mut answered = Vec::new();
    for round in 0..2 {
        let note = ana.note(&format!("<p>{round}</p>"), Some(&world.statement));
        assert_eq!(ana.post(instance, &ana.create(&note)).await, 202);
        answered.push(note);
        own.stop();
        let status = |path: &'static str| async move { client().get(instance.url(path)).send().await.unwrap().status().as_u16() };
        eventually("readiness shows it", 30, || async { (status("/readyz").await == 503).then_some(()) }).await;
        assert_eq!(status("/healthz").await, 200, "it is alive all the same");
        assert_eq!(status("/").await, 503);
        // The first one after it may meet a connection that broke, the second one doesn't: both are refused as busy.
        let refused = ana.note("<p>Refused</p>", Some(&world.statement));
        for _ in 0..2 {
            let (signed, body) = ana.signed(instance, "/inbox", &ana.create(&refused));
            let answer = signed.send(&instance.url("/inbox"), &body).await;
            assert_eq!(answer.status(), 503, "round {round}");
            assert!(answer.headers().contains_key("retry-after"));
        }
        let (code, said) = instance.cli_fails(&["collective", "list"]);
        assert_eq!((code, said.lines().count()), (1, 1), "{said}");
        own.go_on();
        let back = Instant::now();
        eventually("it is ready again", 30, || async { (status("/readyz").await == 200).then_some(()) }).await;
        // Ten seconds on a machine of its own.
        assert!(back.elapsed() < Duration::from_secs(30), "{:?}", back.elapsed());
        assert_eq!(ana.post(instance, &ana.create(&refused)).await, 202);
        assert!(world.post(refused["id"].as_str().unwrap()).is_some());
        let id = instance.publish("After", "It goes on.");
        assert_eq!(instance.activity_json(&id).await["name"], "After");
    }
    assert_eq!(instance.pid(), pid);
    for note in answered {
        assert!(world.post(note["id"].as_str().unwrap()).is_some(), "what was answered 202 is there");
    }
    assert!(!instance.log().contains("panicked"));
}

/// `communard migrate` of an instance, as a process of its own.
fn migrate(instance: &Instance) -> std::process::Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_communard"));
    let env = [("DATA__DIR", instance.data_dir().display().to_string()), ("DATABASE__URL", instance.settings().database.url)];
    command.args(["--json", "migrate"]).envs(env.map(|(key, value)| (format!("COMMUNARD__{key}"), value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_07_migrations_killed_midway_and_started_several_times_at_once() {
    for backend in backends() {
        // Several at once on an empty database: each succeeds, each migration runs once.
        let instance = Instance::builder("river", backend).not_set_up().prepare();
        let together: Vec<_> = (0..4).map(|_| migrate(&instance)).collect();
        let mut done = Vec::new();
        for child in together {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{backend:?}: {}", String::from_utf8_lossy(&output.stderr));
            let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            done.extend(said["done"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()));
        }
        let count = done.len();
        done.sort();
        done.dedup();
        assert_eq!(done.len(), count, "{backend:?}: none ran twice: {done:?}");
        assert_eq!(instance.cli(&["migrate", "--check"])["pending"], serde_json::json!([]));

        // Killed at other moments, again and again, then left alone.
        let instance = Instance::builder("river", backend).not_set_up().prepare();
        for milliseconds in [1, 5, 10, 15, 20, 30, 40, 60] {
            let mut child = migrate(&instance);
            std::thread::sleep(Duration::from_millis(milliseconds));
            let _ = child.kill();
            child.wait().unwrap();
        }
        let output = migrate(&instance).wait_with_output().unwrap();
        assert!(output.status.success(), "{backend:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(instance.cli(&["migrate", "--check"])["pending"], serde_json::json!([]), "{backend:?}");
        instance.intact();
        let setup =
            ["setup", "--name", "R", "--collective", "river", "--collective-name", "R", "--member", "ada", "--passphrase-stdin"];
        instance.cli_with_input(&setup, "the river runs to the sea");
        instance.publish("It works", "All of it is there.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ops_09_without_its_private_keys_it_does_not_start_and_makes_no_new_ones() {
    for backend in backends() {
        for missing in [false, true] {
            let mut instance = Instance::builder("river", backend).prepare();
            instance.leave_queue();
            let keys = || -> Vec<(String, String)> {
                let query = actor_keys::table.order(actor_keys::id).select((actor_keys::key_uri, actor_keys::private_key));
                instance.db().read_blocking(|conn| Ok(query.load(conn)?)).unwrap()
            };
            instance
                .db()
                .write_blocking(|conn| {
                    let ours = actor_keys::table.filter(actor_keys::actor_uri.eq(instance.actor("river")));
                    Ok(match missing {
                        true => diesel::delete(ours).execute(conn)?,
                        false => diesel::update(ours).set(actor_keys::private_key.eq("not a key")).execute(conn)?,
                    })
                })
                .unwrap();
            let before = keys();
            let output = instance.cli_plain(&["serve"]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{backend:?}: {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
            assert!(said.contains(&instance.actor("river")) && said.contains("backup"), "{said}");
            assert_eq!(keys(), before, "{backend:?}: no key was made");
            let doctor = instance.cli_output(&["doctor"], "");
            let found: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
            let keys = found.as_array().unwrap().iter().find(|one| one["check"] == "keys").unwrap();
            assert_eq!(keys["state"], "failed", "{found}");
        }
    }
}
