//! That the parts in `templates/ui.html` compile, escape what is put in, and tie faults to their fields.

use super::i18n::T;
use crate::error::Fault;
use askama::Template;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% import "ui.html" as ui %}
{% call ui::faults_summary(t, faults) %}{% endcall %}
{% call ui::text(t, faults, "title", evil, evil, evil, true) %}{% endcall %}
{% call ui::code(t, faults, "mail", evil, "", evil, false, "email", "email") %}{% endcall %}
{% call ui::area(t, faults, "body", evil, "", evil, false, 6) %}{% endcall %}
{% call ui::choice(t, faults, "language", evil, "", evil, false, options) %}{% endcall %}
{% call ui::tick(t, "sure", evil, evil, true) %}{% endcall %}
{% call ui::notice("good", evil) %}{% endcall %}
{% call ui::badge("ratified", "✓", evil) %}{% endcall %}
{% call ui::avatar(t, evil, "") %}{% endcall %}{% call ui::avatar(t, evil, evil) %}{% endcall %}
{% call ui::day(t, at) %}{% endcall %}{% call ui::moment(t, at) %}{% endcall %}
{% call ui::ltr(evil) %}{% endcall %}{% call ui::pages(t, evil, evil) %}{% endcall %}"#
)]
struct Everything {
    t: T,
    faults: Vec<Fault>,
    evil: String,
    options: Vec<(String, String)>,
    at: crate::domain::Timestamp,
}

#[test]
fn web_01_parts_escape_what_is_put_in() {
    let evil = r#""><script>alert(1)</script><img src=x onerror='x'>"#.to_owned();
    let request = actix_web::test::TestRequest::get().uri("/").to_http_request();
    let page = Everything {
        t: T::of(&request),
        faults: vec![Fault { field: "title".into(), message: "error-title-empty", args: vec![] }],
        options: vec![(evil.clone(), evil.clone())],
        evil,
        at: chrono::DateTime::UNIX_EPOCH.naive_utc(),
    };
    let html = page.render().unwrap();
    let document = scraper::Html::parse_fragment(&html);
    let select = |css: &str| document.select(&scraper::Selector::parse(css).unwrap()).count();
    assert_eq!(select("script"), 0, "{html}");
    assert_eq!(select("[onerror]"), 0, "{html}");
    assert_eq!(select("#f-title[aria-invalid=true]"), 1);
    assert_eq!(select("#e-title"), 1);
    assert_eq!(select(".notice a[href='#f-title']"), 1);
    assert_eq!(select("option[selected]"), 1);
    assert_eq!(select("time[datetime='1970-01-01T00:00:00Z']"), 2);
}
