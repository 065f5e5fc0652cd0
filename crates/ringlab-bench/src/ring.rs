//! The ring beside its rivals: lookups, first three nodes, changes of membership, movement.

mod bars;
pub(crate) mod measure;
pub(crate) mod population;
mod report;
pub(crate) mod rivals;

use crate::options::Options;

/// Measures, prints, writes `ring.json`.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let population = population::Population::new();
    let mut results = measure::Results::new(options.rounds);
    for &nodes in &options.nodes {
        eprintln!(
            "ring of {nodes} nodes: building, then {} rounds",
            options.rounds
        );
        results.measure(&population, nodes, &options.only);
    }
    let bars = bars::bars(&results);
    report::print(&results, &bars);
    report::write(&results, &bars, &options.json.join("ring.json"))
}
