//! Stored images over a socket: nothing but them, and nothing that a browser could run.

use crate::harness::{Instance, backends, client};
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
