//! Signatures made by the tests themselves, over openssl and not over the code under test; each part can be wrong on purpose.

use openssl::{
    hash::MessageDigest,
    pkey::{PKey, Private},
    rsa::Rsa,
    sha::sha256,
    sign::{Signer, Verifier},
};
use serde_json::{Value, json};

/// A fresh RSA key.
pub fn rsa(bits: u32) -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
}

pub fn public_pem(key: &PKey<Private>) -> String {
    String::from_utf8(key.public_key_to_pem().unwrap()).unwrap()
}

pub fn base64(bytes: &[u8]) -> String {
    openssl::base64::encode_block(bytes)
}

/// `SHA-256=…` of a body.
pub fn digest(body: &[u8]) -> String {
    format!("SHA-256={}", base64(&openssl::sha::sha256(body)))
}

/// An HTTP date, `seconds` from now.
pub fn date(seconds: i64) -> String {
    (chrono::Utc::now() + chrono::Duration::seconds(seconds)).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

pub fn sign(key: &PKey<Private>, digest: MessageDigest, text: &str) -> String {
    let mut signer = Signer::new(digest, key).unwrap();
    signer.update(text.as_bytes()).unwrap();
    base64(&signer.sign_to_vec().unwrap())
}

/// A request that is signed as draft-cavage-http-signatures-12 says. Change any field before [`Signed::headers`].
#[derive(Clone)]
pub struct Signed {
    pub method: &'static str,
    /// Path and query as signed.
    pub target: String,
    pub key_id: String,
    pub algorithm: Option<&'static str>,
    /// Names of what is covered, in order; `(created)` and `(expires)` take the values below.
    pub covered: Vec<String>,
    /// Headers to send (lower-case names); covered ones are read from here.
    pub headers: Vec<(String, String)>,
    pub created: Option<i64>,
    pub expires: Option<i64>,
    pub key: PKey<Private>,
    pub hash: MessageDigest,
}

impl Signed {
    /// A good POST of `body` to `host` and `target`, as Mastodon signs it.
    pub fn post(host: &str, target: &str, body: &[u8], key_id: &str, key: &PKey<Private>) -> Self {
        let headers = [
            ("host", host.to_owned()),
            ("date", date(0)),
            ("content-type", "application/activity+json".to_owned()),
            ("digest", digest(body)),
        ];
        Self {
            method: "post",
            target: target.to_owned(),
            key_id: key_id.to_owned(),
            algorithm: Some("rsa-sha256"),
            covered: ["host", "date", "content-type", "digest", "(request-target)"].map(str::to_owned).to_vec(),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            created: None,
            expires: None,
            key: key.clone(),
            hash: MessageDigest::sha256(),
        }
    }

    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn remove(&mut self, name: &str) -> &mut Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    pub fn cover(&mut self, names: &[&str]) -> &mut Self {
        self.covered = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// What is signed.
    pub fn signing_string(&self) -> String {
        let line = |name: &String| match name.as_str() {
            "(request-target)" => format!("(request-target): {} {}", self.method, self.target),
            "(created)" => format!("(created): {}", self.created.unwrap_or_default()),
            "(expires)" => format!("(expires): {}", self.expires.unwrap_or_default()),
            name => {
                let values: Vec<&str> =
                    self.headers.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect();
                format!("{name}: {}", values.join(", "))
            }
        };
        self.covered.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// All headers to send, with `signature` last.
    pub fn headers(&self) -> Vec<(String, String)> {
        let mut parts = vec![format!("keyId=\"{}\"", self.key_id)];
        parts.extend(self.algorithm.map(|algorithm| format!("algorithm=\"{algorithm}\"")));
        parts.extend(self.created.map(|at| format!("created={at}")));
        parts.extend(self.expires.map(|at| format!("expires={at}")));
        parts.push(format!("headers=\"{}\"", self.covered.join(" ")));
        parts.push(format!("signature=\"{}\"", sign(&self.key, self.hash, &self.signing_string())));
        let mut headers = self.headers.clone();
        headers.push(("signature".to_owned(), parts.join(",")));
        headers
    }

    /// Sends `body` to `url` with these headers; again where the server gave up waiting for the request, which it does after
    /// five seconds (408, or before a byte of it was written: a message that nobody asked for). A busy machine takes that long.
    pub async fn send(&self, url: &str, body: &[u8]) -> reqwest::Response {
        super::eventually(&format!("{url} takes a request"), 0, || async {
            match self.try_send(url, body).await {
                Ok(answer) if answer.status() == 408 => None,
                Err(error) if format!("{error:?}").contains("UnexpectedMessage") => None,
                said => Some(said.unwrap()),
            }
        })
        .await
    }

    /// As `send`, to a server that may end before it answers.
    pub async fn try_send(&self, url: &str, body: &[u8]) -> reqwest::Result<reqwest::Response> {
        let method = reqwest::Method::from_bytes(self.method.to_ascii_uppercase().as_bytes()).unwrap();
        let mut request = super::client().request(method, url).body(body.to_vec());
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        request.send().await
    }
}

/// Whether the draft-cavage signature of a request that a fake peer got is good with this key, and its digest right.
pub fn verifies(request: &super::Recorded, public_pem: &str) -> bool {
    let header = request.header("signature").unwrap();
    let part = |name: &str| {
        let rest = header.split(&format!("{name}=\"")).nth(1).unwrap_or_else(|| panic!("no {name} in {header}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let line = |name: &str| match name {
        "(request-target)" => format!("(request-target): {} {}", request.method.to_lowercase(), request.target),
        name => format!("{name}: {}", request.header(name).unwrap_or_else(|| panic!("{name} is covered and absent"))),
    };
    let covered = part("headers");
    assert!(
        ["(request-target)", "host", "date", "digest"].iter().all(|name| covered.split(' ').any(|c| c == *name)),
        "{covered}"
    );
    let text = covered.split(' ').map(line).collect::<Vec<_>>().join("\n");
    let key = PKey::public_key_from_pem(public_pem.as_bytes()).unwrap();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
    verifier.update(text.as_bytes()).unwrap();
    let good = verifier.verify(&openssl::base64::decode_block(&part("signature")).unwrap()).unwrap();
    good && request.header("digest") == Some(&digest(&request.body))
}

/// A fresh Ed25519 key.
pub fn ed25519() -> PKey<Private> {
    PKey::generate_ed25519().unwrap()
}

/// The key as FEP-521a writes it.
pub fn multibase(key: &PKey<Private>) -> String {
    format!("z{}", bs58::encode([&[0xed, 0x01][..], &key.raw_public_key().unwrap()].concat()).into_string())
}

/// RFC 8785 for what the tests send: no fractions, no member names beyond ASCII. Not the code under test.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let sorted: std::collections::BTreeMap<&String, &Value> = members.iter().collect();
            let inner: Vec<String> = sorted.iter().map(|(name, value)| format!("{}:{}", json!(name), canonical(value))).collect();
            format!("{{{}}}", inner.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}

fn proof_bytes(options: &Value, document: &Value) -> Vec<u8> {
    [sha256(canonical(options).as_bytes()), sha256(canonical(document).as_bytes())].concat()
}

/// The document with an integrity proof (FEP-8b32) by this key, made `seconds` from now; `method` is the key's id.
pub fn prove_at(document: &Value, method: &str, key: &PKey<Private>, seconds: i64) -> Value {
    let created = (chrono::Utc::now() + chrono::Duration::seconds(seconds)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut options = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "verificationMethod": method,
        "proofPurpose": "assertionMethod", "created": created
    });
    if let Some(context) = document.get("@context") {
        options["@context"] = context.clone();
    }
    let mut signer = Signer::new_without_digest(key).unwrap();
    let signature = signer.sign_oneshot_to_vec(&proof_bytes(&options, document)).unwrap();
    options["proofValue"] = json!(format!("z{}", bs58::encode(signature).into_string()));
    let mut proven = document.clone();
    proven["proof"] = options;
    proven
}

pub fn prove(document: &Value, method: &str, key: &PKey<Private>) -> Value {
    prove_at(document, method, key, 0)
}

/// Whether the document's proof is by the Ed25519 key that this actor document lists under the id which the proof names.
pub fn is_proven_by(document: &Value, actor: &Value) -> bool {
    let proof = &document["proof"];
    for (name, wanted) in [("type", "DataIntegrityProof"), ("cryptosuite", "eddsa-jcs-2022"), ("proofPurpose", "assertionMethod")]
    {
        assert_eq!(proof[name], wanted, "{document}");
    }
    assert_eq!(proof["@context"], document["@context"], "{document}");
    let listed = actor["assertionMethod"].as_array().unwrap().iter().find(|key| key["id"] == proof["verificationMethod"]);
    let key = listed.unwrap_or_else(|| panic!("{} is not listed", proof["verificationMethod"]));
    let key = bs58::decode(&key["publicKeyMultibase"].as_str().unwrap()[1..]).into_vec().unwrap();
    let key = PKey::public_key_from_raw_bytes(&key[2..], openssl::pkey::Id::ED25519).unwrap();
    let (mut bare, mut options) = (document.clone(), proof.clone());
    bare.as_object_mut().unwrap().shift_remove("proof");
    let value = options.as_object_mut().unwrap().shift_remove("proofValue").unwrap();
    let signature = bs58::decode(&value.as_str().unwrap()[1..]).into_vec().unwrap();
    let mut verifier = Verifier::new_without_digest(&key).unwrap();
    verifier.verify_oneshot(&signature, &proof_bytes(&options, &bare)).unwrap()
}
