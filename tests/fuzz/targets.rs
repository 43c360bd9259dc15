//! What is fuzzed, with what, and what must be true of every result.

use crate::engine::{Check, Target};
use communard::{
    config::{Federation, Settings},
    domain::{Site, handle::new_handle, language, time, url},
    federation::{
        inbound,
        signatures::{
            digest,
            verify::{self, Incoming},
        },
        webfinger,
    },
    text,
    vocab::{mastodon_view, read::Activity, read_actor::read_actor},
};
use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::LazyLock,
};

const MIB: usize = 1 << 20;

/// All files of a folder below `tests/` with this ending.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == ending))
        .map(|path| fs::read(path).unwrap())
        .collect()
}

fn lines(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn then(check: impl FnOnce() -> u64 + 'static) -> Check {
    Box::new(check)
}

/// A number for a result: equal for results of one kind.
fn kind(result: impl Hash) -> u64 {
    let mut hash = DefaultHasher::new();
    result.hash(&mut hash);
    hash.finish()
}

/// A length, roughly.
fn about(length: usize) -> u32 {
    length.checked_ilog2().unwrap_or_default()
}

fn text_of(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

static FEDERATION: LazyLock<Federation> = LazyLock::new(|| Settings::load_with(None, []).unwrap().federation);

/// A request as text: the request line, headers, an empty line, the body.
pub fn signature_headers() -> Target {
    const MASTODON: &str = "POST /inbox HTTP/1.1\nHost: river.example\nDate: Sun, 22 Nov 2026 18:00:00 GMT\nContent-Type: application/activity+json\n\
        Digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=\nSignature: keyId=\"https://meadow.example/ap/users/1#main-key\",\
        algorithm=\"hs2019\",created=1795370400,expires=1795374000,headers=\"(request-target) (created) (expires) host digest\",\
        signature=\"vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=\"\n\n{\"hello\": \"world\"}";
    const RFC9421: &str = "POST /inbox?x=1 HTTP/1.1\nHost: river.example\nContent-Digest: sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:\n\
        Signature-Input: sig1=(\"@method\" \"@target-uri\" \"@authority\" \"content-digest\";req \"@query-param\";name=\"x\");created=1795370400;expires=1795374000;\
        keyid=\"https://meadow.example/ap/users/1#main-key\";alg=\"rsa-v1_5-sha256\";nonce=\"a\";tag=\"b\"\nSignature: sig1=:dSdrb+dS3EceC9bcwHSo4MlyKS59:\n\n{\"hello\": \"world\"}";
    Target {
        name: "signature_headers",
        a_minute: 350_000,
        seeds: [files("vectors", "http"), lines(&[MASTODON, RFC9421])].concat(),
        words: &[
            "Signature: ",
            "Signature-Input: ",
            "sig1=",
            "keyId=\"",
            "keyid=\"",
            "algorithm=\"",
            "headers=\"",
            "signature=\"",
            "created=",
            "expires=",
            "(created)",
            "(expires)",
            "(request-target)",
            "host",
            "digest",
            "date",
            "\"@method\"",
            "\"@target-uri\"",
            "\"@query-param\"",
            ";name=\"",
            ";sf",
            ";bs",
            ";key=\"",
            ";req",
            ";tr",
            "\"",
            "\\\"",
            ",",
            ";",
            "=",
            ":",
            "(",
            ")",
            " ",
            "\t",
            "\n",
            "\r",
            "Date: ",
            "Digest: SHA-256=",
            "Content-Digest: sha-256=:",
            "rsa-sha256",
            "hs2019",
            "ed25519",
            "?1",
            "1.5",
            "%2F",
            "é",
        ],
        most: 64 << 10,
        read: |input| {
            let site = Site {
                domain: "river.example".into(),
                base_url: "https://river.example".into(),
                name: String::new(),
                description: String::new(),
                languages: Vec::new(),
                indexable: true,
            };
            let head_end = input.windows(2).position(|end| end == b"\n\n").unwrap_or(input.len());
            let (head, body) = (text_of(&input[..head_end]), input.get(head_end + 2..).unwrap_or_default());
            let mut head = head.split('\n');
            let mut line = head.next().unwrap_or_default().split(' ');
            let (method, target) = (line.next().unwrap_or_default(), line.next().unwrap_or_default());
            let headers: Vec<(String, String)> = head
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .collect();
            let host = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host")).map(|(_, value)| value.clone());
            let incoming = Incoming {
                method,
                path_and_query: target,
                authority: host.as_deref().unwrap_or_default(),
                site: &site,
                headers: &headers,
                body,
                now: time::parse_rfc3339("2026-11-22T18:00:00Z").unwrap(),
            };
            let read = verify::read(&incoming, &FEDERATION);
            then(move || match read {
                Ok(claim) => {
                    assert!(!claim.key_id.is_empty() && claim.key_id.len() <= url::MAX_URL);
                    kind((1, format!("{:?}", claim.scheme), about(claim.key_id.len())))
                }
                Err(refusal) => kind((0, refusal.reason())),
            })
        },
    }
}

pub fn digest_headers() -> Target {
    Target {
        name: "digest_headers",
        a_minute: 360_000,
        seeds: lines(&[
            "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
            "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
            "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
            "md5=1B2M2Y8AsgTpgAmY7PhCfg==,SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        ]),
        words: &[
            "SHA-256=",
            "sha-256=:",
            ":",
            "=",
            "==",
            ",",
            ", ",
            ";",
            "sha-512",
            "/",
            "+",
            "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        ],
        most: 8 << 10,
        read: |input| {
            let header = text_of(input);
            let hash = openssl::sha::sha256(b"{\"hello\": \"world\"}");
            let matches = (digest::digest_matches(&header, &hash), digest::content_digest_matches(&header, &hash));
            then(move || {
                if matches.0 || matches.1 {
                    assert!(header.contains("X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBP"), "{header}");
                }
                kind((matches, header.matches(',').count().min(8), about(header.len())))
            })
        },
    }
}

/// The whole way of a body: depth, JSON, activity, its object as a post and as an actor, its HTML made harmless.
pub fn activity_json() -> Target {
    Target {
        name: "activity_json",
        a_minute: 300_000,
        seeds: files("fixtures/mastodon", "json"),
        words: &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "null",
            "true",
            "0",
            "1e400",
            "\"type\":",
            "\"id\":",
            "\"actor\":",
            "\"object\":",
            "\"to\":",
            "\"cc\":",
            "\"tag\":[",
            "\"attachment\":[",
            "\"content\":",
            "\"contentMap\":{",
            "\"summary\":",
            "\"name\":",
            "\"url\":[",
            "\"Note\"",
            "\"Create\"",
            "\"Update\"",
            "\"Person\"",
            "\"Hashtag\"",
            "\"Mention\"",
            "\"as:Public\"",
            "\"https://meadow.example/1\"",
            "\"publicKey\":{",
            "\"inbox\":",
            "\"endpoints\":{",
            "\"published\":",
            "\"2026-11-22T18:00:00Z\"",
            "\\ud800",
            "\\u0000",
            "\"inReplyTo\":",
            "\"attributedTo\":",
            "<p>",
            "</a>",
        ],
        most: MIB,
        read: |input| {
            let activity = match inbound::parse(input, FEDERATION.max_json_depth) {
                Ok(activity) => activity,
                Err(refusal) => return then(move || kind((0, format!("{refusal:?}")))),
            };
            let post = activity.object().and_then(|object| object.post());
            let clean = post.as_ref().map(|post| {
                let _ =
                    (post.visibility(Some("https://meadow.example/followers")), post.addresses("https://river.example/c/river"));
                text::sanitise(&post.html)
            });
            let input = input.to_vec();
            then(move || {
                let Activity { id, actor, .. } = &activity;
                for address in [id, actor].into_iter().flatten() {
                    assert!(address.len() <= url::MAX_URL && url::parse_remote(address).is_some(), "{address}");
                }
                assert!(post.as_ref().is_none_or(|post| post.mentions.len() <= 100 && post.attachments.len() <= 16));
                harmless(&clean.unwrap_or_default(), OTHERS);
                let value: serde_json::Value = serde_json::from_slice(&input).unwrap();
                let known = read_actor(&value["object"]).or_else(|_| read_actor(&value));
                let shown = mastodon_view::delivered(&value, Some(&value["object"]));
                let parts =
                    (activity.kind.as_str(), id.is_some(), actor.is_some(), activity.object_id().is_some(), post.is_some());
                kind((1, parts, known.map(drop).map_err(|error| format!("{error:?}")), std::mem::discriminant(&shown)))
            })
        },
    }
}

/// What HTML of others keeps, and what our own Markdown has besides.
const OTHERS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "rp",
    "rt",
    "ruby",
    "s",
    "span",
    "strong",
    "u",
    "ul",
];
const OWN: &[&str] = &["hr", "section", "sup", "table", "tbody", "td", "th", "thead", "tr"];

/// No element but those of the list, no attribute that runs or loads anything, no address but of the web.
fn harmless(html: &str, names: &[&str]) {
    let page = scraper::Html::parse_fragment(html);
    let elements = page.tree.nodes().filter_map(|node| node.value().as_element());
    for element in elements.filter(|element| !["html", "head", "body"].contains(&element.name())) {
        assert!(names.contains(&element.name()), "<{}> in {html}", element.name());
        for (key, value) in element.attrs() {
            assert!(["href", "class", "rel", "dir", "start", "id", "align"].contains(&key), "{key} in {html}");
            let scheme = value.split(':').next().unwrap_or_default();
            let of_the_web = ["http", "https", "mailto"].contains(&scheme.to_ascii_lowercase().as_str());
            assert!(key != "href" || of_the_web || value.starts_with("#fn"), "{value} in {html}");
        }
    }
}

pub fn html_of_others() -> Target {
    Target {
        name: "html_of_others",
        a_minute: 36_000,
        seeds: lines(&[
            "<p><span class=\"h-card\" translate=\"no\"><a href=\"https://meadow.example/@ada\" class=\"u-url mention\">@<span>ada</span></a></span> we <b>refuse</b> <a href=\"https://meadow.example/tags/river\" class=\"mention hashtag\" rel=\"tag\">#<span>river</span></a></p>",
            "<ul><li>one<ol start=3><li>two</ul><blockquote>a<pre><code>b\n</code></pre></blockquote><ruby>a<rp>(</rp><rt>b</rt></ruby><br/>",
            "<script>alert(1)</script><img src=x onerror=y><svg><style><!--</style><a href=javascript:x>--><math><mtext><table><mglyph><style><img>",
            "<a href=\"https://meadow.example/\">bank.example</a> &lt;b&gt; &#x202e; &amp;amp; <details><summary>a</summary>b</details><h1>c</h1>",
        ]),
        words: &[
            "<",
            ">",
            "</",
            "/>",
            "<!--",
            "-->",
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<a href=\"",
            "</a>",
            "<ul>",
            "<li>",
            "<table>",
            "<td>",
            "<svg>",
            "<math>",
            "<style>",
            "</style>",
            "<script>",
            "<template>",
            "<select>",
            "<textarea>",
            "<title>",
            "<xmp>",
            "<plaintext>",
            "<ruby>",
            "<rt>",
            "<blockquote>",
            "<span class=\"",
            "mention ",
            "invisible",
            "\"",
            "'",
            " ",
            "=",
            "&",
            "&amp;",
            "&#x202e;",
            "&#0;",
            "&lt;",
            "https://",
            "javascript:",
            "data:",
            "//",
            "bank.example",
            "\u{2067}",
            "\u{200d}",
            "a\u{301}\u{302}",
            "<![CDATA[",
            "<?",
            "<form>",
            "<input ",
            "<h1>",
        ],
        most: MIB,
        read: |input| {
            let html = text_of(input);
            let clean = text::sanitise(&html);
            then(move || {
                harmless(&clean, OTHERS);
                if clean.len() < 4_096 {
                    assert_eq!(text::sanitise(&clean), clean, "of {html}");
                }
                let plain = text::plain(&clean);
                // Ends of a direction that the cut left open aren't seen and come on top.
                let seen = |c: &char| !['\u{202c}', '\u{2069}'].contains(c);
                assert!(text::excerpt(&plain, 100).chars().filter(seen).count() <= 100);
                kind((clean.matches('<').count().min(40), about(clean.len()), about(html.len()), plain.lines().count().min(20)))
            })
        },
    }
}

pub fn webfinger_documents() -> Target {
    Target {
        name: "webfinger_documents",
        a_minute: 340_000,
        seeds: [
            files("fixtures/mastodon", "json").into_iter().filter(|file| file.windows(7).any(|part| part == b"subject")).collect(),
            lines(&[
                "{\"subject\":\"acct:ada@meadow.example\",\"links\":[{\"rel\":\"self\",\"type\":\"application/activity+json\",\"href\":\"https://meadow.example/users/ada\"}]}",
                "<head><link rel=stylesheet href=x><LINK REL='nofollow Alternate' TYPE='application/activity+json' HREF='https://meadow.example/users/ada' />",
                "@ada@meadow.example",
                "acct:ada@meadow.example:8443",
            ]),
        ]
        .concat(),
        words: &[
            "{", "}", "[", "]", ",", ":", "\"", "\"links\":[", "\"rel\":\"self\"", "\"type\":\"application/activity+json\"", "\"href\":\"", "acct:", "@",
            "meadow.example", "<link ", " rel=alternate", " type='application/activity+json'", " href=", "'", "\"", "=", ">", "/", " ", "é", "%40", "xn--", "data:",
        ],
        most: 256 << 10,
        read: |input| {
            let text = text_of(input);
            let value = serde_json::from_slice::<serde_json::Value>(input).unwrap_or_default();
            let own = webfinger::self_link(&value);
            let handle = webfinger::handle(&text);
            let page = ::url::Url::parse("https://meadow.example/@ada").unwrap();
            let link = webfinger::alternate(&page, &text);
            then(move || {
                assert!(own.as_deref().is_none_or(|address| url::parse_remote(address).is_some()), "{own:?}");
                if let Some((name, host)) = &handle {
                    assert!(!name.is_empty() && url::host_and_port(&format!("https://{host}")).as_ref() == Some(host), "{text}");
                }
                kind((value.is_object(), own.is_some(), handle.is_some(), link.map(|link| link.scheme().to_owned()), about(text.len())))
            })
        },
    }
}

pub fn addresses() -> Target {
    Target {
        name: "addresses",
        a_minute: 320_000,
        seeds: lines(&[
            "https://meadow.example/users/ada#main-key",
            "HTTPS://MEADOW.example.:443/%7Eada/?x=1&y=2",
            "http://user:password@meadow.example:8080/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::ffff:127.0.0.1]/",
            "https://bücher.example/ä?ö#ü",
            "https://xn--bcher-kva.example/",
            "https://a.example/b/../../c//d;e=f",
            "javascript:alert(1)",
            "https:meadow.example",
            "https:\\\\meadow.example\\x",
        ]),
        words: &[
            "https://",
            "http:",
            "//",
            "\\",
            "@",
            ":",
            ":443",
            ".",
            "..",
            "/",
            "%2e",
            "%00",
            "#",
            "?",
            "[",
            "]",
            "::1",
            "0x",
            "127",
            "xn--",
            "é",
            "。",
            "\u{ad}",
            "\t",
            "\n",
            " ",
            "localhost",
        ],
        most: 64 << 10,
        read: |input| {
            let text = text_of(input);
            let parsed = url::parse_remote(&text);
            then(move || {
                if let Some(parsed) = &parsed {
                    assert!(
                        matches!(parsed.scheme(), "http" | "https")
                            && parsed.username().is_empty()
                            && parsed.password().is_none()
                    );
                    assert!(
                        !parsed.host_str().unwrap().ends_with('.') && matches!(parsed.host(), Some(::url::Host::Domain(_))),
                        "{text}"
                    );
                    // Normalised once is normalised for ever; what grew beyond the bound by it is none.
                    if parsed.as_str().len() <= url::MAX_URL {
                        assert_eq!(url::parse_remote(parsed.as_str()).as_ref(), Some(parsed), "{text}");
                        assert!(url::same_origin(&text, parsed.as_str()), "{text}");
                        assert_eq!(url::host_and_port(&text), url::host_and_port(parsed.as_str()), "{text}");
                    }
                }
                let parts = parsed.map(|url| {
                    (url.scheme().len(), url.port(), url.query().is_some(), url.fragment().is_some(), about(url.path().len()))
                });
                kind((parts, about(text.len()), new_handle(&text).err()))
            })
        },
    }
}

pub fn markdown() -> Target {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples");
    let examples = fs::read_dir(guide)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "md"));
    let mut seeds: Vec<Vec<u8>> = examples.map(|path| fs::read(path).unwrap()).collect();
    seeds.push(b"# a\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> - 1. ~~x~~ **y** _z_ `q` [l](https://a.example) ![p](x.png)[^1]\n\n[^1]: n\n\n<b onclick=x>raw</b>\n".to_vec());
    Target {
        name: "markdown",
        a_minute: 70_000,
        seeds,
        words: &[
            "#",
            "*",
            "**",
            "_",
            "~~",
            "`",
            "```\n",
            ">",
            "> ",
            "- ",
            "1. ",
            "\n",
            "\n\n",
            "    ",
            "\t",
            "[",
            "]",
            "](",
            ")",
            "![",
            "[^1]",
            "[^1]: ",
            "|",
            "|---|",
            "<",
            ">",
            "<b>",
            "<!--",
            "&amp;",
            "\\",
            "https://a.example/",
            "www.",
            "a@b.example",
            "javascript:",
            "\u{202e}",
            "é",
            "---\n",
            "===\n",
            "~",
            ":",
            "(",
            "\"",
        ],
        // What our own members write; strangers can't send it here. The whole of a longest text takes several times as long.
        most: 8_000,
        read: |input| {
            let html = text::markdown(&text_of(input));
            then(move || {
                harmless(&html, &[OTHERS, OWN].concat());
                let has = |part: &str| html.contains(part);
                kind((html.matches('<').count().min(60), about(html.len()), has("<table"), has("footnote"), has("<pre")))
            })
        },
    }
}

pub fn language_tags() -> Target {
    Target {
        name: "language_tags",
        a_minute: 380_000,
        seeds: lines(&[
            "en",
            "pt-br",
            "zh-Hant-TW",
            "ar-Latn",
            "kmr",
            "sl-rozaj-biske-1994",
            "i-klingon",
            "x-private",
            "und",
            "de-u-co-phonebk",
            "iw",
        ]),
        words: &["-", "_", "en", "ar", "Arab", "Latn", "1994", "419", "x-", "u-", "und", "é", " ", "\0", "aaaaaaaaa"],
        most: 4 << 10,
        read: |input| {
            let text = text_of(input);
            let tag = language::parse_tag(&text);
            let direction = language::direction(&text);
            then(move || {
                assert!(tag.is_none() || language::parse_tag(tag.as_deref().unwrap_or_default()) == tag, "{text}");
                assert!(matches!(direction, "ltr" | "rtl"));
                kind((tag.map(|tag| tag.len()), direction, about(text.len())))
            })
        },
    }
}
