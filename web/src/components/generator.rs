//! A made population: its shape and parameters.

use ringlab_sim::protocol::{KeySource, Population, Shape};
use ringlab_sim::situation::{EXPONENT_MAX, KEYS_MAX};
use wasm_bindgen::JsCast;
use web_sys::{HtmlSelectElement, SubmitEvent};
use yew::{Callback, Event, Html, component, html, use_state_eq};

use super::field::Field;
use crate::hooks::{Mistakes, use_engine, use_mistakes};
use crate::text::{keys as text, whole_number};

/// What stands when nothing was chosen.
const FIRST: Population = Population {
    shape: ZIPF,
    keys: 100_000,
    seed: 1,
};
const ZIPF: Shape = Shape::Zipf { exponent: 1_000 };
const HOT_KEY: Shape = Shape::HotKey { percent: 20 };
const SHAPES: [(&str, Shape); 4] = [
    (text::ZIPF, ZIPF),
    (text::UNIFORM, Shape::Uniform),
    (text::SEQUENTIAL, Shape::Sequential),
    (text::HOT_KEY, HOT_KEY),
];

const PARAMETER: &str = "generator-parameter";
const KEYS: &str = "generator-keys";
const SEED: &str = "generator-seed";

/// The form.
#[component]
pub fn Generator() -> Html {
    let engine = use_engine();
    let population = use_state_eq(|| FIRST);
    let mistakes = use_mistakes();
    let Population { shape, keys, seed } = *population;
    let onsubmit = {
        let population = *population;
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            engine.load(KeySource::Generated(population));
        })
    };
    let onchange = {
        let (population, mistakes) = (population.clone(), mistakes.clone());
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|select| select.dyn_into().ok());
            let place = select.map(|select: HtmlSelectElement| select.selected_index());
            let place = place.and_then(|place| usize::try_from(place).ok());
            if let Some(&(_, shape)) = place.and_then(|place| SHAPES.get(place)) {
                population.set(Population {
                    shape,
                    ..*population
                });
                mistakes.note(PARAMETER, false);
            }
        })
    };
    let enter = |field, read: Read| {
        let (population, mistakes) = (population.clone(), mistakes.clone());
        Callback::from(move |typed: String| {
            let read = read(*population, typed.trim());
            mistakes.note(field, read.is_err());
            population.set(read?);
            Ok(())
        })
    };
    let kind = std::mem::discriminant(&shape);
    html! {
        <form class="generator form-line" {onsubmit}>
            <label class="field inline">
                <span class="field-label">{ text::SHAPE }</span>
                <select class="input" {onchange}>
                    for (name, shape) in SHAPES {
                        <option selected={std::mem::discriminant(&shape) == kind}>{ name }</option>
                    }
                </select>
            </label>
            { parameter(shape, &mistakes, &enter) }
            <Field
                id={KEYS}
                class="inline"
                label={text::COUNT}
                value={keys.to_string()}
                enter={enter(KEYS, with_keys)}
                edited={edits(&mistakes, KEYS)}
                is_number={true}
            />
            <Field
                id={SEED}
                class="inline short"
                label={text::SEED}
                value={seed.to_string()}
                enter={enter(SEED, with_seed)}
                edited={edits(&mistakes, SEED)}
                is_number={true}
            />
            <button class="button primary" type="submit" disabled={!mistakes.is_none()}>
                { text::GENERATE }
            </button>
        </form>
    }
}

type Read = fn(Population, &str) -> Result<Population, String>;

/// What is wrong with a field is obsolete once it is edited.
fn edits(mistakes: &Mistakes, field: &'static str) -> Callback<()> {
    let mistakes = mistakes.clone();
    Callback::from(move |()| mistakes.note(field, false))
}

fn parameter(
    shape: Shape,
    mistakes: &Mistakes,
    enter: &impl Fn(&'static str, Read) -> Callback<String, Result<(), String>>,
) -> Html {
    let (label, value, read): (_, _, Read) = match shape {
        Shape::Zipf { exponent } => (
            text::EXPONENT,
            (f64::from(exponent) / 1_000.0).to_string(),
            with_exponent,
        ),
        Shape::HotKey { percent } => (text::HOT_PERCENT, percent.to_string(), with_percent),
        Shape::Uniform | Shape::Sequential => return Html::default(),
    };
    html! {
        <Field
            key={label}
            id={PARAMETER}
            class="inline short"
            {label}
            {value}
            enter={enter(PARAMETER, read)}
            edited={edits(mistakes, PARAMETER)}
            is_number={true}
        />
    }
}

fn with_keys(population: Population, typed: &str) -> Result<Population, String> {
    Ok(Population {
        keys: whole(typed, 1, KEYS_MAX)?,
        ..population
    })
}

fn with_seed(population: Population, typed: &str) -> Result<Population, String> {
    let seed = typed.parse().map_err(|_| whole_number(0, u64::MAX))?;
    Ok(Population { seed, ..population })
}

fn with_percent(population: Population, typed: &str) -> Result<Population, String> {
    let shape = Shape::HotKey {
        percent: whole(typed, 1, 99)?,
    };
    Ok(Population {
        shape,
        ..population
    })
}

fn with_exponent(population: Population, typed: &str) -> Result<Population, String> {
    let exponent: f64 = typed
        .parse()
        .map_err(|_| text::NOT_AN_EXPONENT.to_owned())?;
    // What is not a number rounds to 0, which is out of the bounds.
    let exponent = (exponent * 1_000.0).round() as u32;
    if !(1..=EXPONENT_MAX).contains(&exponent) {
        return Err(text::NOT_AN_EXPONENT.to_owned());
    }
    let shape = Shape::Zipf { exponent };
    Ok(Population {
        shape,
        ..population
    })
}

/// A whole number within bounds.
///
/// # Errors
///
/// In words for the page, which numbers it may be.
pub fn whole(typed: &str, low: u32, high: u32) -> Result<u32, String> {
    let number = typed.replace(',', "").parse().ok();
    number
        .filter(|number| (low..=high).contains(number))
        .ok_or_else(|| whole_number(low.into(), high.into()))
}
