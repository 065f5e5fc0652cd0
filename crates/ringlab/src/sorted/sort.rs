//! Sorting, with little code for each type of entry in a browser: there, numbers are sorted in one
//! function for all types, and the entries then change places. Natively it is the standard library's.

use std::cmp::Ordering;

/// Sorts what is alike when it is equal.
pub fn sort<T: Ord>(list: &mut [T]) {
    #[cfg(not(target_arch = "wasm32"))]
    list.sort_unstable();
    #[cfg(target_arch = "wasm32")]
    by_numbers(list, T::cmp);
}

/// Sorts by a key; of equal ones the first stays the first.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    #[cfg(not(target_arch = "wasm32"))]
    list.sort_by_key(key);
    #[cfg(target_arch = "wasm32")]
    by_numbers(list, |one, other| key(one).cmp(&key(other)));
}

/// Sorts as `order` says; of equal ones the first stays the first.
pub fn sort_by<T>(list: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    #[cfg(not(target_arch = "wasm32"))]
    list.sort_by(order);
    #[cfg(target_arch = "wasm32")]
    by_numbers(list, order);
}

#[cfg(any(test, target_arch = "wasm32"))]
pub(super) fn by_numbers<T>(list: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    let is_less = |one: usize, other: usize| order(&list[one], &list[other]).is_lt();
    let numbers = merged(list.len(), &is_less);
    rearrange(numbers, &mut |one, other| list.swap(one, other));
}

/// The numbers below `len` in order: ever longer runs are merged.
#[cfg(any(test, target_arch = "wasm32"))]
fn merged(len: usize, is_less: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut runs: Vec<usize> = (0..len).collect();
    let mut longer = runs.clone();
    let mut run = 1;
    while run < len {
        for begin in (0..len).step_by(2 * run) {
            let middle = len.min(begin + run);
            let end = len.min(middle + run);
            let (mut one, mut other) = (begin, middle);
            for room in &mut longer[begin..end] {
                let takes_other = one == middle || other < end && is_less(runs[other], runs[one]);
                let next = if takes_other { &mut other } else { &mut one };
                *room = runs[*next];
                *next += 1;
            }
        }
        std::mem::swap(&mut runs, &mut longer);
        run *= 2;
    }
    runs
}

/// Lets entries change places until each stands where its number does.
#[cfg(any(test, target_arch = "wasm32"))]
fn rearrange(mut numbers: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for begin in 0..numbers.len() {
        let mut at = begin;
        loop {
            let from = std::mem::replace(&mut numbers[at], at);
            if from == begin {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}
