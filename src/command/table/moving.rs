//! Moving in a list, typing into a line, answering a dialog: words that every view, widget and overlay understands.

use crate::command::Spec;

/// Moving, typing, answering.
pub(super) const ROWS: &[Spec] = &[
    Spec::terminal("table.down", "Down", "Move the marker down"),
    Spec::terminal("table.up", "Up", "Move the marker up"),
    Spec::terminal("table.page-down", "Page down", "Move the marker down a page"),
    Spec::terminal("table.page-up", "Page up", "Move the marker up a page"),
    Spec::terminal("table.top", "Top", "Move the marker to the first row"),
    Spec::terminal("table.bottom", "Bottom", "Move the marker to the last row"),
    Spec::terminal("table.open", "Open", "Open what is marked").when("rows"),
    Spec::terminal("table.close", "Close", "Close what is open in the view").when("open"),
    Spec::terminal("table.left", "Left", "Show what lies further left"),
    Spec::terminal("table.right", "Right", "Show what lies further right"),
    Spec::terminal("table.mark", "Mark", "Mark a row for an action on several, or end a range").when("rows"),
    Spec::terminal("table.range", "Range", "Begin a range of marks; Space ends it").when("rows"),
    Spec::terminal("table.unmark", "No marks", "Take all marks away").when("selection"),
    Spec::terminal("table.full", "Full row", "Show or hide all that is known of the marked row, below its list")
        .when("case"),
    Spec::terminal("table.full-down", "Full row down", "Scroll the full row down"),
    Spec::terminal("table.full-up", "Full row up", "Scroll the full row up"),
    Spec::terminal("table.full-larger", "Larger", "Give the full row more of the screen"),
    Spec::terminal("table.full-smaller", "Smaller", "Give the full row less of the screen"),
    Spec::terminal("input.accept", "Accept", "Take what was typed"),
    Spec::terminal("input.cancel", "Cancel", "Leave it as it was"),
    Spec::terminal("input.complete", "Complete", "Complete what was typed"),
    Spec::terminal("input.left", "Left", "Move the cursor left"),
    Spec::terminal("input.right", "Right", "Move the cursor right"),
    Spec::terminal("input.home", "Line start", "Move the cursor to the start"),
    Spec::terminal("input.end", "Line end", "Move the cursor to the end"),
    Spec::terminal("input.backspace", "Delete before", "Delete the character before the cursor"),
    Spec::terminal("input.delete", "Delete", "Delete the character under the cursor"),
    Spec::terminal("input.delete-word", "Delete word", "Delete the word before the cursor"),
    Spec::terminal("input.clear", "Clear", "Delete the whole line"),
    Spec::terminal("dialog.confirm", "Yes", "Do what the dialog proposes"),
    Spec::terminal(
        "dialog.accept",
        "Take answer",
        "Give the answer that is marked; at first that is the one that changes nothing",
    ),
    Spec::terminal("dialog.turn", "Other answer", "Mark the other answer of the dialog"),
    Spec::terminal("overlay.close", "Close", "Close what is in front"),
];
