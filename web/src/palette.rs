//! The colour of a node, from its id alone, so that no change recolours another node. It knows no
//! stylesheet and no canvas.
//!
//! Hues step by the golden angle, so that nodes of neighbouring ids stand far apart; lightness
//! steps too, because hue alone does not reach a person who sees fewer of them.

use std::fmt;

use ringlab::ring::NodeId;

#[cfg(test)]
mod tests;

/// Which of the two looks of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Dark ink on a light ground.
    #[default]
    Light,
    /// Light ink on a dark ground.
    Dark,
}

/// A colour of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

const GOLDEN_ANGLE_DEGREES: f64 = 137.508;
const FIRST_HUE_DEGREES: f64 = 20.0;
const CHROMA: f64 = 0.14;
const LIGHTNESS_STEPS: usize = 4;
const LIGHTNESS_ON_LIGHT: [f64; LIGHTNESS_STEPS] = [0.44, 0.60, 0.50, 0.63];
const LIGHTNESS_ON_DARK: [f64; LIGHTNESS_STEPS] = [0.56, 0.74, 0.86, 0.68];

/// The colour of a node. O(1).
#[must_use]
pub fn of_node(node: NodeId, look: Look) -> Rgb {
    let lightness = match look {
        Look::Light => LIGHTNESS_ON_LIGHT,
        Look::Dark => LIGHTNESS_ON_DARK,
    }[node.0 as usize % LIGHTNESS_STEPS];
    let hue = FIRST_HUE_DEGREES + GOLDEN_ANGLE_DEGREES * f64::from(node.0);
    in_gamut(lightness, CHROMA, hue.to_radians())
}

impl Rgb {
    const BLACK: Self = Self {
        red: 0,
        green: 0,
        blue: 0,
    };
    const WHITE: Self = Self {
        red: 255,
        green: 255,
        blue: 255,
    };

    /// Black or white, whichever is read better on this colour: one of them always has a contrast
    /// of at least 4.5.
    #[must_use]
    pub fn ink(self) -> Self {
        if contrast(self, Self::BLACK) >= contrast(self, Self::WHITE) {
            Self::BLACK
        } else {
            Self::WHITE
        }
    }
}

/// How well two colours stand out of each other, 1 to 21 (WCAG 2.2, relative luminance).
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = [colour.red, colour.green, colour.blue].map(linear_of_byte);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn linear_of_byte(byte: u8) -> f64 {
    let part = f64::from(byte) / 255.0;
    if part <= 0.040_45 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

/// The most colourful colour of this lightness and hue that a screen can show, up to `chroma`.
fn in_gamut(lightness: f64, chroma: f64, hue: f64) -> Rgb {
    const TRIES: u32 = 16;
    let mut chroma = chroma;
    for _ in 0..TRIES {
        let linear = linear_of_oklch(lightness, chroma, hue);
        if linear.iter().all(|part| (-0.0005..=1.0005).contains(part)) {
            break;
        }
        chroma *= 0.93;
    }
    let [red, green, blue] = linear_of_oklch(lightness, chroma, hue).map(byte_of_linear);
    Rgb { red, green, blue }
}

/// Linear red, green and blue of a colour in Oklch, after Björn Ottosson, "A perceptual color space
/// for image processing" (2020).
fn linear_of_oklch(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
    ]
}

fn byte_of_linear(part: f64) -> u8 {
    let part = part.clamp(0.0, 1.0);
    let encoded = if part <= 0.003_130_8 {
        part * 12.92
    } else {
        1.055 * part.powf(1.0 / 2.4) - 0.055
    };
    (encoded * 255.0).round() as u8
}
