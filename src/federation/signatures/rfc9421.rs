//! RFC 9421, HTTP Message Signatures: `Signature-Input` and `Signature`, as Mastodon ≥ 4.5 and Fedify send them.
//!
//! One signature per request; derived components of requests and plain fields, without component parameters (nobody in the
//! fediverse sends any); `rsa-v1_5-sha256` and `ed25519`.

use super::{
    Outgoing, Signer, cavage, digest,
    verify::{Algorithm, Claim, Incoming, Refusal, Stated, field},
};
use crate::{domain::names::SignatureScheme, error::Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderName};

/// Most components taken.
const MAX_COVERED: usize = 30;
/// The label that our own signatures go by.
const LABEL: &str = "sig1";
/// How long our own signatures are good for: peers' clocks may be that much ahead. Mastodon would take five minutes where
/// nothing is said, and adds an hour for its own clock.
pub(super) const VALID: chrono::Duration = chrono::Duration::hours(1);

/// A bare item of RFC 8941, as far as signature parameters use them.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Integer(i64),
    Text(String),
    Token(String),
    Bytes(Vec<u8>),
    Boolean(bool),
}

impl Item {
    fn serialise(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Text(text) => quote(text),
            Self::Token(token) => token.clone(),
            Self::Bytes(bytes) => format!(":{}:", BASE64_STANDARD.encode(bytes)),
            Self::Boolean(yes) => if *yes { "?1" } else { "?0" }.to_owned(),
        }
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// One member of `Signature-Input`: what is covered, in its order, and the parameters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) label: String,
    covered: Vec<String>,
    parameters: Vec<(String, Item)>,
}

impl Input {
    /// The value of `@signature-params`, in the one form of RFC 8941 §4.1, whatever spaces the header had.
    fn serialise(&self) -> String {
        let covered = self.covered.iter().map(|name| quote(name)).collect::<Vec<_>>().join(" ");
        let mut text = format!("({covered})");
        for (name, item) in &self.parameters {
            match item {
                Item::Boolean(true) => text.push_str(&format!(";{name}")),
                item => text.push_str(&format!(";{name}={}", item.serialise())),
            }
        }
        text
    }

    fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Item::Integer(number)) => Ok(Some(*number)),
            Some(_) => Err(Refusal::BadRequest("created or expires is no time")),
        }
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Item::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::BadRequest("keyid or alg is no text")),
        }
    }

    fn get(&self, name: &str) -> Option<&Item> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, item)| item)
    }
}

/// A reader of structured fields (RFC 8941 §4.2), as much as these two headers need.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn take(&mut self, c: char) -> bool {
        self.rest.strip_prefix(c).map(|rest| self.rest = rest).is_some()
    }

    fn is_at_end(&self) -> bool {
        self.rest.trim_matches([' ', '\t']).is_empty()
    }

    fn while_(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn key(&mut self) -> Option<&'a str> {
        if !self.rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '*') {
            return None;
        }
        Some(self.while_(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.*".contains(c)))
    }

    fn text(&mut self) -> Option<String> {
        if !self.take('"') {
            return None;
        }
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Some(text);
                }
                '\\' => text.push(chars.next().map(|(_, c)| c).filter(|c| matches!(c, '"' | '\\'))?),
                ' '..='~' => text.push(c),
                _ => return None,
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<Vec<u8>> {
        if !self.take(':') {
            return None;
        }
        let (text, rest) = self.rest.split_once(':')?;
        self.rest = rest;
        BASE64_STANDARD.decode(text).ok()
    }

    fn item(&mut self) -> Option<Item> {
        match self.rest.chars().next()? {
            '"' => self.text().map(Item::Text),
            ':' => self.bytes().map(Item::Bytes),
            '?' => {
                self.take('?');
                if self.take('1') { Some(Item::Boolean(true)) } else { self.take('0').then_some(Item::Boolean(false)) }
            }
            '-' | '0'..='9' => {
                let number = self.while_(|c| c == '-' || c.is_ascii_digit());
                // At most 15 digits (RFC 8941 §3.3.1); a decimal's point is then left over and refused by the caller.
                (number.len() <= 16).then(|| number.parse().ok()).flatten().map(Item::Integer)
            }
            c if c.is_ascii_alphabetic() || c == '*' => {
                Some(Item::Token(self.while_(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c)).to_owned()))
            }
            _ => None,
        }
    }

    /// The parameters behind an item or an inner list; `None` where they can't be read or one stands twice.
    fn parameters(&mut self) -> Option<Vec<(String, Item)>> {
        let mut parameters: Vec<(String, Item)> = Vec::new();
        while self.take(';') {
            self.spaces();
            let name = self.key()?;
            let item = if self.take('=') { self.item()? } else { Item::Boolean(true) };
            if parameters.iter().any(|(known, _)| known == name) {
                return None;
            }
            parameters.push((name.to_owned(), item));
        }
        Some(parameters)
    }
}

/// Reads a `Signature-Input` of exactly one member.
pub(super) fn parse_input(header: &str) -> Result<Input, Refusal> {
    const BAD: Refusal = Refusal::BadRequest("the Signature-Input header can't be read");
    let mut reader = Reader { rest: header.trim() };
    let label = reader.key().ok_or(BAD)?.to_owned();
    if !reader.take('=') || !reader.take('(') {
        return Err(BAD);
    }
    let mut covered = Vec::new();
    loop {
        reader.spaces();
        if reader.take(')') {
            break;
        }
        let name = reader.text().ok_or(BAD)?;
        if reader.rest.starts_with(';') {
            return Err(Refusal::Unauthorized("components with parameters are not taken"));
        }
        if !reader.rest.starts_with([' ', ')']) {
            return Err(BAD);
        }
        if covered.contains(&name) {
            return Err(Refusal::BadRequest("a component is covered twice"));
        }
        covered.push(name);
        if covered.len() > MAX_COVERED {
            return Err(Refusal::BadRequest("the signature covers too many components"));
        }
    }
    let parameters = reader.parameters().ok_or(BAD)?;
    if reader.rest.trim_start().starts_with(',') {
        return Err(Refusal::Unauthorized("exactly one signature is taken"));
    }
    if !reader.is_at_end() {
        return Err(BAD);
    }
    Ok(Input { label, covered, parameters })
}

/// Reads a `Signature` of exactly one member with this label.
pub(super) fn parse_signature(header: &str, label: &str) -> Result<Vec<u8>, Refusal> {
    const BAD: Refusal = Refusal::BadRequest("the Signature header can't be read");
    let mut reader = Reader { rest: header.trim() };
    let found = reader.key().ok_or(BAD)?;
    if !reader.take('=') {
        return Err(BAD);
    }
    let signature = reader.bytes().ok_or(BAD)?;
    if !reader.is_at_end() {
        return Err(Refusal::Unauthorized("exactly one signature is taken"));
    }
    if found != label {
        return Err(Refusal::Unauthorized("the signature has another label than its input"));
    }
    Ok(signature)
}

/// The value of a covered component of the request.
fn component(request: &Incoming<'_>, name: &str) -> Result<Vec<u8>, Refusal> {
    let (path, query) = match request.path_and_query.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (request.path_and_query, None),
    };
    let scheme = request.site.base_url.split(':').next().unwrap_or_default();
    let authority = || {
        let lower = request.authority.to_ascii_lowercase();
        let port = if scheme == "https" { ":443" } else { ":80" };
        lower.strip_suffix(port).map_or_else(|| lower.clone(), str::to_owned)
    };
    let text = match name {
        "@method" => request.method.to_owned(),
        "@target-uri" => format!("{scheme}://{}{}", authority(), request.path_and_query),
        "@authority" => authority(),
        "@scheme" => scheme.to_owned(),
        "@request-target" => request.path_and_query.to_owned(),
        "@path" => path.to_owned(),
        "@query" => format!("?{}", query.unwrap_or_default()),
        _ if name.starts_with('@') => return Err(Refusal::Unauthorized("a covered component is not taken")),
        _ if name.bytes().any(|b| b.is_ascii_uppercase()) => {
            return Err(Refusal::BadRequest("names of components are in lower case"));
        }
        _ => return field(request, name).ok_or(Refusal::Unauthorized("a covered header is missing")),
    };
    Ok(text.into_bytes())
}

/// The signature base (§2.5): a line for each component, and the parameters last.
pub(super) fn base(request: &Incoming<'_>, input: &Input) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::with_capacity(512);
    for name in &input.covered {
        text.extend_from_slice(format!("{}: ", quote(name)).as_bytes());
        text.extend_from_slice(&component(request, name)?);
        text.push(b'\n');
    }
    text.extend_from_slice(format!("\"@signature-params\": {}", input.serialise()).as_bytes());
    Ok(text)
}

/// What the two headers claim: their form, their algorithm, and that they cover method, whole target and a time.
pub(super) fn read(request: &Incoming<'_>, input: &str, signature: &str) -> Result<Stated, Refusal> {
    let input = parse_input(input)?;
    let signature = parse_signature(signature, &input.label)?;
    let algorithm = match input.text("alg")? {
        None => Algorithm::OfKey,
        Some("rsa-v1_5-sha256") => Algorithm::Rsa,
        Some("ed25519") => Algorithm::Ed25519,
        Some(_) => return Err(Refusal::Unauthorized("the signature's algorithm is not taken")),
    };
    let key_id = input.text("keyid")?.ok_or(Refusal::BadRequest("the signature names no key"))?.to_owned();
    let covers = |name: &str| input.covered.iter().any(|known| known == name);
    if !covers("@method") {
        return Err(Refusal::Unauthorized("@method is not signed"));
    }
    let whole_path =
        covers("@request-target") || (covers("@path") && (covers("@query") || !request.path_and_query.contains('?')));
    if !covers("@target-uri") && !((covers("@authority") || covers("host")) && whole_path) {
        return Err(Refusal::Unauthorized("@target-uri is not signed"));
    }
    let created = input.integer("created")?.ok_or(Refusal::Unauthorized("the signature says not when it was made"))?;
    let base = base(request, &input)?;
    Ok(Stated {
        created: Some(created),
        expires: input.integer("expires")?,
        covers_digest: covers("digest"),
        covers_content_digest: covers("content-digest"),
        claim: Claim { key_id, scheme: SignatureScheme::Rfc9421, algorithm, base, signature },
    })
}

/// Signs `@method @target-uri content-digest content-type` (POST) or `@method @target-uri accept` (GET).
pub fn sign(signer: &Signer, request: &Outgoing<'_>) -> Result<HeaderMap> {
    let mut url = request.url.clone();
    url.set_fragment(None);
    let mut lines = vec![("@method", request.method.to_owned()), ("@target-uri", url.to_string())];
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(DATE, cavage::header(&super::verify::http_date(request.now))?);
    if let Some((content_type, bytes)) = request.body {
        let digest = digest::content_digest(bytes);
        headers.insert(HeaderName::from_static("content-digest"), cavage::header(&digest)?);
        headers.insert(CONTENT_TYPE, cavage::header(content_type)?);
        lines.push(("content-digest", digest));
        lines.push(("content-type", content_type.to_owned()));
    }
    if let Some(accept) = request.accept {
        headers.insert(ACCEPT, cavage::header(accept)?);
        lines.push(("accept", accept.to_owned()));
    }
    let algorithm = if signer.is_rsa() { "rsa-v1_5-sha256" } else { "ed25519" };
    let input = Input {
        label: LABEL.to_owned(),
        covered: lines.iter().map(|(name, _)| (*name).to_owned()).collect(),
        parameters: vec![
            ("created".to_owned(), Item::Integer(request.now.and_utc().timestamp())),
            ("expires".to_owned(), Item::Integer((request.now + VALID).and_utc().timestamp())),
            ("keyid".to_owned(), Item::Text(signer.key_id().to_owned())),
            ("alg".to_owned(), Item::Text(algorithm.to_owned())),
        ],
    };
    let parameters = input.serialise();
    let mut base: String = lines.iter().map(|(name, value)| format!("{}: {value}\n", quote(name))).collect();
    base.push_str(&format!("\"@signature-params\": {parameters}"));
    let signature = Item::Bytes(signer.sign(base.as_bytes())?).serialise();
    headers.insert(HeaderName::from_static("signature-input"), cavage::header(&format!("{LABEL}={parameters}"))?);
    headers.insert(HeaderName::from_static("signature"), cavage::header(&format!("{LABEL}={signature}"))?);
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_read_and_written_in_one_form() {
        let text = r#"sig1=("@method"  "@target-uri" );created=1618884473; keyid="a\"b";nonce=:AQI=:;flag;tag=x/y"#;
        let input = parse_input(text).unwrap();
        assert_eq!(input.covered, ["@method", "@target-uri"]);
        assert_eq!(input.serialise(), r#"("@method" "@target-uri");created=1618884473;keyid="a\"b";nonce=:AQI=:;flag;tag=x/y"#);
    }

    #[test]
    fn more_than_one_or_other_forms_are_refused() {
        for bad in [
            "",
            "sig1",
            "sig1=()x",
            "sig1=(a)",
            r#"sig1=("a"#,
            r#"sig1=("a""b")"#,
            r#"sig1=("a" "a");created=1"#,
            r#"sig1=("a");created=1;created=2"#,
            r#"sig1=("a");created=1.5"#,
            r#"sig1=("a");created=1, sig2=("a");created=1"#,
            r#"sig1=("a";req);created=1"#,
        ] {
            assert!(parse_input(bad).is_err(), "{bad}");
        }
        for bad in ["", "sig1=x", "sig1=:AQI=", "sig2=:AQI=:", "sig1=:AQI=:, sig2=:AQI=:"] {
            assert!(parse_signature(bad, "sig1").is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(?s).{0,200}", tail in r#"sig1=\("[a-z@]{0,5}"[ ;)"\\=:?0-9a-z]{0,20}"#) {
            let _ = parse_input(&text);
            let _ = parse_input(&tail);
            let _ = parse_signature(&text, "sig1");
        }
    }
}
