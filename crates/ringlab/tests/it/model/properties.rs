//! What must hold in every state that can be reached.

use ringlab::version::{Dot, Siblings};

use super::state::{Read, System, Write};

/// Where no fallback was counted, a read that has ended shows every write acknowledged before it
/// began, or one that followed it (Q1).
pub(crate) fn is_regular(system: &System) -> bool {
    let reads = system.reads().filter(|read| !read.was_sloppy);
    reads
        .flat_map(|read| missed_by(system, read))
        .all(|write| write.was_sloppy)
}

/// Whether a read missed a write acknowledged before it began.
pub(crate) fn misses(system: &System) -> bool {
    let mut missed = system.reads().flat_map(|read| missed_by(system, read));
    missed.next().is_some()
}

/// What a read that has ended should have shown and did not.
fn missed_by<'a>(system: &'a System, read: &'a Read) -> impl Iterator<Item = &'a Write> {
    let shown = read.shown.as_deref();
    system.writes().filter(move |write| {
        let dot = write.dot.filter(|dot| read.acknowledged.contains(dot));
        dot.is_some_and(|dot| shown.is_some_and(|shown| !is_shown(system, dot, shown)))
    })
}

/// Whether a dot is among those shown, or a write that read it is, or one that read that one.
fn is_shown(system: &System, dot: Dot, shown: &[Dot]) -> bool {
    shown.contains(&dot) || followers(system, dot).any(|dot| is_shown(system, dot, shown))
}

/// An acknowledged write, or one that followed it, is in the cells of `w` nodes.
pub(crate) fn acknowledged_is_stored(system: &System, w: u32) -> bool {
    acknowledged(system).all(|dot| {
        let has = |cell: &Siblings| cell.knows(dot);
        system.cells().filter(has).count() as u32 >= w
    })
}

/// All cells together have every acknowledged write, or one whose writer had read it.
pub(crate) fn no_lost_update(system: &System) -> bool {
    let mut all = Siblings::default();
    for cell in system.cells() {
        all.join(&cell);
    }
    let there: Vec<Dot> = all.versions().iter().map(|version| version.dot).collect();
    acknowledged(system).all(|dot| is_shown(system, dot, &there))
}

fn acknowledged(system: &System) -> impl Iterator<Item = Dot> {
    let writes = system.writes().filter(|write| write.is_acknowledged);
    writes.filter_map(|write| write.dot)
}

/// The writes whose writers had read `dot`.
fn followers(system: &System, dot: Dot) -> impl Iterator<Item = Dot> {
    let follows = move |write: &&Write| write.read.contains(&dot);
    system
        .writes()
        .filter(follows)
        .filter_map(|write| write.dot)
}
