//! Posters: a call on a sheet of A4 or A3, to be printed and hung up, with a QR code to its page; with the actions of one town where
//! one is chosen. One page, always: what has no room stands on the page that the code leads to.

pub mod dates;
mod letters;
pub mod of_call;
mod sheet;

use crate::i18n::Lang;
use letters::{Fonts, Line, Weight};
use qrcode::{Color, EcLevel, QrCode};
use sheet::{Colour, Sheet};

/// Letters of a title that a poster shows; the rest is cut.
pub const MAX_POSTER_TITLE: usize = 300;
/// Actions of a town on a poster; how many more there are it says.
pub const MAX_POSTER_ACTIONS: usize = 24;
/// Letters of any other line.
const MAX_LINE: usize = 200;

crate::domain::word_enum! {
    /// The paper.
    #[derive(Default)]
    Paper { #[default] A4 = "a4", A3 = "a3" }
}

impl Paper {
    /// Width and height in points, upright (ISO 216).
    fn points(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::A3 => (841.89, 1190.55),
        }
    }
}

/// What stands on a poster: all of it in words. Empty texts are left out.
#[derive(Debug, Clone, Default)]
pub struct Poster {
    pub paper: Paper,
    /// From right to left.
    pub rtl: bool,
    /// BCP 47, of the title.
    pub language: String,
    /// `Call to action`
    pub kicker: String,
    pub title: String,
    /// Month and day of the first day, and of the last.
    pub first: (String, String),
    pub last: Option<(String, String)>,
    pub when: String,
    pub place: String,
    /// That it is cancelled, postponed or moved.
    pub warning: String,
    /// The town whose actions stand below.
    pub town: String,
    pub actions: Vec<Entry>,
    /// For how many more there are; without, a number alone.
    pub words: Option<Lang>,
    /// Actions there, beside these.
    pub beyond: usize,
    pub collective: String,
    /// What the code is for.
    pub scan: String,
    /// The page's address.
    pub url: String,
}

/// An action: when; what; where.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub when: String,
    pub what: String,
    pub place: String,
}

/// Why there is no poster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unable {
    /// The letters of its title aren't in our fonts.
    Script,
    /// The fonts built in, or the code; tests rule it out.
    Broken,
}

const INK: Colour = (0.11, 0.10, 0.09);
const SOFT: Colour = (0.33, 0.31, 0.28);
const ACCENT: Colour = (0.70, 0.07, 0.17);
const PAPER: Colour = (1.0, 1.0, 1.0);
const WASH: Colour = (0.98, 0.95, 0.90);

impl Poster {
    /// The PDF, the same for the same words.
    pub fn write(&self) -> Result<Vec<u8>, Unable> {
        let fonts = Fonts::read().ok_or(Unable::Broken)?;
        if !fonts.have(&self.title) {
            return Err(Unable::Script);
        }
        let (width, height) = self.paper.points();
        let mut page = Page {
            sheet: Sheet::new(&fonts, width, height),
            fonts: &fonts,
            rtl: self.rtl,
            // Measures are those of A4; A3 is the same, larger.
            scale: width / Paper::A4.points().0,
            margin: 44.0,
            y: 0.0,
        };
        page.draw(self).ok_or(Unable::Broken)?;
        page.sheet.finish(&self.title, &self.collective, &self.language).ok_or(Unable::Broken)
    }
}

struct Page<'a> {
    sheet: Sheet<'a>,
    fonts: &'a Fonts,
    rtl: bool,
    scale: f32,
    /// In points of A4, as `y`: how far down the sheet is full.
    margin: f32,
    y: f32,
}

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// What the foot of the sheet takes: code, address, collective.
const FOOT: f32 = 150.0;
/// Room that the actions of a town need at least: a smaller title leaves it.
const ROOM: f32 = 190.0;
/// Letters of the title, in points.
const LARGEST: f32 = 62.0;
const SMALLEST: f32 = 14.0;

impl Page<'_> {
    fn inner(&self) -> f32 {
        WIDTH - 2.0 * self.margin
    }

    fn area(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Colour) {
        let x = if self.rtl { WIDTH - x - width } else { x };
        let s = self.scale;
        self.sheet.area(x * s, y * s, width * s, height * s, colour);
    }

    /// A line that begins at `x` from the side where reading begins.
    fn line(&mut self, line: &Line, weight: Weight, size: f32, x: f32, y: f32, colour: Colour) {
        let x = if self.rtl { WIDTH - x - line.width * size } else { x };
        let s = self.scale;
        self.sheet.text(line, weight, size * s, x * s, y * s, colour);
    }

    fn lines(&self, text: &str, weight: Weight, size: f32, width: f32, most: usize) -> Vec<Line> {
        let text = crate::text::excerpt(text, MAX_LINE);
        let mut lines = self.fonts.lines(&self.fonts.words(&text, weight), width / size);
        lines.truncate(most);
        lines
    }

    /// Lines below one another from `self.y` on.
    fn block(&mut self, text: &str, weight: Weight, size: f32, most: usize, colour: Colour) {
        if text.is_empty() {
            return;
        }
        for line in self.lines(text, weight, size, self.inner(), most) {
            self.y += size * 1.32;
            let margin = self.margin;
            self.line(&line, weight, size, margin, self.y, colour);
        }
    }

    fn draw(&mut self, poster: &Poster) -> Option<()> {
        self.area(0.0, 0.0, WIDTH, 16.0, ACCENT);
        self.y = 44.0;
        self.block(&poster.kicker, Weight::Bold, 15.0, 1, ACCENT);
        self.title(poster);
        self.warning(poster);
        self.dates(poster);
        self.y += 6.0;
        self.block(&poster.when, Weight::Bold, 17.0, 2, INK);
        self.block(&poster.place, Weight::Regular, 15.0, 2, INK);
        self.actions(poster);
        self.foot(poster)
    }

    /// As large as leaves room for the rest.
    fn title(&mut self, poster: &Poster) {
        let words = self.fonts.words(&crate::text::excerpt(&poster.title, MAX_POSTER_TITLE), Weight::Bold);
        let room = if poster.actions.is_empty() { 330.0 } else { 330.0 - ROOM };
        // Letters that join have long tails.
        let leading = if self.rtl { 1.3 } else { 1.14 };
        let mut size = LARGEST;
        // Words stay whole where a smaller size lets them.
        while size > SMALLEST
            && (words.widest() * size > self.inner()
                || words.count(self.fonts, self.inner() / size) as f32 * size * leading > room)
        {
            size -= 2.0;
        }
        self.y += 8.0;
        let margin = self.margin;
        for line in self.fonts.lines(&words, self.inner() / size) {
            self.y += size * leading;
            self.line(&line, Weight::Bold, size, margin, self.y - size * 0.12, INK);
        }
        self.y += 16.0 + size * 0.1;
    }

    fn warning(&mut self, poster: &Poster) {
        if poster.warning.is_empty() {
            return;
        }
        let lines = self.lines(&poster.warning, Weight::Bold, 18.0, self.inner() - 28.0, 3);
        let high = lines.len() as f32 * 23.0 + 16.0;
        let (margin, inner, y) = (self.margin, self.inner(), self.y);
        self.area(margin, y, inner, high, ACCENT);
        for (n, line) in lines.iter().enumerate() {
            self.line(line, Weight::Bold, 18.0, margin + 14.0, y + 26.0 + n as f32 * 23.0, PAPER);
        }
        self.y += high + 14.0;
    }

    /// Leaves of a calendar for the first and the last day.
    fn dates(&mut self, poster: &Poster) {
        const WIDE: f32 = 118.0;
        const HIGH: f32 = 98.0;
        if poster.first.1.is_empty() {
            return;
        }
        let mut x = self.margin;
        for (n, (month, day)) in [Some(&poster.first), poster.last.as_ref()].into_iter().flatten().enumerate() {
            let y = self.y;
            if n > 0 {
                self.area(x + 4.0, y + HIGH / 2.0 - 2.0, 20.0, 4.0, INK);
                x += 28.0;
            }
            self.area(x, y, WIDE, HIGH, INK);
            self.area(x + 3.0, y + 27.0, WIDE - 6.0, HIGH - 30.0, PAPER);
            let middle = |line: &Line, size: f32| x + (WIDE - line.width * size) / 2.0;
            let name = self.fonts.line(month, Weight::Bold, self.rtl);
            let size = (14.0_f32).min((WIDE - 10.0) / name.width.max(1.0));
            self.line(&name, Weight::Bold, size, middle(&name, size), y + 19.0, PAPER);
            let number = self.fonts.line(day, Weight::Bold, self.rtl);
            self.line(&number, Weight::Bold, 50.0, middle(&number, 50.0), y + 81.0, INK);
            x += WIDE;
        }
        self.y += HIGH + 4.0;
    }

    /// The actions of one town, as many as there is room for.
    fn actions(&mut self, poster: &Poster) {
        if poster.actions.is_empty() {
            return;
        }
        self.y += 12.0;
        self.block(&poster.town, Weight::Bold, 21.0, 1, ACCENT);
        self.y += 4.0;
        let (end, margin) = (HEIGHT - FOOT - 30.0, self.margin);
        let mut left_out = poster.beyond + poster.actions.len().saturating_sub(MAX_POSTER_ACTIONS);
        for (n, action) in poster.actions.iter().take(MAX_POSTER_ACTIONS).enumerate() {
            let what = self.lines(&action.what, Weight::Bold, 13.0, self.inner() - 12.0, 2);
            let about = [action.when.as_str(), action.place.as_str()];
            let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
            let about = self.lines(&about, Weight::Regular, 11.5, self.inner() - 12.0, 2);
            let high = what.len() as f32 * 17.0 + about.len() as f32 * 15.0 + 9.0;
            if self.y + high > end {
                left_out += poster.actions.len().min(MAX_POSTER_ACTIONS) - n;
                break;
            }
            let top = self.y + 5.0;
            self.area(margin, top, 3.0, high - 8.0, ACCENT);
            for line in &what {
                self.y += 17.0;
                self.line(line, Weight::Bold, 13.0, margin + 12.0, self.y, INK);
            }
            for line in &about {
                self.y += 15.0;
                self.line(line, Weight::Regular, 11.5, margin + 12.0, self.y, SOFT);
            }
            self.y += 9.0;
        }
        if left_out > 0 {
            let more = match poster.words {
                Some(lang) => lang.text_with("map-more", &[("count", &left_out)]),
                None => format!("+ {left_out}"),
            };
            self.block(&more, Weight::Regular, 12.0, 1, SOFT);
        }
    }

    fn foot(&mut self, poster: &Poster) -> Option<()> {
        let top = HEIGHT - FOOT;
        self.area(0.0, top, WIDTH, FOOT, WASH);
        self.area(0.0, top, WIDTH, 3.0, INK);
        let code = QrCode::with_error_correction_level(poster.url.as_bytes(), EcLevel::M).ok()?;
        let (modules, colours) = (code.width(), code.to_colors());
        let side = FOOT - 40.0;
        // Four modules of quiet around it, as the standard asks.
        let unit = side / (modules + 8) as f32;
        let (left, above) = (self.margin, top + 20.0);
        self.area(left, above, side, side, PAPER);
        for (y, row) in colours.chunks(modules).enumerate() {
            let mut x = 0;
            while x < modules {
                let long = row[x..].iter().take_while(|colour| **colour == Color::Dark).count();
                if long > 0 {
                    let (at, down) = (left + (x + 4) as f32 * unit, above + (y + 4) as f32 * unit);
                    // The code is never mirrored.
                    let at = if self.rtl { WIDTH - left - side + (x + 4) as f32 * unit } else { at };
                    let s = self.scale;
                    self.sheet.area(at * s, down * s, long as f32 * unit * s, unit * 1.02 * s, INK);
                }
                x += long.max(1);
            }
        }
        let x = left + side + 18.0;
        let wide = WIDTH - x - self.margin;
        let mut y = top + 34.0;
        for (text, weight, size, most, colour) in
            [(&poster.collective, Weight::Bold, 17.0, 2, INK), (&poster.scan, Weight::Regular, 12.0, 2, SOFT)]
        {
            for line in self.lines(text, weight, size, wide, most) {
                self.line(&line, weight, size, x, y, colour);
                y += size * 1.3;
            }
        }
        // As large as fits into a line, and no smaller than can be read.
        let address = self.fonts.words(&poster.url, Weight::Regular);
        let size = (wide / address.widest().max(1.0)).clamp(8.0, 13.0);
        for line in self.fonts.lines(&address, wide / size).iter().take(4) {
            self.line(line, Weight::Regular, size, x, y, INK);
            y += size * 1.3;
        }
        Some(())
    }
}

#[cfg(test)]
#[path = "poster_tests.rs"]
mod tests;
