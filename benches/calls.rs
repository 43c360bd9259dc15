//! A call with ten thousand local actions, on the started server: its page, the feeds that tell of all of them, and the map.
//!
//! `cargo bench --bench calls`. Requests go over a socket of this machine, one after the other; beside them stands what a page that
//! reads nothing takes here. Bounds: the page within 100 ms, the first byte of a feed within 50 ms, the map smaller than 300 kB.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{Days, TimeDelta};
use communard::{
    AppState,
    acts::{
        Act, Principal,
        collectives::NewCollective,
        setup::{FirstMember, SetUp},
        statements,
    },
    config::Settings,
    db::{Json, actions, actions::ActionRow},
    domain::{
        action::{ActionContent, ActionKind},
        call::{Call, CallStatus},
        endorsement::AuthorState,
        place::{City, Place, Precision},
        statement::StatementContent,
        when::When,
    },
    server::Application,
    text::gazetteer,
};
use reqwest::Client;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

const ACTIONS: usize = 10_000;
const COLLECTIVES: usize = 2_500;
const TIMES: usize = 40;
const HOST: &str = "river.localhost";
const TITLE: &str = "A week for all rivers";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (state, listens, statement) = start(dir.path());
    let begun = Instant::now();
    fill(&state, &statement);
    println!(
        "{ACTIONS} actions of {COLLECTIVES} collectives in the largest 3,000 cities, written in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    let client = Client::builder().no_proxy().resolve(HOST, listens).timeout(Duration::from_secs(60)).build().unwrap();
    let address = format!("http://{HOST}:{}", listens.port());
    while runtime.block_on(async { client.get(format!("{address}/healthz")).send().await }).is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let page = format!("{address}/statements/{statement}");
    println!("median and slowest of {TIMES} requests: first byte, whole, bytes");
    measure(&runtime, &client, "what reads nothing (robots.txt)", &format!("{address}/robots.txt"));
    measure(&runtime, &client, "the call's page (bound: 100 ms)", &page);
    measure(&runtime, &client, "its hundredth page", &format!("{page}?page=100"));
    measure(&runtime, &client, "those in one country", &format!("{page}?country=FR"));
    measure(&runtime, &client, "calendar (bound: 50 ms to the first byte)", &format!("{page}/calendar.ics"));
    measure(&runtime, &client, "JSON (bound: 50 ms to the first byte)", &format!("{page}/actions.json"));
    measure(&runtime, &client, "Atom (bound: 50 ms to the first byte)", &format!("{page}/actions.atom"));
    let lyon = gazetteer::meant("Lyon", "FR").unwrap().id();
    measure(&runtime, &client, "a city's page", &format!("{address}/cities/{lyon}"));
    measure(&runtime, &client, "a city's calendar", &format!("{address}/cities/{lyon}/calendar.ics"));
    measure(&runtime, &client, "the calls as JSON", &format!("{address}/calls.json"));
    let html = runtime.block_on(async { client.get(&page).send().await.unwrap().text().await.unwrap() });
    let map: usize =
        html.split("<svg").skip(1).filter_map(|rest| rest.find("</svg>")).map(|end| end + 10).max().unwrap_or_default();
    println!("  {:<44} {:>7.0} kB of {:.0} kB", "the largest drawing (bound: 300 kB)", kilobytes(map), kilobytes(html.len()));
}

fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1_000.0
}

fn measure(runtime: &Runtime, client: &Client, what: &str, url: &str) {
    let (mut firsts, mut wholes, mut size) = (Vec::new(), Vec::new(), 0);
    for n in 0..TIMES + 3 {
        let begun = Instant::now();
        let (first, bytes) = runtime.block_on(async {
            let mut answer = client.get(url).header("accept", "text/html, */*").send().await.unwrap();
            assert!(answer.status().is_success(), "{url}: {}", answer.status());
            let mut bytes = answer.chunk().await.unwrap().map_or(0, |chunk| chunk.len());
            let first = begun.elapsed();
            while let Some(chunk) = answer.chunk().await.unwrap() {
                bytes += chunk.len();
            }
            (first, bytes)
        });
        // The first ones fill the caches.
        if n >= 3 {
            firsts.push(first);
            wholes.push(begun.elapsed());
            size = bytes;
        }
    }
    firsts.sort();
    wholes.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "  {what:<44} {:>7.1} {:>7.1} ms {:>9.1} {:>7.1} ms {:>9.0} kB",
        ms(firsts[TIMES / 2]),
        ms(firsts[TIMES - 1]),
        ms(wholes[TIMES / 2]),
        ms(wholes[TIMES - 1]),
        kilobytes(size)
    );
}

/// A started server, and a state of the same data; its address and the call's id.
fn start(dir: &std::path::Path) -> (AppState, SocketAddr, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let env = vec![
        ("COMMUNARD__DATA__DIR".to_owned(), dir.join("data").display().to_string()),
        ("COMMUNARD__SERVER__LISTEN".to_owned(), address.to_string()),
    ];
    let settings = Settings::load_with(None, env).unwrap();
    let state = AppState::open(settings.clone()).unwrap();
    let set_up = SetUp {
        name: "River".into(),
        domain: format!("{HOST}:{}", address.port()),
        collective: NewCollective { handle: "river".into(), name: "River".into(), language: "en".into(), ..Default::default() },
        member: FirstMember { name: "Ada".into(), passphrase_hash: "none".into(), ..Default::default() },
        ..Default::default()
    };
    state.set_up_blocking(set_up).unwrap();
    let river = state.db.read_blocking(|conn| communard::db::collectives::by_handle(conn, "river")).unwrap();
    let first = state.now().date() + Days::new(20);
    let content = StatementContent {
        title: TITLE.into(),
        body: "Come to the water, wherever you are.".into(),
        language: "en".into(),
        call: Some(Call::new(When::Days { first, last: first + Days::new(7) })),
        ..Default::default()
    };
    let publish = |act: &mut Act| {
        let row = statements::new_draft(act, &river.id, content)?;
        statements::publish(act, &row.id)?;
        Ok(row.id)
    };
    let statement = state.act_blocking(Principal::Console, publish).unwrap();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async { Application::build(settings).unwrap().run().await.unwrap() });
    });
    (state, address, statement)
}

/// Actions of others, as their hosts would have sent them.
fn fill(state: &AppState, statement: &str) {
    let cities: Vec<gazetteer::City> = gazetteer::City::all().take(3_000).collect();
    let (now, uri) = (state.now(), state.site().unwrap().statement(statement));
    let author = state.db.read_blocking(|conn| communard::db::collectives::by_handle(conn, "river")).unwrap().uri;
    let begins = now.date() + Days::new(20);
    let row = |n: usize| {
        let (city, host) = (cities[n % cities.len()], n % COLLECTIVES);
        let start = (begins + Days::new(n as u64 % 8)).and_hms_opt(8 + n as u32 % 12, 0, 0).unwrap();
        let zone = city.zone().parse().unwrap_or(chrono_tz::UTC);
        let content = ActionContent {
            kind: ActionKind::ALL[n % ActionKind::ALL.len()],
            accessibility: "Level ground, benches, somebody who signs.".into(),
            languages: vec!["en".into(), "ar".into()],
            place: Some(Place {
                precision: Precision::District,
                name: "By the old bridge".into(),
                city: Some(City { id: city.id(), name: city.name_in("en").to_owned() }),
                country: city.country().to_owned(),
                ..Default::default()
            }),
            title: format!("Walk along the water, number {n}"),
            when: When::Hours { start, end: Some(start + TimeDelta::hours(2)), zone },
            status: CallStatus::Announced,
            text: "We walk from one bridge to the next.".into(),
            contact: String::new(),
        };
        ActionRow {
            id: uuid::Uuid::now_v7().hyphenated().to_string(),
            uri: format!("https://c{host}.example/actions/{n}"),
            organiser_uri: format!("https://c{host}.example/c/c{host}"),
            organiser_id: None,
            call_uri: uri.clone(),
            statement_id: Some(statement.to_owned()),
            call_title: TITLE.into(),
            author_uri: author.clone(),
            begins_at: content.when.begins(),
            content: Json::new(content),
            author_state: AuthorState::Accepted,
            stamp_uri: Some(format!("https://river.example/stamps/{n}")),
            seen: None,
            question: None,
            created_by: None,
            published: now,
            updated: now + TimeDelta::seconds(n as i64),
            received_at: now,
            deleted_at: None,
        }
    };
    state
        .db
        .write_blocking(|conn| {
            for n in 0..ACTIONS {
                actions::insert(conn, &row(n))?;
            }
            Ok(())
        })
        .unwrap();
}
