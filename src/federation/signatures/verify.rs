//! What a signed request claims, and whether it is true: cheap refusals first, the key last.
//!
//! [`read`] looks at form, doubles, dates, digest and what is covered, without a key and without the network; it gives a
//! [`Claim`] that names the key. Whoever got that key from the actor's own document calls [`Claim::check`].

use super::{cavage, digest, rfc9421};
use crate::{
    config::Federation,
    crypto::signing,
    domain::{Site, Timestamp, names::SignatureScheme, url::MAX_URL},
};
use chrono::{DateTime, Utc};
use openssl::pkey::{HasPublic, Id, PKeyRef};

/// Why a request is not believed. The text is short, for logs and for the peer; it never quotes the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its form can't be read in one way only (400).
    BadRequest(&'static str),
    /// It isn't proven (401).
    Unauthorized(&'static str),
}

impl Refusal {
    /// The HTTP status that says it.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::Unauthorized(_) => 401,
        }
    }

    pub fn reason(self) -> &'static str {
        match self {
            Self::BadRequest(text) | Self::Unauthorized(text) => text,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reason())
    }
}

/// Where headers are looked up: all values of a name (lower case), in their order.
pub trait Headers {
    fn values(&self, name: &str) -> Vec<&[u8]>;
}

impl Headers for actix_web::http::header::HeaderMap {
    fn values(&self, name: &str) -> Vec<&[u8]> {
        self.get_all(name).map(|value| value.as_bytes()).collect()
    }
}

impl Headers for reqwest::header::HeaderMap {
    fn values(&self, name: &str) -> Vec<&[u8]> {
        self.get_all(name).iter().map(|value| value.as_bytes()).collect()
    }
}

impl Headers for Vec<(String, String)> {
    fn values(&self, name: &str) -> Vec<&[u8]> {
        self.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_bytes()).collect()
    }
}

/// A request as it arrived.
pub struct Incoming<'a> {
    /// `POST`, `GET`.
    pub method: &'a str,
    /// As on the request line, byte for byte: `/inbox?x=1`.
    pub path_and_query: &'a str,
    /// The `Host` header, or `:authority` of HTTP/2.
    pub authority: &'a str,
    /// Our own name and scheme: a signature for another host is none (SIG-13).
    pub site: &'a Site,
    pub headers: &'a dyn Headers,
    pub body: &'a [u8],
    pub now: Timestamp,
}

/// The kinds of key that a stated algorithm allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Not stated, or `hs2019`: as the key is.
    OfKey,
    /// `rsa-sha256`, `rsa-v1_5-sha256`.
    Rsa,
    Ed25519,
}

/// What a request says about who signed it; nothing of it is proven before [`Claim::check`].
#[derive(Debug, Clone)]
pub struct Claim {
    /// As stated: an address, mostly with a fragment.
    pub key_id: String,
    pub scheme: SignatureScheme,
    pub(super) algorithm: Algorithm,
    /// The bytes that the signature must stand over.
    pub(super) base: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl Claim {
    /// The value of a header (lower-case name) that the signature stands over; `None` where it is missing or not covered.
    pub fn covered(&self, name: &str) -> Option<String> {
        let text = std::str::from_utf8(&self.base).ok()?;
        // A line for each: `name: value` in draft-cavage, `"name": value` in RFC 9421. No value has a line break.
        let value = |line: &str| {
            let rest = line.strip_prefix(name).or_else(|| line.strip_prefix('"')?.strip_prefix(name)?.strip_prefix('"'))?;
            rest.strip_prefix(": ").map(str::to_owned)
        };
        text.lines().find_map(value)
    }

    /// Whether this key signed it, with the algorithm that was stated (SIG-20).
    ///
    /// # Errors
    /// `Unauthorized`.
    pub fn check<T: HasPublic>(&self, key: &PKeyRef<T>) -> Result<(), Refusal> {
        let fits = match self.algorithm {
            Algorithm::OfKey => matches!(key.id(), Id::RSA | Id::ED25519),
            Algorithm::Rsa => key.id() == Id::RSA,
            Algorithm::Ed25519 => key.id() == Id::ED25519,
        };
        if !fits {
            return Err(Refusal::Unauthorized("the algorithm stated is not that of the key"));
        }
        if !signing::verify(key, &self.base, &self.signature) {
            return Err(Refusal::Unauthorized("the signature does not match"));
        }
        Ok(())
    }
}

/// Headers of which a second one would let two readers see two requests (SIG-06).
const SINGLE: &[&str] =
    &["signature", "signature-input", "authorization", "digest", "content-digest", "date", "host", "content-type"];

/// Longest `Signature` or `Signature-Input` taken, in bytes: a key id, a signature of 8,192 bits and a list of headers.
const MAX_SIGNATURE_HEADER: usize = 8_192;

/// Reads what a request claims and refuses what can be refused without a key: doubled headers, another host's name,
/// unreadable or missing parts, dates out of range, a digest that isn't the body's, too little covered.
///
/// # Errors
/// [`Refusal`], in the order: form, host, signature's form, what it covers, time, digest.
pub fn read(request: &Incoming<'_>, limits: &Federation) -> Result<Claim, Refusal> {
    for name in SINGLE {
        if request.headers.values(name).len() > 1 {
            return Err(Refusal::BadRequest("a header that must stand once stands twice"));
        }
    }
    if !is_our_host(request) {
        return Err(Refusal::Unauthorized("this is not the host of that name"));
    }
    let stated = if let Some(input) = one(request, "signature-input")? {
        let signature = one(request, "signature")?.ok_or(Refusal::Unauthorized("there is no signature"))?;
        rfc9421::read(request, input, signature)?
    } else if let Some(signature) = one(request, "signature")? {
        cavage::read(request, signature)?
    } else {
        return Err(Refusal::Unauthorized("the request is not signed"));
    };
    if stated.claim.key_id.is_empty() || stated.claim.key_id.len() > MAX_URL {
        return Err(Refusal::Unauthorized("the key id can't be used"));
    }
    check_time(request, &stated, limits)?;
    check_digest(request, &stated)?;
    Ok(stated.claim)
}

/// A claim, with what the common checks need.
pub(super) struct Stated {
    pub claim: Claim,
    /// Unix seconds.
    pub created: Option<i64>,
    pub expires: Option<i64>,
    pub covers_digest: bool,
    pub covers_content_digest: bool,
}

/// The one value of a header, if it is there and text of a sane length.
fn one<'a>(request: &Incoming<'a>, name: &str) -> Result<Option<&'a str>, Refusal> {
    let Some(value) = request.headers.values(name).first().copied() else { return Ok(None) };
    if value.len() > MAX_SIGNATURE_HEADER {
        return Err(Refusal::BadRequest("a header is too long"));
    }
    std::str::from_utf8(value).map(Some).map_err(|_| Refusal::BadRequest("a header is not text"))
}

/// The covered value of a field: all its values trimmed and joined, as both schemes say.
pub(super) fn field(request: &Incoming<'_>, name: &str) -> Option<Vec<u8>> {
    if name == "host" {
        return Some(request.authority.as_bytes().to_vec());
    }
    let values = request.headers.values(name);
    (!values.is_empty()).then(|| values.iter().map(|value| value.trim_ascii()).collect::<Vec<_>>().join(&b", "[..]))
}

fn is_our_host(request: &Incoming<'_>) -> bool {
    let default_port = if request.site.base_url.starts_with("https:") { ":443" } else { ":80" };
    let plain = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        name.strip_suffix(default_port).map_or_else(|| name.clone(), str::to_owned)
    };
    plain(request.authority) == plain(&request.site.domain)
}

fn check_time(request: &Incoming<'_>, stated: &Stated, limits: &Federation) -> Result<(), Refusal> {
    let now = request.now.and_utc().timestamp();
    let max_age = i64::try_from(limits.signature_max_age_seconds).unwrap_or(i64::MAX);
    let max_skew = i64::try_from(limits.signature_max_skew_seconds).unwrap_or(i64::MAX);
    let in_range = |at: i64| {
        if at < now.saturating_sub(max_age) {
            return Err(Refusal::Unauthorized("the signature is too old"));
        }
        if at > now.saturating_add(max_skew) {
            return Err(Refusal::Unauthorized("the signature is from the future: check your clock"));
        }
        Ok(())
    };
    if let Some(date) = one(request, "date")? {
        in_range(parse_http_date(date).ok_or(Refusal::Unauthorized("the date can't be read"))?.timestamp())?;
    }
    if let Some(created) = stated.created {
        in_range(created)?;
    }
    if let Some(expires) = stated.expires {
        if expires <= now {
            return Err(Refusal::Unauthorized("the signature has expired"));
        }
        if stated.created.is_some_and(|created| expires < created) {
            return Err(Refusal::Unauthorized("the signature expires before it was made"));
        }
    }
    Ok(())
}

/// Every digest that is there must be the body's, and one of them must be covered.
fn check_digest(request: &Incoming<'_>, stated: &Stated) -> Result<(), Refusal> {
    let header = one(request, "digest")?;
    let content = one(request, "content-digest")?;
    let covered = (stated.covers_digest && header.is_some()) || (stated.covers_content_digest && content.is_some());
    if !covered && (request.method == "POST" || !request.body.is_empty()) {
        return Err(Refusal::Unauthorized("the digest of the body is not signed"));
    }
    if header.is_none() && content.is_none() {
        return Ok(());
    }
    let hash = openssl::sha::sha256(request.body);
    if header.is_some_and(|header| !digest::digest_matches(header, &hash))
        || content.is_some_and(|header| !digest::content_digest_matches(header, &hash))
    {
        return Err(Refusal::Unauthorized("the digest is not that of the body"));
    }
    Ok(())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
fn parse_http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text.trim()).ok().map(|at| at.to_utc())
}

/// A point in time as HTTP writes it.
pub fn http_date(at: Timestamp) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
