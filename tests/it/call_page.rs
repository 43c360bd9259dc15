//! The public page of a call: its local actions by day and country, on a map and a timeline, a page at a time, by the reader's clock.

use crate::{
    calls,
    harness::{Instance, backends, client},
};
use scraper::{Html, Selector};

fn all(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).map(|one| one.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn hrefs(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).map(|one| one.attr("href").unwrap_or_default().to_owned()).collect()
}

async fn get(instance: &Instance, path: &str) -> Html {
    let answer = client().get(instance.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let text = answer.text().await.unwrap();
    assert!(!text.contains("style=") && !text.contains("<script"), "nothing that the policy would stop");
    Html::parse_document(&text)
}

/// A call for a week, and a way to add an action that stands under it.
fn call(river: &Instance) -> String {
    calls::publish_week(river, &[])
}

fn add(river: &Instance, call: &str, collective: &str, title: &str, more: &[&str]) -> String {
    let head = ["action", "add", "--collective", collective, "--title", title];
    let added = river.cli(&[&head[..], more, &[call]].concat());
    let id = added["id"].as_str().unwrap().to_owned();
    if added["author"] != "accepted" {
        river.cli(&["action", "accept", &id]);
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calls_page_shows_its_actions_by_day_on_a_map_and_on_a_timeline() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        river.cli(&["collective", "add", "lyon", "--name", "Maison du fleuve", "--language", "fr"]);
        let call = call(&river);
        let path = call.strip_prefix(&river.base_url()).unwrap().to_owned();
        let page = get(&river, &path).await;
        assert!(all(&page, "#actions").is_empty() && all(&page, ".timeline").is_empty(), "nothing stands under it");

        let paris = ["--zone", "Europe/Paris"];
        let lyon = ["--city", "Lyon", "--country", "FR"];
        let march = ["--kind", "march", "--start", "2099-01-30T14:00", "--end", "16:00"];
        let march = add(&river, &call, "lyon", "March from the bridge", &[&march[..], &paris, &lyon].concat());
        add(&river, &call, "lyon", "Vigil", &[&["--start", "2099-01-30T00:30"][..], &paris, &lyon].concat());
        let film = ["--start", "2099-01-26", "--city", "Bogotá", "--country", "CO"];
        let film = add(&river, &call, "river", "Film <b>and</b> talk", &film);
        let dropped =
            add(&river, &call, "river", "Never there", &["--start", "2099-01-27", "--city", "Quito", "--country", "EC"]);
        river.cli(&["action", "drop", &dropped]);

        let page = get(&river, &path).await;
        assert_eq!(all(&page, "#actions"), ["3 local actions"]);
        assert_eq!(all(&page, ".day > h3"), ["Monday, 26 January 2099", "Friday, 30 January 2099"]);
        assert_eq!(all(&page, ".groups > h4"), ["Colombia", "France"]);
        assert_eq!(all(&page, ".actions .title"), ["Film <b>and</b> talk", "Vigil", "March from the bridge"]);
        assert_eq!(all(&page, ".actions .hours"), ["all day", "00:30 Europe/Paris", "14:00–16:00 Europe/Paris"]);
        // Each dot of the map is a link: to the one action that stands there, or to the list of those of a town.
        let dots = hrefs(&page, ".map svg a");
        assert_eq!(dots.len(), 2, "{dots:?}");
        let own = |uri: &str| uri.strip_prefix(&river.base_url()).unwrap().to_owned();
        assert!(dots.contains(&own(&film)), "{dots:?}");
        let town = dots.iter().find(|href| href.contains("?place=c")).unwrap().clone();
        assert_eq!(hrefs(&page, ".places li > a").len(), 2, "the same as text");
        // So is each bar of the timeline, from the first to the last day of the call.
        assert_eq!(hrefs(&page, ".timeline svg a").len(), 3);
        assert_eq!(all(&page, ".timeline .day"), ["25", "26", "27", "28", "29", "30", "31", "1"]);

        let only = get(&river, town.split('#').next().unwrap()).await;
        assert_eq!(
            (all(&only, "#actions"), all(&only, ".local > .notice b")),
            (vec!["2 local actions".into()], vec!["Lyon".into()])
        );
        assert!(all(&only, ".map svg .dot").is_empty(), "the whole call's map isn't that of one town");
        let day = get(&river, &format!("{path}?day=2099-01-26&page=nonsense")).await;
        assert_eq!(all(&day, ".actions .title"), ["Film <b>and</b> talk"]);
        assert_eq!(all(&get(&river, &format!("{path}?country=CO")).await, ".actions .title").len(), 1);
        assert_eq!(all(&get(&river, &format!("{path}?page=2")).await, ".actions .title").len(), 0);

        // By the clock of a city that the reader names; an hour after midnight is the evening before elsewhere.
        let zoned = get(&river, &format!("{path}?zone=Lima")).await;
        let theirs =
            all(&zoned, ".actions li .meta").into_iter().filter(|line| line.starts_with("Where you are")).collect::<Vec<_>>();
        assert_eq!(theirs.len(), 2);
        assert_eq!(theirs[0], "Where you are: 29 January 2099, 18:30 (America/Lima)");
        assert!(all(&get(&river, &format!("{path}?zone=Nowhere%20land")).await, "#h-zone")[0].contains("no city or zone"));

        // What is cancelled stays, is said so, and leaves the map.
        river.cli(&["action", "cancel", &march]);
        let page = get(&river, &path).await;
        assert_eq!(all(&page, ".actions li[data-action=cancelled] .title"), ["March from the bridge"]);
        assert!(all(&page, ".actions li[data-action=cancelled] .badge")[0].contains("cancelled"));
        assert!(hrefs(&page, ".map svg a").iter().all(|href| !href.contains("?place=")));
        let action = get(&river, &own(&march)).await;
        assert!(all(&action, ".badge")[0].contains("cancelled") && all(&action, ".map svg .dot").len() == 1);

        let arabic = get(&river, &format!("/ar{path}")).await;
        assert!(all(&arabic, ".day > h3")[0].starts_with("الاثنين"));
    }
}
