//! Any state in any rectangle renders, stays in its rectangle, and lets no character through that hides or steers.

use hullbreach::model::text::scrub;
use hullbreach::tui::theme::Theme;
use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::Rect;

use super::pieces::{Chosen, KINDS, draw_any};
use super::support::{Names, WIDE};

/// Names with everything that has ever spoiled a terminal.
fn hostile() -> impl Strategy<Value = String> {
    let bad = prop_oneof![
        Just("\u{1b}[2J\u{1b}]52;c;aGk=\u{7}"),
        Just("\u{202e}\u{2066}\u{200f}"),
        Just("\u{200b}\u{200d}\u{feff}\u{ad}"),
        Just("\u{e0041}\u{e007f}\u{fe0f}"),
        Just("\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}"),
        Just("\r\n\t\u{0}\u{7f}\u{9b}"),
        Just("\u{1f1e6}\u{1f1e7}\u{1f468}\u{200d}\u{1f469}"),
        Just("\u{1100}\u{1161}\u{11a8}\u{ff9e}\u{0e33}\u{0915}\u{094d}\u{0937}"),
        Just("%s{}\"'\\/`$()"),
    ];
    let wide = (0..WIDE.len()).prop_map(|at| WIDE[at]);
    let part = prop_oneof![bad.prop_map(str::to_owned), wide.prop_map(str::to_owned), "\\PC{0,8}", any::<String>()];
    proptest::collection::vec(part, 0..4).prop_map(|parts| parts.concat())
}

/// Any rectangle in a screen, small ones often; never more than 4,000 cells, to be quick.
fn rectangle() -> impl Strategy<Value = (Rect, Rect)> {
    let side = || prop_oneof![0_u16..4, 0_u16..60];
    let sizes = prop_oneof![(side(), side()), (0_u16..500, 0_u16..8), (0_u16..8, 0_u16..200)];
    (sizes, 0_u16..4, 0_u16..4, any::<bool>()).prop_map(|((width, height), x, y, outside)| {
        let area = Rect::new(x, y, width, height);
        // Sometimes the area reaches beyond the screen.
        let less = if outside { 2 } else { 0 };
        let screen =
            Rect::new(0, 0, (x + width + 2).saturating_sub(less * 2), (y + height + 2).saturating_sub(less * 2));
        (area, screen)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_state_in_any_rectangle_renders(
        names in proptest::collection::vec(hostile(), 1..5), (area, screen) in rectangle(), kind in 0..KINDS,
        total in prop_oneof![0_u64..4, 0_u64..300, Just(u64::MAX)], loaded in prop_oneof![0_u64..20, Just(u64::MAX)],
        at in prop_oneof![0_u64..30, any::<u64>()], number in prop_oneof![0_u64..30, any::<u64>()], flag: bool, ascii: bool,
        theme in 0_usize..4,
    ) {
        let names = Names { names, total, loaded, asked: 0.into() };
        let theme = Theme::names().nth(theme).and_then(Theme::named).unwrap().with_ascii(ascii);
        let mut buffer = Buffer::filled(screen, Cell::new("Z"));
        draw_any(&Chosen { kind, at, number, flag }, &names, &theme, area, &mut buffer);
        for (at, cell) in buffer.content().iter().enumerate() {
            let (x, y) = buffer.pos_of(at);
            let symbol = cell.symbol();
            prop_assert_eq!(scrub(symbol), symbol);
            if !area.contains((x, y).into()) {
                prop_assert_eq!(symbol, "Z", "outside {:?} at {},{}", area, x, y);
            } else {
                let columns = symbol.cell_width();
                prop_assert!(columns >= 1 && x + columns <= area.right().min(screen.right()), "{:?} at {},{}", symbol, x, y);
                prop_assert!(!ascii || symbol.is_ascii(), "{:?} kind {}", symbol, kind);
            }
        }
    }
}
