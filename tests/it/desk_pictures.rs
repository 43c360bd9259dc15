//! Pictures of collectives, and what becomes of pictures that nothing has.

use crate::{
    browser::{Browser, File, STATEMENT},
    harness::{Backend, Instance, Peer, backends, client, eventually},
};
use serde_json::json;

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

async fn status(url: &str) -> u16 {
    client().get(url).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collective_gets_an_icon_and_a_header_by_command_and_by_page() {
    for backend in backends() {
        let peer = Peer::start("meadow").await;
        let alice = peer.actor("alice");
        let instance = Instance::builder("river", backend).start().await;
        let river = instance.actor("river");
        assert_eq!(alice.post(&instance, &alice.follow(&river)).await, 202);
        peer.expect("Accept", |_| true).await;

        let icon = instance.file("icon.png", png(800, 600));
        instance.cli(&["collective", "edit", "river", "--icon", &icon, "--icon-alt", "A bridge in red"]);
        let update = peer.expect("Update", |sent| sent["object"]["icon"].is_object()).await;
        assert_eq!(update["object"]["id"], river.as_str());
        let document = instance.activity_json(&river).await;
        let shown = &document["icon"];
        assert_eq!(
            (&shown["type"], &shown["mediaType"], &shown["name"]),
            (&json!("Image"), &json!("image/png"), &json!("A bridge in red"))
        );
        assert_eq!(update["object"]["icon"], *shown);
        let url = shown["url"].as_str().unwrap();
        let bytes = client().get(url).send().await.unwrap().bytes().await.unwrap();
        let drawn = image::load_from_memory(&bytes).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (512, 512), "a square of its middle");
        let file = url.rsplit('/').next().unwrap();
        assert!(client().get(&river).send().await.unwrap().text().await.unwrap().contains(file), "on the public page");
        assert_eq!(instance.cli(&["collective", "show", "river"])["icon"], url);

        let mut browser = Browser::signed_in(&instance).await;
        assert!(browser.get("/desk/river").await.html.contains(file), "at the desk");
        let page = browser.get("/steward/collectives/river").await;
        let header = || File { field: "header", name: "h.png", bytes: png(3000, 1000) };
        let broken = File { field: "icon", name: "i.png", bytes: b"<svg/>".to_vec() };
        let refused = browser.upload(&page, "#pictures", &[("icon_alt", "A gate")], &[broken]).await;
        assert_eq!(refused.status, 422, "{}", refused.html);
        assert!(refused.has("#e-icon"));
        assert_eq!(refused.field("#pictures", "icon_alt"), "A gate");
        assert_eq!(instance.activity_json(&river).await["icon"], *shown, "nothing changed");
        let forged = browser.upload(&page, "#pictures", &[("csrf", "wrong"), ("icon_remove", "1")], &[]).await;
        assert_eq!(forged.status, 403);
        let saved = browser.upload(&page, "#pictures", &[("header_alt", "The valley")], &[header()]).await;
        assert_eq!((saved.status, saved.path.as_str()), (200, "/steward/collectives/river"), "{}", saved.html);
        let document = instance.activity_json(&river).await;
        assert_eq!((&document["icon"], &document["image"]["name"]), (shown, &json!("The valley")));
        peer.expect("Update", |sent| sent["object"]["image"]["name"] == "The valley").await;
        let removed = browser.upload(&saved, "#pictures", &[("icon_remove", "1")], &[]).await;
        assert_eq!(removed.status, 200, "{}", removed.html);
        assert!(instance.activity_json(&river).await.get("icon").is_none());
        instance.cli(&["collective", "edit", "river", "--header", ""]);
        assert!(instance.activity_json(&river).await.get("image").is_none());
        let text = instance.file("text.png", "no image");
        assert_eq!(instance.cli_fails(&["collective", "edit", "river", "--icon", &text]).0, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_change_the_pictures_of_their_own_collective_and_of_no_other() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        instance.cli(&["collective", "add", "harbour", "--name", "Harbour", "--language", "en"]);
        instance.cli(&["member", "dismiss", "ada", "river"]);
        instance.cli(&["member", "admit", "ada", "harbour"]);
        let mut ada = Browser::signed_in(&instance).await;
        let page = ada.get("/desk/harbour/pictures").await;
        let icon = || File { field: "icon", name: "i.png", bytes: png(600, 600) };
        let saved = ada.upload(&page, "#pictures", &[("icon_alt", "A crane")], &[icon()]).await;
        assert_eq!((saved.status, saved.path.as_str()), (200, "/desk/harbour/pictures"), "{}", saved.html);
        assert_eq!(instance.activity_json(&instance.actor("harbour")).await["icon"]["name"], "A crane");
        let broken = File { field: "icon", name: "i.png", bytes: b"<svg/>".to_vec() };
        let refused = ada.upload(&saved, "#pictures", &[("icon_alt", "A gate")], &[broken]).await;
        assert!(refused.status == 422 && refused.has("#e-icon"), "{}", refused.html);
        let forged = ada.upload(&saved, "#pictures", &[("csrf", "wrong"), ("icon_remove", "1")], &[]).await;
        assert_eq!(forged.status, 403);
        assert_eq!(instance.activity_json(&instance.actor("harbour")).await["icon"]["name"], "A crane", "nothing changed");
        // The desk of others is nobody's who doesn't belong there.
        assert_eq!(ada.get("/desk/river/pictures").await.status, 404);
    }
}

/// How many files lie in the folder of images.
fn files(instance: &Instance) -> usize {
    std::fs::read_dir(instance.data_dir().join("media")).map_or(0, Iterator::count)
}

async fn pictures_that_nothing_has(backend: Backend) {
    let mut instance = Instance::builder("river", backend).env("MEDIA__KEEP_UNUSED_HOURS", 0).start().await;
    let mut browser = Browser::signed_in(&instance).await;
    let picture = |slot: &'static str| File { field: slot, name: "p.png", bytes: png(8, 8) };
    let pictures = || [picture("image-1-file"), picture("image-2-file")];
    let alts = [("image-1-alt", "One"), ("image-2-alt", "Two")];

    // Published with two; a later version has one of them; the first version has both still.
    let form = browser.get("/desk/river/write").await;
    let published = browser.write(&form, &[STATEMENT, &alts].concat(), &pictures(), "publish").await;
    assert_eq!(published.status, 200, "{}", published.html);
    let address = published.text("p.address a");
    let note = instance.activity_json(&address).await;
    let kept = note["attachment"][1]["url"].as_str().unwrap().to_owned();
    let form = browser.get(published.path.split("/delivery").next().unwrap()).await;
    browser.write(&form, &[("image-2-remove", "1")], &[], "publish").await;
    assert_eq!(instance.activity_json(&address).await["attachment"].as_array().unwrap().len(), 1);
    // A draft with two more, which is discarded, and one in a draft that stays.
    let form = browser.get("/desk/river/write").await;
    let draft = browser.write(&form, &[STATEMENT, &alts].concat(), &pictures(), "save").await;
    let path = draft.action("#write");
    let token = draft.field("#write", "csrf");
    browser.post(&format!("{path}/discard"), &[("csrf", &token)]).await;
    let form = browser.get("/desk/river/write").await;
    browser.write(&form, STATEMENT, &[picture("image-1-file")], "save").await;
    let icon = instance.file("icon.png", png(9, 9));
    instance.cli(&["collective", "edit", "river", "--icon", &icon]);
    drop(browser);
    assert_eq!(files(&instance), 6);

    // The job runs when the server starts.
    instance.terminate();
    instance.start().await;
    eventually("the pictures of the discarded draft are gone", 10, || async { (files(&instance) == 4).then_some(()) }).await;
    assert_eq!(status(&kept).await, 200, "an earlier version has it");
    // Withdrawn, its pictures go with its text.
    instance.cli(&["statement", "withdraw", &address, "--reason", "We were wrong"]);
    instance.terminate();
    instance.start().await;
    eventually("the pictures of the withdrawn one are gone", 10, || async { (files(&instance) == 2).then_some(()) }).await;
    assert_eq!(status(&kept).await, 404);
    let icon = instance.activity_json(&instance.actor("river")).await["icon"]["url"].as_str().unwrap().to_owned();
    assert_eq!(status(&icon).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_nothing_has_are_deleted() {
    for backend in backends() {
        pictures_that_nothing_has(backend).await;
    }
}
