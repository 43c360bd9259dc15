//! What is public of an endorsement beside its state: a steward's word alone, what was erased, the title that was signed; and
//! what a collective is told of one that it can't look after any more.

use crate::{
    browser::{Browser, Page},
    commune::admit,
    harness::{Canned, Instance, Peer, backends, client, eventually},
};
use serde_json::{Value, json};

async fn plain(url: &str) -> Value {
    client().get(url).send().await.unwrap().json().await.unwrap()
}

async fn page(browser: &mut Browser<'_>, path: &str, css: &str) -> Page {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let page = browser.get(path).await;
        if page.has(css) {
            return page;
        }
        assert!(std::time::Instant::now() < deadline, "{path} never has {css}: {}", page.html);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

async fn shown(instance: &Instance, received: bool, id: &str, state: &str) -> Value {
    eventually(&format!("{}: {id} is shown as {state}", instance.name), 60, || async {
        let mut args = vec!["endorsement", "list", "--collective", instance.name.as_str()];
        args.extend(received.then_some("--received"));
        let list = instance.cli(&args);
        list.as_array().unwrap().iter().find(|line| line["id"] == id && line["shown"] == state).cloned()
    })
    .await
}

fn endorse(instance: &Instance, statement: &str, more: &[&str]) -> Value {
    instance.cli(&[&["endorse", "--collective", &instance.name, statement][..], more].concat())
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn row_of(uri: &str) -> String {
    uri.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_13_what_a_steward_ratifies_without_the_assembly_says_so_in_public() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        for instance in [&river, &valley] {
            instance.cli(&["mandate", "rules", "--collective", &instance.name, "--endorse", "everybody"]);
        }
        admit(&river, "bo");
        admit(&river, "cem");
        let (first, second) = (valley.publish("No dam", "We refuse it."), valley.publish("No mine", "We refuse it."));

        // Without a reason a steward has no more say than a member where there is an assembly.
        let asked = endorse(&river, &first, &[]);
        assert_eq!((&asked["state"], &asked["decision"]["effect"]), (&json!("indicative"), &json!("ratify")), "{asked}");
        let id = id_of(&endorse(&river, &second, &["--reason", "The floods came at night."]));
        let done = shown(&river, false, &id, "ratified").await;
        assert_eq!((&done["basis"], &done["basis_reason"]), (&json!("steward"), &json!("The floods came at night.")));
        let object = river.activity_json(&id).await;
        assert_eq!((&object["basis"], &object["basisReason"]), (&json!("steward"), &json!("The floods came at night.")));
        let note = river.activity_json(done["companion"].as_str().unwrap()).await;
        let text = note["content"].as_str().unwrap();
        assert!(
            text.contains("didn’t decide it") && text.contains("floods came at night") && !text.contains("stands behind"),
            "{text}"
        );
        let own = plain(&river.url("/c/river/assembly.json")).await;
        let line = own["endorsements"].as_array().unwrap().iter().find(|one| one["endorsement"] == id.as_str()).unwrap().clone();
        assert_eq!((&line["basis"], &line["basis_reason"]), (&json!("steward"), &json!("The floods came at night.")), "{line}");
        let mut visitor = Browser::signed_in(&valley).await;
        let at_home = client().get(river.url("/c/river/assembly")).send().await.unwrap().text().await.unwrap();
        assert!(at_home.contains("data-basis=\"steward\"") && at_home.contains("floods came at night"), "{at_home}");
        // The author's register says it too, as its endorser does.
        shown(&valley, true, &id, "ratified").await;
        let path = format!("/statements/{}/register", row_of(&second));
        let register = page(&mut visitor, &path, "[data-basis=steward]").await;
        assert!(register.text("[data-basis=steward]").contains("floods came at night"), "{}", register.html);
        let entry = plain(&format!("{second}/register.json")).await["entries"][0].clone();
        assert_eq!((&entry["basis"], &entry["basis_reason"]), (&json!("steward"), &json!("The floods came at night.")));
        let document = valley.activity_json(&format!("{second}/endorsements?page=1")).await;
        assert_eq!(document["orderedItems"][0]["endorsement"]["basis"], "steward");

        // What an assembly ratified stays its word: to confirm another text needs it again, or a reason.
        let minutes = ["endorsement", "ratify", "--minutes", "2027-01-14: 3 for", "--as", "bo"];
        let entered = river.cli(&[&minutes[..], &[asked["id"].as_str().unwrap()]].concat());
        river.cli(&["decision", "confirm", entered["decision"]["id"].as_str().unwrap(), "--as", "cem"]);
        let id = id_of(&asked);
        assert_eq!(shown(&river, false, &id, "ratified").await["basis_reason"], Value::Null);
        assert!(river.activity_json(&id).await.get("basis").is_none());
        valley.edit(&first, "We refuse it, and the mine.");
        shown(&river, false, &id, "earlier-version").await;
        let asked = river.cli(&["endorsement", "confirm", &id]);
        assert_eq!(asked["decision"]["effect"], "confirm", "{asked}");
        let confirmed = river.cli(&["endorsement", "confirm", &id, "--reason", "One word was mended."]);
        assert_eq!((&confirmed["basis"], &confirmed["basis_reason"]), (&json!("steward"), &json!("One word was mended.")));
        assert_eq!(river.activity_json(&id).await["basisReason"], "One word was mended.");

        // One or two have no second member to ask; that no reason was given is said as well.
        let ours = river.publish("No quarry", "We refuse it.");
        let id = id_of(&endorse(&valley, &ours, &[]));
        let done = shown(&valley, false, &id, "ratified").await;
        assert_eq!((&done["basis"], &done["basis_reason"]), (&json!("steward"), &Value::Null));
        let at_home = client().get(valley.url("/c/valley/assembly")).send().await.unwrap().text().await.unwrap();
        assert!(at_home.contains("No reason was given"), "{at_home}");
        let (code, _) = valley.cli_fails(&["endorse", "--collective", "valley", &ours, "--reason", "x", "--as", "ada"]);
        assert_eq!(code, 2, "a member needs none");
        river.queue_empties(60).await;
        valley.queue_empties(60).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_is_counted_without_a_name_and_a_title_stays_as_it_was_signed() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        river.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        let statement = river.publish("No dam", "We refuse it.");
        let id = id_of(&endorse(&valley, &statement, &["--indicative"]));
        let line = shown(&valley, false, &id, "indicative").await;
        assert_eq!(line["title_now"], Value::Null);

        // The Note that shows it isn't anybody's to write.
        let companion = line["companion"].as_str().unwrap();
        let file = valley.file("other.md", "Something else.");
        assert_eq!(valley.cli_fails(&["statement", "edit", companion, &file]).0, 4);
        let mut ada = Browser::signed_in(&valley).await;
        let edit = ada.get(&format!("/desk/valley/statements/{}", row_of(companion))).await;
        assert!(edit.path.contains("/endorsements/") && !edit.has("#write"), "{}", edit.path);
        assert!(!valley.activity_json(companion).await["content"].as_str().unwrap().contains("Something else"));

        // The title of the day, and what it is called now.
        river.cli(&["statement", "edit", &statement, "--title", "No dam, no mine"]);
        shown(&valley, false, &id, "earlier-version").await;
        let mine = format!("/desk/valley/endorsements/{}", row_of(&id));
        let page = page(&mut ada, &mine, "[data-title-now]").await;
        assert_eq!(page.text("h1"), "No dam");
        assert!(page.text("[data-title-now]").contains("No dam, no mine"), "{}", page.html);
        assert_eq!(plain(&valley.url("/c/valley/assembly.json")).await["endorsements"][0]["title_now"], "No dam, no mine");
        let confirmed = valley.cli(&["endorsement", "confirm", &id]);
        assert_eq!(confirmed["title"], "No dam, no mine", "it holds for that text now");
        assert!(!ada.get(&mine).await.has("[data-title-now]"));

        // Withdrawn and erased: no name, and still counted.
        valley.cli(&["endorsement", "withdraw", &id]);
        shown(&river, true, &id, "withdrawn").await;
        valley.cli(&["endorsement", "erase", &id]);
        let register = format!("{statement}/register");
        let found = eventually("river forgets the name", 60, || async {
            let found = plain(&format!("{register}.json")).await;
            (found["erased"] == 1).then_some(found)
        })
        .await;
        assert_eq!((&found["entries"], &found["count"]), (&json!([]), &json!(0)), "{found}");
        let csv = client().get(format!("{register}.csv")).send().await.unwrap().text().await.unwrap();
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(csv.lines().nth(1).unwrap().contains("\"erased\"") && !csv.contains("valley"), "{csv}");
        let html = client().get(&register).send().await.unwrap().text().await.unwrap();
        assert!(html.contains("data-total=\"erased\"") && !html.contains("@valley"), "{html}");
        let collection = river.activity_json(&format!("{statement}/endorsements")).await;
        assert_eq!(
            (&collection["totalItems"], &collection["endorsementCounts"]["erased"]),
            (&json!(0), &json!(1)),
            "{collection}"
        );
        // Who endorses anew is one, and not two.
        endorse(&valley, &statement, &["--indicative"]);
        eventually("it stands anew", 60, || async {
            let found = plain(&format!("{register}.json")).await;
            (found["count"] == 1 && found["erased"] == 0).then_some(())
        })
        .await;
        river.queue_empties(60).await;
        valley.queue_empties(60).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collective_is_told_that_it_endorses_on_a_server_that_was_blocked_since() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        river.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        let id = id_of(&endorse(&valley, &river.publish("No dam", "We refuse it."), &[]));
        let line = shown(&valley, false, &id, "ratified").await;
        assert_eq!((&line["cut_off"], &line["kept"]), (&json!(false), &Value::Null));
        valley.queue_empties(60).await;
        let mut ada = Browser::signed_in(&valley).await;
        assert!(!ada.get("/desk/valley").await.text("aside").contains("server was blocked"));
        valley.cli(&["block", "add", &river.domain]);
        let row = || valley.cli(&["endorsement", "list", "--collective", "valley"])[0].clone();
        assert_eq!((&row()["cut_off"], &row()["state"]), (&json!(true), &json!("ratified")), "nothing is withdrawn for them");
        assert!(ada.get("/desk/valley").await.text("aside").contains("server was blocked"));
        let mine = format!("/desk/valley/endorsements/{}", row_of(&id));
        let page = ada.get(&mine).await;
        assert!(page.has("#cut-off") && page.has("#withdraw[open]"), "{}", page.html);
        let kept = ada.submit(&page, "#keep", &[("do", "keep")]).await;
        assert!(kept.has(".notice.good") && !kept.has("#keep button"), "{}", kept.html);
        assert!(row()["kept"].is_string() && row()["state"] == "ratified");
        assert!(!ada.get("/desk/valley").await.text("aside").contains("server was blocked"), "they aren't asked again");
        // Who is blocked isn't told in public.
        let public = client().get(valley.url("/c/valley/assembly")).send().await.unwrap().text().await.unwrap();
        assert!(!public.contains("blocked"), "{public}");
        valley.cli(&["endorsement", "keep", &id]);
        assert_eq!(valley.cli(&["endorsement", "withdraw", &id])["state"], "withdrawn");
        assert_eq!(valley.cli_fails(&["endorsement", "keep", &id]).0, 4);
        assert!(!ada.get(&mine).await.has("#cut-off"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_account_of_whom_nothing_is_known_shows_what_its_outbox_lists() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let meadow = Peer::start("meadow").await;
        let ana = meadow.actor("ana");
        let (first, answer) =
            (ana.note("<p>We refuse the <b>quarry</b>.</p>", None), ana.note("<p>Yes.</p>", Some(&river.actor("river"))));
        let mut few = ana.note("<p>For few.</p>", None);
        few["to"] = json!([format!("{}/followers", ana.uri)]);
        few["cc"] = json!([]);
        let mut foreign = ana.note("<p>Not hers.</p>", None);
        foreign["attributedTo"] = json!("https://elsewhere.example/users/bo");
        let boost = json!({ "type": "Announce", "actor": ana.uri, "object": "https://elsewhere.example/1" });
        let creates: Vec<Value> = [&answer, &few, &foreign, &first].into_iter().map(|note| ana.create(note)).collect();
        let items: Vec<Value> = std::iter::once(boost).chain(creates).collect();
        let outbox = format!("{}/outbox", ana.uri);
        let path = |uri: &str| url::Url::parse(uri).unwrap().path().to_owned();
        let first_page = format!("{outbox}?page=1");
        meadow.serve(
            &path(&outbox),
            Canned::json(&json!({ "id": outbox, "type": "OrderedCollection", "totalItems": 5, "first": first_page })),
        );
        let later = format!("{outbox}?page=2");
        meadow.serve(
            &format!("{}?page=1", path(&outbox)),
            Canned::json(&json!({ "id": first_page, "type": "OrderedCollectionPage", "orderedItems": items, "next": later })),
        );
        meadow.serve_object(&first);
        let mut ada = Browser::signed_in(&river).await;
        let address: String = url::form_urlencoded::byte_serialize(format!("@ana@{}", meadow.host).as_bytes()).collect();
        let page = ada.get(&format!("/desk/river/endorse?address={address}")).await;
        assert!(page.has("#asked"), "{}", page.html);
        let list = page.text("section[aria-labelledby=offered] ul");
        assert!(list.contains("We refuse the quarry"), "{list}");
        for other in ["Yes.", "For few", "Not hers", "elsewhere.example"] {
            assert!(!list.contains(other), "{other}: {list}");
        }
        assert!(!meadow.requests().iter().any(|request| request.target.contains("page=2")), "one page is enough");
        // Chosen, it is looked up as any other.
        let link = page.dom();
        let link = link.select(&crate::browser::select("section[aria-labelledby=offered] ul a")).next().unwrap();
        let chosen = ada.get(link.value().attr("href").unwrap()).await;
        assert!(chosen.text("#found").contains("We refuse the quarry") && chosen.has("#no-register"), "{}", chosen.html);
        // A server that doesn't say is no error.
        meadow.serve(&path(&outbox), Canned::status(500));
        let page = ada.get(&format!("/desk/river/endorse?address={address}")).await;
        assert_eq!(page.status, 200, "{}", page.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_bundle_is_checked_without_asking_anybody_and_says_what_that_shows() {
    for backend in backends() {
        let mut river = Instance::builder("river", backend).start().await;
        let valley = Instance::builder("valley", backend).start().await;
        let hill = Instance::builder("hill", backend).start().await;
        river.cli(&["mandate", "rules", "--collective", "river", "--endorse", "everybody"]);
        let statement = river.publish("No dam", "We refuse it.");
        let id = id_of(&endorse(&valley, &statement, &[]));
        shown(&river, true, &id, "ratified").await;
        shown(&valley, false, &id, "ratified").await;
        river.queue_empties(60).await;
        valley.queue_empties(60).await;
        // Names stand beside addresses where they were looked up, on the page and at the command line.
        let checked = hill.cli(&["verify", &id]);
        assert_eq!(
            (&checked["by"]["id"], &checked["by"]["name"]),
            (&json!(valley.actor("valley")), &json!("valley Commune")),
            "{checked}"
        );
        let form = client().post(hill.url("/verify")).header("content-type", "application/x-www-form-urlencoded");
        let body: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("address", &id).finish();
        let html = form.header("origin", hill.base_url()).body(body).send().await.unwrap().text().await.unwrap();
        let by = scraper::Html::parse_document(&html);
        let by = by.select(&crate::browser::select("[data-by]")).next().unwrap().text().collect::<String>();
        assert!(by.contains("valley") && by.contains(&valley.actor("valley")), "{by}");
        let front = client().get(hill.url("/")).send().await.unwrap().text().await.unwrap();
        assert!(front.contains("href=\"/verify\""), "a way to it from every page");

        let tar = client().get(format!("{statement}/register.tar")).send().await.unwrap().bytes().await.unwrap().to_vec();
        let kept = hill.file("kept.tar", &tar);
        river.terminate();
        // Valley is known to hill by now, river isn't.
        let report = hill.cli(&["verify", "--offline", &kept]);
        assert_eq!(report["ok"], true, "{report}");
        assert_eq!(report["offline"]["known_keys"], json!([valley.actor("valley")]), "{report}");
        assert_eq!(report["offline"]["claimed_keys"], json!([river.actor("river")]), "{report}");
        let said = String::from_utf8(hill.cli_plain(&["verify", "--offline", &kept]).stdout).unwrap();
        assert!(said.contains("Nobody was asked") && said.contains("the file alone says"), "{said}");
        assert_ne!(hill.cli_fails(&["verify", &kept]).0, 0, "by asking it can't be shown any more: river is gone");
        let upload = |bytes: Vec<u8>| {
            let part = [
                &b"--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"kept.tar\"\r\nContent-Type: application/x-tar\r\n\r\n"[..],
                &bytes,
                b"\r\n--bound--\r\n",
            ];
            let request = client().post(hill.url("/verify/file")).header("origin", hill.base_url());
            let request = request.header("content-type", "multipart/form-data; boundary=bound").body(part.concat());
            async move {
                let answer = request.send().await.unwrap();
                (answer.status().as_u16(), scraper::Html::parse_document(&answer.text().await.unwrap()))
            }
        };
        let has = |html: &scraper::Html, css: &str| html.select(&crate::browser::select(css)).count();
        let (status, html) = upload(tar.clone()).await;
        assert_eq!(status, 200);
        assert_eq!((has(&html, "[data-ok=true][role=status]"), has(&html, "#offline"), has(&html, "[data-claimed]")), (1, 1, 1));

        // One letter of the text, or a key that isn't the one known here.
        let text = String::from_utf8_lossy(&tar).into_owned();
        assert_eq!(text.len(), tar.len());
        let forged = text.replace("We refuse it", "We approve i").into_bytes();
        let (status, html) = upload(forged.clone()).await;
        assert_eq!((status, has(&html, "[data-check=signed][data-ok=false]") > 0), (200, true));
        assert_ne!(hill.cli_fails(&["verify", "--offline", &hill.file("forged.tar", &forged)]).0, 0);
        let (status, html) = upload(b"no tar at all".to_vec()).await;
        assert_eq!((status, has(&html, "#e-file")), (422, 1));
        let json = hill.file("one.json", "{}");
        assert_ne!(hill.cli_fails(&["verify", "--offline", &json]).0, 0);
        river.leave_queue();
    }
}
