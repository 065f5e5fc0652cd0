//! What the page says in words above everything: of the last change, or of how things stand. It
//! computes; the words are in [`crate::text`].

use ringlab::keyspace::{Load, Unevenness};
use ringlab_sim::protocol::{Bereft, ChangeReport, Deed, Hottest, NodeRow, NodeTable};

use super::numbers::{bytes, count, factor, percent, percent_of, ratio};
use super::rows::{name_of, present, row_of};
use super::settings::value_text;
use crate::text::verdict as text;

#[cfg(test)]
pub(crate) mod tests;

/// Of what a node has above its fair share, the part from which on a key is its cause.
const GOOD_PART: f64 = 0.5;

/// The verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// One sentence.
    pub headline: String,
    /// The sentences after it.
    pub details: Vec<String>,
    /// Of a change only: keys moved beside what perfect balance would move and beside the naive way.
    pub measures: Vec<Measure>,
    /// Figures, each with its name.
    pub figures: Vec<Figure>,
}

/// A part of all keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Of what.
    pub label: String,
    /// 0 to 1.
    pub part: f64,
}

/// A figure and its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name.
    pub label: String,
    /// The figure.
    pub value: String,
    /// What it means, in a few words.
    pub note: String,
}

/// The verdict of a table and of the last change, if there was one.
#[must_use]
pub fn verdict(table: &NodeTable, change: Option<&ChangeReport>) -> Verdict {
    match change {
        Some(change) if is_of_settings(change) => of_settings(change),
        Some(change) => of_change(table, change),
        None => of_state(table),
    }
}

const fn is_of_settings(change: &ChangeReport) -> bool {
    matches!(change.deed, Deed::Set(..) | Deed::Configure)
}

/// Settings of the layout change who holds copies, and no primary: there is nothing to compare.
fn of_settings(change: &ChangeReport) -> Verdict {
    let deed = deed(&change.deed);
    let headline = match change.to_copy {
        Load { keys: 0, .. } => text::no_copies(&deed),
        Load {
            keys, bytes: size, ..
        } => text::copies(&deed, keys, &bytes(size)),
    };
    Verdict {
        headline,
        details: sent_more(change),
        measures: Vec::new(),
        figures: change_figures(change),
    }
}

/// What travels beside the new copies, and why.
fn sent_more(change: &ChangeReport) -> Vec<String> {
    let Load {
        keys, bytes: size, ..
    } = change.sent_again;
    let again = (keys > 0).then(|| text::sent_again(keys, &bytes(size)));
    let wanted = change.to_copy.keys + keys;
    let often = (change.sent.keys > wanted).then(|| text::sent_often(change.sent.keys));
    again.into_iter().chain(often).collect()
}

fn of_change(table: &NodeTable, change: &ChangeReport) -> Verdict {
    let total = change.total;
    let of_keys = |keys: u64| ratio(keys, total.keys);
    let is_over = change.ended.is_some();
    let headline = if change.moved.keys == 0 {
        text::nothing_moved(&deed(&change.deed), is_over)
    } else {
        text::moved(
            (&deed(&change.deed), is_over),
            &count(change.moved.keys),
            total.keys,
            &percent(of_keys(change.moved.keys)),
            &bytes(change.moved.bytes),
            &percent_of(change.moved.requests, total.requests),
        )
    };
    let balance = percent(of_keys(change.balance.keys));
    let unknown = unknown_to_modulo(change);
    let modulo = match (unknown, change.modulo) {
        (Some(unknown), _) => unknown.to_owned(),
        (None, Some(modulo)) => text::modulo(&percent(of_keys(modulo.keys))),
        (None, None) => text::MODULO_COUNTING.to_owned(),
    };
    let mut details = change.bereft.map(lost_with).unwrap_or_default();
    details.push(text::beside(&balance, &modulo));
    details.extend(sent_more(change));
    if let Some(hottest) = &change.hottest {
        let node = name_of(table, hottest.node);
        let part = percent_of(hottest.load.requests, total.requests);
        details.push(text::hottest(&node, &part, &cause(table, hottest, total)));
    }
    let measure = |label: &str, keys| Measure {
        label: label.to_owned(),
        part: of_keys(keys),
    };
    let mut measures = vec![
        measure(text::MOVED, change.moved.keys),
        measure(text::BALANCE, change.balance.keys),
    ];
    if unknown.is_none() {
        let modulo = change.modulo.unwrap_or_default();
        measures.push(measure(text::MODULO, modulo.keys));
    }
    Verdict {
        headline,
        details,
        measures,
        figures: change_figures(change),
    }
}

/// What went with lost nodes, or may have.
fn lost_with(bereft: Bereft) -> Vec<String> {
    let Bereft {
        of_all,
        of_a_quorum,
    } = bereft;
    let gone = (of_all > 0.0).then(|| text::gone(&percent(of_all)));
    let in_doubt = (of_a_quorum > 0.0).then(|| text::in_doubt(&percent(of_a_quorum)));
    let said: Vec<String> = gone.into_iter().chain(in_doubt).collect();
    if said.is_empty() {
        return vec![text::NOTHING_LOST.to_owned()];
    }
    said
}

/// Why a node is hottest: one key, when it makes a good part of what is above the node's fair
/// share; its many keys, when it has as much more than its fair share of those; else how often its
/// keys are asked for.
fn cause(table: &NodeTable, hottest: &Hottest, total: Load) -> String {
    let Some(key) = hottest.keys.first() else {
        return String::new();
    };
    let fair = row_of(table, hottest.node).map_or(0.0, |row| row.fair);
    let above = |amount: u64, total: u64| amount as f64 - fair * total as f64;
    let requests_above = above(hottest.load.requests, total.requests);
    let keys_above = above(hottest.load.keys, total.keys) / total.keys as f64;
    let name = String::from_utf8_lossy(&key.key);
    let part = percent_of(key.requests, total.requests);
    if requests_above <= 0.0 {
        text::hottest_key(&name, &part)
    } else if key.requests as f64 >= requests_above * GOOD_PART {
        text::because_of_key(&name, &part)
    } else if keys_above * total.requests as f64 >= requests_above * GOOD_PART {
        text::because_of_keys(&name, &part)
    } else {
        text::because_of_popular_keys(&name, &part)
    }
}

/// What `hash mod n` does not know of a change that leaves the number of nodes as it is.
fn unknown_to_modulo(change: &ChangeReport) -> Option<&'static str> {
    if change.modulo.is_some_and(|modulo| modulo.keys > 0) {
        return None;
    }
    match change.deed {
        Deed::Reweight(_) => Some(text::MODULO_NO_WEIGHTS),
        Deed::Rezone(_) => Some(text::MODULO_NO_ZONES),
        Deed::Replace(..) => Some(text::MODULO_NO_NAMES),
        _ => None,
    }
}

fn change_figures(change: &ChangeReport) -> Vec<Figure> {
    let (keys_before, keys) = &change.keys;
    let (requests_before, requests) = &change.requests;
    vec![
        figure(
            text::REROUTED,
            count(change.rerouted.keys),
            text::REROUTED_NOTE,
        ),
        figure(
            text::COPIED,
            count(change.to_copy.keys),
            &bytes(change.to_copy.bytes),
        ),
        figure(text::LOST, count(change.lost.keys), text::LOST_NOTE),
        peak(text::KEYS_PEAK, Some(keys_before), keys),
        peak(text::REQUESTS_PEAK, Some(requests_before), requests),
    ]
}

fn of_state(table: &NodeTable) -> Verdict {
    let nodes = present(table).count() as u64;
    if table.total.keys == 0 {
        return Verdict {
            headline: text::empty(nodes),
            ..Verdict::default()
        };
    }
    let keys = |row: &&NodeRow| row.primary.keys;
    let requests = |row: &&NodeRow| row.primary.requests;
    let storing = || present(table).filter(|row| row.weight.thousandths() > 0);
    let mut details = Vec::new();
    if let (Some(most), Some(least)) = (storing().max_by_key(keys), storing().min_by_key(keys)) {
        details.push(text::spread(
            (most.name.as_str(), most.primary.keys),
            (least.name.as_str(), least.primary.keys),
        ));
    }
    if let Some(hot) = storing().max_by_key(requests) {
        let part = percent_of(hot.primary.requests, table.total.requests);
        details.push(text::hottest(hot.name.as_str(), &part, ""));
    }
    let fullness = |row: &&NodeRow| ratio(row.primary.keys, table.total.keys) / row.fair;
    let fullest = storing().max_by(|one, other| fullness(one).total_cmp(&fullness(other)));
    Verdict {
        headline: text::evenness(
            table.total.keys,
            nodes,
            fullest.map_or("", |row| row.name.as_str()),
            &percent((table.keys.max_over_mean - 1.0).max(0.0)),
        ),
        details,
        measures: Vec::new(),
        figures: state_figures(table),
    }
}

fn state_figures(table: &NodeTable) -> Vec<Figure> {
    vec![
        peak(text::KEYS_PEAK, None, &table.keys),
        peak(text::REQUESTS_PEAK, None, &table.requests),
        figure(
            text::VARIATION,
            percent(table.keys.coefficient_of_variation),
            text::VARIATION_NOTE,
        ),
        figure(text::STORED, bytes(table.total.bytes), text::STORED_NOTE),
    ]
}

/// A change as the subject of a sentence.
#[must_use]
pub fn deed(deed: &Deed) -> String {
    match deed {
        Deed::Add(_, Some(name)) => text::adding(name.as_str()),
        Deed::Add(nodes, None) => text::adding_many(*nodes),
        Deed::Remove(_, Some(name)) => text::removing(name.as_str()),
        Deed::Remove(nodes, None) => text::removing_many(*nodes),
        Deed::Replace(_, Some(lost)) => text::replacing(lost.as_str()),
        Deed::Replace(nodes, None) => text::replacing_many(*nodes),
        Deed::Reweight(name) => text::reweighting(name.as_str()),
        Deed::Rezone(name) => text::rezoning(name.as_str()),
        &Deed::Set(setting, value) => {
            text::setting(setting.row().name, &value_text(setting, value))
        }
        Deed::Configure => text::CONFIGURING.to_owned(),
        Deed::Load => text::LOADING.to_owned(),
        Deed::Put(key) => text::putting(&String::from_utf8_lossy(key)),
        Deed::Delete(key) => text::deleting(&String::from_utf8_lossy(key)),
    }
}

/// How far the fullest is above its fair share, and was before.
fn peak(label: &str, before: Option<&Unevenness>, now: &Unevenness) -> Figure {
    let now = factor(now.max_over_mean);
    let value = match before {
        Some(before) => text::from_to(&factor(before.max_over_mean), &now),
        None => now,
    };
    figure(label, value, text::PEAK_NOTE)
}

fn figure(label: &str, value: String, note: &str) -> Figure {
    Figure {
        label: label.to_owned(),
        value,
        note: note.to_owned(),
    }
}
