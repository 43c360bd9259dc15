//! Posters: PDFs of which only what is drawn on their pages is kept. Nothing is taken away from the uploaded file; a new
//! one is written, and into it goes what we know to be part of a drawing: so authors, dates, programs' names, XMP, scripts,
//! actions, links, forms, attached files, signatures and earlier states of the file have no way in.
//!
//! Must not know rows, files or who may upload.

mod file;
mod filters;
mod jpeg;
mod object;
mod rewrite;
#[cfg(test)]
mod tests;
mod write;

pub use rewrite::MAX_PAGES;

use super::Prepared;
use crate::{
    config::Settings,
    error::{Error, Result},
};

/// What a poster is served as.
pub const MEDIA_TYPE: &str = "application/pdf";
/// Where a PDF's first bytes may stand; some programs put a line of their own before them.
const MAX_LEAD: usize = 1_024;

/// Why a PDF isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    /// It can't be read as what it says it is.
    Broken,
    /// A password, or rights that a program enforces.
    Encrypted,
    /// It is or becomes larger than we handle.
    Large,
    Pages,
    /// Layers that aren't shown: nobody would see what is published with them.
    Layers,
    /// A part is encoded in a way that we don't read (LZW, JPEG 2000, encryption of single streams).
    Unknown,
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let message = match problem {
            Problem::Broken => "error-poster-broken",
            Problem::Encrypted => "error-poster-encrypted",
            Problem::Large => "error-poster-heavy",
            Problem::Pages => return Self::invalid_with("posters", "error-poster-pages", "pages", MAX_PAGES),
            Problem::Layers => "error-poster-layers",
            Problem::Unknown => "error-poster-unknown",
        };
        Self::invalid("posters", message)
    }
}

/// Writes an uploaded PDF anew. Takes CPU time (up to seconds for the largest): call it off the async threads.
///
/// # Errors
/// `Invalid` for the field `posters`: no PDF by its first bytes, larger than `media.max_upload_bytes`, encrypted, broken, with
/// more than [`MAX_PAGES`] pages or hidden layers.
pub fn accept(bytes: &[u8], settings: &Settings) -> Result<Prepared> {
    let most = settings.media.max_upload_bytes;
    if bytes.len() > most {
        return Err(Error::invalid_with("posters", "error-poster-large", "megabytes", most / (1024 * 1024)));
    }
    if !bytes.windows(5).take(MAX_LEAD).any(|window| window == b"%PDF-") || bytes.starts_with(b"<") {
        return Err(Error::invalid("posters", "error-poster-type"));
    }
    let written = anew(bytes)?;
    if written.len() > most {
        return Err(Problem::Large.into());
    }
    Ok(Prepared { bytes: written, media_type: MEDIA_TYPE, width: 0, height: 0 })
}

fn anew(bytes: &[u8]) -> std::result::Result<Vec<u8>, Problem> {
    let mut budget = filters::Budget::new();
    let file = file::File::read(bytes, &mut budget)?;
    rewrite::rewrite(&file, &mut budget)
}
