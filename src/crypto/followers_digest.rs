//! The digest of a part of a followers collection (FEP-8fcf): SHA-256 of each id, all of them combined by XOR.

/// In lower-case hexadecimal; of no id at all: zeros. The order doesn't matter.
pub fn of<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let mut all = [0_u8; 32];
    for id in ids {
        for (byte, one) in all.iter_mut().zip(openssl::sha::sha256(id.as_bytes())) {
            *byte ^= one;
        }
    }
    all.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_digest_is_that_of_the_fep() {
        let ids = ["https://testing.example.org/users/1", "https://testing.example.org/users/2"];
        let digest = "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f";
        assert_eq!(super::of(ids), digest);
        assert_eq!(super::of(ids.into_iter().rev()), digest);
        assert_eq!(super::of([]), "0".repeat(64));
    }
}
