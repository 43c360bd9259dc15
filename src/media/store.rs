//! Files of images and posters: written whole or not at all, under names that say nothing. Public ones in `data.dir/media`, from where they are
//! served by their names; private ones in `data.dir/private`, from where nothing is.

use super::{Prepared, pdf};
use crate::{
    config::Settings,
    error::{Error, Result},
};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    time::SystemTime,
};

/// Hexadecimal characters of a file's random name.
const NAME_LENGTH: usize = 32;

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Whoever knows its address may see it.
    Public,
    /// Only whom a page lets see it.
    Private,
}

fn folder(settings: &Settings, shelf: Shelf) -> PathBuf {
    settings.data.dir.join(match shelf {
        Shelf::Public => "media",
        Shelf::Private => "private",
    })
}

/// Writes an image and gives its file name, the last part of its address. It is on the disk when this returns.
///
/// # Errors
/// `Busy` where the disk is full or can't be written.
pub fn store(settings: &Settings, shelf: Shelf, image: &Prepared) -> Result<String> {
    let extension = match image.media_type {
        "image/png" => "png",
        pdf::MEDIA_TYPE => "pdf",
        _ => "jpg",
    };
    let name = format!("{:032x}.{extension}", rand::random::<u128>());
    let folder = folder(settings, shelf);
    let part = folder.join(format!("{name}.part"));
    let write = || -> io::Result<()> {
        fs::create_dir_all(&folder)?;
        let mut file = File::create(&part)?;
        file.write_all(&image.bytes)?;
        file.sync_all()?;
        fs::rename(&part, folder.join(&name))?;
        // The name itself must outlive a power cut too.
        File::open(&folder)?.sync_all()
    };
    write().map_err(|e| {
        let _ = fs::remove_file(&part);
        Error::Busy(format!("can't write an image to {}: {e}", folder.display()))
    })?;
    Ok(name)
}

/// Takes a file away again, such as one whose row couldn't be written. A missing one is fine.
pub fn remove(settings: &Settings, shelf: Shelf, file_name: &str) -> Result<()> {
    let Some(path) = path(settings, shelf, file_name) else { return Ok(()) };
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::Busy(format!("can't remove an image: {e}"))),
        _ => Ok(()),
    }
}

/// Where a stored image stands. `None` for a name that [`store`] never gives: so no path leads out of the folder.
pub fn path(settings: &Settings, shelf: Shelf, file_name: &str) -> Option<PathBuf> {
    let (name, extension) = file_name.split_once('.')?;
    let random = name.len() == NAME_LENGTH && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (random && matches!(extension, "png" | "jpg" | "pdf")).then(|| folder(settings, shelf).join(file_name))
}

/// Names of files of a shelf that were written before a point in time.
///
/// # Errors
/// `Busy` where the folder can't be read.
pub fn written_before(settings: &Settings, shelf: Shelf, before: SystemTime) -> Result<Vec<String>> {
    let folder = folder(settings, shelf);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::Busy(format!("can't read {}: {e}", folder.display()))),
    };
    let old = entries.flatten().filter(|entry| entry.metadata().and_then(|of| of.modified()).is_ok_and(|at| at < before));
    let names = old.filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter(|name| path(settings, shelf, name).is_some()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_stored_whole_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::load_with(None, []).unwrap();
        settings.data.dir = dir.path().to_owned();
        let image = Prepared { bytes: b"pixels".to_vec(), media_type: "image/png", width: 1, height: 1 };
        let name = store(&settings, Shelf::Public, &image).unwrap();
        let file = path(&settings, Shelf::Public, &name).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"pixels");
        assert_eq!(fs::read_dir(dir.path().join("media")).unwrap().count(), 1, "nothing half-written stays");
        remove(&settings, Shelf::Public, &name).unwrap();
        remove(&settings, Shelf::Public, &name).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn web_11_only_our_own_names_lead_to_files() {
        let settings = Settings::load_with(None, []).unwrap();
        let good = format!("{}.png", "0a".repeat(16));
        assert!(path(&settings, Shelf::Public, &good).is_some());
        for bad in [
            "../config.toml",
            "..",
            ".",
            "",
            "a.png",
            "/etc/passwd",
            "CON",
            "nul.png",
            "0a\0.png",
            "%2e%2e%5c",
            &format!("../{good}"),
            &format!("{good}.part"),
            &good.to_uppercase(),
            &good.replace("png", "svg"),
            &format!("{good}/x"),
        ] {
            assert!(path(&settings, Shelf::Public, bad).is_none(), "{bad}");
        }
    }
}
