//! `serve` and `migrate`.

use crate::{
    acts::invitations,
    config::Settings,
    db::{self, Db},
    error::Result,
    observe,
    server::Application,
};

/// Arguments of `migrate`.
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    /// Change nothing; exit with 1 if a migration is missing.
    #[arg(long)]
    pub check: bool,
}

/// Starts the server and stays until a signal.
pub fn run(settings: Settings) -> Result<()> {
    observe::start_logging(&settings.log);
    actix_web::rt::System::new().block_on(async {
        let application = Application::build(settings)?;
        announce(&application)?;
        application.run().await
    })
}

/// What somebody at the terminal must know; printed, not logged, so that it stands out.
fn announce(application: &Application) -> Result<()> {
    let settings = &application.state.settings;
    if settings.is_local() {
        eprintln!(
            "\n  LOCAL MODE: plain http, and other servers on this machine are let in. Good for trying out, never for the\n  \
             public network: set instance.mode = \"production\" there.\n"
        );
    } else if settings.federation.allow_private_addresses {
        eprintln!("\n  federation.allow_private_addresses is on: strangers can make this server contact private addresses.\n");
    }
    match application.state.site_if_set_up() {
        Some(site) => eprintln!("  {} is at {}  (listening on {})\n", site.name, site.base_url, application.address),
        None => {
            if let Some(link) = invitations::setup_link(&application.state, application.address)? {
                eprintln!("  This instance isn't set up yet. Open this link in your browser; it works once:\n\n      {link}\n");
            }
        }
    }
    Ok(())
}

/// Brings the schema up to date, or says what is missing.
pub fn migrate(settings: Settings, json: bool, args: &MigrateArgs) -> Result<()> {
    let db = Db::open_without_migrating(&settings)?;
    let (pending, done) = if args.check {
        (db.read_blocking(db::migrate::pending)?, Vec::new())
    } else {
        (Vec::new(), db.read_blocking(db::migrate::run)?)
    };
    if json {
        println!("{}", serde_json::json!({ "pending": pending, "done": done }));
    } else if args.check && pending.is_empty() || !args.check && done.is_empty() {
        println!("The database is up to date.");
    } else {
        for name in &pending {
            println!("missing: {name}");
        }
        for name in &done {
            println!("done: {name}");
        }
    }
    if pending.is_empty() { Ok(()) } else { Err(crate::Error::Config("migrations are missing; run communard migrate".into())) }
}

/// Asks the running server whether it is ready: for a container's health check.
pub fn ready(settings: &Settings) -> Result<()> {
    let address: std::net::SocketAddr = settings.server.listen.parse().map_err(crate::Error::internal)?;
    let secure = !settings.server.tls.cert.as_os_str().is_empty();
    let host = if settings.instance.domain.is_empty() {
        "localhost"
    } else {
        settings.instance.domain.split(':').next().unwrap_or("localhost")
    };
    let url = format!("{}://{host}:{}/readyz", if secure { "https" } else { "http" }, address.port());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(crate::Error::internal)?;
    runtime.block_on(async {
        let answer = crate::federation::client::for_self_check(settings, host, true)?.get(url).send().await;
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(crate::Error::Busy(answer.text().await.unwrap_or_default().trim().to_owned())),
            Err(_) => Err(crate::Error::Busy(format!("nothing answers on {address}"))),
        }
    })
}
