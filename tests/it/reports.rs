//! Reports after local actions: written here and on another instance, collected on the call's page, counted by who verified them.

use crate::{
    browser::Browser,
    calls::publish,
    harness::{Instance, Peer, backends, eventually},
};
use serde_json::{Value, json};

fn jpeg() -> Vec<u8> {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(64, 48).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

/// A day so many days from today; calls that are long over stand in no list.
fn day(from_today: i64) -> String {
    (chrono::Utc::now().date_naive() + chrono::TimeDelta::days(from_today)).to_string()
}

fn hour(from_today: i64, hour: u32) -> String {
    format!("{}T{hour:02}:00", day(from_today))
}

fn add(instance: &Instance, collective: &str, title: &str, start: &str, city: &str, call: &str) -> String {
    let added = instance.cli(&[
        "action",
        "add",
        "--collective",
        collective,
        "--title",
        title,
        "--start",
        start,
        "--zone",
        "Europe/Paris",
        "--city",
        city,
        "--precision",
        "district",
        call,
    ]);
    added["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_collected_and_counted() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let lyon = Instance::builder("lyon", backend).start().await;
        river.cli(&["collective", "add", "valley", "--name", "The Valley", "--lang", "en"]);
        let call = publish(&river, "Days", &["--start", &day(-30), "--end", &day(300)]);
        let call = call["id"].as_str().unwrap();
        // Two by collectives of river, two by lyon; one of them is cancelled, one hasn't begun.
        let own = add(&river, "river", "Vigil", &hour(-3, 20), "Lyon", call);
        let march = add(&lyon, "lyon", "March", &hour(-3, 14), "Marseille", call);
        let off = add(&lyon, "lyon", "Called off", &hour(-2, 14), "Paris", call);
        let later = add(&river, "valley", "Later", &hour(200, 14), "Turin", call);
        let under = |id: &str| {
            let list = river.cli(&["action", "list", "--call", call]);
            list.as_array().unwrap().iter().find(|line| line["id"] == id).cloned().unwrap_or(Value::Null)
        };
        for id in [&march, &off] {
            eventually("river is asked", 60, || async { (under(id)["author"] == "pending").then_some(()) }).await;
        }
        let totals = || river.cli(&["call", "show", call])["totals"].clone();
        assert_eq!(totals()["actions"], 1, "what waits isn't counted");
        for id in [&march, &off, &later] {
            if under(id)["author"] != "accepted" {
                river.cli(&["action", "accept", id]);
            }
        }
        lyon.cli(&["action", "cancel", &off]);
        eventually("river hears of it", 60, || async { (under(&off)["status"] == "cancelled").then_some(()) }).await;
        assert_eq!(
            totals(),
            json!({ "actions": 3, "collectives": 3, "cities": 3, "countries": 2, "people": null }),
            "the city of an action of others is read in its parts"
        );

        // Wrong ones are refused, and nothing is kept of them.
        let said = lyon.file("report.md", "We were **many**, and it was warm.\n");
        let (code, why) = river.cli_fails(&["action", "report", &later, &said]);
        assert!(code == 4 && why.contains("hasn't begun"), "{code} {why}");
        let (code, why) = lyon.cli_fails(&["action", "report", &march, "--attendance", "300-200", &said]);
        assert!(code == 2 && why.contains("200-300"), "{code} {why}");
        let photo = lyon.file("march.jpg", jpeg());
        let (code, _) = lyon.cli_fails(&["action", "report", &march, "--photo", &photo, &said]);
        assert_eq!(code, 2, "each photo says what is to be seen");
        assert_eq!(lyon.cli(&["statement", "list", "--collective", "lyon"]), json!([]));

        // From the other instance, with a photo; and at the desk.
        let report = lyon.cli(&[
            "action",
            "report",
            &march,
            "--attendance",
            "2,000-3,000",
            "--photo",
            &photo,
            "--alt",
            "The march on the quay",
            &said,
        ]);
        let report = report["id"].as_str().unwrap().to_owned();
        let note = lyon.activity_json(&report).await;
        assert_eq!(
            (&note["type"], &note["inReplyTo"], &note["reportOf"], &note["attendanceLeast"], &note["attendanceMost"]),
            (&json!("Note"), &json!(march), &json!(march), &json!(2_000), &json!(3_000))
        );
        assert_eq!(note["attachment"][0]["name"], "The march on the quay");
        assert!(note["content"].as_str().unwrap().contains("Between 2000 and 3000 people came."), "{note}");
        let people = |least: i64, most: i64| json!({ "least": least, "most": most });
        eventually("river has the report", 60, || async { (totals()["people"] == people(2_000, 3_000)).then_some(()) }).await;

        let mut desk = Browser::signed_in(&river).await;
        let list = desk.get("/desk/river/reports").await;
        assert!(list.text("ul.list").contains("Vigil"), "{}", list.html);
        let form = desk.submit(&list, "li[data-action-id] form", &[]).await;
        let wrong = desk.write(&form, &[("body", "Cold, and kind."), ("attendance", "some")], &[], "publish").await;
        assert!(wrong.status == 422 && wrong.text("#e-attendance").contains("range"), "{}", wrong.html);
        assert_eq!(wrong.field("#write", "attendance"), "some");
        let sent = desk.write(&wrong, &[("attendance", "300-500")], &[], "publish").await;
        let vigil = sent.text("p.address a");
        assert_eq!(totals()["people"], people(2_300, 3_500));

        // The pages: of the call, of the action, of the report.
        let page = desk.get(call.strip_prefix(&river.base_url()).unwrap()).await;
        assert!(page.text("[data-people]").contains("Between 2300 and 3500 people, counted by the organisers"), "{}", page.html);
        let told = page.text("#reports ~ ul");
        assert!(told.contains("and it was warm") && told.contains("Cold, and kind."));
        assert_eq!(told.matches("Between 2000 and 3000 people came.").count(), 1, "once, and not in the text again: {told}");
        assert!(page.has(&format!("a[href='{march}']")) && page.html.contains("The march on the quay"));
        let calls: Value = crate::harness::client().get(river.url("/calls.json")).send().await.unwrap().json().await.unwrap();
        assert_eq!(calls["calls"][0]["totals"]["people"], people(2_300, 3_500));
        let page = desk.get(own.strip_prefix(&river.base_url()).unwrap()).await;
        assert!(page.text("[data-attendance]").contains("Between 300 and 500"), "{}", page.html);
        let page = desk.get(vigil.strip_prefix(&river.base_url()).unwrap()).await;
        assert!(page.text("[data-report-of]").contains("Vigil"), "{}", page.html);

        // An edit counts anew, a withdrawal no more; and what is taken off the call goes with its report.
        lyon.cli(&["statement", "edit", &report, &lyon.file("again.md", "We were fewer.\n")]);
        eventually("river has the new text", 60, || async {
            let page = crate::harness::client().get(call).header("accept", "text/html").send().await.unwrap();
            page.text().await.unwrap().contains("We were fewer.").then_some(())
        })
        .await;
        river.cli(&["action", "drop", &own]);
        assert_eq!((totals()["people"].clone(), totals()["actions"].clone()), (people(2_000, 3_000), json!(2)));
        lyon.cli(&["statement", "withdraw", &report, "--reason", "A mistake."]);
        eventually("river forgets it", 60, || async { totals()["people"].is_null().then_some(()) }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_organisers_reports() {
    let river = Instance::builder("river", backends()[0]).start().await;
    let text = river.file("call.md", "Come.\n");
    let call = river.cli(&[
        "call",
        "publish",
        "--collective",
        "river",
        "--title",
        "Days",
        "--lang",
        "en",
        "--start",
        &day(-30),
        "--end",
        &day(300),
        &text,
    ]);
    let call = call["id"].as_str().unwrap();
    let harbour = Peer::start("harbour").await;
    let (ana, mallory) = (harbour.actor("ana"), harbour.actor("mallory"));
    let march = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": harbour.url("/actions/1"), "type": "Event",
        "attributedTo": ana.uri, "name": "March", "startTime": format!("{}:00Z", hour(-3, 14)), "superEvent": call,
        "to": ["https://www.w3.org/ns/activitystreams#Public"]
    });
    harbour.serve_object(&march);
    let request = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": ana.new_id("request"), "type": "LocalActionRequest",
        "actor": ana.uri, "object": call, "instrument": march
    });
    assert_eq!(ana.post(&river, &request).await, 202);
    eventually("river is asked", 60, || async {
        (river.cli(&["action", "list", "--call", call])[0]["author"] == "pending").then_some(())
    })
    .await;
    river.cli(&["action", "accept", march["id"].as_str().unwrap()]);
    let report = |by: &crate::harness::PeerActor, least: u64, most: u64| {
        let mut note = by.note("<p>So it was.</p>", march["id"].as_str());
        note["reportOf"] = march["id"].clone();
        note["attendanceLeast"] = json!(least);
        note["attendanceMost"] = json!(most);
        by.create(&note)
    };
    // Another actor of the same host; a range that can't be; then the organiser, whose word is taken.
    assert_eq!(mallory.post(&river, &report(&mallory, 1, 9_000_000)).await, 202);
    assert_eq!(ana.post(&river, &report(&ana, 500, 20)).await, 202);
    let first = report(&ana, 20, 30);
    assert_eq!(ana.post(&river, &first).await, 202);
    let people = || river.cli(&["call", "show", call])["totals"]["people"].clone();
    eventually("the organiser's count is here", 60, || async { (people() == json!({ "least": 20, "most": 30 })).then_some(()) })
        .await;
    let shown = || async {
        let page = crate::harness::client().get(call).header("accept", "text/html").send().await.unwrap();
        page.text().await.unwrap().matches("So it was.").count()
    };
    eventually("a report without a count stands there too", 60, || async { (shown().await == 2).then_some(()) }).await;
    // What its author deletes is counted no more; by anybody else it isn't deleted.
    let delete = |by: &crate::harness::PeerActor| {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": by.new_id("delete"), "type": "Delete", "actor": by.uri,
            "object": first["object"]["id"], "to": ["https://www.w3.org/ns/activitystreams#Public"]
        })
    };
    assert_eq!(mallory.post(&river, &delete(&mallory)).await, 202);
    assert_eq!(ana.post(&river, &report(&ana, 40, 50)).await, 202);
    eventually("the latest count holds", 60, || async { (people() == json!({ "least": 40, "most": 50 })).then_some(()) }).await;
    assert_eq!(ana.post(&river, &delete(&ana)).await, 202);
    eventually("it is gone from the page", 60, || async { (shown().await == 2).then_some(()) }).await;
}
