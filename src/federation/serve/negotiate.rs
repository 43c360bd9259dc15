//! Which of the two documents at one address somebody wants: the page or the ActivityStreams object.

use actix_web::{guard::GuardContext, http::header::ACCEPT};

/// Whether a request prefers ActivityStreams JSON to a page. Nothing said, or `*/*`, means the page.
pub fn wants_activity_json(context: &GuardContext) -> bool {
    let accept = context.head().headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    prefers_json(&accept.collect::<Vec<_>>().join(","))
}

/// RFC 9110 §12.5.1, as far as it decides between the two. A tie goes to JSON: browsers name no JSON type at all, peers
/// that name both (`application/activity+json, text/html`) are peers.
fn prefers_json(accept: &str) -> bool {
    let (mut json, mut html) = (0.0_f32, 0.0_f32);
    for part in accept.split(',') {
        let mut parameters = part.split(';');
        let kind = parameters.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = parameters
            .find_map(|parameter| parameter.trim().strip_prefix("q="))
            .map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())
            .unwrap_or(0.0);
        match kind.as_str() {
            "application/activity+json" | "application/ld+json" | "application/json" => json = json.max(weight),
            "text/html" | "application/xhtml+xml" => html = html.max(weight),
            _ => {}
        }
    }
    json > 0.0 && json >= html
}

#[cfg(test)]
mod tests {
    use super::prefers_json;

    #[test]
    fn peers_get_json_and_people_the_page() {
        for peer in [
            "application/activity+json",
            "application/activity+json, application/ld+json",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", text/html;q=0.1",
            "Application/Activity+JSON;q=0.9, */*;q=0.1",
            "application/json",
        ] {
            assert!(prefers_json(peer), "{peer}");
        }
        for person in [
            "",
            "*/*",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html, application/activity+json;q=0.5",
            "application/activity+json;q=0",
            "application/activity+json;q=x",
            "image/webp",
        ] {
            assert!(!prefers_json(person), "{person}");
        }
    }
}
