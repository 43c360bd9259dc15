//! Collections of ours, as `OrderedCollection` with pages.
//!
//! Must not decide what may be listed: only public things are handed in (ORG-25).

use super::activity::CONTEXT;
use serde_json::{Value, json};

/// The collection itself. `first` is the address of its first page; `None` where only the total is told.
pub fn collection(id: &str, total: i64, first: Option<&str>) -> Value {
    let mut document = json!({ "@context": CONTEXT, "id": id, "type": "OrderedCollection", "totalItems": total });
    if let Some(first) = first {
        document["first"] = json!(first);
    }
    document
}

/// A short collection with all its items in it, newest first.
pub fn whole(id: &str, items: Vec<Value>) -> Value {
    json!({ "@context": CONTEXT, "id": id, "type": "OrderedCollection", "totalItems": items.len(), "orderedItems": items })
}

/// One page.
pub fn page(id: &str, part_of: &str, next: Option<&str>, items: Vec<Value>) -> Value {
    let mut document =
        json!({ "@context": CONTEXT, "id": id, "type": "OrderedCollectionPage", "partOf": part_of, "orderedItems": items });
    if let Some(next) = next {
        document["next"] = json!(next);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_list_tells_its_total_alone() {
        let hidden = collection("https://a.example/c/a/followers", 7, None);
        assert_eq!(hidden["totalItems"], 7);
        // Mastodon shows a list without `first` as hidden.
        assert!(hidden.get("first").is_none() && hidden.get("orderedItems").is_none());
    }
}
