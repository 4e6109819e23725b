//! Logs that nobody would write, and the promise that pieces do not matter.

use proptest::prelude::*;

use super::*;

const FORMATS: [Format; 6] = [
    Format::PullTable,
    Format::PullJson,
    Format::HarborAudit,
    Format::RegistryEvents,
    Format::Cloudtrail,
    Format::HubAudit,
];

#[test]
fn a_log_of_bad_rows_names_some_and_counts_all() {
    let text = format!("timestamp,image,user\n{}", "soon,a/b:1,ana\n".repeat(10_000));
    let whole = read(&text);
    assert_eq!(whole.collected.rejected, 10_000);
    assert!(whole.rejects.len() <= 40, "{}", whole.rejects.len());
    assert_eq!((whole.images().len(), whole.log().records), (0, 0));
}

#[test]
fn more_images_than_are_told_apart_are_rejected_and_counted() {
    let mut text = String::from("timestamp,image,user\n");
    for n in 0..100_300 {
        text.push_str(&format!("1773712800,r.corp/a{n}:1,u\n"));
    }
    let whole = read(&text);
    assert_eq!((whole.images().len(), whole.collected.rejected), (100_000, 300));
    assert!(whole.collected.notes.iter().any(|note| note.contains("different images")));
}

#[test]
fn very_many_pullers_are_counted_and_not_named() {
    let mut text = String::from("timestamp,image,user\n");
    for n in 0..60_000 {
        text.push_str(&format!("1773712800,r.corp/a:1,user-{n}\n"));
    }
    let whole = read(&text);
    let pulled = whole.images()[0];
    assert!(pulled.pullers.is_empty() && whole.log().unnamed);
    let users = pulled.users.count();
    assert!(users.error > 0 && users.number.abs_diff(60_000) * 1_000 / 60_000 <= 4 * users.error, "{users:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_bytes_make_a_reader_panic(text in "[a-z0-9\":,{}\\[\\]\n@/. -]{0,300}", batch in 1usize..4) {
        for format in FORMATS {
            read_cut(format, &text, &Hints::default(), batch);
            read_cut(format, &format!("timestamp,image,user\n{text}"), &Hints::default(), batch);
        }
    }

    #[test]
    fn how_a_log_is_cut_does_not_matter(
        rows in proptest::collection::vec((0i64..400_000, 0u8..5, 0u8..6, 0u8..6), 1..6_000),
        sorted in any::<bool>(), a in 1usize..6, b in 1usize..6
    ) {
        let mut rows = rows;
        if sorted {
            rows.sort_unstable();
        }
        let mut text = String::from("timestamp,image,user,client_ip\n");
        for (at, image, user, host) in rows {
            text.push_str(&format!("{},r.corp/a{image}:1,u{user},10.0.0.{host}\n", 1_773_712_800 + at));
        }
        let one = read_cut(Format::PullTable, &text, &Hints::default(), a);
        let other = read_cut(Format::PullTable, &text, &Hints::default(), b);
        prop_assert_eq!(one.collected, other.collected);
    }
}
