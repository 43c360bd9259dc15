//! Starts and stops the server: routes, TLS, the dispatcher, the clock's jobs.

use crate::{
    config::Settings,
    error::{Error, Result},
    federation, jobs, media, observe,
    state::AppState,
    tls::Certificate,
    web,
};
use actix_web::{App, HttpServer, dev::Server, web::Data};
use std::net::{SocketAddr, TcpListener};

/// A server that listens already and runs once awaited.
pub struct Application {
    pub state: AppState,
    pub address: SocketAddr,
    server: Server,
    certificate: Option<Certificate>,
}

impl Application {
    /// Opens everything and binds. `server.listen` may name port 0: `address` says which one it became.
    pub fn build(settings: Settings) -> Result<Self> {
        let listen = settings.server.listen.clone();
        let listener = TcpListener::bind(&listen).map_err(|e| {
            Error::Config(format!("server.listen: can't listen on {listen}: {e}. Is another server running there?"))
        })?;
        let address = listener.local_addr().map_err(Error::internal)?;
        let state = AppState::open(settings)?;
        federation::signatures::keys::check_ours(&state)?;
        // What is wrong with its settings is said now, not at the first delivery.
        state.wire.client(&state.settings)?;
        let tls = &state.settings.server.tls;
        let certificate = match tls.cert.as_os_str().is_empty() {
            true => None,
            false => Some(Certificate::load(&tls.cert, &tls.key)?),
        };
        let server = http_server(state.clone(), listener, certificate.as_ref())?;
        Ok(Self { state, address, server, certificate })
    }

    /// Serves until a signal stops it, then finishes what is under way.
    pub async fn run(self) -> Result<()> {
        let background = jobs::start(self.state.clone());
        if let Some(certificate) = self.certificate {
            actix_web::rt::spawn(reload_on_hangup(certificate));
        }
        let served = self.server.await.map_err(Error::internal);
        background.stop().await;
        served
    }
}

fn http_server(state: AppState, listener: TcpListener, certificate: Option<&Certificate>) -> Result<Server> {
    let workers = match state.settings.server.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        n => n,
    };
    let shutdown = state.settings.server.shutdown_seconds;
    let library = Data::new(federation::library::Library::new(state.clone()));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(state.clone()))
            .app_data(library.clone())
            // The last one wraps all others: logs, then headers, then the page for an error, then the name and the language.
            .wrap(actix_web::middleware::from_fn(web::session::viewer))
            .wrap(actix_web::middleware::from_fn(web::i18n::language))
            .wrap(actix_web::middleware::from_fn(web::headers::host))
            .wrap(actix_web::middleware::from_fn(web::errors::pages))
            .wrap(actix_web::middleware::from_fn(web::headers::guard))
            .wrap(actix_web::middleware::from_fn(web::conditional::unchanged))
            .wrap(actix_web::middleware::Compress::default())
            .wrap(actix_web::middleware::from_fn(observe::request_log))
            .configure(observe::routes)
            .configure(federation::routes)
            .configure(media::routes)
            .configure(web::routes)
            .default_service(actix_web::web::to(web::errors::nothing_here))
    })
    // Head and body of an answer may leave in two parts: else the second would wait for the reader's word on the first, which
    // comes after 40 milliseconds.
    .tcp_nodelay(true)
    .workers(workers)
    .shutdown_timeout(shutdown);
    let bound = match certificate {
        Some(certificate) => server.listen_openssl(listener, certificate.acceptor()?),
        None => server.listen(listener),
    };
    Ok(bound.map_err(Error::internal)?.run())
}

/// SIGHUP: the certificate's files are read again; connections go on.
async fn reload_on_hangup(certificate: Certificate) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        tracing::warn!("can't listen for SIGHUP: a new certificate needs a restart");
        return;
    };
    while hangup.recv().await.is_some() {
        match certificate.reload() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the new certificate is not usable; the old one stays"),
        }
    }
}
