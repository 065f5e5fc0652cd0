//! Which fields of a form hold what cannot be: its button waits until each is mended. It knows no
//! form and no field.

use yew::{UseStateHandle, hook, use_effect_with, use_state_eq};

use super::use_sent;

/// Names of fields that are wrong.
#[derive(Clone, PartialEq)]
pub struct Mistakes(UseStateHandle<Vec<&'static str>>);

/// None at first, and none once anything was sent: fields forget what is wrong then, too.
#[hook]
pub fn use_mistakes() -> Mistakes {
    let mistakes = use_state_eq(Vec::new);
    let forgotten = mistakes.clone();
    let sent = use_sent();
    use_effect_with(sent, move |_| forgotten.set(Vec::new()));
    Mistakes(mistakes)
}

impl Mistakes {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// A field was judged, or is edited and not judged yet.
    pub fn note(&self, field: &'static str, is_wrong: bool) {
        let others = self.0.iter().copied().filter(|other| *other != field);
        self.0
            .set(others.chain(is_wrong.then_some(field)).collect());
    }
}
