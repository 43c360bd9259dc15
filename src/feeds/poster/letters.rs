//! Letters for posters: shaped, joined and set in their direction, in DejaVu Sans (Latin, Greek, Cyrillic, Arabic with the letters
//! of Persian and Kurdish). The fonts lie in the program and are read from it when a poster is made, not before.

use rustybuzz::{Direction, Face, UnicodeBuffer, ttf_parser::GlyphId};
use std::collections::HashMap;
use unicode_bidi::{BidiInfo, Level};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

impl Weight {
    pub fn data(self) -> &'static [u8] {
        match self {
            Self::Regular => dejavu::sans::regular(),
            Self::Bold => dejavu::sans::bold(),
        }
    }
}

/// The two fonts, read.
pub struct Fonts {
    faces: [Face<'static>; 2],
}

/// A glyph as it is drawn, with the letters that it stands for: so that a text can be found and copied.
#[derive(Debug, Clone, PartialEq)]
pub struct Glyph {
    pub id: u16,
    pub text: String,
    /// In parts of the letters' size.
    pub advance: f32,
    pub x: f32,
    pub y: f32,
}

/// A line as it is drawn, from left to right.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub glyphs: Vec<Glyph>,
    /// In parts of the letters' size.
    pub width: f32,
}

/// A text in words, each measured.
pub struct Words {
    words: Vec<(String, f32)>,
    space: f32,
    weight: Weight,
    rtl: bool,
}

impl Words {
    /// The width of the longest.
    pub fn widest(&self) -> f32 {
        self.words.iter().map(|word| word.1).fold(0.0, f32::max)
    }

    /// How many lines it takes.
    pub fn count(&self, fonts: &Fonts, width: f32) -> usize {
        self.broken(fonts, width).len()
    }

    fn broken(&self, fonts: &Fonts, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut line, mut full) = (String::new(), 0.0);
        for (word, wide) in &self.words {
            if !line.is_empty() && full + self.space + wide <= width {
                line.push(' ');
                line.push_str(word);
                full += self.space + wide;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            (line, full) = (word.clone(), *wide);
            if *wide > width {
                let mut parts = self.parted(fonts, word, width);
                line = parts.pop().unwrap_or_default();
                lines.append(&mut parts);
                full = fonts.line(&line, self.weight, self.rtl).width;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// A word that is too long, in parts of as many letters as fit by their widths alone.
    fn parted(&self, fonts: &Fonts, word: &str, width: f32) -> Vec<String> {
        let mut parts = vec![String::new()];
        let mut full = 0.0;
        for letter in word.chars() {
            // A little over, for what stands closer or wider beside another.
            let wide = fonts.line(letter.encode_utf8(&mut [0; 4]), self.weight, self.rtl).width * 1.02;
            if full + wide > width && parts.last().is_some_and(|part| !part.is_empty()) {
                parts.push(String::new());
                full = 0.0;
            }
            if let Some(part) = parts.last_mut() {
                part.push(letter);
            }
            full += wide;
        }
        parts
    }
}

/// Whether a text runs from the right, by its first letter.
fn begins_rtl(text: &str) -> bool {
    crate::i18n::direction_of(text) == "rtl"
}

impl Fonts {
    /// `None` where the fonts that are built in can't be read, which a test rules out.
    pub fn read() -> Option<Self> {
        let face = |weight: Weight| Face::from_slice(weight.data(), 0);
        Some(Self { faces: [face(Weight::Regular)?, face(Weight::Bold)?] })
    }

    pub fn face(&self, weight: Weight) -> &Face<'static> {
        &self.faces[weight as usize]
    }

    /// Whether all letters of a text can be drawn. Signs that can't are left out.
    pub fn have(&self, text: &str) -> bool {
        let drawn = |c: char| self.faces.iter().all(|face| face.glyph_index(c).is_some());
        text.chars().all(|c| !c.is_alphanumeric() || drawn(c))
    }

    /// A text without what can't be drawn. Marks that join, part or steer stay: they are never drawn.
    fn drawable(&self, text: &str) -> String {
        let face = self.face(Weight::Bold);
        let steers = |c: char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{2066}'..='\u{2069}');
        let kept = |c: &char| steers(*c) || face.glyph_index(*c).is_some();
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(kept).collect()
    }

    /// Measures the words of a text once, however often it is broken.
    pub fn words(&self, text: &str, weight: Weight) -> Words {
        let text = self.drawable(text);
        let rtl = begins_rtl(&text);
        let wide = |text: &str| self.line(text, weight, rtl).width;
        let words = text.split_whitespace().map(|word| (word.to_owned(), wide(word))).collect();
        Words { words, space: wide(" "), weight, rtl }
    }

    /// Breaks a text into lines of at most `width` (in parts of the letters' size), between words; a word that is longer is broken
    /// where it is full.
    pub fn lines(&self, words: &Words, width: f32) -> Vec<Line> {
        words.broken(self, width).iter().map(|text| self.line(text, words.weight, words.rtl)).collect()
    }

    /// One line, its stretches of one direction in the order in which they are seen (Unicode's bidirectional algorithm).
    pub fn line(&self, text: &str, weight: Weight, rtl: bool) -> Line {
        let level = if rtl { Level::rtl() } else { Level::ltr() };
        let bidi = BidiInfo::new(text, Some(level));
        let mut line = Line::default();
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let rtl = levels.get(run.start).is_some_and(Level::is_rtl);
                self.run(&text[run], weight, rtl, &mut line);
            }
        }
        line
    }

    fn run(&self, text: &str, weight: Weight, rtl: bool, line: &mut Line) {
        let face = self.face(weight);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(face, &[], buffer);
        let em = face.units_per_em() as f32;
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let mut texts = Clusters::of(text, infos.iter().map(|info| info.cluster as usize));
        for (info, at) in infos.iter().zip(positions) {
            let Ok(id) = u16::try_from(info.glyph_id) else { continue };
            // Marks that steer direction are not drawn.
            let advance = at.x_advance as f32 / em;
            let text = texts.take(info.cluster as usize, advance == 0.0, |c| face.glyph_index(c) == Some(GlyphId(id)));
            let glyph = Glyph { id, text, advance, x: at.x_offset as f32 / em, y: at.y_offset as f32 / em };
            line.width += advance;
            if rtl && glyph.text.chars().count() > 1 {
                line.glyphs.extend(parted(glyph, face.glyph_index(' ').map_or(0, |space| space.0)));
            } else {
                line.glyphs.push(glyph);
            }
        }
    }
}

/// A ligature that runs from the right (لا) as parts with a letter each, the last one first: readers of PDF put letters in their order
/// by where they stand, and some turn those of one glyph around. The first letter's part draws all of it, the others nothing.
fn parted(glyph: Glyph, nothing: u16) -> Vec<Glyph> {
    let letters: Vec<char> = glyph.text.chars().rev().collect();
    let advance = glyph.advance / letters.len() as f32;
    let last = letters.len() - 1;
    let part = |(n, letter): (usize, &char)| {
        let (id, x) = if n == last { (glyph.id, glyph.x - advance * n as f32) } else { (nothing, 0.0) };
        Glyph { id, text: letter.to_string(), advance, x, y: if n == last { glyph.y } else { 0.0 } }
    };
    letters.iter().enumerate().map(part).collect()
}

/// Which letters each glyph stands for: a cluster's letters go to its first glyph that has a width, but a mark's own to the mark.
struct Clusters(HashMap<usize, String>);

impl Clusters {
    fn of(text: &str, starts: impl Iterator<Item = usize>) -> Self {
        let mut starts: Vec<usize> = starts.collect();
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        Self(starts.iter().copied().zip(ends).map(|(start, end)| (start, text[start..end].to_owned())).collect())
    }

    fn take(&mut self, cluster: usize, mark: bool, own: impl Fn(char) -> bool) -> String {
        let Some(left) = self.0.get_mut(&cluster) else { return String::new() };
        if !mark {
            return std::mem::take(left);
        }
        match left.char_indices().find(|(_, c)| own(*c)) {
            Some((at, _)) => left.remove(at).to_string(),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &Line) -> String {
        line.glyphs.iter().map(|glyph| glyph.text.as_str()).collect()
    }

    #[test]
    fn the_fonts_have_the_letters_of_those_who_call() {
        let fonts = Fonts::read().unwrap();
        for sample in [
            "Jin jiyan azadî: ê î û ç ş Ê Î Û Ç Ş",
            "ژن ژیان ئازادی: ڕ ڵ ۆ ێ ە ڤ گ پ چ ھ",
            "Yaşasın özgürlük: ğ ı İ ş ç ö ü",
            "زن زندگی آزادی: پ چ ژ گ ک ی ۱۲۳",
            "نداء من أجل الماء: ١٢٣ ؟ ،",
            "Ελευθερία Свобода Ђ Ћ Є І Ї Ґ",
            "Łódź Škoda Őrség Þór Ñandú ẞ",
        ] {
            assert!(fonts.have(sample), "{sample}");
        }
        assert!(!fonts.have("水") && fonts.have("🔥 fire"));
    }

    #[test]
    fn arabic_letters_join_and_run_from_right_to_left() {
        let fonts = Fonts::read().unwrap();
        let face = fonts.face(Weight::Regular);
        let line = fonts.line("سلام", Weight::Regular, true);
        // Seen from the left: meem, the ligature of lam and alef in two parts, seen.
        assert_eq!(line.glyphs.iter().map(|glyph| glyph.text.as_str()).collect::<Vec<_>>(), ["م", "ا", "ل", "س"]);
        let alone = face.glyph_index('س').unwrap().0;
        assert_ne!(line.glyphs[3].id, alone, "it stands in its form for the beginning of a word");
        let mixed = fonts.line("سد Ilısu 2027", Weight::Regular, true);
        assert!(text(&mixed).starts_with("Ilısu 2027"), "Latin letters run from the left, on the left: {}", text(&mixed));
    }

    #[test]
    fn lines_are_no_wider_than_asked_and_lose_nothing() {
        let fonts = Fonts::read().unwrap();
        let title = "Days of action for the river: no dam without the valley's consent Donaudampfschifffahrtsgesellschaft";
        for width in [3.0, 8.0, 20.0, 200.0] {
            let lines = fonts.lines(&fonts.words(title, Weight::Bold), width);
            assert!(lines.iter().all(|line| line.width <= width), "{width}");
            let all: String = lines.iter().map(text).collect();
            assert_eq!(all.replace(' ', ""), title.replace(' ', ""));
        }
        assert!(fonts.lines(&fonts.words("", Weight::Bold), 10.0).is_empty());
    }
}
