//! A JPEG inside a PDF without what a camera or a program wrote beside the picture: EXIF with places and serial numbers,
//! XMP, thumbnails, comments. The picture itself is not decoded.

/// The picture's own segments alone, up to its end. `None` for what is no JPEG.
pub fn bare(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut out = Vec::with_capacity(bytes.len());
    out.extend(b"\xff\xd8");
    let mut drawn = false;
    loop {
        let [0xff, marker, after @ ..] = rest else {
            // Cut off: what came so far is shown by every reader.
            return drawn.then(|| [&out[..], b"\xff\xd9"].concat());
        };
        match marker {
            // Bytes that fill up.
            0xff => {
                rest = &rest[1..];
                continue;
            }
            0xd9 => {
                out.extend(b"\xff\xd9");
                return Some(out);
            }
            0x01 | 0xd0..=0xd8 => {
                rest = after;
                continue;
            }
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*after.first()?, *after.get(1)?]));
        let content = after.get(2..length)?;
        rest = &after[length..];
        match marker {
            // How its numbers become colours: twelve bytes, whatever follows.
            0xee if content.starts_with(b"Adobe") => put(&mut out, 0xee, content.get(..12)?),
            // Without the thumbnail.
            0xe0 if content.starts_with(b"JFIF\0") => put(&mut out, 0xe0, &[content.get(..12)?, &[0, 0]].concat()),
            0xe0..=0xef | 0xfe => {}
            _ => put(&mut out, *marker, content),
        }
        if *marker == 0xda {
            drawn = true;
            let end = rest.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff));
            let end = end.unwrap_or(rest.len());
            out.extend(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

fn put(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    // It was read with a length of two bytes and never grows past it.
    let length = (content.len() + 2).min(usize::from(u16::MAX)) as u16;
    out.extend([0xff, marker]);
    out.extend(length.to_be_bytes());
    out.extend(content);
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{RgbImage, codecs::jpeg::JpegEncoder};
    use proptest::prelude::*;

    pub fn picture() -> Vec<u8> {
        let mut bytes = Vec::new();
        JpegEncoder::new(&mut bytes).encode_image(&RgbImage::from_pixel(20, 10, image::Rgb([200, 20, 20]))).unwrap();
        bytes
    }

    #[test]
    fn prv_02_a_photo_in_a_pdf_keeps_its_pixels_alone() {
        let plain = picture();
        let mut hidden = plain[..2].to_vec();
        put(&mut hidden, 0xe1, b"Exif\0\0SECRET GPS");
        put(&mut hidden, 0xfe, b"SECRET comment");
        put(&mut hidden, 0xed, b"Photoshop 3.0\0SECRET");
        hidden.extend(&plain[2..]);
        hidden.extend(b"SECRET behind the end");
        let bare = bare(&hidden).unwrap();
        assert!(!bare.windows(6).any(|window| window == b"SECRET"));
        let (before, after) = (image::load_from_memory(&plain).unwrap(), image::load_from_memory(&bare).unwrap());
        assert_eq!(before.to_rgb8(), after.to_rgb8());
        assert!(super::bare(b"GIF89a").is_none());
    }

    proptest! {
        #[test]
        fn garbage_never_panics(mut bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0xff)], 0..300)) {
            bytes.splice(..0, *b"\xff\xd8");
            let _ = bare(&bytes);
        }
    }
}
