//! Objects to the bytes of a PDF, with one table of where they stand and nothing that says who wrote it or when.

use super::{
    Problem,
    object::{Dict, Object, is_regular},
};
use std::{collections::BTreeMap, io::Write as _};

/// A file being written.
pub struct Writer {
    out: Vec<u8>,
    places: BTreeMap<u32, usize>,
}

impl Writer {
    pub fn new() -> Self {
        // The second line tells programs that move files that this one isn't text.
        Self { out: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), places: BTreeMap::new() }
    }

    fn begin(&mut self, id: u32) {
        self.places.insert(id, self.out.len());
        self.out.extend(format!("{id} 0 obj\n").bytes());
    }

    pub fn object(&mut self, id: u32, object: &Object) -> Result<(), Problem> {
        self.begin(id);
        put(&mut self.out, object)?;
        self.out.extend(b"\nendobj\n");
        Ok(())
    }

    /// `dict` without `Length`.
    pub fn stream(&mut self, id: u32, dict: &Dict, bytes: &[u8]) -> Result<(), Problem> {
        let mut dict = dict.clone();
        dict.put(b"Length", Object::Int(i64::try_from(bytes.len()).map_err(|_| Problem::Large)?));
        self.begin(id);
        put_dict(&mut self.out, &dict)?;
        self.out.extend(b"\nstream\n");
        self.out.extend(bytes);
        self.out.extend(b"\nendstream\nendobj\n");
        Ok(())
    }

    /// The file, whose numbers from 1 on were all given.
    pub fn finish(mut self, root: u32) -> Vec<u8> {
        let start = self.out.len();
        let size = self.places.len() + 1;
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for place in self.places.values() {
            table += &format!("{place:010} 00000 n \n");
        }
        self.out.extend(table.bytes());
        self.out.extend(format!("trailer\n<</Size {size}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
        self.out
    }
}

fn put(out: &mut Vec<u8>, object: &Object) -> Result<(), Problem> {
    match object {
        Object::Null => out.extend(b"null"),
        Object::Bool(yes) => out.extend(if *yes { &b"true"[..] } else { b"false" }),
        Object::Int(int) => out.extend(int.to_string().bytes()),
        Object::Real(real) if real.is_finite() => out.extend(real.to_string().bytes()),
        Object::Real(_) | Object::Stream(..) => return Err(Problem::Broken),
        Object::Name(name) => put_name(out, name)?,
        Object::Text(text) => {
            out.push(b'<');
            for byte in text {
                write!(out, "{byte:02x}").map_err(|_| Problem::Broken)?;
            }
            out.push(b'>');
        }
        Object::Array(array) => {
            out.push(b'[');
            for (at, object) in array.iter().enumerate() {
                if at > 0 {
                    out.push(b' ');
                }
                put(out, object)?;
            }
            out.push(b']');
        }
        Object::Dict(dict) => put_dict(out, dict)?,
        Object::Reference(id) => out.extend(format!("{id} 0 R").bytes()),
    }
    Ok(())
}

fn put_dict(out: &mut Vec<u8>, dict: &Dict) -> Result<(), Problem> {
    out.extend(b"<<");
    for (key, value) in &dict.0 {
        put_name(out, key)?;
        out.push(b' ');
        put(out, value)?;
    }
    out.extend(b">>");
    Ok(())
}

fn put_name(out: &mut Vec<u8>, name: &[u8]) -> Result<(), Problem> {
    out.push(b'/');
    for byte in name {
        if is_regular(*byte) && *byte != b'#' && byte.is_ascii_graphic() {
            out.push(*byte);
        } else {
            write!(out, "#{byte:02x}").map_err(|_| Problem::Broken)?;
        }
    }
    Ok(())
}
