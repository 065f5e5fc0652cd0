//! Many keys in one piece: one after the other, told by where each ends. It knows no ring.

/// Each key in turn. One that would end before it begins, or after all the bytes, ends where it may.
pub(crate) fn keys<'a>(bytes: &'a [u8], ends: &'a [u32]) -> impl Iterator<Item = &'a [u8]> {
    let mut begin = 0;
    ends.iter().map(move |&end| {
        let end = (end as usize).clamp(begin, bytes.len());
        let key = &bytes[begin..end];
        begin = end;
        key
    })
}
