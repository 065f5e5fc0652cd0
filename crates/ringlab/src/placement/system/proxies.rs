//! HTTP proxies that hash a request to a server: nginx and HAProxy.

use super::super::error::PlacementError;
use super::super::nodes::WeightedNode;
use super::hashes::{CRC32, avalanche, crc32};
use super::{Continuum, Rule, numbered, room_for, total_weight, widened};

const NGINX_POINTS: u32 = 160;
const HAPROXY_POINTS: u32 = 16;
/// Numbers between one server's points and the next one's.
const HAPROXY_STRIDE: u32 = 4_096;
const HAPROXY: &str = "HAProxy";
/// HAProxy's largest weight.
pub(in crate::placement) const HAPROXY_WEIGHT_MAX: u32 = 256;

/// Each point is hashed into the next one.
pub(super) fn nginx(nodes: &[WeightedNode]) -> Result<Continuum, PlacementError> {
    room_for(u64::from(NGINX_POINTS) * total_weight(nodes))?;
    let mut points = Vec::new();
    for (number, node) in numbered(nodes) {
        let (host, port) = host_and_port(node.name.as_str());
        let mut begun = CRC32.digest();
        for part in [host.as_bytes(), b"\0", port.as_bytes()] {
            begun.update(part);
        }
        let mut point = 0_u32;
        for _ in 0..NGINX_POINTS * node.weight {
            let mut hasher = begun.clone();
            hasher.update(&point.to_le_bytes());
            point = hasher.finalize();
            points.push((widened(point), number));
        }
    }
    Ok(Continuum::new(points, crc32, Rule::AtOrAfter))
}

/// What stands before a colon that only digits follow, and those digits; a socket's path whole.
fn host_and_port(name: &str) -> (&str, &str) {
    if let Some(path) = name.strip_prefix("unix:") {
        return (path, "");
    }
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let parts = name.rsplit_once(':');
    parts
        .filter(|(_, port)| is_port(port))
        .unwrap_or((name, ""))
}

/// Points of a server's id alone: where the configuration states none, its number from 1.
pub(super) fn haproxy(
    nodes: &[WeightedNode],
    hash: fn(&[u8]) -> u64,
) -> Result<Continuum, PlacementError> {
    if let Some(node) = nodes.iter().find(|node| node.weight > HAPROXY_WEIGHT_MAX) {
        return Err(PlacementError::Weight {
            algorithm: HAPROXY,
            weight: node.weight,
            known: "0 to 256",
        });
    }
    room_for(u64::from(HAPROXY_POINTS) * total_weight(nodes))?;
    let mut points = Vec::new();
    for (number, node) in numbered(nodes) {
        let id = node.id.unwrap_or(u32::from(number) + 1);
        let first = id.wrapping_mul(HAPROXY_STRIDE);
        let point = |index| widened(avalanche(first.wrapping_add(index)));
        points.extend((0..HAPROXY_POINTS * node.weight).map(|index| (point(index), number)));
    }
    Ok(Continuum::new(points, hash, Rule::Nearer))
}
