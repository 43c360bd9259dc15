//! How peers find us: WebFinger, host-meta, NodeInfo.

use super::answer::{Answer, text};
use crate::{
    AppState, db,
    domain::Site,
    error::Error,
    vocab::discovery::{self, Usage},
};
use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path},
};

/// Whom a WebFinger resource names: the user part of an account here, in lower case.
///
/// Takes `acct:river@river.example` (a leading `@` too) and the addresses of actors.
fn asked_for(site: &Site, resource: &str) -> Option<String> {
    if resource == site.instance_actor() || resource == site.base_url || resource == format!("{}/", site.base_url) {
        return Some(site.host().to_owned());
    }
    if let Some(handle) = site.handle_of(resource).or_else(|| resource.strip_prefix(&site.base_url)?.strip_prefix("/@")) {
        return Some(handle.to_ascii_lowercase());
    }
    let account = match resource.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("acct:") => &resource[5..],
        _ => resource,
    };
    let (user, domain) = account.trim_start_matches('@').split_once('@')?;
    domain.eq_ignore_ascii_case(&site.domain).then(|| user.to_ascii_lowercase())
}

/// RFC 7033. An unknown account is 404, never 410: Mastodon deletes its copy on that.
pub async fn webfinger(state: Data<AppState>, request: HttpRequest) -> Answer {
    let site = state.site()?;
    let mut query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let Some((_, resource)) = query.find(|(key, _)| key == "resource") else {
        return Ok(text(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", "resource is missing\n".into()));
    };
    let user = asked_for(&site, &resource).ok_or(Error::NotFound)?;
    let found = if user == site.host() {
        discovery::webfinger(&user, &site, &site.instance_actor(), &format!("{}/", site.base_url))
    } else {
        let row = state.db.read(move |conn| db::collectives::by_handle(conn, &user)).await?;
        discovery::webfinger(&row.handle, &site, &row.uri, &row.uri)
    };
    Ok(text(StatusCode::OK, "application/jrd+json", found.to_string()))
}

pub async fn host_meta(state: Data<AppState>) -> Answer {
    Ok(text(StatusCode::OK, "application/xrd+xml", discovery::host_meta(&*state.site()?)))
}

pub async fn nodeinfo_links(state: Data<AppState>) -> Answer {
    Ok(text(StatusCode::OK, "application/json", discovery::nodeinfo_links(&*state.site()?).to_string()))
}

pub async fn nodeinfo(state: Data<AppState>, version: Path<String>) -> Answer {
    let site = state.site()?;
    if !["2.0", "2.1"].contains(&version.as_str()) {
        return Err(Error::NotFound);
    }
    let read = |conn: &mut db::DbConn| {
        Ok(Usage { collectives: db::collectives::count(conn)?, statements: db::statements::count_published(conn, None)? })
    };
    let usage = state.db.read(read).await?;
    let kind = format!("application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/{version}#\"");
    Ok(text(StatusCode::OK, &kind, discovery::nodeinfo(&site, &version, usage).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accounts_of_this_domain_are_ours() {
        let site = Site {
            domain: "river.localhost:8081".into(),
            base_url: "http://river.localhost:8081".into(),
            name: String::new(),
            description: String::new(),
            languages: vec![],
            indexable: true,
        };
        for ours in [
            "acct:river@river.localhost:8081",
            "ACCT:@River@RIVER.localhost:8081",
            "river@river.localhost:8081",
            "http://river.localhost:8081/c/river",
            "http://river.localhost:8081/@river",
        ] {
            assert_eq!(asked_for(&site, ours).as_deref(), Some("river"), "{ours}");
        }
        assert_eq!(asked_for(&site, "http://river.localhost:8081/actor").as_deref(), Some("river.localhost"));
        for other in [
            "acct:river@river.localhost",
            "acct:river@evil.example",
            "acct:river",
            "",
            "é",
            "https://river.localhost:8081/c/river",
        ] {
            assert_eq!(asked_for(&site, other), None, "{other}");
        }
    }
}
