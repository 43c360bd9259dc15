//! The small world of the test: names, certificates, nginx, and all servers in it.

use crate::{
    http,
    ours::{Front, Ours},
    peers::{Peer, communard, controlled, snac},
    process::{Process, tail},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A server's name with an address of its own, so that each can have port 443.
#[derive(Clone, Debug)]
pub struct Host {
    /// `snac`, the word for files.
    pub key: String,
    /// `snac.test`
    pub name: String,
    pub address: String,
}

/// All hosts in order of their addresses.
const HOSTS: &[&str] = &["ours", "b", "snac", "fedify", "fedify-9421", "pubby", "pasture", "snac-twin"];

/// Files that every started program may need.
#[derive(Clone)]
pub struct Net {
    /// Data of this run, emptied at its start.
    pub dir: PathBuf,
    pub logs: PathBuf,
    /// Where the installed peers are.
    pub home: PathBuf,
}

impl Net {
    pub fn authority(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// The machine's authorities and ours.
    pub fn bundle(&self) -> PathBuf {
        self.dir.join("bundle.pem")
    }

    pub fn certificate(&self) -> PathBuf {
        self.dir.join("server.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.dir.join("server.key")
    }

    /// A command that trusts our authority, whichever way it takes to find the trusted ones.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
            command.env(name, self.bundle());
        }
        command.env("NODE_EXTRA_CA_CERTS", self.authority());
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(name);
        }
        command
    }
}

pub struct Stage {
    pub net: Net,
    hosts: Vec<Host>,
}

/// All that runs.
pub struct Servers {
    pub ours: Ours,
    pub peers: Vec<Box<dyn Peer>>,
    pub net: Net,
    pub hosts: Vec<Host>,
    _nginx: Process,
}

/// Says what `tests/peers/prepare` has not brought.
pub fn missing(home: &Path) -> Option<String> {
    let wanted = ["snac/usr/bin/snac", "node/node", "pubby/bin/python", "pasture/bin/python"];
    let gone = wanted.into_iter().find(|path| !home.join(path).exists())?;
    Some(format!("{} is missing", home.join(gone).display()))
}

fn nginx(home: &Path) -> PathBuf {
    let own = home.join("nginx/usr/sbin/nginx");
    if own.exists() { own } else { PathBuf::from("nginx") }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Stage {
    /// Makes certificates and names and puts them in force in this namespace.
    pub fn build(home: &Path) -> Self {
        let dir = home.join("run");
        let _ = fs::remove_dir_all(&dir);
        let logs = dir.join("logs");
        fs::create_dir_all(&logs).unwrap();
        let net = Net { dir, logs, home: home.to_owned() };
        let host = |(index, key): (usize, &&str)| Host {
            key: (*key).to_owned(),
            name: format!("{key}.test"),
            address: format!("127.0.7.{}", 10 + index),
        };
        let hosts: Vec<Host> = HOSTS.iter().enumerate().map(host).collect();
        let stage = Self { net, hosts };
        stage.certificates();
        stage.names();
        http::trust(&stage.net.authority());
        stage
    }

    fn certificates(&self) {
        let net = &self.net;
        let openssl = |words: &str| run(Command::new("openssl").args(words.split(' ')).current_dir(&net.dir));
        openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=peers \
             -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign",
        );
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=ours.test");
        // All names are listed: many clients refuse a wildcard right under a top-level domain.
        let names: Vec<String> = self.hosts.iter().map(|host| format!("DNS:{}", host.name)).collect();
        fs::write(net.dir.join("names"), format!("subjectAltName={}\nextendedKeyUsage=serverAuth\n", names.join(","))).unwrap();
        openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem");
    }

    /// Binds our names and authorities over the machine's; this namespace alone sees it.
    fn names(&self) {
        let net = &self.net;
        let lines = self.hosts.iter().map(|host| format!("{} {}\n", host.address, host.name));
        fs::write(net.dir.join("hosts"), "127.0.0.1 localhost\n".to_owned() + &lines.collect::<String>()).unwrap();
        let system = "/etc/ssl/certs/ca-certificates.crt";
        let bundle = fs::read_to_string(system).unwrap_or_default() + &fs::read_to_string(net.authority()).unwrap();
        fs::write(net.bundle(), bundle).unwrap();
        run(Command::new("mount").args(["--make-rprivate", "/"]));
        run(Command::new("ip").args(["link", "set", "lo", "up"]));
        run(Command::new("mount").arg("--bind").arg(net.dir.join("hosts")).arg("/etc/hosts"));
        // Programs on libcurl read this file whatever the environment says.
        if Path::new(system).exists() {
            run(Command::new("mount").arg("--bind").arg(net.bundle()).arg(system));
        }
    }

    fn host(&self, key: &str) -> &Host {
        self.hosts.iter().find(|host| host.key == key).unwrap()
    }

    /// docker/nginx.conf as it stands for ours, with our names in place of its own; a plain proxy for the others.
    fn start_nginx(&self) -> Process {
        let net = &self.net;
        let path = |name: &str| net.dir.join(name).display().to_string();
        let access = net.logs.join("access.log").display().to_string();
        let ours = self.host("ours");
        let mut shipped = fs::read_to_string("docker/nginx.conf").unwrap();
        for (from, to) in [
            ("server 127.0.0.1:8080;", format!("server {}:8080;", ours.address)),
            ("river.example", ours.name.clone()),
            ("/etc/letsencrypt/live/ours.test/fullchain.pem", path("server.pem")),
            ("/etc/letsencrypt/live/ours.test/privkey.pem", path("server.key")),
            ("listen [::]:80;", String::new()),
            ("listen [::]:443 ssl;", String::new()),
            ("listen 80;", format!("listen {}:80;", ours.address)),
            ("listen 443 ssl;", format!("listen {}:443 ssl;", ours.address)),
            // Who signed how is seen in this log alone.
            ("access_log off;", format!("access_log {access} peers;")),
            ("/var/log/nginx/error.log crit", format!("{} info", net.logs.join("nginx-error.log").display())),
        ] {
            assert!(shipped.contains(from), "docker/nginx.conf has changed: no {from:?}");
            shipped = shipped.replace(from, &to);
        }
        // A word of nginx 1.25.1; older ones take it at `listen`.
        let version = Command::new(nginx(&net.home)).arg("-v").output().unwrap();
        let version = String::from_utf8_lossy(&version.stderr).into_owned();
        let numbers: Vec<u32> = version.split(['/', '.', ' ']).filter_map(|word| word.trim().parse().ok()).take(2).collect();
        if numbers.as_slice() < [1, 25].as_slice() {
            shipped = shipped.replace("http2 on;", "").replace(":443 ssl;", ":443 ssl http2;");
        }
        let mut servers = String::new();
        for host in self.hosts.iter().filter(|host| !["ours", "b"].contains(&host.key.as_str())) {
            servers += &format!(
                "server {{ listen {0}:443 ssl; server_name {1}; ssl_certificate {2}; ssl_certificate_key {3};
                 access_log {access} peers; client_max_body_size 20m;
                 location / {{ proxy_pass http://{0}:8080; proxy_http_version 1.1; proxy_set_header Host $host;
                 proxy_set_header X-Forwarded-Proto https; }} }}\n",
                host.address,
                host.name,
                path("server.pem"),
                path("server.key"),
            );
        }
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {};\n", path("nginx")))
            .collect();
        fs::create_dir_all(net.dir.join("nginx")).unwrap();
        let configuration = format!(
            "daemon off; worker_processes 1; user root; pid {}; error_log {} info;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}
             log_format peers '$time_iso8601 $host $request_method $request_uri $status agent=\"$http_user_agent\" \
             signature=\"$http_signature\" input=\"$http_signature_input\" $request_time';\n{shipped}\n{servers}}}\n",
            path("nginx.pid"),
            net.logs.join("nginx-error.log").display(),
        );
        let file = net.dir.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let program = nginx(&net.home);
        Process::start("nginx", &net.logs, move || {
            let mut command = Command::new(&program);
            command.arg("-c").arg(&file).arg("-p").arg(file.parent().unwrap()).arg("-e").arg("stderr");
            command
        })
    }

    /// Starts everything and waits until all answer.
    pub fn start(&self) -> Servers {
        let net = &self.net;
        let nginx = self.start_nginx();
        let mut peers: Vec<Box<dyn Peer>> = vec![
            Box::new(snac::Snac::start(net, self.host("snac"), self.host("snac-twin"))),
            Box::new(controlled::Controlled::fedify(
                net,
                self.host("fedify"),
                self.host("fedify-9421"),
                "draft-cavage-http-signatures-12",
            )),
            Box::new(controlled::Controlled::fedify(net, self.host("fedify-9421"), self.host("fedify"), "rfc9421")),
            Box::new(controlled::Controlled::pubby(net, self.host("pubby"))),
            Box::new(communard::Communard::start(net, self.host("b"))),
        ];
        if let Ok(only) = std::env::var("COMMUNARD_PEERS_ONLY") {
            peers.retain(|peer| only.split(',').any(|key| key == peer.key()));
        }
        // A collective for each peer, so that they don't see each other's rows; and two more for moves.
        let handles: Vec<String> = (peers.iter().map(|peer| peer.as_ref()))
            .chain(peers.iter().filter_map(|peer| peer.twin()))
            .flat_map(|peer| ["", "_old", "_new"].map(|ending| crate::meeting::handle(peer.key()) + ending))
            .collect();
        let ours = Ours::start(net, self.host("ours"), Front::Nginx, &handles);
        let waits = peers.iter().map(|peer| peer.wait()).chain([ours.wait()]);
        if let Some(problem) = waits.filter_map(Result::err).next() {
            self.show_logs();
            panic!("{problem}");
        }
        Servers { ours, peers, net: net.clone(), hosts: self.hosts.clone(), _nginx: nginx }
    }

    /// The end of every log.
    pub fn show_logs(&self) {
        for entry in fs::read_dir(&self.net.logs).unwrap().flatten() {
            let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap_or_default()).into_owned();
            eprintln!("--- {}\n{}", entry.path().display(), tail(&text, 15));
        }
    }
}
