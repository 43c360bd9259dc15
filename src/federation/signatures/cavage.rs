//! draft-cavage-http-signatures-12, as the fediverse uses it: the `Signature` header.
//!
//! `hs2019` means what senders make of it here: RSA PKCS#1 v1.5 with SHA-256 for RSA keys (Mastodon, Pleroma, Lemmy), and
//! Ed25519 for Ed25519 keys.

use super::{
    Outgoing, Signer, digest,
    verify::{Algorithm, Claim, Incoming, Refusal, Stated, field, http_date},
};
use crate::{
    domain::names::SignatureScheme,
    error::{Error, Result},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue};

/// Most names taken in a list of covered headers.
const MAX_COVERED: usize = 30;

/// The parameters of a `Signature` header.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parameters {
    key_id: Option<String>,
    algorithm: Option<String>,
    created: Option<String>,
    expires: Option<String>,
    headers: Option<String>,
    signature: Option<String>,
}

/// Reads the header: `name="value"` or `name=123`, comma-separated; unknown names are passed over, repeated ones refused.
fn parse(header: &str) -> Result<Parameters, Refusal> {
    const BAD: Refusal = Refusal::BadRequest("the Signature header can't be read");
    let mut parameters = Parameters::default();
    let mut seen: Vec<String> = Vec::new();
    let mut rest = header.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(BAD)?;
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
            return Err(BAD);
        }
        let (value, after) = value(after.trim_start()).ok_or(BAD)?;
        if seen.iter().any(|known| known == name) {
            return Err(Refusal::BadRequest("a parameter of the Signature header stands twice"));
        }
        seen.push(name.to_owned());
        match name {
            "keyId" => parameters.key_id = Some(value),
            "algorithm" => parameters.algorithm = Some(value),
            "created" => parameters.created = Some(value),
            "expires" => parameters.expires = Some(value),
            "headers" => parameters.headers = Some(value),
            "signature" => parameters.signature = Some(value),
            _ => {}
        }
        rest = after.trim_start();
        if let Some(next) = rest.strip_prefix(',') {
            rest = next.trim_start();
        } else if !rest.is_empty() {
            return Err(BAD);
        }
    }
    Ok(parameters)
}

/// One value and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(',').unwrap_or(text.len());
        let bare = text[..end].trim_end();
        return bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)).then(|| (bare.to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(chars.next()?.1),
            _ => value.push(c),
        }
    }
    None
}

/// The text that is signed: one line for each covered name, no newline at its end.
fn signing_string(
    request: &Incoming<'_>,
    covered: &[String],
    created: Option<&str>,
    expires: Option<&str>,
) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::with_capacity(512);
    for name in covered {
        if !text.is_empty() {
            text.push(b'\n');
        }
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(b": ");
        match name.as_str() {
            "(request-target)" => {
                text.extend_from_slice(request.method.to_ascii_lowercase().as_bytes());
                text.push(b' ');
                text.extend_from_slice(request.path_and_query.as_bytes());
            }
            "(created)" => {
                text.extend_from_slice(created.ok_or(Refusal::Unauthorized("(created) is covered but was not given"))?.as_bytes())
            }
            "(expires)" => {
                text.extend_from_slice(expires.ok_or(Refusal::Unauthorized("(expires) is covered but was not given"))?.as_bytes())
            }
            _ => {
                let value = field(request, name).ok_or(Refusal::Unauthorized("a covered header is missing"))?;
                text.extend_from_slice(&value);
            }
        }
    }
    Ok(text)
}

/// What a `Signature` header claims: its form, its algorithm, and that it covers request target, host and a time.
pub(super) fn read(request: &Incoming<'_>, header: &str) -> Result<Stated, Refusal> {
    let parameters = parse(header)?;
    let key_id = parameters.key_id.ok_or(Refusal::BadRequest("the signature names no key"))?;
    let signature = parameters.signature.ok_or(Refusal::BadRequest("there is no signature"))?;
    let signature = BASE64_STANDARD.decode(signature.trim()).map_err(|_| Refusal::BadRequest("the signature is not base64"))?;
    let algorithm = match parameters.algorithm.as_deref() {
        None | Some("hs2019") => Algorithm::OfKey,
        Some("rsa-sha256") => Algorithm::Rsa,
        Some(_) => return Err(Refusal::Unauthorized("the signature's algorithm is not taken")),
    };
    let covered: Vec<String> =
        parameters.headers.as_deref().unwrap_or("(created)").split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
    if covered.len() > MAX_COVERED {
        return Err(Refusal::BadRequest("the signature covers too many headers"));
    }
    if covered.iter().enumerate().any(|(at, name)| covered[..at].contains(name)) {
        return Err(Refusal::BadRequest("a header is covered twice"));
    }
    let covers = |name: &str| covered.iter().any(|known| known == name);
    if !covers("(request-target)") {
        return Err(Refusal::Unauthorized("(request-target) is not signed"));
    }
    if !covers("host") {
        return Err(Refusal::Unauthorized("host is not signed"));
    }
    if !covers("date") && !covers("(created)") {
        return Err(Refusal::Unauthorized("neither date nor (created) is signed"));
    }
    let seconds = |text: Option<&str>| {
        text.map(str::parse::<i64>).transpose().map_err(|_| Refusal::Unauthorized("created or expires is no time"))
    };
    let (created, expires) = (parameters.created.as_deref(), parameters.expires.as_deref());
    let base = signing_string(request, &covered, created, expires)?;
    Ok(Stated {
        created: seconds(created)?,
        expires: seconds(expires)?,
        covers_digest: covers("digest"),
        covers_content_digest: covers("content-digest"),
        claim: Claim { key_id, scheme: SignatureScheme::Cavage, algorithm, base, signature },
    })
}

/// Signs `(request-target) host date digest content-type` (POST) or `(request-target) host date accept` (GET).
///
/// The algorithm is called `rsa-sha256` for RSA keys, the one name that every peer takes, and `hs2019` for Ed25519.
pub fn sign(signer: &Signer, request: &Outgoing<'_>) -> Result<HeaderMap> {
    let date = http_date(request.now);
    let mut lines = vec![
        ("(request-target)", format!("{} {}", request.method.to_ascii_lowercase(), request.path_and_query())),
        ("host", request.host()),
        ("date", date.clone()),
    ];
    let mut headers = HeaderMap::with_capacity(5);
    headers.insert(DATE, header(&date)?);
    if let Some((content_type, bytes)) = request.body {
        let digest = digest::digest(bytes);
        headers.insert(HeaderName::from_static("digest"), header(&digest)?);
        headers.insert(CONTENT_TYPE, header(content_type)?);
        lines.push(("digest", digest));
        lines.push(("content-type", content_type.to_owned()));
    }
    if let Some(accept) = request.accept {
        headers.insert(ACCEPT, header(accept)?);
        lines.push(("accept", accept.to_owned()));
    }
    let text = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
    let covered = lines.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
    let algorithm = if signer.is_rsa() { "rsa-sha256" } else { "hs2019" };
    let signature = BASE64_STANDARD.encode(signer.sign(text.as_bytes())?);
    let value =
        format!("keyId=\"{}\",algorithm=\"{algorithm}\",headers=\"{covered}\",signature=\"{signature}\"", signer.key_id());
    headers.insert(HeaderName::from_static("signature"), header(&value)?);
    Ok(headers)
}

pub(super) fn header(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_come_quoted_bare_and_spaced() {
        let read =
            parse(r#"keyId="https://a.example/x,y#main-key" , created=1402170695, headers="host \"date", new=x,signature="a==""#)
                .unwrap();
        assert_eq!(read.key_id.as_deref(), Some("https://a.example/x,y#main-key"));
        assert_eq!(read.created.as_deref(), Some("1402170695"));
        assert_eq!(read.headers.as_deref(), Some("host \"date"));
        assert_eq!(read.signature.as_deref(), Some("a=="));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for bad in
            [r#"keyId="a",keyId="b""#, r#"keyId="a"#, "keyId", r#"keyId="a"x="b""#, r#"x="1",x="2""#, r#"="a""#, r#"keyId=<a>"#]
        {
            assert!(matches!(parse(bad), Err(Refusal::BadRequest(_))), "{bad}");
        }
    }
}
