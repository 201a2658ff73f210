//! Serves the book on loopback, builds it again when a source changes, and has the browser reload.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use axum::Router;
use tower_http::services::ServeDir;
use tower_livereload::{LiveReloadLayer, Reloader};

use crate::build::{Target, build};
use crate::cli;
use crate::log::{Logged, tell};
use crate::place::Place;
use crate::watch::Changes;

const FIRST_PORT: u16 = 3000;
const LAST_PORT: u16 = 3099;

/// Runs until the process is ended.
pub(crate) fn serve(place: &Place, asked: &cli::Serve, logged: &Logged) -> Result<()> {
    let listener = listen(asked.port)?;
    let address = format!("http://{}/", listener.local_addr()?);
    let target = Target::of(place, None)?;
    // Watch before building: a change during the build is not missed.
    let changes = Changes::of(&sources(place))?;
    build(place, &target, false, logged)?;
    tell(format_args!(
        "serving the book at {address} (stop with Ctrl-C)"
    ));
    if asked.open {
        open(&address);
    }
    let layer = LiveReloadLayer::new();
    let reloader = layer.reloader();
    let pages = Router::new()
        .fallback_service(ServeDir::new(&target.folder))
        .layer(layer);
    let (place, logged) = (place.clone(), logged.clone());
    std::thread::spawn(move || {
        // Nobody joins this thread: what ends it is said here.
        if let Err(error) = rebuild(&place, &target, &logged, &changes, &reloader) {
            tell(format_args!("error: {error:#}; changes are no longer seen"));
        }
    });
    run_server(listener, pages)
}

fn sources(place: &Place) -> Vec<PathBuf> {
    let of_repository = |name| place.repository.join(name);
    vec![
        place.book.clone(),
        of_repository("exercises"),
        of_repository("solutions"),
    ]
}

/// Listens on the port that was asked for, or on the first free one from 3000 up.
fn listen(asked: Option<u16>) -> Result<TcpListener> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = asked {
        return bind(port).with_context(|| {
            format!("cannot listen on port {port}; choose another with --port N")
        });
    }
    for port in FIRST_PORT..=LAST_PORT {
        if let Ok(listener) = bind(port) {
            if port != FIRST_PORT {
                tell(format_args!("port {FIRST_PORT} is in use: taking {port}"));
            }
            return Ok(listener);
        }
    }
    bail!("no free port from {FIRST_PORT} to {LAST_PORT}; choose one with --port N")
}

/// Builds again after every change. A build that fails leaves the last good pages where they are.
fn rebuild(
    place: &Place,
    target: &Target,
    logged: &Logged,
    changes: &Changes,
    reloader: &Reloader,
) -> Result<()> {
    loop {
        changes.wait()?;
        match build(place, target, false, logged) {
            Ok(()) => reloader.reload(),
            Err(error) => tell(format_args!("error: {error:#}")),
        }
    }
}

fn run_server(listener: TcpListener, pages: Router) -> Result<()> {
    listener.set_nonblocking(true)?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, pages).await
        })?;
    Ok(())
}

/// Opens `address` with the desktop's own command. That there is no desktop is no reason to stop.
fn open(address: &str) {
    let (command, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let opened = std::process::Command::new(command)
        .args(arguments)
        .arg(address)
        .spawn();
    if opened.is_err() {
        tell(format_args!("cannot open a browser: no `{command}`"));
    }
}
