//! From a PDF's pages to a new PDF. Only keys on our list are carried over, each with what hangs on it; of a page its size,
//! its drawing and what the drawing needs.

use super::{
    Problem,
    file::{File, MOST_VALUES},
    filters::{self, Budget},
    object::{Dict, Object},
    write::Writer,
};
use std::collections::{HashMap, HashSet, VecDeque};

/// Most pages of a poster: room for a folded sheet, not for a book.
pub const MAX_PAGES: usize = 16;
/// Most nodes of the tree of pages that are looked at.
const MOST_NODES: usize = 1_000;

/// Keys of dictionaries by which something is drawn (ISO 32000-1, chapters 8 and 9). Left out on purpose are: `Metadata`,
/// `PieceInfo`, `LastModified`, `A`, `AA`, `URI`, `JS`, `F`, `EF`, `AF`, `OC`, `OPI`, `Ref`, `Alternates`, `Measure`,
/// `StructParent(s)`, `Parent`, `Name`, `Thumb`, `Properties`, and what only printing presses use.
const DRAWN: &[&str] = &[
    // Everywhere.
    "Type",
    "Subtype",
    // Encodings.
    "Predictor",
    "Colors",
    "BitsPerComponent",
    "Columns",
    "K",
    "EndOfLine",
    "EncodedByteAlign",
    "Rows",
    "EndOfBlock",
    "BlackIs1",
    "DamagedRowsBeforeError",
    "ColorTransform",
    "JBIG2Globals",
    // Pictures and drawings that are used several times.
    "Width",
    "Height",
    "ColorSpace",
    "Intent",
    "ImageMask",
    "Mask",
    "Decode",
    "Interpolate",
    "SMask",
    "Matte",
    "BBox",
    "Matrix",
    "Resources",
    "Group",
    "FormType",
    "S",
    "CS",
    "I",
    // States of the pen.
    "LW",
    "LC",
    "LJ",
    "ML",
    "D",
    "RI",
    "OP",
    "op",
    "OPM",
    "Font",
    "FL",
    "SM",
    "SA",
    "BM",
    "CA",
    "ca",
    "AIS",
    "TK",
    "G",
    "BC",
    "TR",
    // Functions, shadings, patterns, colours.
    "FunctionType",
    "Domain",
    "Range",
    "Size",
    "BitsPerSample",
    "Order",
    "Encode",
    "C0",
    "C1",
    "N",
    "Functions",
    "Bounds",
    "ShadingType",
    "Background",
    "AntiAlias",
    "Coords",
    "Function",
    "Extend",
    "BitsPerCoordinate",
    "BitsPerFlag",
    "VerticesPerRow",
    "PatternType",
    "PaintType",
    "TilingType",
    "XStep",
    "YStep",
    "Shading",
    "ExtGState",
    "WhitePoint",
    "BlackPoint",
    "Gamma",
    "Alternate",
    // Fonts.
    "BaseFont",
    "FirstChar",
    "LastChar",
    "Widths",
    "FontDescriptor",
    "Encoding",
    "ToUnicode",
    "DescendantFonts",
    "CIDSystemInfo",
    "DW",
    "W",
    "DW2",
    "W2",
    "CIDToGIDMap",
    "FontBBox",
    "FontMatrix",
    "CharProcs",
    "BaseEncoding",
    "Differences",
    "CMapName",
    "WMode",
    "UseCMap",
    "Registry",
    "Ordering",
    "Supplement",
    "FontName",
    "FontFamily",
    "FontStretch",
    "FontWeight",
    "Flags",
    "ItalicAngle",
    "Ascent",
    "Descent",
    "Leading",
    "CapHeight",
    "XHeight",
    "StemV",
    "StemH",
    "AvgWidth",
    "MaxWidth",
    "MissingWidth",
    "FontFile",
    "FontFile2",
    "FontFile3",
    "CharSet",
    "CIDSet",
    "Length1",
    "Length2",
    "Length3",
];

/// Kinds of things that a drawing needs; each maps names of the drawing's own to things.
const RESOURCES: &[&str] = &["ExtGState", "ColorSpace", "Pattern", "Shading", "XObject", "Font"];

/// What a dictionary is, as far as it decides which keys are carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Drawn,
    Resources,
    /// Names of its own.
    Names,
}

impl Kind {
    /// What stands under a key, where the key is carried over.
    fn below(self, key: &[u8]) -> Option<Self> {
        let among = |keys: &[&str]| keys.iter().any(|known| known.as_bytes() == key);
        match self {
            Self::Names => Some(Self::Drawn),
            Self::Resources => among(RESOURCES).then_some(Self::Names),
            Self::Drawn => among(DRAWN).then_some(match key {
                b"Resources" => Self::Resources,
                b"CharProcs" => Self::Names,
                _ => Self::Drawn,
            }),
        }
    }
}

/// Writes the pages of a file anew.
///
/// # Errors
/// `Layers`, `Pages`, `Large`, `Unknown`, `Broken`.
pub fn rewrite(file: &File, budget: &mut Budget) -> Result<Vec<u8>, Problem> {
    let root = file.objects.get(&file.root).and_then(Object::as_dict).ok_or(Problem::Broken)?;
    if hides_layers(file, root) {
        return Err(Problem::Layers);
    }
    let pages = pages(file, root)?;
    let mut copy = Copy { file, ids: HashMap::new(), waiting: VecDeque::new(), next: 3, left: MOST_VALUES };
    let mut writer = Writer::new();
    let mut kids = Vec::new();
    for page in &pages {
        let id = copy.id();
        kids.push(Object::Reference(id));
        writer.object(id, &Object::Dict(copy.page(*page)?))?;
    }
    while let Some((id, old, kind)) = copy.waiting.pop_front() {
        match file.objects.get(&old) {
            Some(Object::Stream(dict, range)) => {
                let (dict, bytes) = copy.stream(dict, &file.bytes[range.clone()], kind, budget)?;
                writer.stream(id, &dict, &bytes)?;
            }
            Some(object) => writer.object(id, &copy.of(object, kind)?)?,
            None => writer.object(id, &Object::Null)?,
        }
    }
    let count = i64::try_from(kids.len()).map_err(|_| Problem::Large)?;
    writer.object(1, &dict(vec![("Type", name("Catalog")), ("Pages", Object::Reference(2))]))?;
    writer.object(2, &dict(vec![("Type", name("Pages")), ("Kids", Object::Array(kids)), ("Count", Object::Int(count))]))?;
    Ok(writer.finish(1))
}

fn name(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

fn dict(members: Vec<(&str, Object)>) -> Object {
    Object::Dict(Dict(members.into_iter().map(|(key, value)| (key.as_bytes().to_vec(), value)).collect()))
}

/// Whether some layer isn't shown when the file is opened.
fn hides_layers(file: &File, root: &Dict) -> bool {
    let Some(layers) = file.member(root, b"OCProperties").as_dict() else { return false };
    let Some(shown) = file.member(layers, b"D").as_dict() else { return false };
    let off = file.member(shown, b"OFF").as_array().is_some_and(|off| !off.is_empty());
    off || file.member(shown, b"BaseState").as_name() == Some(b"OFF")
}

/// A page with what it has from those above it.
#[derive(Clone, Copy, Default)]
struct Page<'a> {
    resources: Option<&'a Object>,
    media_box: Option<&'a Object>,
    crop_box: Option<&'a Object>,
    rotate: Option<&'a Object>,
    user_unit: Option<&'a Object>,
    contents: Option<&'a Object>,
    group: Option<&'a Object>,
}

/// The pages in their order.
fn pages<'a>(file: &'a File, root: &'a Dict) -> Result<Vec<Page<'a>>, Problem> {
    let mut pages = Vec::new();
    let (mut seen, mut nodes) = (HashSet::new(), 0);
    let mut waiting = vec![(root.get(b"Pages").ok_or(Problem::Broken)?, Page::default())];
    while let Some((node, mut page)) = waiting.pop() {
        nodes += 1;
        if matches!(node, Object::Reference(id) if !seen.insert(*id)) {
            return Err(Problem::Broken);
        }
        let node = file.resolve(node).as_dict().ok_or(Problem::Broken)?;
        page.resources = node.get(b"Resources").or(page.resources);
        page.media_box = node.get(b"MediaBox").or(page.media_box);
        page.crop_box = node.get(b"CropBox").or(page.crop_box);
        page.rotate = node.get(b"Rotate").or(page.rotate);
        match file.member(node, b"Kids").as_array() {
            Some(kids) if nodes + waiting.len() + kids.len() > MOST_NODES => return Err(Problem::Pages),
            Some(kids) => waiting.extend(kids.iter().rev().map(|kid| (kid, page))),
            None => {
                page.user_unit = node.get(b"UserUnit");
                page.contents = node.get(b"Contents");
                page.group = node.get(b"Group");
                pages.push(page);
                if pages.len() > MAX_PAGES {
                    return Err(Problem::Pages);
                }
            }
        }
    }
    if pages.is_empty() { Err(Problem::Broken) } else { Ok(pages) }
}

/// Carries objects over, each once, under new numbers.
struct Copy<'a> {
    file: &'a File<'a>,
    ids: HashMap<(u32, Kind), u32>,
    /// New number, old number, kind.
    waiting: VecDeque<(u32, u32, Kind)>,
    next: u32,
    /// How many more values may be carried over: pages may share what one of them would have alone.
    left: usize,
}

impl<'a> Copy<'a> {
    fn id(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    fn page(&mut self, page: Page<'a>) -> Result<Dict, Problem> {
        let file = self.file;
        let there = |member: Option<&'a Object>| member.map_or(&Object::Null, |value| file.resolve(value));
        let mut new = Dict::default();
        new.put(b"Type", name("Page"));
        new.put(b"Parent", Object::Reference(2));
        // A size is what a page can't be without.
        new.put(b"MediaBox", self.numbers(there(page.media_box)).ok_or(Problem::Broken)?);
        if let Some(shown) = self.numbers(there(page.crop_box)) {
            new.put(b"CropBox", shown);
        }
        for (key, number) in [(&b"Rotate"[..], there(page.rotate)), (&b"UserUnit"[..], there(page.user_unit))] {
            if matches!(number, Object::Int(_) | Object::Real(_)) {
                new.put(key, number.clone());
            }
        }
        if let Some(contents) = page.contents.filter(|contents| **contents != Object::Null) {
            new.put(b"Contents", self.contents(contents)?);
        }
        let resources = there(page.resources);
        let needed = if resources.as_dict().is_some() { self.of(resources, Kind::Resources)? } else { dict(Vec::new()) };
        new.put(b"Resources", needed);
        let group = there(page.group);
        if group.as_dict().is_some() {
            new.put(b"Group", self.of(group, Kind::Drawn)?);
        }
        Ok(new)
    }

    /// Four numbers.
    fn numbers(&self, numbers: &Object) -> Option<Object> {
        let four = numbers.as_array().filter(|numbers| numbers.len() == 4)?;
        let numbers: Vec<Object> = four.iter().map(|n| self.file.resolve(n).clone()).collect();
        let right = numbers.iter().all(|n| matches!(n, Object::Int(_) | Object::Real(_)));
        right.then_some(Object::Array(numbers))
    }

    /// A page's drawing: a stream, or several that follow one another. One that is missing is no drawing.
    fn contents(&mut self, contents: &Object) -> Result<Object, Problem> {
        let parts = match self.file.resolve(contents) {
            Object::Array(parts) => parts.as_slice(),
            _ => std::slice::from_ref(contents),
        };
        let mut new = Vec::new();
        for part in parts {
            match (part, self.file.resolve(part)) {
                (Object::Reference(_), Object::Stream(..)) => new.push(self.of(part, Kind::Drawn)?),
                _ => return Err(Problem::Broken),
            }
        }
        Ok(Object::Array(new))
    }

    /// An object with the keys that are carried over. What hangs on its references waits for its turn.
    fn of(&mut self, object: &Object, kind: Kind) -> Result<Object, Problem> {
        self.left = self.left.checked_sub(1).ok_or(Problem::Large)?;
        Ok(match object {
            Object::Reference(old) => {
                let known = self.ids.get(&(*old, kind)).copied();
                Object::Reference(known.unwrap_or_else(|| {
                    let id = self.id();
                    self.ids.insert((*old, kind), id);
                    self.waiting.push_back((id, *old, kind));
                    id
                }))
            }
            Object::Array(array) => Object::Array(array.iter().map(|one| self.of(one, kind)).collect::<Result<_, _>>()?),
            Object::Dict(dict) => Object::Dict(self.dict(dict, kind)?),
            Object::Stream(..) => return Err(Problem::Broken),
            plain => plain.clone(),
        })
    }

    fn dict(&mut self, dict: &Dict, kind: Kind) -> Result<Dict, Problem> {
        let (mut new, mut seen) = (Vec::new(), HashSet::new());
        // Of two equal keys the last counts.
        for (key, value) in dict.0.iter().rev() {
            if let Some(below) = kind.below(key).filter(|_| seen.insert(key)) {
                new.push((key.clone(), self.of(value, below)?));
            }
        }
        new.reverse();
        Ok(Dict(new))
    }

    /// A stream with its bytes encoded anew.
    fn stream(&mut self, dict: &Dict, raw: &[u8], kind: Kind, budget: &mut Budget) -> Result<(Dict, Vec<u8>), Problem> {
        if dict.get(b"Subtype").and_then(Object::as_name) == Some(b"PS") {
            // A program for printers.
            return Ok((Dict::default(), Vec::new()));
        }
        let mut plain = Dict::default();
        for key in [&b"Filter"[..], b"DecodeParms"] {
            let value = match self.file.member(dict, key) {
                Object::Array(array) => Object::Array(array.iter().map(|one| self.file.resolve(one).clone()).collect()),
                one => one.clone(),
            };
            plain.put(key, value);
        }
        let anew = filters::anew(&plain, raw, budget)?;
        let mut new = self.dict(dict, kind)?;
        new.put(b"Filter", Object::Name(anew.filter.to_vec()));
        if let Some(settings) = &anew.settings {
            let settings = self.of(settings, Kind::Drawn)?;
            new.put(b"DecodeParms", settings);
        }
        Ok((new, anew.bytes))
    }
}
