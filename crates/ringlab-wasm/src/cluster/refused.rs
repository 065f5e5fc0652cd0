//! Why a command was not carried out, with a code.

use ringlab::settings::SettingError;
use ringlab_sim::protocol::{Refused, SituationError};
use wasm_bindgen::JsValue;

use crate::errors::{error, of_key, of_ring};

pub(super) fn setting(refused: &SettingError) -> JsValue {
    error("BAD_SETTING", &refused.to_string())
}

pub(super) fn thrown(refused: &Refused) -> JsValue {
    let code = match refused {
        Refused::Ring(error) => return of_ring(error),
        Refused::Key(error) => return of_key(*error),
        Refused::Situation(SituationError::NameTwice(_)) => "NODE_EXISTS",
        Refused::Setting(_) | Refused::Situation(SituationError::Setting(_)) => "BAD_SETTING",
        Refused::Situation(SituationError::NoStorage) => "EMPTY_RING",
        Refused::Situation(_) | Refused::OtherKeys => "BAD_OPTION",
        Refused::ValueTooLong { .. } => "BAD_VALUE",
        Refused::NoSuchNode(_) => "UNKNOWN_NODE",
        Refused::TooManyWaiting | Refused::TooManyWrites => "FULL",
        Refused::LastNode(_)
        | Refused::NothingToUndo
        | Refused::Crashed(_)
        | Refused::CannotRestart(..)
        | Refused::Runs(_)
        | Refused::IsWaitedFor(_) => "REFUSED",
    };
    error(code, &refused.to_string())
}
