//! What changed between two texts: paragraphs first, then words inside those that changed. Pure.

/// A stretch of words that was kept, put in or taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub kind: Kind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Same,
    In,
    Out,
}

impl Part {
    pub fn is_in(&self) -> bool {
        self.kind == Kind::In
    }

    pub fn is_out(&self) -> bool {
        self.kind == Kind::Out
    }
}

/// Cells of the largest table filled in; above it the whole stretch counts as replaced.
const MAX_CELLS: usize = 1_000_000;

/// The paragraphs (lines) of both texts in one reading order, each as stretches of words.
pub fn paragraphs(before: &str, after: &str) -> Vec<Vec<Part>> {
    let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let mut out = Vec::new();
    let (mut gone, mut new): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (kind, line) in compare(&lines(before), &lines(after)) {
        match kind {
            Kind::Out => gone.push(line),
            Kind::In => new.push(line),
            Kind::Same => {
                pair(&mut gone, &mut new, &mut out);
                out.push(vec![Part { kind, text: line }]);
            }
        }
    }
    pair(&mut gone, &mut new, &mut out);
    out
}

/// Changed paragraphs, matched one by one in their order.
fn pair(gone: &mut Vec<String>, new: &mut Vec<String>, out: &mut Vec<Vec<Part>>) {
    let both = gone.len().min(new.len());
    for (old, fresh) in gone.drain(..both).zip(new.drain(..both)) {
        out.push(words(&old, &fresh));
    }
    out.extend(gone.drain(..).map(|text| vec![Part { kind: Kind::Out, text }]));
    out.extend(new.drain(..).map(|text| vec![Part { kind: Kind::In, text }]));
}

/// Stretches of words of one paragraph.
pub fn words(before: &str, after: &str) -> Vec<Part> {
    let split = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut parts: Vec<Part> = Vec::new();
    for (kind, word) in compare(&split(before), &split(after)) {
        match parts.last_mut().filter(|part| part.kind == kind) {
            Some(part) => {
                part.text.push(' ');
                part.text.push_str(&word);
            }
            None => parts.push(Part { kind, text: word }),
        }
    }
    parts
}

/// Longest common subsequence, after what both begin and end with is set aside.
fn compare(before: &[String], after: &[String]) -> Vec<(Kind, String)> {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let end = before[start..].iter().rev().zip(after[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let mut out: Vec<(Kind, String)> = before[..start].iter().map(|text| (Kind::Same, text.clone())).collect();
    if old.len().saturating_mul(new.len()) > MAX_CELLS {
        out.extend(old.iter().map(|text| (Kind::Out, text.clone())));
        out.extend(new.iter().map(|text| (Kind::In, text.clone())));
    } else {
        subsequence(old, new, &mut out);
    }
    out.extend(before[before.len() - end..].iter().map(|text| (Kind::Same, text.clone())));
    out
}

fn subsequence(old: &[String], new: &[String], out: &mut Vec<(Kind, String)>) {
    let width = new.len() + 1;
    let mut longest = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            out.push((Kind::Same, old[i].clone()));
            i += 1;
            j += 1;
        } else if j == new.len() || (i < old.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            out.push((Kind::Out, old[i].clone()));
            i += 1;
        } else {
            out.push((Kind::In, new[j].clone()));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(parts: &[Part]) -> String {
        let part = |p: &Part| match p.kind {
            Kind::Same => p.text.clone(),
            Kind::In => format!("+{}+", p.text),
            Kind::Out => format!("-{}-", p.text),
        };
        parts.iter().map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_that_changed_are_found() {
        assert_eq!(show(&words("we refuse the dam", "we all refuse this dam")), "we +all+ refuse -the- +this+ dam");
    }

    #[test]
    fn paragraphs_are_matched_before_words() {
        let parts = paragraphs("One.\n\nTwo two.\n\nThree.", "One.\n\nTwo new.\n\nThree.\n\nFour.");
        assert_eq!(parts.iter().map(|p| show(p)).collect::<Vec<_>>(), ["One.", "Two -two.- +new.+", "Three.", "+Four.+"]);
    }

    #[test]
    fn a_text_too_large_to_compare_is_shown_as_replaced() {
        let many = |word: &str| (0..1_100).map(|n| format!("{word}{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(words(&many("a"), &many("b")).len(), 2);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off(before in "[ab ]{0,30}", after in "[ab ]{0,30}") {
            let parts = words(&before, &after);
            let without = |kind: Kind| {
                let kept: Vec<&str> = parts.iter().filter(|p| p.kind != kind).map(|p| p.text.as_str()).collect();
                kept.join(" ")
            };
            let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(without(Kind::In), plain(&before));
            prop_assert_eq!(without(Kind::Out), plain(&after));
        }
    }
}
