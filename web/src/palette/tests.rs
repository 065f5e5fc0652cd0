//! Contrast and distance of the nodes' colours.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// The grounds of `styles/tokens.css`.
const GROUND_LIGHT: Rgb = Rgb {
    red: 0xff,
    green: 0xff,
    blue: 0xff,
};
const GROUND_DARK: Rgb = Rgb {
    red: 0x16,
    green: 0x18,
    blue: 0x1c,
};

/// What a person without the medium cones sees (Viénot, Brettel and Mollon 1999), linear.
fn without_green_cones(colour: Rgb) -> [f64; 3] {
    let [red, green, blue] = [colour.red, colour.green, colour.blue].map(linear_of_byte);
    let reds = 0.292_75 * red + 0.707_25 * green;
    [reds, reds, -0.022_34 * red + 0.022_34 * green + blue]
}

#[test]
fn every_node_stands_out_of_its_ground() {
    for id in 0..1_000 {
        for (look, ground) in [(Look::Light, GROUND_LIGHT), (Look::Dark, GROUND_DARK)] {
            let colour = of_node(NodeId(id), look);
            let ratio = contrast(colour, ground);
            assert!(ratio >= 3.0, "node {id} {look:?} {colour}: {ratio:.2}");
        }
    }
}

#[test]
fn the_first_eight_differ_also_without_green_cones() {
    for look in [Look::Light, Look::Dark] {
        let seen: Vec<[f64; 3]> = (0..8)
            .map(|id| without_green_cones(of_node(NodeId(id), look)))
            .collect();
        for one in 0..8 {
            for other in 0..one {
                let apart: f64 = (0..3)
                    .map(|part| (seen[one][part] - seen[other][part]).powi(2))
                    .sum::<f64>()
                    .sqrt();
                assert!(
                    apart > 0.04,
                    "{look:?}: nodes {other} and {one} are {apart:.3} apart"
                );
            }
        }
    }
}

#[test]
fn a_tag_is_read_on_every_colour() {
    for id in 0..1_000 {
        for look in [Look::Light, Look::Dark] {
            let colour = of_node(NodeId(id), look);
            let ratio = contrast(colour, colour.ink());
            assert!(ratio >= 4.5, "node {id} {look:?} {colour}: {ratio:.2}");
        }
    }
}

#[test]
fn a_colour_depends_on_nothing_but_the_id() {
    assert_eq!(
        of_node(NodeId(3), Look::Light),
        of_node(NodeId(3), Look::Light)
    );
    assert_ne!(
        of_node(NodeId(3), Look::Light),
        of_node(NodeId(4), Look::Light)
    );
    assert_eq!(
        Rgb {
            red: 1,
            green: 160,
            blue: 255
        }
        .to_string(),
        "#01a0ff"
    );
}
