//! Posters of calls: a sheet of paper as PDF from the page and from the command line, with the letters that were written in it.

use crate::harness::{Backend, Instance, client};
use flate2::read::ZlibDecoder;
use std::io::Read;

/// The texts that the glyphs of a PDF stand for (its `ToUnicode` maps), read off the file by hand.
fn letters(pdf: &[u8]) -> String {
    let find = |from: usize, what: &[u8]| pdf[from..].windows(what.len()).position(|part| part == what).map(|at| from + at);
    let (mut at, mut text) = (0, String::new());
    while let Some(start) = find(at, b"stream\n") {
        let start = start + b"stream\n".len();
        let end = find(start, b"endstream").unwrap();
        let mut plain = Vec::new();
        if ZlibDecoder::new(&pdf[start..end]).read_to_end(&mut plain).is_err() {
            plain = pdf[start..end].to_vec();
        }
        let plain = String::from_utf8_lossy(&plain).into_owned();
        let mapped = plain.lines().skip_while(|line| !line.ends_with("beginbfchar")).filter(|line| line.starts_with('<'));
        for line in mapped {
            let code = line.rsplit('<').next().unwrap().trim_end_matches(['>', ' ']);
            let units = code.as_bytes().chunks(4).map(|hex| u16::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap());
            text.extend(char::decode_utf16(units).map(Result::unwrap));
        }
        at = end + b"endstream".len();
    }
    text
}

fn call(river: &Instance, title: &str, language: &str) -> String {
    let text = river.file("call.md", "Come.\n");
    let dates = ["--start", "2099-01-25", "--end", "2099-02-01"];
    let head = ["call", "publish", "--collective", "river", "--title", title, "--lang", language];
    river.cli(&[&head[..], &dates, &[text.as_str()]].concat())["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poster_is_one_sheet_with_what_was_written() {
    let river = Instance::builder("river", Backend::Sqlite).start().await;
    let (english, arabic) = (call(&river, "Days for the Quay", "en"), call(&river, "أيام من أجل النهر: لا سدّ", "ar"));
    let chinese = call(&river, "河流行动日", "zh");
    let add = ["action", "add", "--collective", "river", "--title", "Vigil by XYLOPHONE", "--start", "2099-01-30"];
    let lyon = ["--city", "Lyon", "--country", "FR"];
    let added = river.cli(&[&add[..], &lyon, &[english.as_str()]].concat());
    if added["author"] != "accepted" {
        river.cli(&["action", "accept", added["id"].as_str().unwrap()]);
    }
    let get = async |call: &str, query: &str| client().get(format!("{call}/poster.pdf{query}")).send().await.unwrap();

    let answer = get(&english, "").await;
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "application/pdf"));
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    let tag = answer.headers()["etag"].clone();
    let plain = answer.bytes().await.unwrap();
    assert!(plain.starts_with(b"%PDF-1.") && plain.len() < 100_000);
    let again = client().get(format!("{english}/poster.pdf")).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304, "who has it isn't sent it again");
    let a3 = get(&english, "?size=a3").await.bytes().await.unwrap();
    assert!(String::from_utf8_lossy(&a3).contains("841.89 1190.55"));
    // The actions of a town; X stands nowhere else.
    assert!(!letters(&plain).contains('X'));
    let town = get(&english, "?city=2996944").await.bytes().await.unwrap();
    assert!(letters(&town).contains('X') && letters(&town).contains('Q'));
    // Letters of Arabic are found as they were written, whichever form they have on the sheet.
    let pdf = get(&arabic, "").await.bytes().await.unwrap();
    let written = letters(&pdf);
    assert!("أيام من أجل النهر لا سد".chars().filter(|c| !c.is_whitespace()).all(|c| written.contains(c)), "{written}");
    assert!(written.chars().all(|c| !('\u{fe70}'..='\u{feff}').contains(&c)), "no forms in place of letters: {written}");

    assert_eq!(get(&chinese, "").await.status(), 409);
    for none in ["?size=a0", "?city=nowhere"] {
        assert_eq!(get(&english, none).await.status(), 404, "{none}");
    }
    let out = river.file("poster.pdf", "");
    let written = river.cli(&["call", "poster", &english, "--size", "a4", "--city", "Lyon", "--out", &out]);
    assert_eq!(std::fs::read(&out).unwrap(), town, "the command line draws the same");
    assert_eq!(written["bytes"], town.len());
    let page = client().get(&english).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("/poster.pdf?size=a4") && page.contains("/poster.pdf?size=a3"));
}
