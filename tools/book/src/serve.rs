//! Serves the book on loopback, builds it again when a source changes, and has the browser reload.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use axum::Router;
use tower_http::services::ServeDir;
use tower_livereload::{LiveReloadLayer, Reloader};

use crate::build::{build, output_folder};
use crate::cli;
use crate::log::Logged;
use crate::place::Place;
use crate::watch::Changes;

const FIRST_PORT: u16 = 3000;
const LAST_PORT: u16 = 3099;

/// Runs until the process is ended.
pub(crate) fn serve(place: &Place, asked: &cli::Serve, logged: &Logged) -> Result<()> {
    let listener = listen(asked.port)?;
    let address = format!("http://{}/", listener.local_addr()?);
    let out = output_folder(place, None)?;
    // Watch before building: a change during the build is not missed.
    let changes = Changes::of(&sources(place))?;
    build(place, &out, false, logged)?;
    eprintln!("serving the book at {address} (stop with Ctrl-C)");
    if asked.open {
        open(&address);
    }
    let layer = LiveReloadLayer::new();
    let reloader = layer.reloader();
    let pages = Router::new()
        .fallback_service(ServeDir::new(&out))
        .layer(layer);
    let (place, logged) = (place.clone(), logged.clone());
    std::thread::spawn(move || {
        // Nobody joins this thread: what ends it is said here.
        if let Err(error) = rebuild(&place, &out, &logged, &changes, &reloader) {
            eprintln!("error: {error:#}; changes are no longer seen");
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
                eprintln!("port {FIRST_PORT} is in use: taking {port}");
            }
            return Ok(listener);
        }
    }
    bail!("no free port from {FIRST_PORT} to {LAST_PORT}; choose one with --port N")
}

/// Builds again after every change. A build that fails leaves the last good pages where they are.
fn rebuild(
    place: &Place,
    out: &Path,
    logged: &Logged,
    changes: &Changes,
    reloader: &Reloader,
) -> Result<()> {
    loop {
        changes.wait()?;
        match build(place, out, false, logged) {
            Ok(()) => reloader.reload(),
            Err(error) => eprintln!("error: {error:#}"),
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
        eprintln!("cannot open a browser: no `{command}`");
    }
}
