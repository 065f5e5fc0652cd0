//! The plots of the page, as SVG: both axes by powers of ten, a line for each placement.

use std::ops::Range;
use std::path::Path;

use plotters::prelude::*;
use ringlab::placement::Algorithm;

use super::{Comparison, Row, SIZES};
use crate::time::median;

/// Where they are, beside the page.
pub(super) const FOLDER: &str = "comparison";

const WIDTH: u32 = 800;
const HEIGHT: u32 = 460;
/// What the legend takes at the right.
const LEGEND: u32 = 190;
const FONT: (&str, i32) = ("sans-serif", 14);
/// Colours that can be told apart by those who see few (Okabe, Ito 2008), and a grey.
const COLOURS: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    BLACK,
    RGBColor(130, 130, 130),
];

/// One of them.
pub(super) struct Plot {
    /// Its name without an ending.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    unit: &'static str,
    which: Which,
    value: fn(&Row) -> f64,
}

/// Whose lines are drawn; a value of 0 has no place on the axis.
enum Which {
    /// Ours and the field's: those of systems are in the tables.
    Own,
    /// All that ever have a value.
    Every,
}

/// All of them, in the order of the page.
pub(super) const PLOTS: [Plot; 7] = [
    Plot {
        name: "balance",
        title: "Balance: the fullest node above the mean",
        unit: "keys above the mean, %",
        which: Which::Own,
        value: |row| (row.exact.balance.most - 1.0) * 100.0,
    },
    Plot {
        name: "resize-balance",
        title: "Balance after nodes came and went",
        unit: "keys above the mean, %",
        which: Which::Own,
        value: |row| (row.exact.resized.most - 1.0) * 100.0,
    },
    Plot {
        name: "monotonicity",
        title: "Keys moved needlessly when a tenth of the nodes go",
        unit: "keys, % of all",
        which: Which::Every,
        value: |row| row.exact.leaving[0] * 100.0,
    },
    Plot {
        name: "memory",
        title: "Memory, the names of the nodes among it",
        unit: "bytes a node",
        which: Which::Own,
        value: |row| row.exact.bytes as f64 / row.exact.nodes as f64,
    },
    Plot {
        name: "lookup",
        title: "Lookup time",
        unit: "ns a key",
        which: Which::Own,
        value: |row| median(&row.timed.lookup),
    },
    Plot {
        name: "build",
        title: "Time to build",
        unit: "microseconds",
        which: Which::Own,
        value: |row| median(&row.timed.build) / 1_000.0,
    },
    Plot {
        name: "resize",
        title: "Time to add a node, or to remove it",
        unit: "microseconds",
        which: Which::Own,
        value: |row| median(&row.timed.resize) / 1_000.0,
    },
];

/// A line: its name, and its values, each with the place of its size.
type Line = (&'static str, Vec<(usize, f64)>);

/// Draws all of them into a folder.
pub(super) fn write(comparison: &Comparison, folder: &Path) -> Result<(), String> {
    PLOTS.iter().try_for_each(|plot| {
        let path = folder.join(format!("{}.svg", plot.name));
        std::fs::write(&path, svg(plot, comparison)?)
            .map_err(|error| format!("{}: {error}", path.display()))
    })
}

/// One plot as a text.
pub(super) fn svg(plot: &Plot, comparison: &Comparison) -> Result<String, String> {
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, (WIDTH, HEIGHT)).into_drawing_area();
    let told = draw(plot, &lines(plot, comparison), &area);
    told.map_err(|error| format!("{}: {error}", plot.name))?;
    drop(area);
    Ok(text)
}

fn lines(plot: &Plot, comparison: &Comparison) -> Vec<Line> {
    let line = |algorithm: Algorithm| {
        let values = SIZES.iter().enumerate().filter_map(|(at, &nodes)| {
            let value = (plot.value)(comparison.row(algorithm, nodes)?);
            (value > 0.0).then_some((at, value))
        });
        (algorithm.name(), values.collect())
    };
    let lines: Vec<Line> = match plot.which {
        Which::Own => Algorithm::OWN.into_iter().map(line).collect(),
        Which::Every => Algorithm::all().map(line).collect(),
    };
    let has_any = |line: &Line| !line.1.is_empty();
    lines.into_iter().filter(has_any).collect()
}

type Drawing<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(plot: &Plot, lines: &[Line], area: &Drawing<'_>) -> Drawn {
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(WIDTH - LEGEND);
    let mut chart = ChartBuilder::on(&left)
        .caption(plot.title, ("sans-serif", 19))
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(74)
        .build_cartesian_2d(
            (SIZES[0] as f64..SIZES[SIZES.len() - 1] as f64).log_scale(),
            powers_around(lines).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_desc("nodes")
        .y_desc(plot.unit)
        .label_style(FONT)
        .axis_desc_style(FONT)
        .x_label_formatter(&plain)
        .y_label_formatter(&plain)
        .light_line_style(RGBColor(240, 240, 240))
        .bold_line_style(RGBColor(215, 215, 215))
        .draw()?;
    for (at, (_, values)) in lines.iter().enumerate() {
        // Where a size between has no value the line is broken.
        for piece in values.chunk_by(|one, next| one.0 + 1 == next.0) {
            let points = piece
                .iter()
                .map(|&(size, value)| (SIZES[size] as f64, value));
            let line = LineSeries::new(points, style(at));
            chart.draw_series(line.point_size(if at < COLOURS.len() { 3 } else { 5 }))?;
        }
    }
    for (at, (name, _)) in lines.iter().enumerate() {
        let y = 52 + 24 * at as i32;
        right.draw(&PathElement::new([(4, y), (30, y)], style(at)))?;
        right.draw(&Text::new(*name, (38, y - 7), FONT))?;
    }
    area.present()?;
    Ok(())
}

/// Colours come again, thinner and with larger points.
fn style(at: usize) -> ShapeStyle {
    ShapeStyle {
        color: COLOURS[at % COLOURS.len()].to_rgba(),
        filled: at < COLOURS.len(),
        stroke_width: if at < COLOURS.len() { 2 } else { 1 },
    }
}

/// From a power of ten to another, around all values.
fn powers_around(lines: &[Line]) -> Range<f64> {
    let values = || lines.iter().flat_map(|line| &line.1).map(|value| value.1);
    let least = values().fold(f64::INFINITY, f64::min).log10().floor();
    let most = values().fold(0.0, f64::max).log10().ceil();
    if least < most {
        10_f64.powf(least)..10_f64.powf(most)
    } else {
        0.1..10.0
    }
}

/// 0.01, 1 or 10,000, as the page has it.
fn plain(value: &f64) -> String {
    if *value < 1.0 {
        format!("{value}")
    } else {
        super::page::thousands(value.round() as u64)
    }
}
