//! Keys and digests over openssl. Pure apart from the source of randomness.
//!
//! Must not know whose keys they are, where they are kept or what is signed with them.

pub mod followers_digest;
pub mod keys;
pub mod proof;
pub mod signing;

#[cfg(test)]
mod vector_tests;
