//! Markdown of our writers to HTML: CommonMark with tables, footnotes, strikethrough and bare links.
//!
//! Must not let raw HTML through. What comes out has passed the sanitiser, so it may go anywhere.

use super::sanitise;
use comrak::{Arena, Options, nodes::NodeValue};

/// Signs of quotes and lists looked at in one line.
const MAX_MARKERS: usize = 32;

/// HTML of a statement's text. The title is the page's only `h1`: the highest headings that the text has become `h2`,
/// whether written `#` or `##`, the others follow, so that no level is skipped after the title.
///
/// Pictures become links with their text: a statement's images are attachments, and no other server shows them inside
/// the text. Links lead to http, https or mailto addresses, or to footnotes.
pub fn markdown(text: &str) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    let text = shallow(&super::tame(super::cut(text)));
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, &text, &options);
    let level = |node: comrak::Node| match &node.data.borrow().value {
        NodeValue::Heading(heading) => Some(heading.level),
        _ => None,
    };
    let highest = root.descendants().filter_map(level).min().unwrap_or(1);
    for node in root.descendants() {
        let mut ast = node.data.borrow_mut();
        match &mut ast.value {
            NodeValue::Heading(heading) => heading.level = (heading.level + 2 - highest).min(6),
            NodeValue::Image(link) => {
                let link = link.clone();
                ast.value = NodeValue::Link(link);
            }
            _ => {}
        }
    }
    let mut html = String::with_capacity(text.len() * 2);
    // Writing to a String can't fail.
    let _ = comrak::format_html(root, &options, &mut html);
    sanitise::own(&html)
}

/// The same text with at most [`MAX_MARKERS`] signs of quotes and lists at the start of a line: each opens a level, and
/// thousands of levels would keep a parser busy for minutes.
fn shallow(text: &str) -> String {
    let is_marker = |c: char| c.is_ascii_digit() || " \t>-+*.)".contains(c);
    let opens = |c: &char| ">-+*.)".contains(*c);
    text.split_inclusive('\n')
        .map(|line| {
            let start = line.len() - line.trim_start_matches(is_marker).len();
            let (markers, rest) = line.split_at(start);
            // A rule or a run of emphasis is one thing however long.
            if markers.chars().filter(opens).count() <= MAX_MARKERS || !markers.contains([' ', '\t', '>']) {
                return line.to_owned();
            }
            let kept: String = markers.chars().filter(|c| !c.is_ascii_digit()).take(2 * MAX_MARKERS).collect();
            kept + rest
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_stays_the_only_h1() {
        assert_eq!(markdown("# One\n\n###### Six"), "<h2 dir=\"auto\">One</h2>\n<h6 dir=\"auto\">Six</h6>\n");
        assert_eq!(markdown("## Two\n\n### Three"), "<h2 dir=\"auto\">Two</h2>\n<h3 dir=\"auto\">Three</h3>\n");
    }

    #[test]
    fn tables_footnotes_strikethrough_and_bare_links() {
        let html = markdown("| a | b |\n|---|--:|\n| 1 | ~~2~~ |\n\nSee[^n] https://river.example/x now.\n\n[^n]: The *note*.\n");
        assert!(html.contains("<table>") && html.contains("<td align=\"right\"><del>2</del></td>"), "{html}");
        assert!(html.contains("href=\"https://river.example/x\" rel=\"nofollow noopener noreferrer\""), "{html}");
        assert!(html.contains("href=\"#fn-n\"") && html.contains("id=\"fn-n\"") && html.contains("<em>note</em>"), "{html}");
    }

    #[test]
    fn web_03_raw_html_and_other_schemes_are_gone() {
        let html = markdown("<script>alert(1)</script>\n\na <b onclick=x>b</b> [c](javascript:alert(1)) [d](data:text/html,x)");
        assert!(!html.contains("script") && !html.contains("onclick") && !html.contains("href"), "{html}");
    }

    #[test]
    fn pictures_become_links() {
        let html = markdown("![A quiet river](https://river.example/a.jpg)");
        assert!(html.contains("<a href=\"https://river.example/a.jpg\"") && html.contains(">A quiet river</a>"), "{html}");
    }

    #[test]
    fn res_12_deep_markdown_ends() {
        for text in
            ["> ".repeat(50_000), "- ".repeat(50_000), "[".repeat(50_000), "*a _b ".repeat(20_000), "![[](".repeat(20_000)]
        {
            let start = std::time::Instant::now();
            let html = markdown(&text);
            assert!(html.len() < 10 * text.len() + 1000);
            // Minutes where the work grows with the square of the depth.
            assert!(start.elapsed() < std::time::Duration::from_secs(10), "{}… {:?}", &text[..6], start.elapsed());
        }
    }
}
