//! Forms with files as browsers send them (`multipart/form-data`, RFC 7578): texts and files, every part bounded.
//!
//! Must not know what the fields mean.

use super::csrf;
use crate::error::{Error, Result};
use actix_multipart::{Multipart, MultipartError};
use futures::StreamExt;

/// Most bytes of all texts of a form together: four for each character of the longest body, and the rest.
const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// More parts than any form has.
const MAX_PARTS: usize = 96;

/// A form as it was submitted. Nothing about its files is believed.
#[derive(Default)]
pub struct Parts {
    /// What the hidden field says.
    pub token: String,
    /// Names and values in their order, without the token.
    pub texts: Vec<(String, String)>,
    /// Files by the names of their fields; places that were left empty aren't here.
    pub files: Vec<(String, Vec<u8>)>,
    /// Fields whose file was too large. All else of the form is there all the same.
    pub too_large: Vec<String>,
}

impl Parts {
    /// The first value of a field, or nothing.
    pub fn text(&self, name: &str) -> &str {
        self.texts.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }
}

/// Reads a form; `is_file` tells which fields hold files. Of those larger than `max_file` bytes the name alone is kept.
///
/// # Errors
/// `Forbidden` where it isn't such a form at all (so it has no token either); `Invalid` where it is broken or too large.
pub async fn read(mut body: Multipart, max_file: usize, is_file: impl Fn(&str) -> bool) -> Result<Parts> {
    let mut parts = Parts::default();
    let (mut count, mut text_bytes) = (0, 0);
    while let Some(part) = body.next().await {
        let mut part = part.map_err(|error| match error {
            MultipartError::ContentTypeMissing
            | MultipartError::ContentTypeIncompatible
            | MultipartError::ContentTypeParse
            | MultipartError::BoundaryMissing => Error::Forbidden("error-form-stale"),
            _ => Error::invalid("form", "error-form-broken"),
        })?;
        count += 1;
        if count > MAX_PARTS {
            return Err(Error::invalid("form", "error-form-large"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file = is_file(&name);
        let mut bytes = Vec::new();
        let mut too_large = false;
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| Error::invalid("form", "error-form-broken"))?;
            if file {
                // What is too large is read to its end, but not kept: the fields behind it must not be lost.
                too_large |= bytes.len() + chunk.len() > max_file;
            } else {
                text_bytes += chunk.len();
                if text_bytes > MAX_TEXT_BYTES {
                    return Err(Error::invalid("form", "error-form-large"));
                }
            }
            if !too_large {
                bytes.extend_from_slice(&chunk);
            }
        }
        match (file, name == csrf::FIELD) {
            (true, _) if too_large => parts.too_large.push(name),
            (true, _) if bytes.is_empty() => {}
            (true, _) => parts.files.push((name, bytes)),
            (false, true) => parts.token = String::from_utf8_lossy(&bytes).into_owned(),
            (false, false) => parts.texts.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok(parts)
}

/// The fault of a file that was too large.
pub fn too_large(field: &str, max_file: usize) -> crate::error::Fault {
    crate::error::Fault {
        field: field.to_owned(),
        message: "error-image-large",
        args: vec![("megabytes", (max_file / (1024 * 1024)).to_string())],
    }
}
