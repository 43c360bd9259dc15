//! A sitemap (sitemaps.org 0.9) of what is public, for search engines.
//!
//! Must not know rows or requests.

use crate::domain::{Timestamp, time::rfc3339};

/// The media type to serve it with.
pub const CONTENT_TYPE: &str = "application/xml; charset=utf-8";

/// The list as XML: each address with the time of its last change, where that is known.
pub fn write<'a>(pages: impl Iterator<Item = (&'a str, Option<Timestamp>)>) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (address, changed) in pages {
        let address = address.replace('&', "&amp;").replace('<', "&lt;");
        let changed = changed.map_or_else(String::new, |at| format!("<lastmod>{}</lastmod>", rfc3339(at)));
        xml.push_str(&format!("<url><loc>{address}</loc>{changed}</url>\n"));
    }
    xml.push_str("</urlset>\n");
    xml
}
