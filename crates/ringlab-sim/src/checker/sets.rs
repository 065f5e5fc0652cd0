//! Every acknowledged element of a set is in it at the end: the same as no lost update, from what
//! users alone know.

use ringlab::pair::{Key, Value};

use super::{Check, Checker, Found, Scene};
use crate::workload::{Deed, End, What};

pub(super) struct Sets;

impl Checker for Sets {
    fn at_the_end(&mut self, scene: &Scene<'_>, found: &mut Found) {
        let Some(placement) = scene.placement() else {
            return;
        };
        // Where writes may drop what their writer has not read, elements are lost as was wanted.
        if scene.chosen.drops() {
            return;
        }
        let done = scene
            .users
            .deeds()
            .iter()
            .filter(|deed| deed.end == End::Done);
        let added = |deed: &Deed| match &deed.what {
            What::Added(element) => Some((deed.key.clone(), element.clone())),
            _ => None,
        };
        for (name, element) in done.filter_map(added) {
            let Ok(key) = Key::new(name.as_bytes()) else {
                continue;
            };
            for &owner in &*placement.replicas(key.token()) {
                let Some(node) = scene.cluster.node(owner) else {
                    continue;
                };
                let cell = node.cell(&key).unwrap_or_default();
                let has = |value: &Value| {
                    let mut elements = value.bytes().split(|byte| *byte == b',');
                    elements.any(|other| other == element.as_bytes())
                };
                if !cell.values().any(has) {
                    let what = format!("{owner:?}: {name} lacks {element}: {cell:?}");
                    found.report(Check::SetsAreWhole, scene.now(), what);
                }
            }
        }
    }
}
