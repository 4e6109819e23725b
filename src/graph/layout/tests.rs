//! The drawing in layers: boxes never overlap, and every line runs one way.

use super::*;
use proptest::prelude::*;

fn line(child: u32, parent: u32) -> Line {
    Line { child, parent, group: 0 }
}

#[test]
fn a_tree_has_no_crossings_and_stands_in_columns() {
    let lines: Vec<Line> = (1..40).map(|child| line(child, (child - 1) / 3)).collect();
    let drawing = layout(&[100; 40], &lines);
    assert_eq!(drawing.crossings, 0);
    for (line, route) in lines.iter().zip(&drawing.routes) {
        let (parent, child) = (drawing.places[line.parent as usize], drawing.places[line.child as usize]);
        assert_eq!(child.x - parent.x, 100 + BETWEEN);
        assert_eq!(route.first().map(|at| at.x), Some(parent.x + 100));
        assert_eq!(route.last().map(|at| (at.x, at.y)), Some((child.x, child.y + BOX_HIGH / 2)));
    }
}

#[test]
fn a_crossing_that_cannot_be_avoided_is_counted_and_no_other() {
    // Three on three, every one with every other: at least 9 crossings (each pair of pairs once).
    let lines: Vec<Line> = (0..3).flat_map(|a| (3..6).map(move |b| line(b, a))).collect();
    assert_eq!(layout(&[10; 6], &lines).crossings, 9);
    // Two ladders that were written crosswise.
    assert_eq!(layout(&[10; 6], &[line(4, 0), line(3, 1), line(4, 2), line(5, 2), line(5, 1)]).crossings, 0);
}

#[test]
fn long_lines_bend_around_boxes() {
    let lines = [line(1, 0), line(2, 1), line(3, 2), line(3, 0)];
    let drawing = layout(&[50; 4], &lines);
    assert_eq!(drawing.routes[3].len(), 2 + 2 * 2);
    let boxes = [drawing.places[1], drawing.places[2]];
    for (bend, place) in drawing.routes[3][1..5].chunks(2).zip(boxes) {
        assert_eq!(bend[0].x, place.x);
        assert!(bend[0].y < place.y || bend[0].y > place.y + BOX_HIGH, "{bend:?} {place:?}");
    }
}

#[test]
fn parts_do_not_overlap() {
    let lines = [line(1, 0), line(3, 2)];
    let drawing = layout(&[700; 8], &lines);
    let mut corners: Vec<_> = drawing.places.iter().map(|place| (place.y / ROW_HIGH, place.x)).collect();
    corners.sort_unstable();
    corners.dedup();
    assert_eq!(corners.len(), 8);
}

#[test]
fn odd_input_is_drawn_as_far_as_it_goes() {
    assert_eq!(layout(&[], &[]), Layout::default());
    let drawing = layout(&[10, 10], &[line(0, 0), line(7, 1), line(1, 0), line(1, 0)]);
    assert_eq!(drawing.routes.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 2, 2]);
    // A circle: callers cut it, but it must not hang or panic.
    assert_eq!(layout(&[10; 3], &[line(0, 1), line(1, 2), line(2, 0)]).places.len(), 3);
}

#[test]
fn one_long_chain_with_long_lines_stays_bounded() {
    let count = 3_000;
    let chain = (1..count).map(|child| line(child, child - 1));
    let lines: Vec<Line> = chain.chain((2..count).map(|child| line(child, child % 7))).collect();
    assert_eq!(layout(&vec![10; count as usize], &lines).places.len(), count as usize);
}

proptest! {
    #[test]
    fn boxes_never_overlap_and_lines_go_right(
        pairs in prop::collection::vec((0_u32..30, 0_u32..30, 0_u8..3), 0..60),
        widths in prop::collection::vec(1_i32..300, 30),
    ) {
        let lines: Vec<Line> = pairs
            .iter()
            .filter(|(a, b, _)| a != b)
            .map(|(a, b, group)| Line { child: *a.max(b), parent: *a.min(b), group: *group })
            .collect();
        let drawing = layout(&widths, &lines);
        prop_assert_eq!(&drawing, &layout(&widths, &lines));
        for (one, a) in drawing.places.iter().enumerate() {
            prop_assert!(a.x >= 0 && a.y >= 0 && a.x + widths[one] <= drawing.width && a.y + BOX_HIGH <= drawing.height);
            for (two, b) in drawing.places.iter().enumerate().skip(one + 1) {
                let beside = a.x + widths[one] <= b.x || b.x + widths[two] <= a.x;
                let over = a.y + BOX_HIGH <= b.y || b.y + BOX_HIGH <= a.y;
                prop_assert!(beside || over, "{one} {a:?} and {two} {b:?}");
            }
        }
        for (line, route) in lines.iter().zip(&drawing.routes) {
            let parent = drawing.places[line.parent as usize].x + widths[line.parent as usize];
            prop_assert!(parent < drawing.places[line.child as usize].x);
            prop_assert!(route.windows(2).all(|pair| pair[0].x <= pair[1].x));
        }
    }
}
