//! The most memory this process had, where Linux tells it; elsewhere 0.

use std::fs;

/// Begins to watch anew, and says how many bytes are in use now.
pub(crate) fn forget_peak() -> u64 {
    // Without the right to do so the peak is that of the whole run: too large, never too small.
    fs::write("/proc/self/clear_refs", "5").unwrap_or_default();
    field("VmRSS:")
}

/// The most bytes that were in use since.
pub(crate) fn peak() -> u64 {
    field("VmHWM:")
}

fn field(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    kilobytes
        .and_then(|number| number.parse::<u64>().ok())
        .unwrap_or(0)
        * 1_024
}
