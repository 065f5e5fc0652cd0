//! What was measured, as a table and as JSON.

use std::path::Path;

use serde_json::{Value, json};

use super::bars::Bar;
use super::measure::{CHANGE_NODES, Results, Row, Size};
use super::population::SLICE;
use super::rivals::Kind;
use crate::time::{median, median_ratio};

/// To standard output.
pub(crate) fn print(results: &Results, bars: &[Bar]) {
    for size in &results.sizes {
        print_size(size);
    }
    if !results.changes.is_empty() {
        println!(
            "\n{CHANGE_NODES} nodes, in place, us{:>26} {:>10}",
            "add", "remove"
        );
        for change in &results.changes {
            let [add, remove] = [&change.add, &change.remove].map(|all| median(all) / 1_000.0);
            println!("  {:<38} {add:>10.1} {remove:>10.1}", change.name);
        }
        println!("\n{CHANGE_NODES} nodes, what one more would take, us");
        for plan in &results.plans {
            println!(
                "  {:<38} {:>10.1}",
                plan.name,
                median(&plan.nanoseconds) / 1_000.0
            );
        }
    }
    println!();
    for bar in bars {
        let Bar {
            what,
            figure,
            limit,
            unit,
            ..
        } = bar;
        let verdict = if bar.holds { "holds " } else { "MISSES" };
        println!("{verdict} {what}: {figure:.2} {unit} (bar {limit} {unit})");
    }
}

fn print_size(size: &Size) {
    let head = [
        "lookup ns",
        "/floor",
        "/ours",
        "first 3",
        "/ours",
        "build us",
    ];
    print!("\n{:<30}", format!("{} nodes", size.nodes));
    head.iter().for_each(|head| print!(" {head:>9}"));
    println!("  keys a round");
    for row in &size.rows {
        let ratios = ratios(size, row);
        let figures = [
            median(&row.lookup),
            ratios.floor,
            ratios.ours,
            median(&row.first_three),
            ratios.first_three,
            row.build / 1_000.0,
        ];
        print!("  {:<28}", row.name);
        figures
            .iter()
            .for_each(|&figure| print!(" {:>9}", cell(figure)));
        println!("  {}", few_keys(row));
    }
    println!("  (keys a round: told where they are fewer than {SLICE}, because it is slow)");
}

/// About three digits that count; nothing where nothing was measured.
fn cell(figure: f64) -> String {
    match figure {
        figure if figure.is_nan() => "-".to_owned(),
        figure if figure < 10.0 => format!("{figure:.2}"),
        figure if figure < 1_000.0 => format!("{figure:.1}"),
        figure => format!("{figure:.0}"),
    }
}

fn few_keys(row: &Row) -> String {
    let told = |keys| {
        if keys == SLICE {
            String::new()
        } else {
            format!("{keys}")
        }
    };
    match (told(row.keys), told(row.first_three_keys)) {
        (lookup, first_three) if row.first_three.is_empty() || lookup == first_three => lookup,
        (lookup, first_three) if lookup.is_empty() => format!("first 3: {first_three}"),
        (lookup, first_three) => format!("{lookup}, first 3: {first_three}"),
    }
}

/// Results as a file that other programs read.
pub(crate) fn write(results: &Results, bars: &[Bar], path: &Path) -> Result<(), String> {
    let told = json!({
        "benchmark": "ring",
        "rounds": results.rounds,
        "sizes": results.sizes.iter().map(size_json).collect::<Vec<_>>(),
        "changes": results.changes.iter().map(|change| json!({
            "nodes": CHANGE_NODES,
            "name": change.name,
            "add_us": median(&change.add) / 1_000.0,
            "remove_us": median(&change.remove) / 1_000.0,
        })).collect::<Vec<_>>(),
        "movement": results.plans.iter().map(|plan| json!({
            "nodes": CHANGE_NODES,
            "name": plan.name,
            "us": median(&plan.nanoseconds) / 1_000.0,
        })).collect::<Vec<_>>(),
        "bars": bars.iter().map(|bar| json!({
            "what": bar.what,
            "figure": bar.figure,
            "limit": bar.limit,
            "unit": bar.unit,
            "holds": bar.holds,
        })).collect::<Vec<_>>(),
    });
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, format!("{told:#}\n")).map_err(failed)
}

fn size_json(size: &Size) -> Value {
    let rows = size.rows.iter().map(|row| {
        let Ratios {
            floor,
            ours,
            first_three,
        } = ratios(size, row);
        json!({
            "name": row.name,
            "keys_per_round": row.keys,
            "first_three_keys_per_round": row.first_three_keys,
            "build_us": row.build / 1_000.0,
            "lookup_ns": median(&row.lookup),
            "lookup_over_floor": floor,
            "lookup_over_ours": ours,
            "first_three_ns": median(&row.first_three),
            "first_three_over_ours": first_three,
        })
    });
    json!({ "nodes": size.nodes, "rows": rows.collect::<Vec<_>>() })
}

struct Ratios {
    floor: f64,
    ours: f64,
    first_three: f64,
}

fn ratios(size: &Size, row: &Row) -> Ratios {
    let of = |kind| size.rows.iter().find(move |row| row.kind == kind);
    let lookup_over = |other: Option<&Row>| {
        other.map_or(f64::NAN, |other| median_ratio(&row.lookup, &other.lookup))
    };
    let ours = of(Kind::Ours);
    Ratios {
        floor: lookup_over(of(Kind::Floor)),
        ours: lookup_over(ours),
        first_three: ours.map_or(f64::NAN, |ours| {
            median_ratio(&row.first_three, &ours.first_three)
        }),
    }
}
