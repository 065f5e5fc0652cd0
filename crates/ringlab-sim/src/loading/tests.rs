//! The stages of loading, one after another.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::situation::Shape;

#[test]
fn making_then_sorting_shows_progress() {
    let population = Population {
        shape: Shape::Uniform,
        keys: 200_000,
        seed: 1,
    };
    let mut loader = Loader::making(population).unwrap();
    let mut seen = vec![loader.progress()];
    let loaded = loop {
        let loaded = loader.step();
        seen.push(loader.progress());
        if let Some(loaded) = loaded {
            break loaded;
        }
    };
    let grows = |pair: &[Loading]| {
        pair[0].stage != pair[1].stage || pair[0].done < pair[1].done || pair[1].done == 1
    };
    assert!(seen.windows(2).all(grows), "{seen:?}");
    assert_eq!(seen[0].stage, Stage::Making);
    assert!(
        seen.iter()
            .filter(|loading| loading.stage == Stage::Sorting)
            .count()
            > 5
    );
    assert!(
        seen.iter()
            .all(|loading| loading.done <= loading.total.unwrap())
    );
    assert_eq!(
        (loaded.keyspace.len(), loaded.report.rows),
        (200_000, 200_000)
    );
    assert_eq!(loaded.report.format, None);
    assert!(loader.step().is_none());
}
