//! Files that pages need (style sheet, icon), embedded, at addresses that contain a hash of their content: they are kept
//! for a year by browsers and change at once with a new version.

use crate::error::{Error, Result};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web::{self, ServiceConfig},
};
use include_dir::{Dir, include_dir};
use std::{collections::HashMap, sync::OnceLock};

static ASSETS: Dir = include_dir!("$CARGO_MANIFEST_DIR/assets");

struct Asset {
    name: &'static str,
    hash: String,
    media_type: &'static str,
    bytes: &'static [u8],
}

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/assets/{file}", web::get().to(serve)).route("/assets/{file}", web::head().to(serve));
}

/// The address of an embedded file: `style.css` → `/assets/style.4f2a….css`.
pub fn url(name: &str) -> String {
    match assets().values().find(|asset| asset.name == name) {
        Some(asset) => format!("/assets/{}", hashed(asset.name, &asset.hash)),
        // Only a slip of ours leads here; a test renders every page and follows every address.
        None => format!("/assets/{name}"),
    }
}

async fn serve(file: web::Path<String>) -> Result<HttpResponse> {
    let asset = assets().get(file.as_str()).ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.media_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.bytes))
}

fn assets() -> &'static HashMap<String, Asset> {
    static FILES: OnceLock<HashMap<String, Asset>> = OnceLock::new();
    FILES.get_or_init(|| {
        let all = ASSETS.files().filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            let hash: String = openssl::sha::sha256(file.contents()).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
            let media_type = match name.rsplit('.').next() {
                Some("css") => "text/css; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("svg") => "image/svg+xml",
                Some("png") => "image/png",
                _ => "application/octet-stream",
            };
            let asset = Asset { name, hash, media_type, bytes: file.contents() };
            Some((hashed(name, &asset.hash), asset))
        });
        all.collect()
    })
}

fn hashed(name: &str, hash: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{hash}.{ending}"),
        None => format!("{name}.{hash}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_a_hash_and_lead_to_the_file() {
        let address = url("style.css");
        let file = address.strip_prefix("/assets/").unwrap();
        assert_ne!(file, "style.css");
        assert!(assets().contains_key(file));
    }

    #[test]
    fn web_14_the_style_sheet_asks_nobody_else() {
        let css = std::str::from_utf8(ASSETS.get_file("style.css").unwrap().contents()).unwrap();
        for word in ["http:", "https:", "@import", "//"] {
            assert!(!css.contains(word), "{word}");
        }
    }
}
