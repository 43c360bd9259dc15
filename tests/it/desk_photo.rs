//! The photo of an assembly's minutes: nothing of the camera stays in it, and members of the collective alone see it.

use crate::{
    browser::{Browser, File},
    commune::{admit, id_of},
    harness::{Instance, backends, client},
};

/// A JPEG as a telephone makes it: with a place in its metadata.
fn photo() -> Vec<u8> {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(64, 48).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let plain = jpeg.into_inner();
    let exif = b"Exif\0\0GPSLatitude 41.38 GPSLongitude 2.17 taken by ada";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, exif, &plain[2..]].concat()
}

fn files(instance: &Instance) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(instance.data_dir().join("private")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

async fn get(instance: &Instance, browser: Option<&Browser<'_>>, path: &str) -> (u16, Option<String>, Vec<u8>) {
    let mut request = client().get(instance.url(path));
    if let Some(browser) = browser {
        let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request = request.header("cookie", cookies.join("; "));
    }
    let answer = request.send().await.unwrap();
    let kept = answer.headers().get("cache-control").map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), kept, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn prv_02_a_photo_of_minutes_is_for_members_alone_and_says_nothing_of_the_camera() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        admit(&river, "bo");
        admit(&river, "cem");
        let mut ada = Browser::signed_in(&river).await;
        let mut bo = Browser::signed_in_as(&river, "bo").await;
        let form = bo.get("/desk/river/decisions/minutes").await;
        let fields = [("question", "Shall we meet at the mill?"), ("date", "2026-01-14"), ("yes", "12"), ("no", "1")];
        let entered = bo.submit(&form, "#minutes", &fields).await;
        assert!(entered.path.contains("/decisions/") && entered.has("#photo-form"), "{}", entered.html);
        let (id, path) = (id_of(&entered.path), format!("/desk/river/decisions/{}/photo", id_of(&entered.path)));
        assert_eq!(get(&river, Some(&bo), &path).await.0, 404, "there is none yet");

        // What is none, and what is too large, loses nothing.
        let broken =
            bo.upload(&entered, "#photo-form", &[], &[File { field: "photo", name: "x.svg", bytes: b"<svg/>".to_vec() }]).await;
        assert!(broken.status == 422 && broken.has("#e-photo"), "{}", broken.html);
        assert!(bo.upload(&entered, "#photo-form", &[], &[]).await.has("#e-photo"));
        assert!(files(&river).is_empty());
        let forged = bo
            .upload(&entered, "#photo-form", &[("csrf", "wrong")], &[File { field: "photo", name: "x.jpg", bytes: photo() }])
            .await;
        assert_eq!(forged.status, 403);
        // Others than who entered them can't put one to them, and have no form for it.
        let page = ada.get(&format!("/desk/river/decisions/{id}")).await;
        assert!(page.has("#minutes"), "she can confirm: {}", page.html);

        let added = bo.upload(&entered, "#photo-form", &[], &[File { field: "photo", name: "x.jpg", bytes: photo() }]).await;
        assert!(added.has(".notice.good") && added.has("#photo img[src$='/photo']"), "{}", added.html);
        let [file] = &files(&river)[..] else { panic!("{:?}", files(&river)) };
        for member in [&ada, &bo] {
            let (status, kept, bytes) = get(&river, Some(member), &path).await;
            assert_eq!((status, kept.as_deref()), (200, Some("no-store")));
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("Exif") && !text.contains("GPS") && !text.contains("ada"), "nothing of the camera stays");
            let drawn = image::load_from_memory(&bytes).unwrap();
            assert_eq!((drawn.width(), drawn.height()), (64, 48));
        }
        // Nobody else, by no address.
        assert_eq!(get(&river, None, &path).await.0, 303);
        assert_eq!(get(&river, None, &format!("/media/{file}")).await.0, 404);
        assert_eq!(get(&river, None, &format!("/private/{file}")).await.0, 404);
        river.cli(&["collective", "add", "delta", "--name", "The delta"]);
        river.cli(&["member", "admit", "ada", "delta"]);
        assert_eq!(get(&river, Some(&ada), &format!("/desk/delta/decisions/{id}/photo")).await.0, 404, "another collective's");
        assert_eq!(get(&river, Some(&bo), &format!("/desk/delta/decisions/{id}/photo")).await.0, 404);

        // Confirmed with its photo: no other one takes its place, but it can go.
        let confirm = ada.submit(&page, "#minutes", &[("do", "confirm")]).await;
        assert!(confirm.has(".badge.ratified"), "{}", confirm.html);
        let after = bo.get(&format!("/desk/river/decisions/{id}")).await;
        assert!(!after.has("#photo-form") && after.has("#photo-remove"), "{}", after.html);
        let other = river.file("other.jpg", photo());
        assert_eq!(river.cli_fails(&["decision", "photo", &id, "--add", &other]).0, 4);
        assert_eq!(files(&river), std::slice::from_ref(file), "and leaves nothing behind");
        let saved = river.data_dir().join("saved.jpg");
        river.cli(&["decision", "photo", &id, "--save", saved.to_str().unwrap()]);
        assert_eq!(std::fs::read(&saved).unwrap(), get(&river, Some(&ada), &path).await.2);
        let gone = bo.upload(&after, "#photo-remove", &[], &[]).await;
        assert!(gone.has(".notice.good") && !gone.has("#photo img"), "{}", gone.html);
        assert!(files(&river).is_empty());
        assert_eq!(get(&river, Some(&ada), &path).await.0, 404);

        // At the command line with the minutes themselves.
        let minutes = ["--minutes", "2026-01-14: 3 for", "--as", "bo", "--photo", &other];
        let row = river.cli(&[&["decision", "minutes", "--collective", "river", "And again?"][..], &minutes].concat());
        assert_eq!(row["photo"], true, "{row}");
        assert_eq!(river.cli(&["decision", "photo", row["id"].as_str().unwrap(), "--remove"])["photo"], false);
        assert!(files(&river).is_empty());
        // Only where there are minutes.
        let vote = river.cli(&["decision", "open", "--collective", "river", "Shall we?"]);
        assert_eq!(river.cli_fails(&["decision", "photo", vote["id"].as_str().unwrap(), "--add", &other]).0, 4);
        river.cli(&["collective", "add", "hill", "--name", "The hill"]);
        // In a collective without members nobody can enter any, and that is said.
        let said =
            river.cli_fails(&["decision", "minutes", "--collective", "hill", "Shall we?", "--minutes", "2026-01-14: 3 for"]).1;
        assert!(said.contains("no member yet"), "{said}");
    }
}
