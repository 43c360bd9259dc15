//! Files with all that a PDF can hide, and what is left of them.

use super::{super::pdf, *};
use flate2::{Compression, write::ZlibEncoder};
use proptest::prelude::*;
use std::io::Write as _;

/// A file of these objects with a table that is no use: it is never read.
fn file(objects: &[(u32, &str)], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    for (id, body) in objects {
        out.extend(format!("{id} 0 obj\n{body}\nendobj\n").bytes());
    }
    out.extend(format!("xref\n0 1\n0000000000 65535 f \ntrailer\n{trailer}\nstartxref\n9\n%%EOF\n").bytes());
    out
}

fn stream(dict: &str, content: &str) -> String {
    format!("<<{dict}/Length {}>>\nstream\n{content}\nendstream", content.len())
}

/// One page with a text, and whatever else.
fn page(more_of_root: &str, more_of_page: &str, more: &[(u32, &str)]) -> Vec<u8> {
    let root = format!("<</Type/Catalog/Pages 2 0 R{more_of_root}>>");
    let page = format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R{more_of_page}>>");
    let content = stream("/Metadata 40 0 R/LastModified(SECRET)", "BT /F1 24 Tf 50 700 Td (Stop the dam) Tj ET");
    let mut objects = vec![
        (1, root.as_str()),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>/Properties<</P 41 0 R>>>>>>"),
        (3, page.as_str()),
        (4, content.as_str()),
        (5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Name/SECRET>>"),
        (40, "(SECRET in metadata)"),
        (41, "<</Kind/SECRET>>"),
    ];
    objects.extend(more);
    file(&objects, "<</Size 42/Root 1 0 R/Info 42 0 R/ID[<5345435245540000><5345435245540000>]>>")
}

fn accepted(bytes: &[u8]) -> std::result::Result<Vec<u8>, &'static str> {
    let settings = Settings::load_with(None, []).unwrap();
    accept(bytes, &settings).map(|poster| poster.bytes).map_err(|error| match error {
        Error::Invalid(faults) => faults[0].message,
        other => panic!("{other:?}"),
    })
}

fn has(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Everything that a file holds, decompressed, as one text.
fn whole(bytes: &[u8]) -> String {
    let file = file::File::read(bytes, &mut filters::Budget::new()).unwrap();
    let mut ids: Vec<_> = file.objects.keys().copied().collect();
    ids.sort_unstable();
    let mut out = String::new();
    for id in ids {
        let object = &file.objects[&id];
        out += &format!("{object:?}\n");
        if let object::Object::Stream(dict, range) = object {
            let content = filters::decoded(dict, &bytes[range.clone()], &mut filters::Budget::new()).unwrap_or_default();
            out += &String::from_utf8_lossy(&content);
        }
        for text in texts(object) {
            out += &text;
        }
    }
    out
}

fn texts(object: &object::Object) -> Vec<String> {
    use object::Object::{Array, Dict, Name, Stream, Text};
    match object {
        Name(text) | Text(text) => vec![String::from_utf8_lossy(text).into_owned()],
        Array(array) => array.iter().flat_map(texts).collect(),
        Dict(dict) | Stream(dict, _) => dict
            .0
            .iter()
            .flat_map(|(key, value)| [vec![String::from_utf8_lossy(key).into_owned()], texts(value)].concat())
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn web_04_of_a_pdf_only_what_is_drawn_is_kept() {
    let script = stream("/Type/EmbeddedFile", "SECRET file");
    let xmp = stream("/Type/Metadata/Subtype/XML", "<x:xmpmeta>SECRET</x:xmpmeta>");
    let bytes = page(
        "/Metadata 6 0 R/OpenAction<</S/JavaScript/JS(app.alert\\('SECRET'\\))>>/AA<</WC<</S/URI/URI(https://SECRET.example)>>>>\
         /Names<</JavaScript<</Names[(x) 7 0 R]>>/EmbeddedFiles<</Names[(f) 8 0 R]>>>>/AcroForm<</XFA 9 0 R/Fields[10 0 R]>>\
         /Outlines 11 0 R/StructTreeRoot 12 0 R/PageLabels 12 0 R/Lang(SECRET)/OCProperties<</OCGs[12 0 R]/D<</ON[12 0 R]>>>>",
        "/Annots[10 0 R]/AA<</O<</S/Launch/F(SECRET.exe)>>>>/PieceInfo<</X 12 0 R>>/Thumb 6 0 R/Metadata 6 0 R/B[12 0 R]",
        &[
            (6, &xmp),
            (7, "<</S/JavaScript/JS(SECRET)>>"),
            (8, "<</Type/Filespec/F(SECRET)/EF<</F 9 0 R>>>>"),
            (9, &script),
            (10, "<</Type/Annot/Subtype/Widget/A<</S/SubmitForm/F(https://SECRET.example)>>/T(SECRET)>>"),
            (11, "<</Title(SECRET)>>"),
            (12, "<</Name(SECRET)>>"),
            (42, "<</Author(SECRET)/Creator(SECRET)/Producer(SECRET)/CreationDate(D:20260101)>>"),
        ],
    );
    assert!(has(&bytes, "SECRET"));
    let kept = accepted(&bytes).unwrap();
    let all = whole(&kept);
    assert!(all.contains("(Stop the dam) Tj") && all.contains("Helvetica"), "{all}");
    let raw = String::from_utf8_lossy(&kept).into_owned();
    for gone in [
        "SECRET",
        "Info",
        "Metadata",
        "JavaScript",
        "/JS",
        "OpenAction",
        "/AA",
        "Launch",
        "URI",
        "Embedded",
        "AcroForm",
        "XFA",
        "Annot",
        "Outlines",
        "/ID",
        "Producer",
        "OCProperties",
        "Struct",
        "Prev",
        "/Names",
    ] {
        assert!(!all.contains(gone) && !raw.contains(gone), "{gone} in {raw}\n{all}");
    }
    assert_eq!(accepted(&kept).unwrap(), kept, "writing it again changes nothing");
}

#[test]
fn web_04_what_was_changed_or_deleted_later_is_gone() {
    let mut bytes = page("", "", &[]);
    let new = stream("", "BT /F1 24 Tf (Stop the mine) Tj ET");
    bytes.extend(format!("4 0 obj\n{new}\nendobj\ntrailer\n<</Size 42/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n").bytes());
    let all = whole(&accepted(&bytes).unwrap());
    assert!(all.contains("Stop the mine") && !all.contains("Stop the dam"));
}

#[test]
fn compressed_objects_and_lengths_that_stand_elsewhere_are_read() {
    let inner = "<</Type/Catalog/Pages 2 0 R>> <</Type/Pages/Kids[3 0 R]/Count 1>> <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents[6 0 R]>>";
    let (second, third) = (inner.find("<</Type/Pages").unwrap(), inner.find("<</Type/Page/").unwrap());
    let index = format!("1 0 2 {second} 3 {third} ");
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all((index.clone() + inner).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let mut bytes = b"%PDF-1.5\n".to_vec();
    bytes.extend(
        format!("5 0 obj\n<</Type/ObjStm/N 3/First {}/Filter/FlateDecode/Length 8 0 R>>\nstream\r\n", index.len()).bytes(),
    );
    bytes.extend(&packed);
    bytes.extend(format!("\r\nendstream\nendobj\n8 0 obj\n{}\nendobj\n", packed.len()).bytes());
    // What looks like an end stands within.
    let text = "BT (endstream\n7 0 obj (x) endobj) Tj ET";
    bytes.extend(
        format!("6 0 obj\n<</Length 9 0 R>>\nstream\n{text}\nendstream\nendobj\n9 0 obj {} endobj\n", text.len()).bytes(),
    );
    bytes.extend(
        b"10 0 obj\n<</Type/XRef/Root 1 0 R/Size 11/W[1 2 1]/Length 0>>\nstream\n\nendstream\nendobj\nstartxref\n0\n%%EOF",
    );
    let all = whole(&accepted(&bytes).unwrap());
    assert!(all.contains(text), "{all}");
}

#[test]
fn web_04_locked_broken_hidden_and_other_files_are_refused() {
    let plain = page("", "", &[]);
    assert!(accepted(&plain).is_ok());
    let locked = String::from_utf8(plain.clone()).unwrap().replace("/Info 42 0 R", "/Encrypt 42 0 R");
    assert_eq!(accepted(locked.as_bytes()), Err("error-poster-encrypted"));
    for cut in [20, 100, plain.len() / 2] {
        assert_eq!(accepted(&plain[..cut]), Err("error-poster-broken"), "{cut}");
    }
    let missing = String::from_utf8(plain).unwrap().replace("/Contents 4 0 R", "/Contents 99 0 R");
    assert_eq!(accepted(missing.as_bytes()), Err("error-poster-broken"));
    let hidden = page("/OCProperties<</OCGs[41 0 R]/D<</OFF[41 0 R]>>>>", "", &[]);
    assert_eq!(accepted(&hidden), Err("error-poster-layers"));
    let circle =
        file(&[(1, "<</Pages 2 0 R>>"), (2, "<</Kids[3 0 R]/MediaBox[0 0 9 9]>>"), (3, "<</Kids[2 0 R]>>")], "<</Root 1 0 R>>");
    assert_eq!(accepted(&circle), Err("error-poster-broken"));
    for other in ["<html>%PDF-1.4</html>", "GIF89a", "", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"] {
        assert_eq!(accepted(other.as_bytes()), Err("error-poster-type"), "{other}");
    }
    let lzw = stream("/Filter/LZWDecode", "x");
    let bytes = page("", "/Resources<</XObject<</X 6 0 R>>>>", &[(6, &lzw)]);
    assert_eq!(accepted(&bytes), Err("error-poster-unknown"));
    let mut settings = Settings::load_with(None, []).unwrap();
    settings.media.max_upload_bytes = 10;
    assert!(matches!(accept(b"%PDF-1.4 and more", &settings), Err(Error::Invalid(f)) if f[0].message == "error-poster-large"));
}

#[test]
fn res_11_many_pages_are_refused() {
    let kids = |n: usize| {
        let mut objects = vec![(1, "<</Pages 2 0 R>>".to_owned())];
        let named: String = (0..n).map(|at| format!("{} 0 R ", at + 3)).collect();
        objects.push((2, format!("<</Kids[{named}]/MediaBox[0 0 9 9]>>")));
        objects.extend((0..n).map(|at| (at as u32 + 3, "<</Type/Page>>".to_owned())));
        let objects: Vec<(u32, &str)> = objects.iter().map(|(id, body)| (*id, body.as_str())).collect();
        file(&objects, "<</Root 1 0 R>>")
    };
    assert!(accepted(&kids(MAX_PAGES)).is_ok());
    assert_eq!(accepted(&kids(MAX_PAGES + 1)), Err("error-poster-pages"));
    assert_eq!(accepted(&kids(200_000)), Err("error-poster-pages"));
}

proptest! {
    /// Every mishap is an answer: bytes are changed, taken out and put in, anywhere.
    #[test]
    fn garbage_never_panics(changes in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..3, any::<u8>()), 1..40)) {
        let mut bytes = page("/Names<</X[1 2 3]>>", "/Rotate 90", &[(6, "<</A(b\\051)/C<4142>/D[1 0 R 1.5 -2]>>")]);
        for (at, what, byte) in changes {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                _ => bytes.insert(at, byte),
            }
        }
        if let Ok(kept) = pdf::anew(&bytes) {
            // What is written can be read.
            prop_assert!(pdf::anew(&kept).is_ok());
        }
    }

    #[test]
    fn noise_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(accepted(&[b"%PDF-1.4\n", &bytes[..]].concat()).is_err());
    }
}

#[test]
fn res_11_what_pages_share_is_carried_over_so_often_and_no_more() {
    let shared = |values: usize| {
        let many: String = (0..values).map(|at| format!("/F{at}<</Type/Font>>")).collect();
        let root = format!("<</Kids[4 0 R 5 0 R 6 0 R 7 0 R]/MediaBox[0 0 9 9]/Resources<</Font<<{many}>>>>>>");
        let objects = [(1, "<</Pages 2 0 R>>"), (2, root.as_str()), (4, "<<>>"), (5, "<<>>"), (6, "<<>>"), (7, "<<>>")];
        file(&objects, "<</Root 1 0 R>>")
    };
    assert!(accepted(&shared(50_000)).is_ok());
    assert_eq!(accepted(&shared(150_000)), Err("error-poster-heavy"));
}
