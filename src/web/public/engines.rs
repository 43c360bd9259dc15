//! What search engines are told: `robots.txt` and `sitemap.xml`, as the instance wishes (`instance.indexable`).

use crate::{AppState, Error, Result, db, feeds::sitemap};
use actix_web::{HttpResponse, web::Data};

/// Newest statements in the sitemap; the format allows 50,000 addresses.
const MAX_LISTED: i64 = 10_000;

/// Crawlers may read what is public, unless the instance doesn't want to be found; never the desk.
pub async fn robots(state: Data<AppState>) -> HttpResponse {
    let mut text = String::from("User-agent: *\n");
    if state.settings.instance.indexable {
        for path in ["/desk", "/steward", "/account", "/sign-in", "/interact", "/authorize_interaction"] {
            text.push_str(&format!("Disallow: {path}\n"));
        }
        if let Some(site) = state.site_if_set_up() {
            text.push_str(&format!("Sitemap: {}/sitemap.xml\n", site.base_url));
        }
    } else {
        text.push_str("Disallow: /\n");
    }
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

/// Collectives and statements. There is none where the instance doesn't want to be found.
pub async fn map(state: Data<AppState>) -> Result<HttpResponse> {
    if !state.settings.instance.indexable {
        return Err(Error::NotFound);
    }
    let site = state.site()?;
    let (collectives, statements) =
        state.db.read(|conn| Ok((db::collectives::list(conn)?, db::public::addresses(conn, MAX_LISTED)?))).await?;
    let own = ["/", "/about"].map(|path| format!("{}{path}", site.base_url));
    let pages = own.iter().map(|page| (page.as_str(), None));
    let collectives = collectives.iter().map(|row| (row.uri.as_str(), None));
    let statements = statements.iter().map(|(uri, at)| (uri.as_str(), Some(*at)));
    let xml = sitemap::write(pages.chain(collectives).chain(statements));
    Ok(HttpResponse::Ok().content_type(sitemap::CONTENT_TYPE).body(xml))
}
