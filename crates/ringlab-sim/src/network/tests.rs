//! Delays stay in their bounds and grow with the size.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

mod troubles;

#[test]
fn delays_fill_their_bounds_and_about_one_in_two_hundred_is_held_up() {
    let network = NetworkOptions::DATA_CENTRE;
    let mut chance = Chance::new(1);
    let delays: Vec<_> = (0..100_000)
        .map(|_| network.delay(0, &mut chance))
        .collect();
    let (quick, slow): (Vec<_>, Vec<_>) = delays
        .into_iter()
        .partition(|delay| *delay <= Duration::from_micros(750));
    assert_eq!(quick.iter().min(), Some(&Duration::from_micros(250)));
    assert_eq!(quick.iter().max(), Some(&Duration::from_micros(750)));
    assert!(
        (400..600).contains(&slow.len()),
        "{} of 100,000 held up",
        slow.len()
    );
    assert!(
        slow.iter()
            .all(|delay| *delay >= Duration::from_micros(5_250))
    );
}

#[test]
fn a_megabyte_takes_its_time_on_the_wire() {
    let network = NetworkOptions {
        slow_one_in: u32::MAX,
        ..NetworkOptions::DATA_CENTRE
    };
    let delay = network.delay(1_250_000, &mut Chance::new(1));
    assert!((1_250..=1_750).contains(&delay.as_micros()), "{delay:?}");
}
