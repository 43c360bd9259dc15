//! Reminders of calls and actions: switched on at the desk or the command line, sent by the server, and never twice.

use crate::{
    browser::Browser,
    harness::{Instance, backends, eventually},
};
use communard::db::schema::{actions, statement_versions};
use diesel::prelude::*;
use serde_json::Value;

fn reminders(instance: &Instance) -> Vec<Value> {
    let list = instance.cli(&["statement", "list", "--collective", "river"]);
    let soon = |one: &&Value| one["title"].as_str().is_some_and(|title| title.starts_with("Soon: "));
    list.as_array().unwrap().iter().filter(soon).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collective_reminds_of_what_begins_soon_where_it_wants_that() {
    for backend in backends() {
        let mut river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        eventually("valley follows river", 60, || async {
            let follow = valley.cli(&["follow", "--collective", "valley", &river.actor("river")]);
            (follow["state"] == "accepted").then_some(())
        })
        .await;
        let text = river.file("call.md", "Come.\n");
        let soon = (chrono::Utc::now() + chrono::Duration::days(4)).format("%Y-%m-%dT%H:%M").to_string();
        let call = |title: &str| {
            let args = ["call", "publish", "--collective", "river", "--title", title, "--lang", "en", "--zone", "UTC"];
            river.cli(&[&args[..], &["--start", &soon, &text]].concat())["id"].as_str().unwrap().to_owned()
        };
        let (days, off) = (call("Days for the river"), call("Another"));
        river.cli(&["call", "cancel", &off]);
        let march = ["action", "add", "--collective", "river", "--title", "March", "--start", &soon, "--zone", "UTC", &days];
        river.cli(&march);
        // All of it was said a month ago.
        river
            .db()
            .write_blocking(|conn| {
                let before = (chrono::Utc::now() - chrono::Duration::days(30)).naive_utc();
                diesel::update(statement_versions::table).set(statement_versions::published_at.eq(before)).execute(conn)?;
                diesel::update(actions::table).set(actions::updated.eq(before)).execute(conn)?;
                Ok(())
            })
            .unwrap();
        assert!(reminders(&river).is_empty());
        let mut ada = Browser::signed_in(&river).await;
        let page = ada.get("/desk/river/rules").await;
        let done = ada.submit(&page, "#rules", &[("reminders", "1")]).await;
        assert!(done.has("input[name=reminders][checked]"), "{}", done.html);
        assert_eq!(river.cli(&["mandate", "rules", "--collective", "river"])["reminders"], true);
        let titles = || {
            let mut titles: Vec<String> = reminders(&river).iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect();
            titles.sort();
            titles
        };
        eventually("both went out", 60, || async { (titles() == ["Soon: Days for the river", "Soon: March"]).then_some(()) })
            .await;
        eventually("valley has them on its desk", 60, || async {
            let desk = valley.cli(&["inbox", "list", "--collective", "valley"]).to_string();
            (desk.contains("Soon: Days for the river") && desk.contains("Soon: March")).then_some(())
        })
        .await;
        // Started again, and by whatever looks besides: the very same are never sent again.
        river.kill();
        river.start().await;
        let state = communard::AppState::open(river.settings()).unwrap();
        assert_eq!(communard::jobs::remind::look(&state).await.unwrap(), 0);
        assert_eq!(reminders(&river).len(), 2);
        river.cli(&["mandate", "rules", "--collective", "river", "--reminders", "false"]);
        river.queue_empties(60).await;
    }
}
