//! HTTP signatures over openssl: draft-cavage-http-signatures-12 and RFC 9421; content digests.
