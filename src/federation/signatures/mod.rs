//! Signatures on HTTP requests: made and checked, draft-cavage-http-signatures-12 and RFC 9421, RSA and Ed25519.
//!
//! Over `openssl` alone, with keys that were parsed once ([`keys`]). Must not fetch keys and must not know what an activity
//! means: [`verify::read`] says what a request claims, the gate gets the key, [`verify::Claim::check`] says whether it is true.

pub mod cavage;
pub mod digest;
pub mod keys;
pub mod rfc9421;
pub mod verify;

pub use keys::Signer;
pub use verify::{Claim, Headers, Incoming, Refusal};

use crate::{
    domain::{Timestamp, names::SignatureScheme},
    error::Result,
};
use reqwest::header::HeaderMap;
use url::Url;

/// A request of ours that is to be signed. `now` is taken anew at each attempt: peers refuse what is older than minutes.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// `POST` or `GET`.
    pub method: &'a str,
    pub url: &'a Url,
    /// The content type and the bytes as they go out.
    pub body: Option<(&'a str, &'a [u8])>,
    /// What is asked for, for a GET.
    pub accept: Option<&'a str>,
    pub now: Timestamp,
}

impl Outgoing<'_> {
    /// Path and query as they stand on the request line.
    fn path_and_query(&self) -> String {
        self.url.query().map_or_else(|| self.url.path().to_owned(), |query| format!("{}?{query}", self.url.path()))
    }

    /// The `Host` header as the client sends it.
    fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// Every header that belongs on the signed request, `Host` excepted (the client sends that from the address):
/// `Date`, digest, `Content-Type`, `Accept`, and the signature itself.
///
/// # Errors
/// `Internal` where OpenSSL can't sign.
pub fn sign(scheme: SignatureScheme, signer: &Signer, request: &Outgoing<'_>) -> Result<HeaderMap> {
    match scheme {
        SignatureScheme::Cavage => cavage::sign(signer, request),
        SignatureScheme::Rfc9421 => rfc9421::sign(signer, request),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vector_tests;
