//! Calls at the desk and on pages: written, published, moved, cancelled, compared, listed by date.

use crate::{
    browser::Browser,
    harness::{Instance, backends},
};
use serde_json::json;

const CALL: &[(&str, &str)] = &[
    ("title", "Days for the river"),
    ("body", "The works begin again. We meet them."),
    ("language", "en"),
    ("start", "2099-01-25"),
    ("end", "2099-02-01"),
    ("supporters", "Organise something *where you are*."),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_written_published_moved_and_cancelled_at_the_desk() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let mut browser = Browser::signed_in(&instance).await;
        let form = browser.get("/desk/river/write?call=1").await;
        assert!(form.has("#f-start") && form.has("datalist#zones option[value='Europe/Paris']"), "{}", form.html);
        assert!(!browser.get("/desk/river/write").await.has("#f-start"), "a statement has no dates");

        // A wrong date is named, and everything typed stands there again.
        let wrong: Vec<(&str, &str)> =
            CALL.iter().map(|(name, value)| (*name, if *name == "end" { "2099-01-01" } else { *value })).collect();
        let refused = browser.write(&form, &wrong, &[], "publish").await;
        assert_eq!(refused.status, 422);
        assert!(refused.text("#e-end").contains("ends before it begins"), "{}", refused.html);
        assert_eq!((refused.field("#write", "end"), refused.field("#write", "body")), ("2099-01-01".into(), CALL[1].1.into()));
        assert_eq!(instance.cli(&["statement", "list", "--collective", "river"]), json!([]), "nothing is kept without dates");

        let preview = browser.write(&refused, CALL, &[], "preview").await;
        assert!(preview.text("#preview").contains("25 January – 1 February 2099"), "{}", preview.html);
        let published = browser.write(&preview, CALL, &[], "publish").await;
        let address = published.text("p.address a");
        let event = instance.activity_json(&address).await;
        assert_eq!((&event["type"], &event["startTime"]), (&json!("Event"), &json!("2099-01-25T00:00:00+14:00")));
        let desk = published.path.split("/delivery").next().unwrap().to_owned();
        let path = address.strip_prefix(&instance.base_url()).unwrap().to_owned();

        // Its page, and the lists by date; in Arabic as well.
        let page = browser.get(&path).await;
        assert!(
            page.has("[data-call=announced]") && page.text(".when").contains("25 January – 1 February 2099"),
            "{}",
            page.html
        );
        assert!(page.text(".supporters").contains("where you are"));
        for list in ["/", "/c/river"] {
            assert!(browser.get(list).await.has(&format!(".calls li[data-call=announced] a[href='{path}']")), "{list}");
        }
        let arabic = browser.get(&format!("/ar{path}")).await;
        assert!(arabic.text(".when").contains("فبراير") && arabic.text(".where").contains("في كل مكان"), "{}", arabic.html);
        assert_eq!(browser.get(&format!("{path}/note")).await.path, path, "a note's address leads to the call");

        // A wrong date of an edit is named; what else was typed is saved with the dates that hold.
        let edit = browser.get(&desk).await;
        let edited = browser.write(&edit, &[("start", ""), ("body", "We meet them at the weir.")], &[], "save").await;
        assert_eq!(edited.status, 422);
        assert!(
            edited.text("#e-start").contains("which day") && edited.field("#write", "body").contains("weir"),
            "{}",
            edited.html
        );

        // Moved: what is being written stays a draft.
        let change = browser.get(&format!("{desk}/change")).await;
        let moved = [("start", "2099-03-01"), ("end", "2099-03-08"), ("notice", "The river is high.")];
        let wrong = browser
            .post(&format!("{desk}/change"), &[("csrf", &change.field("#move form", "csrf")), ("do", "move"), ("start", "")])
            .await;
        assert_eq!(wrong.status, 422);
        let fields: Vec<(&str, &str)> = moved.to_vec();
        let csrf = change.field("#move form", "csrf");
        let done =
            browser.post(&format!("{desk}/change"), &[&[("csrf", csrf.as_str()), ("do", "move")], &fields[..]].concat()).await;
        assert!(done.has(".notice.good"), "{}", done.html);
        assert!(done.field("#write", "body").contains("weir"), "what was being written is still there");
        let event = instance.activity_json(&address).await;
        assert_eq!((&event["callStatus"], &event["startTime"]), (&json!("moved"), &json!("2099-03-01T00:00:00+14:00")));
        assert!(!event["content"].as_str().unwrap().contains("weir"), "and isn't public");
        let page = browser.get(&path).await;
        assert!(page.has("[data-call=moved]") && page.text(".call-head").contains("The river is high."), "{}", page.html);
        assert!(page.text(".call-head").contains("25 January – 1 February 2099"), "the dates it was announced for");
        let version = browser.get(&format!("{path}/versions/2")).await;
        assert!(
            version.text("#call").contains("March") && version.text("#call").contains("The river is high."),
            "{}",
            version.html
        );

        let done =
            browser.post(&format!("{desk}/change"), &[("csrf", csrf.as_str()), ("do", "cancel"), ("notice", "We won.")]).await;
        assert!(done.has(".notice.good"), "{}", done.html);
        let page = browser.get(&path).await;
        assert!(page.has("[data-call=cancelled]") && !page.has(".dates:not(.small)"), "{}", page.html);
        assert!(browser.get("/").await.has(".calls li[data-call=cancelled]"), "a cancelled call stays visible");
        let back = browser.post(&format!("{desk}/change"), &[("csrf", csrf.as_str()), ("do", "resume")]).await;
        assert!(back.has(".notice.good"));
        assert_eq!(instance.activity_json(&address).await["callStatus"], "moved", "it takes place on its last dates");
    }
}

/// The form asks which city is meant, takes its time zone, and a rule in plain words; what was typed stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_at_a_place_asks_which_city_and_comes_back() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    let mut browser = Browser::signed_in(&instance).await;
    let form = browser.get("/desk/river/write?call=1").await;
    let offered = form.field("#write", "zone");
    assert!(!offered.is_empty() && form.field("#write", "zone_offered") == offered, "the collective's zone is offered");
    let hours = [
        ("title", "Nights at the bridge"),
        ("body", "Come each night."),
        ("language", "en"),
        ("start", "2099-01-25"),
        ("start_time", "20:00"),
        ("reach", "place"),
        ("city", "Springfield"),
        ("precision", "exact"),
        ("again", "nightly"),
    ];
    let refused = browser.write(&form, &hours, &[], "publish").await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text("#e-city").contains("choose") && refused.text("#e-again_until").contains("last day"),
        "{}",
        refused.html
    );
    assert!(refused.has("input[name=again][value=nightly][checked]") && refused.field("#write", "city") == "Springfield");
    let dom = refused.dom();
    let illinois = dom
        .select(&crate::browser::select("label.tick"))
        .find(|label| label.text().collect::<String>().contains("Illinois"))
        .and_then(|label| label.select(&crate::browser::select("input")).next())
        .and_then(|input| input.value().attr("value").map(str::to_owned))
        .expect("Springfield, Illinois");
    let point = [("city_id", illinois.as_str()), ("again_until", "2099-02-05"), ("coordinates", "-89.65, 39.8")];
    let refused = browser.write(&refused, &point, &[], "publish").await;
    assert_eq!((refused.status, refused.field("#write", "coordinates").as_str()), (422, "-89.65, 39.8"));
    assert!(refused.text("#e-coordinates").contains("far from the city"), "{}", refused.html);
    assert_eq!(
        (refused.field("#write", "zone").as_str(), refused.field("#write", "country").as_str()),
        ("America/Chicago", "US")
    );
    let published = browser.write(&refused, &[("coordinates", "39.8, -89.65")], &[], "publish").await;
    let address = published.text("p.address a");
    let call = instance.cli(&["call", "show", &address])["call"].clone();
    assert_eq!((&call["zone"], &call["recurrence"]), (&json!("America/Chicago"), &json!("FREQ=DAILY;UNTIL=20990205")));
    assert_eq!(call["place"]["city"]["id"].to_string(), illinois);
    assert_eq!(call["place"]["coordinates"], json!({"latitude": 39.8, "longitude": -89.65}));
    let page = browser.get(address.strip_prefix(&instance.base_url()).unwrap()).await;
    assert!(page.text(".when").contains("2099, 20:00 (America/Chicago)"), "{}", page.html);
    // What was saved comes back as it was chosen.
    let desk = published.path.split("/delivery").next().unwrap().to_owned();
    let edit = browser.get(&desk).await;
    assert!(edit.has("input[name=again][value=nightly][checked]"), "{}", edit.html);
    assert_eq!((edit.field("#write", "city_id"), edit.field("#write", "again_until")), (illinois, "2099-02-05".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_asks_for_the_mandate_to_call() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    instance.cli(&["mandate", "rules", "--collective", "river", "--mandated", "true"]);
    let mut browser = Browser::signed_in(&instance).await;
    let form = browser.get("/desk/river/write?call=1").await;
    let asked = browser.write(&form, CALL, &[], "publish").await;
    assert!(asked.path.contains("/decisions/"), "{}", asked.path);
    let list = instance.cli(&["statement", "list", "--collective", "river"]);
    assert_eq!(list[0]["state"], "draft", "{list}");
    assert_eq!(list[0]["call"]["start"], "2099-01-25");
}
