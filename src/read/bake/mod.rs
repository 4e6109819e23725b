//! Bake files, HCL and JSON: variables, groups and targets to a recipe. Expressions are kept as they are written;
//! `resolve/` evaluates them.

mod hcl;
mod json;

pub(super) use hcl::read as read_hcl;
pub(super) use json::read as read_json;

use super::dockerfile;
use super::inline::{self, Pointers};
use super::outcome::Outcome;
use super::{Limits, Segment};
use crate::model::fact::{Item, Spot};
use crate::model::recipe::{Bake, BakeInline, BakeTarget, Recipe};

/// Most variables, groups and targets of one file.
const MAX_BLOCKS: usize = 10_000;
/// Lists in lists are kept this deep; what is deeper is kept as one expression, or not at all.
const MAX_DEPTH: usize = 6;
/// Most values of one file.
const MAX_VALUES: usize = 200_000;
/// Longest expression, in bytes.
const MAX_EXPRESSION: usize = 64 << 10;

/// A bake file in the making.
struct Taken<'o> {
    bake: Bake,
    values: usize,
    segment: &'o Segment,
    limits: &'o Limits,
    out: &'o mut Outcome,
}

impl<'o> Taken<'o> {
    fn new(segment: &'o Segment, limits: &'o Limits, out: &'o mut Outcome) -> Self {
        Taken { bake: Bake::default(), values: 0, segment, limits, out }
    }

    fn reject(&mut self, pointer: &str, reason: impl Into<String>) {
        let locator = format!("{}{pointer}", self.segment.pointer);
        self.out.reject(locator, reason);
    }

    /// Whether there is room for one more block.
    fn room(&mut self, pointer: &str) -> bool {
        let blocks = self.bake.variables.len() + self.bake.groups.len() + self.bake.targets.len();
        if blocks == MAX_BLOCKS {
            self.reject(pointer, format!("more than the limit of {MAX_BLOCKS} targets and variables in one file"));
        }
        blocks < MAX_BLOCKS
    }

    /// Whether a text may be kept as an expression.
    fn keeps(&mut self, text: &str, pointer: &str) -> bool {
        self.values += 1;
        if self.values > MAX_VALUES {
            if self.values == MAX_VALUES + 1 {
                self.reject(pointer, format!("more than the limit of {MAX_VALUES} values in one file"));
            }
            return false;
        }
        if text.len() > MAX_EXPRESSION {
            self.reject(pointer, format!("an expression longer than the limit of {MAX_EXPRESSION} bytes"));
        }
        text.len() <= MAX_EXPRESSION
    }

    /// Reads a Dockerfile that is written inline: `text` as it means, `written` as it stands at `spot`.
    fn inline(&mut self, target: &mut BakeTarget, text: &str, written: &str, spot: Spot, pointers: Pointers) {
        let mut parsed = dockerfile::parse(text, self.limits);
        for reject in parsed.rejects {
            let reason = format!("in its inline Dockerfile, {}: {}", reject.locator, reject.reason);
            self.reject(&spot.pointer, reason);
        }
        inline::place(&mut parsed.file, text, written, &spot, pointers);
        target.inline = Some(BakeInline { file: parsed.file, spot });
    }

    /// Hands the recipe over.
    fn finish(self, length: usize) {
        if self.bake == Bake::default() {
            return;
        }
        let spot = Spot { pointer: self.segment.pointer.clone(), offset: 0, length: length as u64 };
        self.out.items.push(Item { spot, recipe: Some(Recipe::Bake(Box::new(self.bake))), ..Item::default() });
    }
}
