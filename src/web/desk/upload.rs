//! Reads the writing form: its fields, up to four images and up to four posters.
//!
//! Must not know what an image is or where it goes.

use super::form::{Files, WriteForm, file_field};
use crate::{
    domain::statement::{MAX_IMAGES, MAX_POSTERS},
    error::{Fault, Result},
    web::multipart,
};
use actix_multipart::Multipart;

/// A form as it was submitted.
#[derive(Default)]
pub struct Submitted {
    pub form: WriteForm,
    /// What the hidden field says.
    pub token: String,
    /// The button that was pressed.
    pub action: String,
    pub files: Vec<Upload>,
    /// Files that were too large. All else of the form is there all the same.
    pub faults: Vec<Fault>,
}

/// A file for one of the places for images and posters; nothing about it is believed.
pub struct Upload {
    pub of: Files,
    /// From 0.
    pub slot: usize,
    pub bytes: Vec<u8>,
}

/// The place that a field's file is for.
fn slot(name: &str) -> Option<(Files, usize)> {
    file_field(name).filter(|(.., part)| *part == "file").map(|(of, slot, _)| (of, slot))
}

/// Reads a form. Files larger than `max_file` bytes are left out and named in `faults`.
///
/// # Errors
/// As [`multipart::read`].
pub async fn read(body: Multipart, max_file: usize) -> Result<Submitted> {
    let parts = multipart::read(body, max_file, |name| slot(name).is_some()).await?;
    let place = |name: &str| slot(name).map_or_else(String::new, |(of, slot)| of.field(slot));
    let mut submitted = Submitted {
        token: parts.token,
        faults: parts.too_large.iter().map(|name| multipart::too_large(&place(name), max_file)).collect(),
        files: parts
            .files
            .into_iter()
            .filter_map(|(name, bytes)| slot(&name).map(|(of, slot)| Upload { of, slot, bytes }))
            .take(MAX_IMAGES + MAX_POSTERS)
            .collect(),
        ..Submitted::default()
    };
    for (name, value) in parts.texts {
        match name.as_str() {
            "do" => submitted.action = value,
            "find_city" => submitted.action = "find-city".into(),
            _ => submitted.form.put(&name, value),
        }
    }
    Ok(submitted)
}
