//! Every setting of the store with its value, in fields that change it while the cluster runs.

use std::sync::Arc;

use ringlab_sim::protocol::{
    Command, Setting, SettingInForce, SettingsInForce, Situation, Subject, Unit,
};
use web_sys::{Event, HtmlSelectElement};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, classes, component, html};

use super::field::Field;
use super::text_field::complaint;
use crate::held::{Refusals, Section, Wanted};
use crate::hooks::use_engine;
use crate::text::{frame, settings as text};
use crate::view::settings::{bounds_text, groups, value_text};

/// What the table needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// What is wanted.
    pub situation: Section<Arc<Situation>>,
    /// What nodes go by.
    pub settings: Section<SettingsInForce>,
    /// N, R and W as far as there are nodes.
    pub effective: Option<(u32, u32, u32)>,
    /// What waits its turn.
    pub wanted: Wanted,
    /// What was refused.
    pub refusals: Refusals,
}

/// The table.
#[component]
pub fn SettingsTable(props: &Props) -> Html {
    let (Some(situation), Some(in_force)) = (props.situation.get(), props.settings.get()) else {
        return Html::default();
    };
    let row = |in_force: &SettingInForce| {
        let setting = in_force.setting;
        let subject = Subject::Setting(setting);
        html! {
            <SettingRow
                key={setting.row().name}
                in_force={*in_force}
                value={situation.settings.get(setting)}
                effective={effective(props.effective, setting)}
                waits={props.wanted.of(&subject)}
                refusal={props.refusals.why(&subject)}
            />
        }
    };
    html! {
        <div class="settings-box">
            <table class="settings-table">
                <caption class="hidden">{ text::LIVE }</caption>
                <thead>
                    <tr>
                        for heading in text::COLUMNS {
                            <th scope="col">{ heading }</th>
                        }
                    </tr>
                </thead>
                for (name, rows) in groups() {
                    <tbody>
                        <tr class="settings-group">
                            <th scope="rowgroup" colspan={text::COLUMNS.len().to_string()}>{ name }</th>
                        </tr>
                        for setting in rows.iter().map(|row| row.setting) {
                            { in_force.all.get(setting as usize).map(row).unwrap_or_default() }
                        }
                    </tbody>
                }
            </table>
        </div>
    }
}

/// The size in effect, of a setting that the number of nodes may cap.
const fn effective(sizes: Option<(u32, u32, u32)>, setting: Setting) -> Option<u32> {
    match (sizes, setting) {
        (Some((n, _, _)), Setting::N) => Some(n),
        (Some((_, r, _)), Setting::R) => Some(r),
        (Some((_, _, w)), Setting::W) => Some(w),
        _ => None,
    }
}

#[derive(Clone, PartialEq, Properties)]
struct RowProps {
    /// As nodes go by it.
    in_force: SettingInForce,
    /// As it is wanted.
    value: u64,
    effective: Option<u32>,
    waits: Option<AttrValue>,
    refusal: Option<AttrValue>,
}

#[component]
fn SettingRow(props: &RowProps) -> Html {
    let row = props.in_force.setting.row();
    let is_chosen = props.value != row.default();
    html! {
        <tr class={classes!(is_chosen.then_some("is-chosen"))}>
            <th scope="row">{ row.name }</th>
            <td class="setting-value">
                if let Unit::Choice(words) = row.unit {
                    <Choice {words} row={props.clone()} />
                } else {
                    <Number ..props.clone() />
                }
            </td>
            <td class="setting-state">{ state(props) }</td>
            <td class="setting-default">{ value_text(row.setting, row.default()) }</td>
            <td class="setting-bounds">{ bounds_text(row) }</td>
            <td class="setting-about">{ row.about }</td>
            <td class="setting-source">{ row.source }</td>
        </tr>
    }
}

/// What is in force, where that is another value than the wanted one, and since when.
fn state(props: &RowProps) -> Html {
    let SettingInForce {
        setting,
        value,
        since,
    } = props.in_force;
    let capped = props.effective;
    let capped = capped.filter(|&size| value == props.value && u64::from(size) < value);
    html! {
        if value != props.value {
            <span class="setting-still">{ text::still(&value_text(setting, value)) }</span>
        } else if let Some(size) = capped {
            <span class="setting-still">{ text::effective(size) }</span>
        } else {
            { text::since(setting, since) }
        }
    }
}

/// A number with its unit. What it may be is told before it is asked for; whether it goes with
/// the other settings, after.
#[component]
fn Number(props: &RowProps) -> Html {
    let engine = use_engine();
    let setting = props.in_force.setting;
    let name = setting.row().name;
    let stands = match &props.waits {
        Some(waits) => waits.clone(),
        None => AttrValue::from(value_text(setting, props.value)),
    };
    let enter = {
        let (engine, stands) = (engine.clone(), stands.clone());
        Callback::from(move |text: String| {
            let asked = setting
                .parse(&text)
                .map_err(|error| frame::reason(&error))?;
            if value_text(setting, asked) != *stands {
                engine.send(Command::Set(vec![(setting, asked)]));
            }
            Ok(())
        })
    };
    html! {
        <Field
            id={format!("setting-{name}")}
            label={name}
            value={stands}
            is_waiting={props.waits.is_some()}
            {enter}
            refusal={props.refusal.clone()}
            edited={engine.edits(Subject::Setting(setting))}
            is_bare={true}
        />
    }
}

#[derive(PartialEq, Properties)]
struct ChoiceProps {
    words: &'static [&'static str],
    row: RowProps,
}

/// One of a few words.
#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let engine = use_engine();
    let RowProps {
        in_force: SettingInForce { setting, .. },
        value,
        waits,
        refusal,
        ..
    } = &props.row;
    let setting = *setting;
    let waiting = waits.as_ref().and_then(|word| setting.parse(word).ok());
    let stands = waiting.unwrap_or(*value);
    let onchange = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(value) = select.and_then(|select| setting.parse(&select.value()).ok()) {
            engine.send(Command::Set(vec![(setting, value)]));
        }
    });
    let id = format!("setting-{}", setting.row().name);
    let complaint_id = format!("{id}-error");
    // A select that was refused shows again what stands: it is another one.
    let key = format!("{stands}-{}", refusal.is_some());
    html! {
        <div class="field-box">
            <select
                {key}
                {id}
                class="input"
                aria-label={setting.row().name}
                aria-invalid={refusal.is_some().then_some("true")}
                aria-describedby={refusal.is_some().then(|| complaint_id.clone())}
                {onchange}
            >
                for (place, word) in (0..).zip(props.words.iter()) {
                    <option value={*word} selected={place == stands}>{ *word }</option>
                }
            </select>
            { complaint(complaint_id, refusal.as_ref()) }
        </div>
    }
}
