//! A browser of the tests' own, without scripts, for the pages of members.

use crate::harness::{Instance, client, instance::PASSPHRASE};
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;

/// A browser without scripts: cookies, pages, forms.
pub struct Browser<'a> {
    instance: &'a Instance,
    pub cookies: BTreeMap<String, String>,
}

/// A page as it came.
pub struct Page {
    pub status: u16,
    pub path: String,
    pub html: String,
}

/// A file for a form.
pub struct File {
    pub field: &'static str,
    pub name: &'static str,
    pub bytes: Vec<u8>,
}

pub fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

impl Page {
    pub fn dom(&self) -> Html {
        Html::parse_document(&self.html)
    }

    /// The text of the first element that fits.
    pub fn text(&self, css: &str) -> String {
        let dom = self.dom();
        let found = dom.select(&select(css)).next();
        found.map(|e| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }

    pub fn has(&self, css: &str) -> bool {
        self.dom().select(&select(css)).next().is_some()
    }

    /// What the fields of a form hold, as a browser would send them.
    pub fn fields(&self, form: &str) -> Vec<(String, String)> {
        let dom = self.dom();
        let form = dom.select(&select(form)).next().unwrap_or_else(|| panic!("no form {form} at {}: {}", self.path, self.html));
        let value = |e: &ElementRef| e.value().attr("value").unwrap_or_default().to_owned();
        form.select(&select("input, textarea, select"))
            .filter_map(|e| {
                let name = e.value().attr("name")?.to_owned();
                match (e.value().name(), e.value().attr("type")) {
                    ("textarea", _) => {
                        let text = e.text().collect::<String>();
                        Some((name, text.strip_prefix('\n').unwrap_or(&text).to_owned()))
                    }
                    ("select", _) => e.select(&select("option[selected]")).next().map(|option| (name, value(&option))),
                    (_, Some("file")) => None,
                    (_, Some("checkbox" | "radio")) if e.value().attr("checked").is_none() => None,
                    _ => Some((name, value(&e))),
                }
            })
            .collect()
    }

    pub fn field(&self, form: &str, name: &str) -> String {
        self.fields(form).into_iter().find(|(field, _)| field == name).map(|(_, value)| value).unwrap_or_default()
    }

    pub fn action(&self, form: &str) -> String {
        let dom = self.dom();
        dom.select(&select(form)).next().unwrap().value().attr("action").unwrap().to_owned()
    }
}

impl<'a> Browser<'a> {
    pub async fn signed_in(instance: &'a Instance) -> Self {
        Self::signed_in_as(instance, "ada").await
    }

    /// Of somebody who isn't signed in.
    pub fn visiting(instance: &'a Instance) -> Self {
        Self { instance, cookies: BTreeMap::new() }
    }

    /// As another member with the passphrase of them all.
    pub async fn signed_in_as(instance: &'a Instance, name: &str) -> Self {
        let mut browser = Self { instance, cookies: BTreeMap::new() };
        let page = browser.get("/sign-in").await;
        let token = page.field("form[action$='/sign-in'], form", "csrf");
        let page = browser.post("/sign-in", &[("csrf", &token), ("name", name), ("passphrase", PASSPHRASE)]).await;
        assert_eq!(page.status, 200, "{}", page.html);
        browser
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = client().get(self.instance.url(path));
        self.send(path, request).await
    }

    /// A plain form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = client()
            .post(self.instance.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.finish());
        self.send(path, request).await
    }

    /// Fills in a plain form of a page and sends it.
    pub async fn submit(&mut self, page: &Page, form: &str, changes: &[(&str, &str)]) -> Page {
        let mut fields = page.fields(form);
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&page.action(form), &fields).await
    }

    /// Fills in the writing form of a page and presses a button.
    pub async fn write(&mut self, page: &Page, changes: &[(&str, &str)], files: &[File], button: &str) -> Page {
        let path = page.action("#write");
        self.write_to(&path, page, changes, files, button).await
    }

    pub async fn write_to(&mut self, path: &str, page: &Page, changes: &[(&str, &str)], files: &[File], button: &str) -> Page {
        let changes = [changes, &[("do", button)]].concat();
        self.send_form(path, page, "#write", &changes, files).await
    }

    /// Fills in any form with files and sends it.
    pub async fn upload(&mut self, page: &Page, form: &str, changes: &[(&str, &str)], files: &[File]) -> Page {
        self.send_form(&page.action(form), page, form, changes, files).await
    }

    async fn send_form(&mut self, path: &str, page: &Page, form: &str, changes: &[(&str, &str)], files: &[File]) -> Page {
        let mut fields = page.fields(form);
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut body = Vec::new();
        for (name, value) in &fields {
            body.extend(format!("--bound\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for file in files {
            let head = format!(
                "--bound\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: image/jpeg\r\n\r\n",
                file.field, file.name
            );
            body.extend(head.bytes().chain(file.bytes.iter().copied()).chain(*b"\r\n"));
        }
        body.extend(b"--bound--\r\n");
        let request =
            client().post(self.instance.url(path)).header("content-type", "multipart/form-data; boundary=bound").body(body);
        self.send(path, request).await
    }

    /// Sends a request with the cookies, and follows where it leads.
    pub async fn send(&mut self, path: &str, request: reqwest::RequestBuilder) -> Page {
        let (mut path, mut request) = (path.to_owned(), request);
        for _ in 0..5 {
            let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            let answer = request.header("cookie", cookies).send().await.unwrap();
            for cookie in answer.headers().get_all("set-cookie") {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let status = answer.status().as_u16();
            if status != 303 {
                return Page { status, path, html: answer.text().await.unwrap() };
            }
            path = answer.headers()["location"].to_str().unwrap().to_owned();
            request = client().get(self.instance.url(&path));
        }
        panic!("redirected for ever at {path}");
    }
}

/// What an organiser writes.
pub const STATEMENT: &[(&str, &str)] = &[
    ("title", "No dam without the valley"),
    ("language", "en"),
    ("summary", "We ask for a halt until 1 March."),
    ("body", "The assembly said **no**.\n\n## What now\n\n- march\n- sing"),
    ("demands", "That the works stop\nThat the report is published"),
    ("contact", "assembly@river.example"),
    ("hashtags", "river valley"),
];
