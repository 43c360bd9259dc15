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
        assert!(ada.get(&path).await.text("article").contains("We endorse “The quay”"));
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

#[tokio::test(flavor = "multi_thread")]
async fn an_assembly_empowers_and_recalls_at_the_desk() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let (bo_id, _) = (admit(&instance, "bo"), admit(&instance, "cem"));
        let (mut ada, mut bo) = (Browser::signed_in(&instance).await, Browser::signed_in_as(&instance, "bo").await);

        // The rules are the steward's to set, and everybody's to read.
        let rules = ada.get("/desk/river/rules").await;
        let wrong = ada.submit(&rules, "#rules", &[("quorum", "101"), ("vote_days", "3")]).await;
        assert!(wrong.has("#e-quorum") && wrong.field("#rules", "vote_days") == "3", "{}", wrong.html);
        let set =
            ada.submit(&wrong, "#rules", &[("quorum", "30"), ("mandated", "1"), ("ledger", "counts"), ("terms", "1")]).await;
        assert!(set.text(".notice.good").contains("set"), "{}", set.html);
        let shown = instance.cli(&["mandate", "rules", "--collective", "river"]);
        assert_eq!((&shown["quorum"], &shown["mandated"], &shown["terms"]), (&30.into(), &true.into(), &1.into()), "{shown}");
        let read = bo.get("/desk/river/rules").await;
        assert!(!read.has("#rules button") && read.has("fieldset[disabled]"), "{}", read.html);
        assert_eq!(bo.submit(&read, "#rules", &[("quorum", "1")]).await.status, 403);
        assert_eq!(instance.cli(&["mandate", "rules", "--collective", "river"])["quorum"], 30);

        // A mandate is proposed, voted on, and there; what is wrong is said before anybody is asked.
        let form = bo.get("/desk/river/mandates/new").await;
        let wrong = bo.submit(&form, "#propose", &[("holders", &bo_id), ("office", "press group")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text("#f-verbs .fault").contains("what the mandate is for"), "{}", wrong.html);
        let asked = bo.submit(&wrong, "#propose", &[("verbs", "publish"), ("topics", "#River")]).await;
        assert!(asked.text("h1").contains("bo") && asked.text("h1").contains("Publish"), "{}", asked.html);
        let path = asked.path.split('?').next().unwrap().to_owned();
        vote(&mut ada, &path, "yes").await;
        vote(&mut bo, &path, "yes").await;
        run_out(&instance, &id_of(&path));
        assert_eq!(until_closed(&instance, &id_of(&path)).await["failure"], Value::Null);
        let list = ada.get("/desk/river/mandates").await;
        let standing = list.text("[aria-labelledby=standing]");
        assert!(standing.contains("bo · press group") && standing.contains("#river"), "{standing}");
        // A second term in a row is more than the rules allow.
        let again = bo.submit(&wrong, "#propose", &[("verbs", "publish")]).await;
        assert!(again.text("#f-holders .fault").contains("somebody else's turn"), "{}", again.html);

        // One wants it recalled: it stands. Two do: it is over at once. Others can ask the assembly.
        let mandate = instance.cli(&["mandate", "list", "--collective", "river"])[0]["id"].as_str().unwrap().to_owned();
        let form = format!("#mandate-{mandate} form");
        let asked = ada.submit(&list, &form, &[("do", "ask")]).await;
        assert!(asked.text("h1").contains("recall the mandate of bo"), "{}", asked.html);
        let wanted = ada.submit(&list, &form, &[("do", "recall")]).await;
        assert!(wanted.text("[aria-labelledby=standing]").contains("1 of 2"), "{}", wanted.html);
        let mut cem = Browser::signed_in_as(&instance, "cem").await;
        let list = cem.get("/desk/river/mandates").await;
        let over = cem.submit(&list, &form, &[("do", "recall")]).await;
        assert!(over.text("[aria-labelledby=ended]").contains("recalled"), "{}", over.html);
        let token = form_token(&list);
        assert_eq!(
            cem.post("/desk/river/mandates", &[("csrf", &token), ("do", "recall"), ("mandate", &mandate)]).await.status,
            409
        );
    }
}

fn form_token(page: &crate::browser::Page) -> String {
    page.field(".row", "csrf")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_at_the_desk_is_fixed_drawn_once_and_can_be_repeated() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let (bo, cem) = (admit(&instance, "bo"), admit(&instance, "cem"));
        let mut ada = Browser::signed_in(&instance).await;
        let form = ada.get("/desk/river/lots").await;
        let young = format!("group-{bo}");
        let typed = [
            ("purpose", "Who speaks in March"),
            ("seats", "1"),
            ("quotas", "young=2"),
            ("willing", bo.as_str()),
            (&young, "young"),
        ];
        let wrong = ada.submit(&form, "#lot", &typed).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.has("#e-quotas") && wrong.field("#lot", &young) == "young", "{}", wrong.html);
        let mut fields = wrong.fields("#lot");
        fields.retain(|(name, _)| name != "quotas");
        fields.extend([("quotas".to_owned(), "young=1".to_owned()), ("willing".to_owned(), cem)]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let lot = ada.post("/desk/river/lots", &fields).await;
        assert!(lot.has("#draw") && lot.text("table").contains("cem"), "{}", lot.html);
        let drawn = ada.submit(&lot, "#draw", &[("seed", "4 2 6 6 1")]).await;
        assert!(drawn.text("#repeat ~ code, code.address").contains("4 2 6 6 1"), "{}", drawn.html);
        assert_eq!(drawn.html.matches("| sha256sum").count(), 2);
        // The quota holds: bo is the young one.
        let chosen = drawn.dom();
        let chosen: Vec<String> = chosen
            .select(&crate::browser::select("table.lot tr"))
            .filter(|row| row.select(&crate::browser::select(".badge")).next().is_some())
            .map(|row| row.text().collect())
            .collect();
        assert!(chosen.len() == 1 && chosen[0].contains("bo"), "{chosen:?}");
        let token = lot.field("#draw", "csrf");
        let again = ada.post(drawn.path.split('?').next().unwrap(), &[("csrf", &token), ("seed", "7")]).await;
        assert_eq!(again.status, 409);
        assert!(again.text("code.address").contains("4 2 6 6 1"));
    }
}
