//! Networks by address and length of prefix, such as 172.16.0.0/12; an address alone is a network of one.
//!
//! Must not know who asks or why.

use std::{fmt, net::IpAddr, str::FromStr};

/// A network of IPv4 or IPv6 addresses (CIDR, RFC 4632). IPv4 written as IPv6 (`::ffff:192.0.2.1`) counts as IPv4.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// Bits that are the same in the whole network.
    prefix: u8,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(one)) => {
                let differ = u32::from(net) ^ u32::from(one);
                differ.checked_shr(32 - u32::from(self.prefix)).unwrap_or(0) == 0
            }
            (IpAddr::V6(net), IpAddr::V6(one)) => {
                let differ = u128::from(net) ^ u128::from(one);
                differ.checked_shr(128 - u32::from(self.prefix)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    /// # Errors
    /// A sentence that quotes what was given.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is neither an address nor a network such as 172.16.0.0/12");
        let (address, prefix) = text.trim().split_once('/').map_or((text.trim(), None), |(a, p)| (a, Some(p)));
        let address = address.parse::<IpAddr>().map_err(|_| wrong())?.to_canonical();
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(bits), str::parse).map_err(|_| wrong())?;
        if prefix > bits {
            return Err(wrong());
        }
        Ok(Self { address, prefix })
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_network_has_the_addresses_of_its_prefix() {
        assert!(has("172.16.0.0/12", "172.31.255.255"));
        assert!(has("172.18.0.5/12", "172.16.0.0"));
        assert!(!has("172.16.0.0/12", "172.32.0.0"));
        assert!(has("172.16.0.0/12", "::ffff:172.17.0.1"));
        assert!(has("0.0.0.0/0", "203.0.113.9"));
        assert!(!has("0.0.0.0/0", "::1"));
        assert!(has("fd00::/8", "fdff::1"));
        assert!(!has("fd00::/8", "fe80::1"));
        assert!(has("::/0", "2001:db8::1"));
        assert!(has("127.0.0.1", "127.0.0.1") && !has("127.0.0.1", "127.0.0.2"));
        assert!(has("::1", "::1") && !has("::1", "::2"));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for bad in ["", "proxy", "172.16.0.0/33", "::1/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0/8"] {
            assert!(bad.parse::<Network>().unwrap_err().contains(&format!("“{bad}”")), "{bad}");
        }
    }
}
