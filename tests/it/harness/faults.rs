//! A TCP proxy that stands between the server and a fake peer and misbehaves on demand.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};

/// How a proxy treats each connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Passes everything on.
    None,
    /// Passes everything on, so much later.
    Latency(Duration),
    /// Takes the connection and resets it.
    Reset,
    /// Takes the request and closes its own side in the middle of the answer's first line; reads on.
    HalfClose,
    /// Gives the peer's answer one byte per second.
    Drip,
    /// Answers with a fatal TLS alert, whatever was said.
    TlsBreak,
    /// Takes the request and answers itself: a status, and headers as they go over the wire.
    Answer(u16, String),
}

impl Fault {
    /// One of each kind, for a seed: the same seed gives the same kinds in the same order for ever.
    pub fn any(seed: u64) -> Self {
        let answer = |status, headers: &str| Self::Answer(status, headers.to_owned());
        match splitmix(seed) % 10 {
            0 => Self::Latency(Duration::from_secs(10)),
            1 => Self::Reset,
            2 => Self::HalfClose,
            3 => Self::Drip,
            4 => Self::TlsBreak,
            5 => answer(500, ""),
            6 => answer(503, "retry-after: 600\r\n"),
            7 => answer(429, "retry-after: 600\r\n"),
            8 => answer(307, "location: http://elsewhere.localhost:9/inbox\r\n"),
            _ => answer(301, "location: /elsewhere\r\n"),
        }
    }

    /// Whether the host names the time of the next try itself.
    pub fn names_a_time(&self) -> bool {
        matches!(self, Self::Answer(_, headers) if headers.contains("retry-after"))
    }
}

/// Sebastiano Vigna's mixer: numbers that look random and are the same everywhere.
pub fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[derive(Default)]
struct Shared {
    fault: Option<Fault>,
    connections: Vec<AbortHandle>,
    taken: usize,
}

/// One proxy on a port of its own. Ends when dropped.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Mutex<Shared>>,
    listening: AbortHandle,
}

impl Proxy {
    /// Passes everything on to `target` until told otherwise.
    pub async fn start(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let known = shared.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut shared = known.lock().unwrap();
                let fault = shared.fault.clone().unwrap_or(Fault::None);
                shared.taken += 1;
                shared.connections.retain(|connection| !connection.is_finished());
                let task = tokio::spawn(async move {
                    // Whoever hangs up early ends the connection, and that is all.
                    let _ = serve(stream, target, fault).await;
                });
                shared.connections.push(task.abort_handle());
            }
        });
        Self { port, shared, listening: listening.abort_handle() }
    }

    /// From now on. Connections that are open are cut, so that none goes on as before.
    pub fn set(&self, fault: Fault) {
        let mut shared = self.shared.lock().unwrap();
        shared.fault = Some(fault);
        shared.connections.drain(..).for_each(|connection| connection.abort());
    }

    /// How many connections were made so far.
    pub fn taken(&self) -> usize {
        self.shared.lock().unwrap().taken
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
        self.set(Fault::Reset);
    }
}

async fn serve(mut stream: TcpStream, target: u16, fault: Fault) -> std::io::Result<()> {
    match fault {
        Fault::None => pass(&mut stream, target).await,
        Fault::Latency(time) => {
            tokio::time::sleep(time).await;
            pass(&mut stream, target).await
        }
        Fault::Reset => stream.set_zero_linger(),
        Fault::HalfClose => {
            take_request(&mut stream).await?;
            stream.write_all(b"HTTP/1.1 20").await?;
            stream.shutdown().await?;
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.map(drop)
        }
        Fault::Drip => {
            let request = take_request(&mut stream).await?;
            let mut peer = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, target))).await?;
            peer.write_all(&request).await?;
            let mut byte = [0];
            while peer.read(&mut byte).await? == 1 {
                stream.write_all(&byte).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Ok(())
        }
        Fault::TlsBreak => {
            // Alert, TLS 1.2, two bytes: fatal, handshake failure.
            stream.write_all(&[21, 3, 3, 0, 2, 2, 40]).await?;
            stream.shutdown().await
        }
        Fault::Answer(status, headers) => {
            take_request(&mut stream).await?;
            let answer = format!("HTTP/1.1 {status} So\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await?;
            stream.shutdown().await
        }
    }
}

async fn pass(stream: &mut TcpStream, target: u16) -> std::io::Result<()> {
    let mut peer = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, target))).await?;
    tokio::io::copy_bidirectional(stream, &mut peer).await.map(drop)
}

/// One request with the body that its length says.
async fn take_request(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let n = stream.read(&mut buffer).await?;
        request.extend_from_slice(&buffer[..n]);
        let head = request.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4);
        let length = head.map(|head| {
            let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
            let length =
                text.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|n| n.parse::<usize>().ok());
            head + length.unwrap_or(0)
        });
        if n == 0 || length.is_some_and(|length| request.len() >= length) {
            return Ok(request);
        }
    }
}
