//! Stored images and posters over a socket: nothing but them, and nothing that a browser could run.

use crate::{
    browser::{Browser, File, STATEMENT},
    harness::{Instance, Peer, backends, client, eventually},
};
use serde_json::json;
use std::{
    io::{Read, Write},
    net::TcpStream,
};

const NAME: &str = "0123456789abcdef0123456789abcdef.png";

/// The status and the body that a path gets which no URL library would let through.
fn raw(port: u16, host: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn web_04_web_11_only_images_are_served_and_only_as_images() {
    let backend = backends()[0];
    let instance = Instance::builder("river", backend).start().await;
    let folder = instance.data_dir().join("media");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(NAME), b"pixels").unwrap();
    std::fs::write(folder.join("notes.txt"), b"SECRET").unwrap();
    std::fs::write(folder.join("evil.svg"), b"SECRET").unwrap();
    std::fs::write(instance.data_dir().join("secret.png"), b"SECRET").unwrap();

    let answer = client().get(instance.url(&format!("/media/{NAME}"))).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    assert!(header("content-disposition").starts_with("attachment"));
    assert!(header("cache-control").contains("immutable"));
    let tag = header("etag");
    assert_eq!(answer.bytes().await.unwrap(), "pixels");
    let again = client().get(instance.url(&format!("/media/{NAME}"))).header("If-None-Match", tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0));

    for path in [
        "notes.txt",
        "evil.svg",
        "../secret.png",
        "%2e%2e/secret.png",
        "..%2fsecret.png",
        "..%5csecret.png",
        "%2e%2e%5csecret.png",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "....//secret.png",
        "",
        ".",
        "..",
        "nul",
        "con.png",
        "notes.txt%00.png",
        "0123456789abcdef0123456789abcdef.png%00",
        "0123456789abcdef0123456789abcdef.png.part",
        "0123456789ABCDEF0123456789ABCDEF.png",
    ] {
        let (status, answer) = raw(instance.port, &instance.domain, &format!("/media/{path}"));
        assert!(status == 404 || status == 400, "{path}: {status}");
        assert!(!answer.contains("SECRET") && !answer.contains("root:"), "{path}: {answer}");
    }
}

/// A PDF with one page that says these words, and with much that nobody should get with it.
fn poster(words: &str) -> Vec<u8> {
    let drawn = format!("BT /F1 40 Tf 60 700 Td ({words}) Tj ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(SECRET)>>/Metadata 6 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 1191]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>\
         /Annots[<</Subtype/Link/A<</S/URI/URI(https://SECRET.example)>>>>]>>"
            .to_owned(),
        format!("<</Length {}>>\nstream\n{drawn}\nendstream", drawn.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        "<</Type/Metadata/Subtype/XML/Length 6>>\nstream\nSECRET\nendstream".to_owned(),
        "<</Author(SECRET)/Creator(SECRET 1.0)/CreationDate(D:20260101)>>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    for (at, object) in objects.iter().enumerate() {
        file += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    (file + "trailer\n<</Root 1 0 R/Info 7 0 R/Size 8>>\nstartxref\n0\n%%EOF\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn web_04_a_poster_loses_all_but_its_drawing_and_goes_out_with_its_statement() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    let peer = Peer::start("meadow").await;
    let alice = peer.actor("alice");
    assert_eq!(alice.post(&instance, &alice.follow(&instance.actor("river"))).await, 202);
    peer.expect("Accept", |_| true).await;

    // At the desk: what can't be taken is named at its place, and nothing else is lost.
    let mut browser = Browser::signed_in(&instance).await;
    let form = browser.get("/desk/river/write").await;
    let file = |field, bytes| File { field, name: "p.pdf", bytes };
    let locked = String::from_utf8(poster("x")).unwrap().replace("/Info 7 0 R", "/Encrypt 7 0 R").into_bytes();
    let files = [file("poster-1-file", poster("No dam")), file("poster-2-file", locked)];
    let refused = browser.write(&form, STATEMENT, &files, "publish").await;
    assert_eq!(refused.status, 422, "{}", refused.html);
    assert!(refused.has("#f-poster-2 .fault") && refused.has("#f-poster-1 a[download]"), "{}", refused.html);
    let untitled = browser.write(&refused, &[], &[], "publish").await;
    assert!(untitled.status == 422 && untitled.has("#e-posters"), "{}", untitled.html);
    let published = browser.write(&untitled, &[("poster-1-title", "Poster in A3")], &[], "publish").await;
    assert_eq!(published.status, 200, "{}", published.html);
    let id = published.text("p.address a");

    let create = peer.expect("Create", |sent| sent["object"]["id"] == id).await;
    let shown = &create["object"]["attachment"][0];
    assert_eq!(
        (&shown["type"], &shown["mediaType"], &shown["name"]),
        (&json!("Document"), &json!("application/pdf"), &json!("Poster in A3"))
    );
    let url = shown["url"].as_str().unwrap();
    assert!(create["object"]["content"].as_str().unwrap().contains(url), "linked in the text too");
    let answer = client().get(url).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((answer.status().as_u16(), header("content-type").as_str()), (200, "application/pdf"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    assert!(header("content-disposition").starts_with("attachment"));
    let bytes = answer.bytes().await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.starts_with("%PDF-") && text.contains("Helvetica") && text.contains("842"), "{text}");
    for gone in ["SECRET", "Info", "JavaScript", "OpenAction", "Metadata", "Annots", "URI", "Author"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    let page = browser.get(&format!("/statements/{}", id.rsplit('/').next().unwrap())).await;
    assert!(page.text("[data-poster]").contains("Poster in A3"), "{}", page.html);

    // By command: a new version with another file, which changes the digest; and without one.
    let other = instance.file("other.pdf", poster("No mine"));
    let edited = instance.cli(&["statement", "edit", &id, "--poster", &format!("{other}=Poster in A4")]);
    assert_eq!(edited["version"], 2, "{edited}");
    let update = peer.expect("Update", |sent| sent["object"]["id"] == id).await;
    assert_eq!(update["object"]["attachment"][0]["name"], "Poster in A4");
    assert_ne!(update["object"]["digestMultibase"], create["object"]["digestMultibase"]);
    let text = instance.file("text.md", "Come.");
    let publish = |poster: &str| {
        ["statement", "publish", "--collective", "river", "--title", "T", "--poster", poster, &text].map(str::to_owned)
    };
    for (wrong, named) in [(other.clone(), "--poster"), (format!("{other}= "), "--poster"), (format!("{text}=T"), "PDF")] {
        let args = publish(&wrong);
        let (status, said) = instance.cli_fails(&args.each_ref().map(String::as_str));
        assert!(status == 2 && said.contains(named), "{wrong}: {status} {said}");
    }
    instance.cli(&["statement", "edit", &id, "--poster", ""]);
    peer.expect("Update", |sent| sent["object"]["id"] == id && sent["object"]["attachment"] == json!([])).await;

    // Others' posters are links that say where they lead; nothing of theirs is fetched.
    let mut note = alice.note("<p>Hang it up.</p>", None);
    note["cc"] = json!([instance.actor("river")]);
    note["attachment"] =
        json!([{ "type": "Document", "mediaType": "application/pdf", "url": peer.url("/poster.pdf"), "name": "On every wall" }]);
    assert_eq!(alice.post(&instance, &alice.create(&note)).await, 202);
    let browser = tokio::sync::Mutex::new(browser);
    let arrived = eventually("the note", 30, || async {
        let page = browser.lock().await.get("/desk/river/inbox").await;
        page.html.contains("On every wall").then_some(page)
    });
    let line = arrived.await.text(".attached");
    assert!(line.contains("PDF") && line.contains(peer.host.split(':').next().unwrap()), "{line}");
    assert!(peer.requests().iter().all(|request| !request.target.contains("poster.pdf")));
}
