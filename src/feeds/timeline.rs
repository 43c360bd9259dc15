//! A picture of the days of a call: what takes place when, drawn here. A row for each action, its bar over the days and hours that
//! it takes; or, where there are many, a row for each day that is as long as the day is full.
//!
//! How to use it: [`Timeline::of_actions`] or [`Timeline::of_days`] as a field of a page's template; there
//! `{% import "timeline.html" as timeline %}`, `{% call timeline::timeline(t, the_timeline) %}{% endcall %}`. Across it is measured in
//! parts of the page's width, down in pixels: so letters keep their size on a phone. Nothing in it needs `style`.

use chrono::{Datelike, NaiveDate};

/// Most rows of a timeline; what is beyond stands in the list alone.
pub const MAX_ROWS: usize = 40;
/// Most days side by side.
pub const MAX_DAYS: i64 = 62;
/// Letters of a row's label that fit on a phone.
const LABEL: usize = 40;
/// Days that have their number written, side by side.
const NUMBERED: i64 = 10;
/// Pixels: what stands above the rows, a row, where in it the label's line and the bar are.
const HEAD: u32 = 44;
const ROW: u32 = 38;
const LINE: u32 = 16;
const BAR: u32 = 22;
/// The shortest bar, in hundredths of the width.
const SHORTEST: f64 = 1.6;

/// Something that takes place.
#[derive(Debug, Clone)]
pub struct Span {
    /// What it is called, and where.
    pub label: String,
    /// All of it in words.
    pub said: String,
    pub href: String,
    /// A class: how it stands.
    pub state: &'static str,
    /// From midnight of the first day, in days.
    pub begin: f64,
    pub end: f64,
}

#[derive(Debug, Default)]
pub struct Timeline {
    pub height: u32,
    /// Where the lines between days end.
    pub foot: u32,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// The beginning of a day.
#[derive(Debug)]
pub struct Column {
    pub x: String,
    /// Where its number stands: the middle of the day.
    pub middle: String,
    /// The day of the month; `None` where there is no room to say it.
    pub day: Option<u32>,
    /// Where a month begins, and the first.
    pub month: Option<NaiveDate>,
}

#[derive(Debug)]
pub struct Row {
    /// Where its label begins, for either direction.
    pub label_x: &'static str,
    pub label_y: u32,
    pub x: String,
    pub y: u32,
    pub width: String,
    pub label: String,
    pub said: String,
    pub href: String,
    pub state: &'static str,
}

impl Timeline {
    /// What takes place from `first` on, over `days` days. `rtl` draws time from right to left. `None` where there is nothing to
    /// draw, or more than can be shown so.
    pub fn of_actions(spans: Vec<Span>, first: NaiveDate, days: i64, rtl: bool) -> Option<Self> {
        if spans.is_empty() || spans.len() > MAX_ROWS || !(1..=MAX_DAYS).contains(&days) {
            return None;
        }
        let whole = days as f64;
        let each = (days + NUMBERED - 1) / NUMBERED;
        let columns = (0..days)
            .filter_map(|n| {
                let date = first.checked_add_signed(chrono::TimeDelta::try_days(n)?)?;
                let (x, middle) = (n as f64 / whole * 100.0, (n as f64 + 0.5) / whole * 100.0);
                Some(Column {
                    x: percent(x, 0.0, rtl),
                    middle: percent(middle, 0.0, rtl),
                    day: (n % each == 0).then(|| date.day()),
                    // The first days of a month beside the first day of all would be written over one another.
                    month: (n == 0 || (date.day() == 1 && n > days / 3)).then_some(date),
                })
            })
            .collect();
        let rows = spans.into_iter().enumerate().map(|(n, span)| {
            let (begin, end) = (span.begin.clamp(0.0, whole), span.end.clamp(0.0, whole));
            let width = ((end - begin) / whole * 100.0).max(SHORTEST);
            let x = (begin / whole * 100.0).min(100.0 - width);
            row(n, HEAD, &span, x, width, rtl)
        });
        let rows: Vec<Row> = rows.collect();
        let foot = HEAD + ROW * u32::try_from(rows.len()).unwrap_or_default();
        Some(Self { height: foot, foot, columns, rows })
    }

    /// Days by how many begin on each: label, all in words, page, how many. `None` where there are none.
    pub fn of_days(days: Vec<(String, String, String, i64)>, rtl: bool) -> Option<Self> {
        let most = days.iter().map(|day| day.3).max()?.max(1) as f64;
        let rows: Vec<Row> = days
            .into_iter()
            .take(MAX_ROWS)
            .enumerate()
            .map(|(n, (label, said, href, count))| {
                let span = Span { label, said, href, state: "announced", begin: 0.0, end: 0.0 };
                row(n, 0, &span, 0.0, (count as f64 / most * 100.0).max(SHORTEST), rtl)
            })
            .collect();
        let height = ROW * u32::try_from(rows.len()).unwrap_or_default();
        Some(Self { height, foot: 0, columns: Vec::new(), rows })
    }
}

fn row(n: usize, head: u32, span: &Span, x: f64, width: f64, rtl: bool) -> Row {
    let top = head + ROW * u32::try_from(n).unwrap_or_default();
    Row {
        label_x: if rtl { "100%" } else { "0%" },
        label_y: top + LINE,
        x: percent(x, width, rtl),
        y: top + BAR,
        width: format!("{width:.2}%"),
        label: crate::text::excerpt(&span.label, LABEL),
        said: span.said.clone(),
        href: span.href.clone(),
        state: span.state,
    }
}

/// From the side where time begins.
fn percent(x: f64, width: f64, rtl: bool) -> String {
    let x = if rtl { 100.0 - x - width } else { x };
    format!("{:.2}%", x.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(begin: f64, end: f64) -> Span {
        Span { label: "March".into(), said: "March, Lyon".into(), href: "/a".into(), state: "announced", begin, end }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_stand_side_by_side_and_bars_over_their_hours() {
        let line = Timeline::of_actions(vec![span(0.0, 1.0), span(5.5, 5.75)], day("2027-01-28"), 8, false).unwrap();
        assert_eq!(line.columns.iter().filter_map(|c| c.day).collect::<Vec<_>>(), [28, 29, 30, 31, 1, 2, 3, 4]);
        assert_eq!(line.columns.iter().filter(|c| c.month.is_some()).count(), 2);
        assert_eq!((line.rows[0].x.as_str(), line.rows[0].width.as_str()), ("0.00%", "12.50%"));
        assert_eq!((line.rows[1].x.as_str(), line.rows[1].width.as_str()), ("68.75%", "3.12%"));
        let back = Timeline::of_actions(vec![span(0.0, 1.0)], day("2027-01-28"), 8, true).unwrap();
        assert_eq!((back.rows[0].x.as_str(), back.rows[0].label_x), ("87.50%", "100%"));
    }

    #[test]
    fn too_many_rows_or_days_are_not_drawn_so() {
        let many = vec![span(0.0, 1.0); MAX_ROWS + 1];
        assert!(Timeline::of_actions(many[..MAX_ROWS].to_vec(), day("2027-01-28"), MAX_DAYS, false).is_some());
        assert!(Timeline::of_actions(many, day("2027-01-28"), 8, false).is_none());
        assert!(Timeline::of_actions(vec![span(0.0, 1.0)], day("2027-01-28"), MAX_DAYS + 1, false).is_none());
        assert!(Timeline::of_actions(Vec::new(), day("2027-01-28"), 8, false).is_none());
        let days = |n: usize| (0..n).map(|n| (format!("{n}"), String::new(), String::new(), 3)).collect::<Vec<_>>();
        assert_eq!(Timeline::of_days(days(400), false).unwrap().rows.len(), MAX_ROWS);
        assert!(Timeline::of_days(Vec::new(), false).is_none());
    }

    proptest! {
        #[test]
        fn bars_stay_within_the_picture(begin in -5.0..40.0f64, long in 0.0..40.0f64, days in 1..40i64, rtl in any::<bool>()) {
            let line = Timeline::of_actions(vec![span(begin, begin + long)], day("2027-01-28"), days, rtl).unwrap();
            let number = |text: &str| text.trim_end_matches('%').parse::<f64>().unwrap();
            let (x, width) = (number(&line.rows[0].x), number(&line.rows[0].width));
            prop_assert!(x >= 0.0 && width >= SHORTEST && x + width <= 100.02, "{} {}", x, width);
        }
    }
}
