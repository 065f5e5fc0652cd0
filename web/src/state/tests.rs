//! The reducer of the view.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn after(actions: &[Action]) -> Rc<View> {
    actions
        .iter()
        .fold(Rc::new(View::default()), |view, &action| {
            view.reduce(action)
        })
}

#[test]
fn the_theme_follows_the_system_until_it_is_chosen() {
    assert_eq!(after(&[Action::SystemDark(true)]).look(), Look::Dark);
    let chosen = [Action::SystemDark(true), Action::Theme(Theme::Light)];
    assert_eq!(after(&chosen).look(), Look::Light);
}

#[test]
fn focusing_the_same_again_lets_go() {
    let node = Action::Focus(Focus::Node(NodeId(3)));
    assert_eq!(after(&[node]).selected(), Some(NodeId(3)));
    assert_eq!(after(&[node, node]).focus, Focus::Ring);
    let other = Action::Focus(Focus::Token(Token(9)));
    assert_eq!(after(&[node, other]).focus, Focus::Token(Token(9)));
}

#[test]
fn what_is_looked_at_closely_hides_the_request_until_the_next_one() {
    let token = Token(9);
    let found = Action::Focus(Focus::Token(token));
    let other = Action::Focus(Focus::Token(Token(8)));
    assert!(after(&[]).focus.shows(token));
    assert!(after(&[found]).focus.shows(token), "it is the same key");
    assert!(!after(&[other]).focus.shows(token));
    assert!(
        !after(&[Action::Focus(Focus::Node(NodeId(1)))])
            .focus
            .shows(token)
    );
    assert_eq!(after(&[other, Action::Request(token)]).focus, Focus::Ring);
    let kept = after(&[found, Action::Request(token)]);
    assert_eq!(kept.focus, Focus::Token(token));
}

#[test]
fn escape_closes_one_thing_at_a_time() {
    let open = [
        Action::Focus(Focus::Node(NodeId(1))),
        Action::ToggleSettings,
        Action::ToggleShortcuts,
        Action::Escape,
    ];
    let view = after(&open);
    assert!(!view.shortcuts_open && view.settings_open);
    let view = view.reduce(Action::Escape);
    assert!(!view.settings_open && view.selected().is_some());
    assert_eq!(view.reduce(Action::Escape).focus, Focus::Ring);
}

#[test]
fn what_changes_nothing_gives_the_same_state_back() {
    let view = Rc::new(View::default());
    let same = Rc::clone(&view).reduce(Action::Pace(Pace::Normal));
    assert!(Rc::ptr_eq(&view, &same));
    let other = Rc::clone(&view).reduce(Action::Pace(Pace::Fast));
    assert!(!Rc::ptr_eq(&view, &other));
}
