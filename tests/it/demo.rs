//! `communard demo` as a newcomer meets it: what it prints works, and it leaves nothing behind.

use crate::{
    accounts::Browser,
    harness::{PATIENCE, client, eventually, free_ports},
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tempfile::TempDir;

struct Demo {
    child: Child,
    /// Its place for temporary files.
    temp: TempDir,
    /// What it printed and said so far.
    printed: Arc<Mutex<String>>,
}

fn gather(stream: impl Read + Send + 'static, into: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            into.lock().unwrap().push_str(&format!("{line}\n"));
        }
    });
}

impl Demo {
    fn start(port: u16) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_communard"))
            .args(["demo", "--port", &port.to_string()])
            .env("TMPDIR", temp.path())
            .env_remove("RUST_LOG")
            // Settings of a real instance must not reach it.
            .env("COMMUNARD__INSTANCE__DOMAIN", "real.example")
            .env("COMMUNARD__DATA__DIR", "/nowhere/at/all")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let printed: Arc<Mutex<String>> = Arc::default();
        gather(child.stdout.take().unwrap(), printed.clone());
        gather(child.stderr.take().unwrap(), printed.clone());
        Self { child, temp, printed }
    }

    fn printed(&self) -> String {
        self.printed.lock().unwrap().clone()
    }

    async fn says(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE * 4;
        while !self.printed().contains(text) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < deadline, "it never said “{text}”: {}", self.printed());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Processes of this demo, itself left out: they are known by its folder in their environment.
    fn processes(&self) -> Vec<u32> {
        let mark = format!("TMPDIR={}", self.temp.path().display());
        let all = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let is_ours = |pid: &u32| {
            let env = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            env.split(|byte| *byte == 0).any(|line| line == mark.as_bytes())
        };
        all.filter(|pid| *pid != self.child.id()).filter(is_ours).collect()
    }

    /// Sends a signal; it must end well, and nothing may be left.
    fn end(mut self, signal: &str) {
        Command::new("kill").args([&format!("-{signal}"), &self.child.id().to_string()]).status().unwrap();
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{signal}: {}", self.printed());
        assert_eq!(self.processes(), Vec::<u32>::new(), "{signal}: a process is left");
        let left: Vec<_> = std::fs::read_dir(self.temp.path()).unwrap().flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "{signal}: {left:?}");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Only where the test failed: ask it to take its instances with it.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
            let _ = self.child.wait();
        }
    }
}

async fn document(url: &str) -> Value {
    let answer = client().get(url).header("accept", "application/activity+json").send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    answer.json().await.unwrap()
}

/// What a collective published, as strangers read it.
async fn statements(collective: &str) -> Vec<Value> {
    let outbox = document(&format!("{collective}/outbox")).await;
    let (mut next, mut all) = (outbox["first"].as_str().map(str::to_owned), Vec::new());
    while let Some(url) = next {
        let page = document(&url).await;
        let creates = page["orderedItems"].as_array().unwrap().iter().filter(|activity| activity["type"] == "Create");
        // Local actions are looked at under their call.
        all.extend(creates.map(|activity| activity["object"].clone()).filter(|object| object["superEvent"].is_null()));
        next = page["next"].as_str().map(str::to_owned);
    }
    all
}

/// The text of a desk's inbox, with its older pages.
async fn inbox(browser: &mut Browser, handle: &str) -> String {
    let mut path = format!("/desk/{handle}/inbox");
    let mut all = String::new();
    loop {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        all += &crate::accounts::text_of(&page.body, "main");
        let html = scraper::Html::parse_document(&page.body);
        let older = scraper::Selector::parse("main a[rel=next], main a[href*='before=']").unwrap();
        let Some(link) = html.select(&older).next().and_then(|link| link.attr("href").map(str::to_owned)) else { return all };
        path = link;
    }
}

/// The call that is under way, with actions of all three instances: thirty, in ten countries.
async fn a_call_is_under_way(call: &str) {
    let fits = || async {
        let listed: Value = client().get(format!("{call}/actions.json")).send().await.unwrap().json().await.unwrap();
        let actions = listed["actions"].as_array().unwrap().clone();
        let count = |key: &str, word: &str| actions.iter().filter(|action| action[key] == word).count();
        let of = |pointer: &str| -> std::collections::BTreeSet<String> {
            actions.iter().filter_map(|action| action.pointer(pointer)?.as_str().map(str::to_owned)).collect()
        };
        let hosts: std::collections::BTreeSet<String> =
            of("/url").iter().map(|url| url.split('/').nth(2).unwrap().to_owned()).collect();
        let now =
            (actions.len(), of("/place/country").len(), hosts.len(), count("status", "cancelled"), count("status", "moved"));
        let reported = listed["totals"]["people"]["least"].as_i64() >= Some(3340);
        (now == (30, 10, 3, 3, 2) && reported).then_some(())
    };
    eventually("thirty actions stand under the call", 60, fits).await;
    let page = client().get(call).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let text = crate::accounts::text_of(&page, "main");
    // By an organiser here, from elsewhere, cancelled, and a report.
    for part in ["Reading the permit aloud", "مجلس الماء", "Veille au barrage", "An otter came by at nine"] {
        assert!(text.contains(part), "no “{part}” in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_federation_and_leaves_nothing_behind() {
    let mut demo = Demo::start(free_ports(3));
    demo.says("Ctrl-C ends all of it").await;
    let printed = demo.printed();
    assert_eq!(demo.processes().len(), 3, "three instances");
    let collectives: Vec<(String, String)> = printed
        .lines()
        .filter(|line| line.trim_start().starts_with('@'))
        .map(|line| {
            let (handle, url) = line.trim().split_once("  ").unwrap();
            (handle.to_owned(), url.trim().to_owned())
        })
        .collect();
    assert!(collectives.len() >= 3, "{printed}");
    let sign_ins: Vec<(String, String, String)> = printed
        .lines()
        .filter_map(|line| line.trim().strip_prefix("sign in at "))
        .map(|line| {
            let (url, rest) = line.split_once(" as ").unwrap();
            let (name, passphrase) = rest.split_once(" with the passphrase: ").unwrap();
            (url.trim_end_matches("/sign-in").to_owned(), name.to_owned(), passphrase.to_owned())
        })
        .collect();
    assert_eq!(sign_ins.len(), 3, "{printed}");

    let mut all: Vec<(String, Value)> = Vec::new();
    for (_, url) in &collectives {
        for statement in statements(url).await {
            all.push((url.clone(), statement));
        }
    }
    let languages: std::collections::BTreeSet<&str> =
        all.iter().flat_map(|(_, statement)| statement["contentMap"].as_object().unwrap().keys()).map(String::as_str).collect();
    assert!(languages.len() >= 3 && languages.contains("ar"), "{languages:?}");

    // Signed in as printed, each visitor finds on the desk what the other instances published.
    for (base, name, passphrase) in &sign_ins {
        let mut browser = Browser::at(base.clone(), "198.51.100.7");
        let page = browser.sign_in(name, passphrase).await;
        assert_eq!(page.status, 303, "{base}: {}", page.body);
        let handles: Vec<&str> = collectives
            .iter()
            .filter(|(_, url)| url.starts_with(base.as_str()))
            .map(|(_, url)| url.rsplit('/').next().unwrap())
            .collect();
        let others: Vec<&Value> = all.iter().filter(|(url, _)| !url.starts_with(base.as_str())).map(|(_, s)| s).collect();
        assert!(!others.is_empty());
        for handle in handles {
            let mut last = inbox(&mut browser, handle).await;
            for statement in &others {
                let title = statement["name"].as_str().unwrap();
                let deadline = Instant::now() + PATIENCE;
                while !last.contains(title) {
                    assert!(Instant::now() < deadline, "{base}: {handle} has no “{title}” in {last}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    last = inbox(&mut browser, handle).await;
                }
            }
        }
    }
    let call = all.iter().find(|(_, statement)| statement["name"] == "Days for the rivers").unwrap();
    assert_eq!(call.1["type"], "Event");
    a_call_is_under_way(call.1["id"].as_str().unwrap()).await;
    // One statement is endorsed: by an assembly, for the time being, for an earlier text, and by one that withdrew.
    let mut states = std::collections::BTreeSet::new();
    let deadline = Instant::now() + PATIENCE;
    let all_of_them: std::collections::BTreeSet<String> =
        ["earlier-version", "indicative", "ratified", "withdrawn"].map(str::to_owned).into();
    while states != all_of_them {
        // What was indicative a moment ago may be ratified now.
        states.clear();
        for (_, statement) in &all {
            let Some(register) = statement["endorsements"].as_str() else { continue };
            for item in document(&format!("{register}?page=1")).await["orderedItems"].as_array().unwrap() {
                states.insert(item["state"].as_str().unwrap().to_owned());
            }
        }
        assert!(Instant::now() < deadline && states.len() <= all_of_them.len(), "{states:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The one in Arabic is read from right to left, on its own page.
    let (_, arabic) = all.iter().find(|(_, statement)| statement["contentMap"].get("ar").is_some()).unwrap();
    let page =
        client().get(arabic["url"].as_str().or(arabic["id"].as_str()).unwrap()).send().await.unwrap().text().await.unwrap();
    let html = scraper::Html::parse_document(&page);
    let rtl = scraper::Selector::parse("[lang='ar'][dir='rtl']").unwrap();
    assert!(html.select(&rtl).any(|element| element.text().collect::<String>().contains(arabic["name"].as_str().unwrap())));
    demo.end("INT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_is_stopped_while_it_sets_up_leaves_nothing_either() {
    for signal in ["TERM", "INT"] {
        let mut demo = Demo::start(free_ports(3));
        demo.says("Setting up").await;
        eventually("a command is under way", 60, || async { (!demo.processes().is_empty()).then_some(()) }).await;
        demo.end(signal);
    }
}

#[test]
fn a_demo_without_free_ports_says_so() {
    let hold: Vec<_> = [65_534_u16, 65_535].into_iter().map(|port| std::net::TcpListener::bind(("127.0.0.1", port))).collect();
    let temp = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_communard"))
        .args(["demo", "--port", "65534"])
        .env("TMPDIR", temp.path())
        .output()
        .unwrap();
    drop(hold);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("65534") && said.contains("--port"), "{said}");
    assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0);
}
