//! Requests of the test's own, blocking, since rows are plain functions.

use std::{
    path::Path,
    sync::OnceLock,
    time::{Duration, Instant},
};

static CLIENT: OnceLock<(tokio::runtime::Runtime, reqwest::Client)> = OnceLock::new();

/// Must be called once before any request: the authority to trust besides the machine's.
pub fn trust(authority: &Path) {
    let certificate = reqwest::Certificate::from_pem(&std::fs::read(authority).unwrap()).unwrap();
    let client = reqwest::Client::builder().no_proxy().add_root_certificate(certificate).timeout(Duration::from_secs(30));
    let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let _ = CLIENT.set((runtime, client));
}

/// Status and body of an answer; `Err` where there was none.
pub fn send(request: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder) -> Result<(u16, String), String> {
    let (runtime, client) = CLIENT.get().expect("trust() comes first");
    runtime.block_on(async {
        let answer = request(client).send().await.map_err(|e| format!("{e:?}"))?;
        let status = answer.status().as_u16();
        Ok((status, answer.text().await.map_err(|e| e.to_string())?))
    })
}

/// Waits until `url` is answered with 200.
pub fn wait_for(url: &str, seconds: u64) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    loop {
        let said = match send(|client| client.get(url)) {
            Ok((200, _)) => return Ok(()),
            Ok((status, body)) => format!("{status}: {body}"),
            Err(e) => e,
        };
        if Instant::now() > deadline {
            return Err(format!("{url} was not up within {seconds} s: {said}"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
