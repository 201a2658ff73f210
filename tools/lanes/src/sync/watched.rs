//! Memory that is freed while the program runs, and what lies in it.
//!
//! It is not used again before the execution ends. Whoever reaches an atomic, a cell or a lock in it reads the memory first,
//! as far as the engine is concerned: after it was freed that is a use after free, and if nothing orders the two, a race.

use std::cell::RefCell;
use std::collections::BTreeMap;

use explorer::raw;

use crate::context;
use crate::step::{ObjectId, Op, Site, Step};

/// What begins at some address.
#[derive(Clone, Copy)]
struct Piece {
    size: usize,
    memory: raw::Allocation,
    id: ObjectId,
}

thread_local! {
    static PIECES: RefCell<BTreeMap<usize, Piece>> = const { RefCell::new(BTreeMap::new()) };
}

/// Forgets the execution before.
pub(super) fn start_execution() {
    PIECES.take();
}

/// Watches that memory until the execution ends.
pub(super) fn watch(place: usize, size: usize, memory: raw::Allocation, id: ObjectId) {
    let piece = Piece { size, memory, id };
    PIECES.with_borrow_mut(|pieces| pieces.insert(place, piece));
}

/// What begins there is given back to the system.
pub(super) fn forget(place: usize) {
    PIECES.with_borrow_mut(|pieces| pieces.remove(&place));
}

/// Reads the memory that this address lies in, if it is watched.
pub(super) fn reach(address: usize, site: Site) {
    let Some(piece) = find(address) else { return };
    let step = context::begin(site, || Step::new(Op::Use, site).on(piece.id));
    piece.memory.read();
    step.leads_into(piece.id);
}

/// The name of the memory that begins there.
pub(super) fn id_at(address: usize) -> Option<ObjectId> {
    find(address).map(|piece| piece.id)
}

fn find(address: usize) -> Option<Piece> {
    PIECES.with_borrow(|pieces| {
        let (start, piece) = pieces.range(..=address).next_back()?;
        (address - start < piece.size).then_some(*piece)
    })
}
