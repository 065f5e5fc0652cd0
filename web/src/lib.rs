//! The page: it shows what a worker's engine says and sends it what the person wants.
//!
//! In reading order:

/// The page.
pub mod app;
/// The drawing of the ring.
pub mod canvas;
/// One part of the page a file.
pub mod components;
/// The page's end of the engine.
pub mod engine;
/// What the page holds of the engine.
pub mod held;
/// What the browser tells components.
pub mod hooks;
/// How fast simulated time runs.
pub mod pace;
/// The colour of a node.
pub mod palette;
/// What the person is looking at.
pub mod state;
/// Every visible word.
pub mod text;
/// What components show, computed.
pub mod view;
/// What page and worker say to each other.
pub mod wire;
/// The engine's side of it.
pub mod worker;
