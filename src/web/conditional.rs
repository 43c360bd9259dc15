//! Answers that haven't changed since the asker's copy: 304 with no body (RFC 9110 §13, RFC 9111).
//!
//! Only for what is public: an answer that says `no-store`, or sets a cookie, is left as it is. The tag is made of the
//! bytes themselves, so it can't be wrong; weak, since the same bytes may then be compressed.

use actix_web::{
    body::{BodySize, BoxBody, MessageBody, to_bytes},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, HttpDate,
            IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, SET_COOKIE, VARY,
        },
    },
    middleware::Next,
};

/// Puts a tag on each public answer, and leaves its body out where the asker has it.
pub async fn unchanged(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, actix_web::Error> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let response = next.call(request).await?.map_into_boxed_body();
    if !reads || response.status() != StatusCode::OK || !is_shared(response.headers()) {
        return Ok(response);
    }
    let BodySize::Sized(_) = response.response().body().size() else { return Ok(response) };
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(actix_web::error::ErrorInternalServerError)?;
    if !response.headers().contains_key(ETAG)
        && let Ok(tag) = HeaderValue::from_str(&tag(&bytes))
    {
        response.headers_mut().insert(ETAG, tag);
    }
    if has_it(request.headers(), response.headers()) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING] {
            response.headers_mut().remove(name);
        }
        // An empty answer isn't compressed, so nobody else says what the whole one depends on.
        response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
        return Ok(ServiceResponse::new(request, response.set_body(BoxBody::new(()))));
    }
    Ok(ServiceResponse::new(request, response.set_body(BoxBody::new(bytes))))
}

/// Whether an answer is the same for everybody who asks alike.
fn is_shared(headers: &HeaderMap) -> bool {
    let no_store =
        |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("no-store") || value.contains("private"));
    !headers.contains_key(SET_COOKIE) && !headers.get_all(CACHE_CONTROL).any(no_store)
}

fn tag(bytes: &[u8]) -> String {
    let hash: String = openssl::sha::sha256(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hash}\"")
}

/// Whether the asker's copy is this one: by its tag where it names one, else by its date.
fn has_it(asked: &HeaderMap, answer: &HeaderMap) -> bool {
    if asked.contains_key(IF_NONE_MATCH) {
        let Some(tag) = answer.get(ETAG).and_then(|value| value.to_str().ok()) else { return false };
        let known = asked.get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        return known.map(str::trim).any(|known| known == "*" || opaque(known) == opaque(tag));
    }
    let date = |headers: &HeaderMap, name| headers.get(name)?.to_str().ok()?.parse::<HttpDate>().ok();
    match (date(asked, IF_MODIFIED_SINCE), date(answer, LAST_MODIFIED)) {
        (Some(since), Some(modified)) => std::time::SystemTime::from(modified) <= std::time::SystemTime::from(since),
        _ => false,
    }
}

/// Without the sign of weakness: both are compared weakly (RFC 9110 §8.8.3.2).
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(actix_web::http::header::HeaderName, &str)]) -> HeaderMap {
        of.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn a_copy_is_known_by_its_tag_before_its_date() {
        let day = "Sun, 22 Nov 2026 10:00:00 GMT";
        let answer = headers(&[(ETAG, "W/\"a\""), (LAST_MODIFIED, day)]);
        for same in ["W/\"a\"", "\"a\"", "\"x\", W/\"a\"", "*"] {
            assert!(has_it(&headers(&[(IF_NONE_MATCH, same)]), &answer), "{same}");
        }
        assert!(!has_it(&headers(&[(IF_NONE_MATCH, "\"b\""), (IF_MODIFIED_SINCE, day)]), &answer));
        assert!(has_it(&headers(&[(IF_MODIFIED_SINCE, day)]), &answer));
        assert!(!has_it(&headers(&[(IF_MODIFIED_SINCE, "Sun, 22 Nov 2026 09:59:59 GMT")]), &answer));
        assert!(!has_it(&headers(&[(IF_MODIFIED_SINCE, "yesterday")]), &answer));
        assert!(!has_it(&HeaderMap::new(), &answer));
    }

    #[test]
    fn what_belongs_to_one_person_has_no_tag() {
        assert!(!is_shared(&headers(&[(CACHE_CONTROL, "no-store")])));
        assert!(!is_shared(&headers(&[(SET_COOKIE, "a=b")])));
        assert!(is_shared(&headers(&[(CACHE_CONTROL, "no-cache")])));
    }
}
