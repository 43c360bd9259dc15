//! A statement with its register as one file (FEP-6fcd, a tar): the JSON as it is served, with its proofs, so that it can be
//! kept elsewhere and checked there.
//!
//! Plain POSIX tar (ustar), written and read without a crate: names are our own and short, and nothing is ever unpacked to
//! a disk.

use crate::error::{Error, Result};

/// One block of a tar.
const BLOCK: usize = 512;
/// Most files of a bundle that are looked at.
const MAX_FILES: usize = 64;

/// What stands in a bundle under these names.
pub const MANIFEST: &str = "manifest.yml";
pub const STATEMENT: &str = "activitypub/statement.json";
pub const REGISTER: &str = "activitypub/endorsements.json";
pub const ACTORS: &str = "activitypub/actors.json";

/// The content type of the whole.
pub const CONTENT_TYPE: &str = "application/x-tar";

/// Says what the files are. `instance` is the address of the one that wrote it.
pub fn manifest(instance: &str, at: &str) -> String {
    format!(
        "ubc-version: 0.1\nmeta:\n  createdBy:\n    client:\n      name: Communard\n      url: {instance}\n  createdAt: \"{at}\"\ncontents:\n  \
         manifest.yml:\n    url: https://codeberg.org/fediverse/fep/src/branch/main/fep/6fcd/fep-6fcd.md\n  activitypub:\n    contents:\n      \
         statement.json:\n        url: https://www.w3.org/TR/activitystreams-core/\n      \
         endorsements.json:\n        url: https://w3id.org/fep/419a#endorsements\n      \
         actors.json:\n        url: https://www.w3.org/TR/activitypub/#actor-objects\n"
    )
}

/// Puts files together, each with its name of at most 100 bytes.
pub fn write(files: &[(&str, Vec<u8>)], seconds: i64) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, bytes) in files {
        let mut head = [0_u8; BLOCK];
        let mut put = |at: usize, text: &str| head[at..at + text.len()].copy_from_slice(text.as_bytes());
        put(0, name);
        put(100, "0000644\0");
        put(108, "0000000\0");
        put(116, "0000000\0");
        put(124, &format!("{:011o}\0", bytes.len()));
        put(136, &format!("{:011o}\0", seconds.max(0)));
        put(148, "        ");
        put(156, "0");
        put(257, "ustar\0");
        put(263, "00");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        tar.extend_from_slice(&head);
        tar.extend_from_slice(bytes);
        tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    }
    tar.resize(tar.len() + 2 * BLOCK, 0);
    tar
}

/// Whether these bytes are a tar.
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar".as_slice())
}

/// The file of this name in a bundle; `None` where there is none.
///
/// # Errors
/// `Invalid` for `file` where it breaks off or is no tar.
pub fn read<'a>(bytes: &'a [u8], name: &str) -> Result<Option<&'a [u8]>> {
    let broken = || Error::invalid("file", "error-verify-kind");
    let mut rest = bytes;
    for _ in 0..MAX_FILES {
        let Some(head) = rest.get(..BLOCK).filter(|head| head[0] != 0) else { return Ok(None) };
        let text = |from: usize, to: usize| {
            let field = &head[from..to];
            std::str::from_utf8(field.split(|byte| *byte == 0).next().unwrap_or_default()).map(str::trim)
        };
        let size = text(124, 136).ok().and_then(|size| usize::from_str_radix(size, 8).ok()).ok_or_else(broken)?;
        let body = rest.get(BLOCK..).and_then(|rest| rest.get(..size)).ok_or_else(broken)?;
        if text(0, 100).is_ok_and(|found| found == name) {
            return Ok(Some(body));
        }
        rest = rest.get(BLOCK + size.next_multiple_of(BLOCK)..).unwrap_or_default();
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_reads_back_as_it_was_written() {
        let long = vec![b'x'; 1_500];
        let tar = write(&[(MANIFEST, b"ubc-version: 0.1\n".to_vec()), (STATEMENT, b"{}".to_vec()), (REGISTER, long.clone())], 0);
        assert!(is_one(&tar) && tar.len().is_multiple_of(BLOCK));
        assert_eq!(read(&tar, STATEMENT).unwrap(), Some(b"{}".as_slice()));
        assert_eq!(read(&tar, REGISTER).unwrap(), Some(long.as_slice()));
        assert_eq!(read(&tar, "other").unwrap(), None);
        assert!(read(&tar[..tar.len() - 4 * BLOCK], REGISTER).is_err(), "it breaks off");
        assert!(!is_one(b"{}"));
        assert_eq!(read(b"", STATEMENT).unwrap(), None);
    }
}
