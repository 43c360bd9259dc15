//! Local actions at the desk: added under a call of another instance and changed, let in by the call's author, asked about
//! when the call moves, and cancelled.

use crate::{
    browser::{Browser, Page},
    harness::{Instance, backends, client, eventually},
};
use serde_json::{Value, json};

fn publish(instance: &Instance, more: &[&str]) -> String {
    let text = instance.file("call.md", "Come.\n");
    let call = ["call", "publish", "--collective", instance.name.as_str(), "--title", "Days for the river", "--lang", "en"];
    let dates = ["--start", "2099-01-25", "--end", "2099-02-01"];
    let call = instance.cli(&[&call[..], &dates, more, &[&text]].concat());
    call["id"].as_str().unwrap().to_owned()
}

/// An action under a call as an instance has it, once it fits.
async fn under(what: &str, instance: &Instance, call: &str, fits: impl Fn(&Value) -> bool) -> Value {
    eventually(what, 60, || async {
        let list = instance.cli(&["action", "list", "--call", call]);
        list.as_array().unwrap().iter().find(|one| fits(one)).cloned()
    })
    .await
}

/// A page of the desk, once it has what is looked for.
async fn once(browser: &mut Browser<'_>, path: &str, css: &str) -> Page {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let page = browser.get(path).await;
        if page.has(css) {
            return page;
        }
        assert!(std::time::Instant::now() < deadline, "no {css} on {path}: {}", page.html);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_lives_at_the_desks_of_two_instances() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let lyon = Instance::builder("lyon", backend).start().await;
        let call = publish(&river, &[]);

        // From the call's page to the form at the own instance.
        let shown = client().get(&call).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(shown.contains("id=\"act\"") && shown.contains("value=\"act\""), "{shown}");
        let mut visitor = Browser::visiting(&river);
        let fields = [("do", "act"), ("uri", call.as_str()), ("server", lyon.domain.as_str())];
        let on = visitor.post("/interact", &fields).await;
        assert!(on.html.contains("/authorize_interaction?uri=") && on.html.contains("intent=act"), "{}", on.html);
        assert!(!on.has("#plainly"), "its instance says that it can: {}", on.html);
        let mut member = Browser::signed_in(&lyon).await;
        let encoded: String = url::form_urlencoded::byte_serialize(call.as_bytes()).collect();
        let form = member.get(&format!("/authorize_interaction?uri={encoded}&intent=act")).await;
        assert!(form.path.starts_with("/desk/lyon/actions/new"), "one collective: straight to its form: {}", form.path);
        assert!(form.text("#found").contains("Days for the river"), "{}", form.html);

        // What is wrong stands at its field, and nothing typed is lost; the city is asked for and says its time zone.
        let typed = [
            ("title", "March from the old bridge"),
            ("kind", "march"),
            ("start", "2099-01-30"),
            ("start_time", "14:00"),
            ("city", "Springfield"),
            ("place_name", "Old bridge"),
            ("address", "Quay 3"),
            ("precision", "district"),
            ("accessibility", "No steps."),
            ("spoken", "fr"),
            ("spoken_other", "no tag!"),
            ("contact", "march@lyon.example"),
        ];
        let refused = member.submit(&form, "#action", &typed).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.text("#e-city").contains("several") && refused.text("#e-spoken_other").contains("tag"),
            "{}",
            refused.html
        );
        for (name, value) in typed {
            assert_eq!(refused.field("#action", name), value, "{name}");
        }
        let looked = member.submit(&refused, "#action", &[("city", "Lyon"), ("find_city", "1"), ("spoken_other", "")]).await;
        assert_eq!((looked.status, looked.field("#action", "zone").as_str()), (200, "Europe/Paris"), "{}", looked.html);
        assert_eq!(lyon.cli(&["action", "list", "--collective", "lyon"]), json!([]), "nothing is stored by looking");
        let added = member.submit(&looked, "#action", &[]).await;
        assert!(added.has(".notice.good") && added.has("[data-author=pending]"), "{} {}", added.status, added.html);
        let here = added.path.split('?').next().unwrap().to_owned();
        let id = lyon.url(&format!("/actions/{}", here.rsplit('/').next().unwrap()));
        let listed = lyon.cli(&["action", "list", "--collective", "lyon"])[0].clone();
        assert_eq!((&listed["start"], &listed["zone"]), (&json!("2099-01-30T14:00"), &json!("Europe/Paris")));
        assert_eq!((&listed["place"]["name"], &listed["place"]["address"]), (&json!("Old bridge"), &json!("")));

        // The author's queue: it waits there, is let in, and everybody sees it.
        let mut author = Browser::signed_in(&river).await;
        let queue = once(&mut author, "/desk/river/action-requests", "li[data-action=pending]").await;
        assert!(queue.text("li[data-action=pending]").contains("March from the old bridge"), "{}", queue.html);
        assert!(author.get("/desk/river").await.has("a[href='/desk/river/action-requests'] .count"), "the desk counts it");
        let done = author.submit(&queue, "li[data-action=pending] form", &[("do", "accept")]).await;
        assert!(done.has(".notice.good") && done.has("li[data-action=accepted]"), "{}", done.html);
        once(&mut member, &here, "[data-author=accepted]").await;

        // An edit travels.
        let edit = member.get(&here).await;
        let changed = member.submit(&edit, "#action", &[("title", "March from the new bridge")]).await;
        assert!(changed.has(".notice.good"), "{}", changed.html);
        let there = under("river hears of the title", &river, &call, |one| one["title"] == "March from the new bridge").await;
        assert_eq!((&there["status"], &there["author"]), (&json!("announced"), &json!("accepted")));
        assert_eq!(lyon.cli(&["action", "edit", &id, "--start", "2099-01-30T15:00"])["status"], "moved");
        under("river hears of the hour", &river, &call, |one| one["start"] == "2099-01-30T15:00").await;

        // The call moves: the question stands on the overview with its count, at the action, and on its public page.
        river.cli(&["call", "postpone", &call, "--start", "2099-03-01", "--end", "2099-03-08"]);
        let overview = once(&mut member, "/desk/lyon", "[data-asked]").await;
        assert!(
            overview.text("#questions .count") == "1" && overview.text("[data-asked]").contains("35 days later"),
            "{}",
            overview.html
        );
        assert!(overview.text("a[href='/desk/lyon/actions'] .count") == "1", "{}", overview.html);
        let public = format!("/actions/{}", here.rsplit('/').next().unwrap());
        assert!(member.get(&public).await.text(".notice").contains("haven't said yet"));
        // Another title answers nothing.
        let kept = member.get(&here).await;
        assert!(member.submit(&kept, "#action", &[("title", "March from both bridges")]).await.has("[data-asked]"));
        let moved = member.submit(&overview, "[data-asked] form", &[("do", "move")]).await;
        assert!(moved.has(".notice.good") && !moved.has("[data-asked]"), "{}", moved.html);
        assert_eq!(moved.field("#action", "start"), "2099-03-06");
        assert!(!member.get(&public).await.has(".notice"), "it is answered");
        under("river hears of the day", &river, &call, |one| one["start"] == "2099-03-06T15:00").await;

        // Cancelled after a question; it stays visible, and can't be changed.
        let ask = member.get(&format!("{here}/cancel")).await;
        assert!(ask.text(".notice.bad").contains("can't be taken back"), "{}", ask.html);
        assert_eq!(lyon.cli(&["action", "list", "--collective", "lyon"])[0]["status"], "moved", "asking cancels nothing");
        let cancelled = member.submit(&ask, "#cancel", &[]).await;
        assert!(cancelled.has(".notice.good") && cancelled.has(".badge.call-cancelled"), "{}", cancelled.html);
        assert!(!cancelled.has("a.danger"), "once is enough");
        under("river shows it as cancelled", &river, &call, |one| one["status"] == "cancelled").await;
        let refused = member.submit(&cancelled, "#action", &[("title", "After all")]).await;
        assert_eq!((refused.status, refused.field("#action", "title").as_str()), (409, "After all"));
        assert!(refused.text(".notice.bad").contains("cancelled"), "{}", refused.html);

        // The author takes it off the call.
        let queue = author.get("/desk/river/action-requests").await;
        let done = author.submit(&queue, "li[data-action=accepted] form", &[("do", "drop")]).await;
        assert!(done.has("li[data-action=dropped]"), "{}", done.html);
        once(&mut member, &here, "[data-author=dropped]").await;

        // Wrong addresses say so; another's desk has nothing of it.
        let wrong = member.get("/desk/lyon/actions/new?call=https%3A%2F%2Fnowhere.invalid%2Fx").await;
        assert!(wrong.has("#e-address") && !wrong.has("#action"), "{}", wrong.html);
        let statement: String = url::form_urlencoded::byte_serialize(lyon.publish("No dam", "No.").as_bytes()).collect();
        let wrong = member.get(&format!("/desk/lyon/actions/new?call={statement}")).await;
        assert!(wrong.text("#e-address").contains("no dates"), "{}", wrong.html);
        lyon.cli(&["collective", "add", "harbour", "--name", "The harbour"]);
        assert_eq!(member.get(&here.replace("lyon", "harbour")).await.status, 404);
    }
}
