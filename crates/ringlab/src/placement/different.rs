//! The first different ones of many owners, into the caller's room.

/// Fills `owners` with the different ones among `told`, in their order, up to `most`; how many.
#[inline]
pub(super) fn first_different(
    told: impl Iterator<Item = usize>,
    most: usize,
    owners: &mut [usize],
) -> usize {
    let wanted = owners.len().min(most);
    let mut found = 0;
    if wanted == 0 {
        return found;
    }
    for owner in told {
        if !owners[..found].contains(&owner) {
            owners[found] = owner;
            found += 1;
            if found == wanted {
                break;
            }
        }
    }
    found
}
