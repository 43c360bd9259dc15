//! A sheet of paper as a PDF (ISO 32000-1): letters, surfaces, and the parts of the fonts that it needs. The same drawing gives the
//! same bytes: no date stands in it.

use super::letters::{Fonts, Glyph, Line, Weight};
use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{
    Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use std::{collections::HashMap, io::Write};
use subsetter::GlyphRemapper;

/// Red, green, blue, of 1.
pub type Colour = (f32, f32, f32);

/// Units are points, from the top left corner.
pub struct Sheet<'a> {
    fonts: &'a Fonts,
    width: f32,
    height: f32,
    content: Content,
    used: [Used; 2],
}

/// Glyphs of one font, each with the letters that it stands for at that place: the same form may be a letter of Arabic and one of
/// Persian, and what is copied shall be what was written.
#[derive(Default)]
struct Used {
    numbers: HashMap<(u16, String), u16>,
    glyphs: Vec<Glyph>,
}

impl Used {
    fn number(&mut self, glyph: &Glyph) -> u16 {
        let next = u16::try_from(self.glyphs.len() + 1).unwrap_or(u16::MAX);
        *self.numbers.entry((glyph.id, glyph.text.clone())).or_insert_with(|| {
            self.glyphs.push(glyph.clone());
            next
        })
    }
}

const SYSTEM: SystemInfo = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

impl<'a> Sheet<'a> {
    pub fn new(fonts: &'a Fonts, width: f32, height: f32) -> Self {
        Self { fonts, width, height, content: Content::new(), used: Default::default() }
    }

    /// A filled surface.
    pub fn area(&mut self, x: f32, y: f32, width: f32, height: f32, (r, g, b): Colour) {
        self.content.set_fill_rgb(r, g, b).rect(x, self.height - y - height, width, height).fill_nonzero();
    }

    /// A line of text whose letters stand on `y`, from `x` on to the right.
    pub fn text(&mut self, line: &Line, weight: Weight, size: f32, x: f32, y: f32, (r, g, b): Colour) {
        let name: &[u8] = if weight == Weight::Bold { b"B" } else { b"R" };
        self.content.begin_text().set_font(Name(name), size).set_fill_rgb(r, g, b);
        let mut at = x;
        for glyph in &line.glyphs {
            let number = self.used[weight as usize].number(glyph).to_be_bytes();
            let (x, y) = (at + glyph.x * size, self.height - y + glyph.y * size);
            self.content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]).show(Str(&number));
            at += glyph.advance * size;
        }
        self.content.end_text();
    }

    /// The whole file. `None` where a font can't be cut to what is used, which tests rule out for ours.
    pub fn finish(self, title: &str, author: &str, language: &str) -> Option<Vec<u8>> {
        let [catalog, pages, page, content, info] = [1, 2, 3, 4, 5].map(Ref::new);
        let fonts = [(Weight::Regular, Ref::new(10), b"R"), (Weight::Bold, Ref::new(20), b"B")];
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(pages).lang(TextStr(language));
        pdf.document_info(info).title(TextStr(title)).author(TextStr(author)).producer(TextStr("Communard"));
        pdf.pages(pages).kids([page]).count(1);
        let mut sheet = pdf.page(page);
        sheet.parent(pages).media_box(Rect::new(0.0, 0.0, self.width, self.height)).contents(content);
        let mut resources = sheet.resources();
        let mut named = resources.fonts();
        for (_, id, name) in fonts {
            named.pair(Name(name), id);
        }
        named.finish();
        resources.finish();
        sheet.finish();
        let drawn = packed(self.content.finish().as_slice())?;
        pdf.stream(content, &drawn).filter(pdf_writer::Filter::FlateDecode);
        for (weight, id, _) in fonts {
            self.used[weight as usize].embed(&mut pdf, self.fonts, weight, id)?;
        }
        Some(pdf.finish())
    }
}

impl Used {
    fn embed(&self, pdf: &mut Pdf, fonts: &Fonts, weight: Weight, id: Ref) -> Option<()> {
        let [cid, descriptor, cmap, map, file] = [1, 2, 3, 4, 5].map(|n| Ref::new(id.get() + n));
        let name: &[u8] = if weight == Weight::Bold { b"COMMUN+DejaVuSans-Bold" } else { b"COMMUN+DejaVuSans" };
        let mut remapper = GlyphRemapper::new();
        // Numbers begin at one: nought is the glyph for what is missing.
        let mut to_glyph = vec![0_u8, 0];
        let mut to_text: UnicodeCmap<u16> = UnicodeCmap::new(Name(b"Letters"), SYSTEM);
        for (n, glyph) in self.glyphs.iter().enumerate() {
            to_glyph.extend(remapper.remap(glyph.id).to_be_bytes());
            if !glyph.text.is_empty() {
                to_text.pair_with_multiple(u16::try_from(n + 1).ok()?, glyph.text.chars());
            }
        }
        let part = packed(&subsetter::subset(weight.data(), 0, &remapper).ok()?)?;
        pdf.type0_font(id).base_font(Name(name)).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(cmap);
        let mut font = pdf.cid_font(cid);
        font.subtype(CidFontType::Type2).base_font(Name(name)).system_info(SYSTEM).font_descriptor(descriptor);
        font.default_width(0.0).cid_to_gid_map_stream(map);
        font.widths().consecutive(1, self.glyphs.iter().map(|glyph| glyph.advance * 1000.0));
        font.finish();
        let face = fonts.face(weight);
        let unit = 1000.0 / face.units_per_em() as f32;
        let bounds = face.global_bounding_box();
        let side = |side: i16| f32::from(side) * unit;
        pdf.font_descriptor(descriptor)
            .name(Name(name))
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(side(bounds.x_min), side(bounds.y_min), side(bounds.x_max), side(bounds.y_max)))
            .italic_angle(0.0)
            .ascent(side(face.ascender()))
            .descent(side(face.descender()))
            .cap_height(side(face.capital_height().unwrap_or_else(|| face.ascender())))
            .stem_v(if weight == Weight::Bold { 160.0 } else { 90.0 })
            .font_file2(file);
        let letters = to_text.finish();
        pdf.cmap(cmap, letters.as_slice());
        let to_glyph = packed(&to_glyph)?;
        pdf.stream(map, &to_glyph).filter(pdf_writer::Filter::FlateDecode);
        pdf.stream(file, &part).filter(pdf_writer::Filter::FlateDecode);
        Some(())
    }
}

fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}
