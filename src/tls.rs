//! https without a proxy: a certificate and key from PEM files, read again on SIGHUP while connections go on.
//!
//! Must not know routes or settings beyond the two paths.

use crate::error::{Error, Result};
use openssl::ssl::{
    AlpnError, NameType, SslAcceptor, SslAcceptorBuilder, SslContext, SslFiletype, SslMethod, SslRef, SslVersion,
    select_next_proto,
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

/// Protocols offered, in the form of RFC 7301: each with its length before it.
const PROTOCOLS: &[u8] = b"\x02h2\x08http/1.1";

/// The certificate in use; each handshake takes the newest.
#[derive(Clone)]
pub struct Certificate {
    cert: PathBuf,
    key: PathBuf,
    current: Arc<RwLock<SslContext>>,
}

impl Certificate {
    /// Reads and checks both files.
    ///
    /// # Errors
    /// `Config`, naming the file and what is wrong with it.
    pub fn load(cert: &Path, key: &Path) -> Result<Self> {
        let context = context(cert, key)?.build().into_context();
        Ok(Self { cert: cert.into(), key: key.into(), current: Arc::new(RwLock::new(context)) })
    }

    /// Reads the files again. If they are no good the old certificate stays in use.
    pub fn reload(&self) -> Result<()> {
        let context = context(&self.cert, &self.key)?.build().into_context();
        *self.current.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = context;
        Ok(())
    }

    /// What the server binds with. OpenSSL asks this callback in each handshake, with or without a name in it.
    pub fn acceptor(&self) -> Result<SslAcceptorBuilder> {
        let mut builder = context(&self.cert, &self.key)?;
        let current = self.current.clone();
        builder.set_servername_callback(move |ssl: &mut SslRef, _alert| {
            tracing::trace!(name = ssl.servername(NameType::HOST_NAME), "handshake");
            let context = current.read().unwrap_or_else(|poisoned| poisoned.into_inner());
            // The connection goes on with the context that it has if OpenSSL won't change it.
            if let Err(error) = ssl.set_ssl_context(&context) {
                tracing::warn!(%error, "the newest certificate could not be put in place");
            }
            Ok(())
        });
        Ok(builder)
    }
}

/// Mozilla's intermediate profile, TLS 1.2 at least (RFC 9325).
fn context(cert: &Path, key: &Path) -> Result<SslAcceptorBuilder> {
    let wrong = |what: &str, path: &Path, error: &dyn std::fmt::Display| {
        Error::Config(format!("server.tls.{what}: {}: {error}", path.display()))
    };
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
    for (what, path) in [("cert", cert), ("key", key)] {
        std::fs::File::open(path).map_err(|error| wrong(what, path, &error))?;
    }
    builder.set_certificate_chain_file(cert).map_err(|_| wrong("cert", cert, &"holds no certificate in PEM form"))?;
    builder.set_private_key_file(key, SslFiletype::PEM).map_err(|_| wrong("key", key, &"holds no private key in PEM form"))?;
    builder.check_private_key().map_err(|_| wrong("key", key, &"doesn't belong to the certificate"))?;
    builder.set_alpn_select_callback(|_, offered| select_next_proto(PROTOCOLS, offered).ok_or(AlpnError::NOACK));
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_20_what_is_wrong_with_a_certificate_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
        let say = || Certificate::load(&cert, &key).err().unwrap().to_string();
        assert!(say().contains("server.tls.cert"), "{}", say());
        std::fs::write(&cert, "not a certificate").unwrap();
        std::fs::write(&key, "not a key").unwrap();
        assert!(say().contains("no certificate"), "{}", say());
    }
}
