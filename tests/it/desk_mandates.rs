//! Mandates at the desk: what a member without one does goes before the assembly; who empowers whom, and until when.

use crate::{
    browser::{Browser, STATEMENT},
    commune::{admit, id_of, run_out},
    harness::{Instance, backends, eventually},
};
use serde_json::Value;

async fn until_closed(instance: &Instance, decision: &str) -> Value {
    eventually("the question is closed", 60, || async {
        let shown = instance.cli(&["decision", "show", decision]);
        (shown["stage"] == "closed").then_some(shown)
    })
    .await
}

async fn vote(browser: &mut Browser<'_>, path: &str, choice: &str) {
    let page = browser.get(path).await;
    assert_eq!(browser.submit(&page, "#ballot", &[("choice", choice)]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_member_without_a_mandate_wants_waits_for_the_assembly() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        admit(&instance, "bo");
        instance.cli(&["mandate", "rules", "--collective", "river", "--mandated", "true", "--vote-days", "1"]);
        let (mut ada, mut bo) = (Browser::signed_in(&instance).await, Browser::signed_in_as(&instance, "bo").await);

        // To publish: no error, a question with the text as it was.
        let form = bo.get("/desk/river/write").await;
        let asked = bo.write(&form, STATEMENT, &[], "publish").await;
        assert_eq!(asked.status, 200, "{}", asked.html);
        assert!(asked.text(".notice.good").contains("waits for your assembly"), "{}", asked.html);
        assert!(asked.has("#ballot") && asked.text("h1").contains("No dam without the valley"), "{}", asked.html);
        let path = asked.path.split('?').next().unwrap().to_owned();
        let copy = asked.dom();
        let copy = copy.select(&crate::browser::select("article a[href*='/history/']")).next().unwrap();
        let copy = copy.value().attr("href").unwrap().to_owned();
        assert!(ada.get(&copy).await.text("#copy").contains("The assembly said"));
        let edit = copy.split("/history").next().unwrap().to_owned();
        // Pressed again, it is the same question.
        let form = bo.get(&edit).await;
        assert_eq!(bo.write(&form, &[], &[], "publish").await.path.split('?').next().unwrap(), path);
        // What is written meanwhile isn't what the assembly has before it.
        let form = bo.get(&edit).await;
        bo.write(&form, &[("title", "Something else"), ("body", "Quite another thing.")], &[], "save").await;
        vote(&mut ada, &path, "yes").await;
        vote(&mut bo, &path, "yes").await;
        run_out(&instance, &id_of(&path));
        let closed = until_closed(&instance, &id_of(&path)).await;
        assert_eq!((&closed["outcome"], &closed["failure"]), (&"carried".into(), &Value::Null));
        let shown = instance.cli(&["statement", "show", edit.rsplit('/').next().unwrap()]);
        assert_eq!((&shown["state"], &shown["title"]), (&"published".into(), &"No dam without the valley".into()));

        // To publish a new version, and to withdraw; by the command line too.
        let id = edit.rsplit('/').next().unwrap().to_owned();
        let file = instance.file("new.md", "We refuse every dam.");
        let changed = instance.cli(&["statement", "edit", &id, "--as", "bo", &file]);
        assert_eq!(changed["decision"]["effect"], "publish", "{changed}");
        assert_eq!(instance.cli(&["statement", "show", &id])["version"], 1);
        let ask = bo.get(&format!("{edit}/withdraw")).await;
        let token = ask.field("form[action$=withdraw]", "csrf");
        let refused = bo.post(&format!("{edit}/withdraw"), &[("csrf", &token), ("reason", " ")]).await;
        assert_eq!(refused.status, 422, "a reason is asked for before the assembly is");
        let asked = bo.post(&format!("{edit}/withdraw"), &[("csrf", &token), ("reason", "The figures were wrong")]).await;
        assert!(asked.text(".prose").contains("The figures were wrong"), "{}", asked.html);
        let path = asked.path.split('?').next().unwrap().to_owned();
        assert_eq!(instance.cli(&["statement", "show", &id])["state"], "published");
        vote(&mut ada, &path, "yes").await;
        run_out(&instance, &id_of(&path));
        assert_eq!(until_closed(&instance, &id_of(&path)).await["failure"], Value::Null);
        let shown = instance.cli(&["statement", "show", &id]);
        assert_eq!((&shown["state"], &shown["reason"]), (&"withdrawn".into(), &"The figures were wrong".into()));
        // The edit that waited can't be carried out any more; that is said, and nothing else happens.
        let open = changed["decision"]["id"].as_str().unwrap();
        vote(&mut ada, &format!("/desk/river/decisions/{open}"), "yes").await;
        run_out(&instance, open);
        assert_eq!(until_closed(&instance, open).await["failure"], "error-withdrawn");
        assert!(ada.get(&format!("/desk/river/decisions/{open}")).await.has(".notice.bad"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assembly_endorses_a_new_statement_and_two_who_hold_a_mandate_confirm_each_other() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        admit(&instance, "bo");
        instance.cli(&["collective", "add", "harbour", "--name", "Harbour", "--language", "en"]);
        let file = instance.file("call.md", "Join us.");
        let call =
            instance.cli(&["statement", "publish", "--collective", "harbour", "--title", "The quay", "--lang", "en", &file]);
        let address = call["id"].as_str().unwrap();

        let asked = instance.cli(&["endorse", "--collective", "river", "--ask", "--as", "bo", address]);
        assert_eq!((&asked["effect"], &asked["subject"]), (&"endorse".into(), &address.into()));
        assert_eq!(
            instance.cli(&["endorsement", "list", "--collective", "river"]),
            serde_json::json!([]),
            "nothing is public yet"
        );
        let id = asked["id"].as_str().unwrap();
        let mut ada = Browser::signed_in(&instance).await;
        let path = format!("/desk/river/decisions/{id}");
        assert!(ada.get(&path).await.text("article").contains("We co-sign “The quay”"));
        vote(&mut ada, &path, "yes").await;
        run_out(&instance, id);
        assert_eq!(until_closed(&instance, id).await["failure"], Value::Null);
        let listed = instance.cli(&["endorsement", "list", "--collective", "river"]);
        assert_eq!((&listed[0]["state"], &listed[0]["basis"]), (&"ratified".into(), &format!("decision:{id}").into()));

        // Held together: one asks and thereby agrees, the other confirms, and it is done.
        instance.cli(&["mandate", "rules", "--collective", "river", "--mandated", "true"]);
        let grant = ["mandate", "grant", "--collective", "river", "--holder", "ada", "--holder", "bo", "--verb", "publish"];
        instance.cli(&grant);
        let mut bo = Browser::signed_in_as(&instance, "bo").await;
        let form = ada.get("/desk/river/write").await;
        let asked = ada.write(&form, STATEMENT, &[], "publish").await;
        assert!(asked.text(".notice.good").contains("another of you agrees"), "{}", asked.html);
        assert!(asked.has("button[value=yes][aria-pressed=true]"), "{}", asked.html);
        let path = asked.path.split('?').next().unwrap().to_owned();
        assert!(bo.get("/desk/river").await.text("[aria-labelledby=asked]").contains("No dam"));
        let page = bo.get(&path).await;
        let done = bo.submit(&page, "#ballot", &[("choice", "yes")]).await;
        assert!(done.text(".byline .badge").contains("carried"), "{}", done.html);
        let list = instance.cli(&["statement", "list", "--collective", "river", "--state", "published"]);
        assert!(list.as_array().unwrap().iter().any(|line| line["title"] == "No dam without the valley"), "{list}");
    }
}
