//! Reads the writing form as browsers send it (`multipart/form-data`, RFC 7578): its fields, and up to four images.
//!
//! Bounds every part. Must not know what an image is or where it goes.

use super::form::{WriteForm, image_field};
use crate::{
    domain::statement::MAX_IMAGES,
    error::{Error, Fault, Result},
    web::csrf,
};
use actix_multipart::Multipart;
use futures::StreamExt;

/// Most bytes of all texts of a form together: four for each character of the longest body, and the rest.
const MAX_TEXT_BYTES: usize = 1024 * 1024;
/// More parts than the form has.
const MAX_PARTS: usize = 64;

/// A form as it was submitted.
#[derive(Default)]
pub struct Submitted {
    pub form: WriteForm,
    /// What the hidden field says.
    pub token: String,
    /// The button that was pressed.
    pub action: String,
    pub images: Vec<Upload>,
    /// Files that were too large. All else of the form is there all the same.
    pub faults: Vec<Fault>,
}

/// A file for one of the places for images; nothing about it is believed.
pub struct Upload {
    /// From 0.
    pub slot: usize,
    pub bytes: Vec<u8>,
}

/// Reads a form. Files larger than `max_file` bytes are left out and named in `faults`.
///
/// # Errors
/// `Forbidden` where it isn't such a form at all (so it has no token either); `Invalid` where it is broken or too large.
pub async fn read(mut parts: Multipart, max_file: usize) -> Result<Submitted> {
    let mut submitted = Submitted::default();
    let (mut count, mut text_bytes) = (0, 0);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| match error {
            actix_multipart::MultipartError::ContentTypeMissing
            | actix_multipart::MultipartError::ContentTypeIncompatible
            | actix_multipart::MultipartError::ContentTypeParse
            | actix_multipart::MultipartError::BoundaryMissing => Error::Forbidden("error-form-stale"),
            _ => Error::invalid("form", "error-form-broken"),
        })?;
        count += 1;
        if count > MAX_PARTS {
            return Err(Error::invalid("form", "error-form-large"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        if let Some((slot, "file")) = image_field(&name) {
            let mut bytes = Vec::new();
            let mut too_large = false;
            while let Some(chunk) = part.next().await {
                let chunk = chunk.map_err(|_| Error::invalid("form", "error-form-broken"))?;
                // What is too large is read to its end, but not kept: the fields behind it must not be lost.
                too_large |= bytes.len() + chunk.len() > max_file;
                if !too_large {
                    bytes.extend_from_slice(&chunk);
                }
            }
            if too_large {
                submitted.faults.push(Fault {
                    field: format!("image-{}", slot + 1),
                    message: "error-image-large",
                    args: vec![("megabytes", (max_file / (1024 * 1024)).to_string())],
                });
            } else if !bytes.is_empty() && submitted.images.len() < MAX_IMAGES {
                submitted.images.push(Upload { slot, bytes });
            }
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| Error::invalid("form", "error-form-broken"))?;
            text_bytes += chunk.len();
            if text_bytes > MAX_TEXT_BYTES {
                return Err(Error::invalid("form", "error-form-large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        let value = String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            csrf::FIELD => submitted.token = value,
            "do" => submitted.action = value,
            _ => submitted.form.put(&name, value),
        }
    }
    Ok(submitted)
}
