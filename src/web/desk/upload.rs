//! Reads the writing form: its fields, and up to four images.
//!
//! Must not know what an image is or where it goes.

use super::form::{WriteForm, image_field};
use crate::{
    domain::statement::MAX_IMAGES,
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

/// The place that a field's file is for.
fn slot(name: &str) -> Option<usize> {
    image_field(name).filter(|(_, part)| *part == "file").map(|(slot, _)| slot)
}

/// Reads a form. Files larger than `max_file` bytes are left out and named in `faults`.
///
/// # Errors
/// As [`multipart::read`].
pub async fn read(body: Multipart, max_file: usize) -> Result<Submitted> {
    let parts = multipart::read(body, max_file, |name| slot(name).is_some()).await?;
    let place = |name: &str| slot(name).map_or_else(String::new, |slot| format!("image-{}", slot + 1));
    let mut submitted = Submitted {
        token: parts.token,
        faults: parts.too_large.iter().map(|name| multipart::too_large(&place(name), max_file)).collect(),
        images: parts
            .files
            .into_iter()
            .filter_map(|(name, bytes)| Some(Upload { slot: slot(&name)?, bytes }))
            .take(MAX_IMAGES)
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
