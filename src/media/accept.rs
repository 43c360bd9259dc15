//! Uploaded bytes to a clean image: what it is is read from its first bytes, never from its name; the header is read
//! before anything is decoded; what is kept is drawn anew from its pixels alone.

use super::pdf;
use crate::{
    config::Settings,
    error::{Error, Result},
};
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType as PngFilter, PngEncoder},
    },
    imageops::FilterType,
};
use std::io::Cursor;

/// Longest edge kept, in pixels; larger images are scaled down.
pub const MAX_EDGE: u32 = 2560;
/// Edge of an icon, which is cut to a square; people see it small.
const MAX_ICON_EDGE: u32 = 512;
/// Longest edge of a header picture.
const MAX_HEADER_EDGE: u32 = 1600;
/// JPEG quality: photographs show no difference above it.
const QUALITY: u8 = 85;
/// What a decoder may take besides the pixels, in bytes.
const DECODER_MEMORY: u64 = 64 * 1024 * 1024;
/// Bytes of one decoded pixel at most; deeper images may have fewer pixels.
const BYTES_PER_PIXEL: u64 = 4;

/// What an image is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Stands with a statement: whole, as large as it may be.
    Statement,
    /// A collective's icon: the middle of it, a square.
    Icon,
    /// The picture above a collective's page.
    Header,
    /// A photo of an assembly's minutes: whole, so that it can be read.
    Minutes,
    /// No image: a PDF to print.
    Poster,
}

/// An image or a poster without metadata, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    pub bytes: Vec<u8>,
    /// `image/jpeg`, `image/png` or `application/pdf`.
    pub media_type: &'static str,
    /// Pixels; 0 for a poster.
    pub width: u32,
    pub height: u32,
}

/// Checks and re-encodes an upload; a poster as [`pdf::accept`] says. Takes CPU time (up to seconds for the largest): call it off the async threads.
///
/// PNG, JPEG, WebP and GIF are taken, of moving ones the first picture. The EXIF orientation is applied, then all
/// metadata (EXIF, GPS, XMP, ICC, text, thumbnails) is gone, since only pixels are carried over (PRV-02).
///
/// # Errors
/// `Invalid` for the field `image`: another type (SVG, HTML, PDF…), larger than `media.max_upload_bytes` or
/// `media.max_pixels` (known from the header alone), or broken.
pub fn accept(bytes: &[u8], purpose: Purpose, settings: &Settings) -> Result<Prepared> {
    if purpose == Purpose::Poster {
        return pdf::accept(bytes, settings);
    }
    let limits = &settings.media;
    if bytes.len() > limits.max_upload_bytes {
        return Err(Error::invalid_with("image", "error-image-large", "megabytes", limits.max_upload_bytes / (1024 * 1024)));
    }
    let format = format_of(bytes).ok_or_else(|| Error::invalid("image", "error-image-type"))?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let memory = limits.max_pixels.saturating_mul(BYTES_PER_PIXEL);
    let mut decoder_limits = Limits::no_limits();
    decoder_limits.max_alloc = Some(memory.saturating_add(DECODER_MEMORY));
    reader.limits(decoder_limits);
    let mut decoder = reader.into_decoder().map_err(|e| refused(&e, limits.max_pixels))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.max_pixels || decoder.total_bytes() > memory {
        return Err(too_many_pixels(limits.max_pixels));
    }
    let orientation = decoder.orientation().map_err(|e| refused(&e, limits.max_pixels))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| refused(&e, limits.max_pixels))?;
    if purpose == Purpose::Icon {
        let edge = picture.width().min(picture.height());
        picture = picture.crop_imm((picture.width() - edge) / 2, (picture.height() - edge) / 2, edge, edge);
    }
    let most = match purpose {
        Purpose::Statement | Purpose::Minutes | Purpose::Poster => MAX_EDGE,
        Purpose::Icon => MAX_ICON_EDGE,
        Purpose::Header => MAX_HEADER_EDGE,
    };
    if picture.width() > most || picture.height() > most {
        picture = picture.resize(most, most, FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    encode(&picture, format)
}

/// What the first bytes say it is, of the four that we take.
fn format_of(bytes: &[u8]) -> Option<ImageFormat> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"\x89PNG\r\n\x1a\n") {
        Some(ImageFormat::Png)
    } else if starts(b"\xff\xd8\xff") {
        Some(ImageFormat::Jpeg)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Some(ImageFormat::Gif)
    } else if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(ImageFormat::WebP)
    } else {
        None
    }
}

fn too_many_pixels(max: u64) -> Error {
    Error::invalid_with("image", "error-image-pixels", "megapixels", max / 1_000_000)
}

fn refused(error: &ImageError, max_pixels: u64) -> Error {
    match error {
        ImageError::Limits(_) => too_many_pixels(max_pixels),
        _ => Error::invalid("image", "error-image-broken"),
    }
}

/// Drawings and what is see-through stay PNG, photographs become JPEG.
fn encode(picture: &DynamicImage, from: ImageFormat) -> Result<Prepared> {
    let see_through = picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel[3] < 255);
    let (width, height) = (picture.width(), picture.height());
    let mut bytes = Vec::new();
    let media_type = if see_through || matches!(from, ImageFormat::Png | ImageFormat::Gif) {
        let picture = match (see_through, picture.color().has_color()) {
            (true, _) => DynamicImage::from(picture.to_rgba8()),
            (false, true) => picture.to_rgb8().into(),
            (false, false) => picture.to_luma8().into(),
        };
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive)
            .write_image(picture.as_bytes(), width, height, picture.color().into())
            .map_err(Error::internal)?;
        "image/png"
    } else {
        JpegEncoder::new_with_quality(&mut bytes, QUALITY)
            .write_image(picture.to_rgb8().as_raw(), width, height, image::ExtendedColorType::Rgb8)
            .map_err(Error::internal)?;
        "image/jpeg"
    };
    Ok(Prepared { bytes, media_type, width, height })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};
    use std::time::{Duration, Instant};

    fn accept(bytes: &[u8], settings: &Settings) -> Result<Prepared> {
        super::accept(bytes, Purpose::Statement, settings)
    }

    fn settings() -> Settings {
        Settings::load_with(None, []).unwrap()
    }

    fn fault(bytes: &[u8]) -> &'static str {
        match accept(bytes, &settings()) {
            Err(Error::Invalid(faults)) => faults[0].message,
            other => panic!("{other:?}"),
        }
    }

    /// Red on the left, blue on the right.
    fn picture(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) }).into()
    }

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// TIFF data of EXIF: orientation 6 (turn right), the camera's owner, and a place.
    fn exif() -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
        tiff.extend(b"\x30\xa4\x02\0\x11\0\0\0\x26\0\0\0");
        tiff.extend(b"\0\0\0\0SECRET-OWNER-NAME GPSLatitude 12.345678\0");
        tiff
    }

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], data].concat()
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 })
        })
    }

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let body = [&kind[..], data].concat();
        [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &body, &crc32(&body).to_be_bytes()].concat()
    }

    fn has(bytes: &[u8], word: &str) -> bool {
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    }

    fn is_clean(prepared: &Prepared) {
        for word in ["SECRET", "GPS", "Exif", "http://ns.adobe.com", "tEXt", "iTXt", "eXIf", "zTXt", "iCCP", "<script"] {
            assert!(!has(&prepared.bytes, word), "{word} in {}", prepared.media_type);
        }
    }

    #[test]
    fn prv_02_a_photograph_loses_its_metadata_and_keeps_its_upside() {
        let plain = written(&picture(40, 20), ImageFormat::Jpeg);
        let hidden = [
            segment(0xe1, &[b"Exif\0\0", &exif()[..]].concat()),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRET</x:xmpmeta>"),
            segment(0xed, b"Photoshop 3.0\0SECRET"),
            segment(0xfe, b"SECRET comment"),
        ]
        .concat();
        let photo = [&plain[..2], &hidden, &plain[2..], b"SECRET after the end"].concat();
        assert!(has(&photo, "SECRET-OWNER-NAME"));
        let prepared = accept(&photo, &settings()).unwrap();
        assert_eq!((prepared.media_type, prepared.width, prepared.height), ("image/jpeg", 20, 40));
        is_clean(&prepared);
        let turned = image::load_from_memory(&prepared.bytes).unwrap().to_rgb8();
        let (top, bottom) = (turned.get_pixel(10, 5), turned.get_pixel(10, 35));
        assert!(top[0] > 150 && bottom[2] > 150, "turned right, left is up: {top:?} {bottom:?}");
    }

    #[test]
    fn prv_02_png_and_webp_lose_their_chunks() {
        let plain = written(&picture(40, 20), ImageFormat::Png);
        let text = [
            chunk(b"tEXt", b"Author\0SECRET"),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
            chunk(b"eXIf", &exif()),
            chunk(b"tIME", &[7, 232, 1, 2, 3, 4, 5]),
        ]
        .concat();
        let png = [&plain[..33], &text, &plain[33..], b"<script>alert(1)</script>"].concat();
        let prepared = accept(&png, &settings()).unwrap();
        assert_eq!(prepared.media_type, "image/png");
        is_clean(&prepared);
        let mut webp = Vec::new();
        let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut webp);
        encoder.set_exif_metadata(exif()).unwrap();
        encoder.write_image(picture(40, 20).as_bytes(), 40, 20, image::ExtendedColorType::Rgb8).unwrap();
        assert!(has(&webp, "SECRET"));
        let prepared = accept(&webp, &settings()).unwrap();
        assert_eq!(prepared.media_type, "image/jpeg");
        is_clean(&prepared);
    }

    #[test]
    fn what_is_see_through_stays_so() {
        let glass: DynamicImage = RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 100])).into();
        let prepared = accept(&written(&glass, ImageFormat::WebP), &settings()).unwrap();
        assert_eq!(prepared.media_type, "image/png");
        assert_eq!(image::load_from_memory(&prepared.bytes).unwrap().to_rgba8().get_pixel(4, 4)[3], 100);
    }

    #[test]
    fn large_images_are_scaled_down() {
        let prepared = accept(&written(&picture(MAX_EDGE * 2, 64), ImageFormat::Png), &settings()).unwrap();
        assert_eq!((prepared.width, prepared.height), (MAX_EDGE, 32));
    }

    #[test]
    fn icons_are_squares_of_the_middle_and_headers_are_smaller() {
        let wide = written(&picture(1200, 600), ImageFormat::Png);
        let icon = super::accept(&wide, Purpose::Icon, &settings()).unwrap();
        assert_eq!((icon.width, icon.height), (MAX_ICON_EDGE, MAX_ICON_EDGE));
        let drawn = image::load_from_memory(&icon.bytes).unwrap().to_rgb8();
        assert!(drawn.get_pixel(20, 256)[0] > 150 && drawn.get_pixel(490, 256)[2] > 150, "the middle: red and blue");
        let small = super::accept(&written(&picture(30, 20), ImageFormat::Png), Purpose::Icon, &settings()).unwrap();
        assert_eq!((small.width, small.height), (20, 20));
        let wide = written(&picture(3200, 400), ImageFormat::Png);
        let header = super::accept(&wide, Purpose::Header, &settings()).unwrap();
        assert_eq!((header.width, header.height), (MAX_HEADER_EDGE, 200));
    }

    #[test]
    fn res_11_too_large_is_known_from_the_header() {
        let mut header = Vec::new();
        for edge in [50_000u32, 50_000] {
            header.extend(edge.to_be_bytes());
        }
        header.extend([8, 6, 0, 0, 0]);
        let png = [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", b"x"), &chunk(b"IEND", b"")].concat();
        let mut jpeg = written(&picture(16, 16), ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xc3, 0x50, 0xc3, 0x50]);
        let mut gif = written(&picture(16, 16), ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0x50, 0xc3, 0x50, 0xc3]);
        for (name, bytes) in [("png", png), ("jpeg", jpeg), ("gif", gif)] {
            let start = Instant::now();
            assert_eq!(fault(&bytes), "error-image-pixels", "{name}");
            assert!(start.elapsed() < Duration::from_millis(100), "{name}: {:?}", start.elapsed());
        }
    }

    #[test]
    fn res_11_of_ten_thousand_frames_one_is_drawn() {
        let mut gif = Vec::new();
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut gif);
        for _ in 0..3 {
            encoder.encode_frame(image::Frame::new(picture(16, 16).to_rgba8())).unwrap();
        }
        drop(encoder);
        // One frame's bytes, between the first two graphic control extensions, again and again.
        let starts: Vec<usize> = gif.windows(3).enumerate().filter(|(_, w)| *w == [0x21, 0xf9, 4]).map(|(i, _)| i).collect();
        let frame = gif[starts[0]..starts[1]].to_vec();
        let many = [&gif[..starts[0]], &frame.repeat(10_000), b";"].concat();
        let start = Instant::now();
        let prepared = accept(&many, &settings()).unwrap();
        assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
        assert_eq!((prepared.media_type, prepared.width), ("image/png", 16));
        assert!(prepared.bytes.len() < 2_000);
    }

    #[test]
    fn web_04_what_is_no_image_is_refused() {
        for text in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            "<?xml version=\"1.0\"?><svg/>",
            "<!doctype html><script>alert(1)</script>",
            "%PDF-1.7",
            "RIFF0000WAVE",
            "",
        ] {
            assert_eq!(fault(text.as_bytes()), "error-image-type", "{text}");
        }
        assert_eq!(fault(b"GIF89a\x08\0\x08\0\0\0\0<script>alert(1)</script>"), "error-image-broken");
        assert_eq!(fault(b"\xff\xd8\xff<html>"), "error-image-broken");
        let mut settings = settings();
        settings.media.max_upload_bytes = 10;
        assert!(matches!(accept(&[0; 11], &settings), Err(Error::Invalid(f)) if f[0].message == "error-image-large"));
    }
}
