//! Files of images in `data.dir/media`: written whole or not at all, under names that say nothing.

use super::Prepared;
use crate::{
    config::Settings,
    error::{Error, Result},
};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
};

/// Hexadecimal characters of a file's random name.
const NAME_LENGTH: usize = 32;

fn folder(settings: &Settings) -> PathBuf {
    settings.data.dir.join("media")
}

/// Writes an image and gives its file name, the last part of its address. It is on the disk when this returns.
///
/// # Errors
/// `Busy` where the disk is full or can't be written.
pub fn store(settings: &Settings, image: &Prepared) -> Result<String> {
    let extension = if image.media_type == "image/png" { "png" } else { "jpg" };
    let name = format!("{:032x}.{extension}", rand::random::<u128>());
    let folder = folder(settings);
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
pub fn remove(settings: &Settings, file_name: &str) -> Result<()> {
    let Some(path) = path(settings, file_name) else { return Ok(()) };
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::Busy(format!("can't remove an image: {e}"))),
        _ => Ok(()),
    }
}

/// Where a stored image stands. `None` for a name that [`store`] never gives: so no path leads out of the folder.
pub fn path(settings: &Settings, file_name: &str) -> Option<PathBuf> {
    let (name, extension) = file_name.split_once('.')?;
    let random = name.len() == NAME_LENGTH && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (random && matches!(extension, "png" | "jpg")).then(|| folder(settings).join(file_name))
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
        let name = store(&settings, &image).unwrap();
        let file = path(&settings, &name).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"pixels");
        assert_eq!(fs::read_dir(dir.path().join("media")).unwrap().count(), 1, "nothing half-written stays");
        remove(&settings, &name).unwrap();
        remove(&settings, &name).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn web_11_only_our_own_names_lead_to_files() {
        let settings = Settings::load_with(None, []).unwrap();
        let good = format!("{}.png", "0a".repeat(16));
        assert!(path(&settings, &good).is_some());
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
            assert!(path(&settings, bad).is_none(), "{bad}");
        }
    }
}
