//! How much a step through a long list writes: what it feels like over a slow line.

use ratatui::backend::Backend as _;
use ratatui::buffer::Buffer;

use hullbreach::cli::Exit;
use hullbreach::tui::shift;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;
use hullbreach::tui::tty::Tty;

use crate::cli::piped;
use crate::support::World;

/// Bytes from one frame to the next, as the loop writes them.
fn written(before: &Buffer, after: &Buffer) -> usize {
    let mut bytes = Vec::new();
    let mut tty = Tty::new(&mut bytes);
    tty.set_scrolls(true);
    let mut shown = before.clone();
    if let Some(shift) = shift::find(&shown, after) {
        tty.scroll(&shift).unwrap();
        shift::apply(&mut shown, &shift);
    }
    tty.draw(shown.diff_iter(after)).unwrap();
    bytes.len()
}

#[test]
fn a_step_through_a_long_list_writes_little() {
    let world = World::new();
    let path = world.new_case().path().to_path_buf();
    let list: String = (0..500).map(|n| format!("registry.example/team-{}/app-{n:05}:1.{}\n", n % 9, n % 5)).collect();
    let file = world.root().join("images.txt");
    std::fs::write(&file, list).unwrap();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".to_owned(), path.to_str().unwrap().to_owned());
    piped(&env, &["import", file.to_str().unwrap()]).ended(Exit::Done);
    for theme in ["ansi", "mono"] {
        let mut stage = Stage::new(&world.ana(), Theme::named(theme).unwrap(), (80, 24));
        stage.open(&path);
        stage.press("2");
        stage.press("s n j j j");
        let step = |stage: &mut Stage, keys: &str| {
            let before = stage.draw();
            stage.press(keys);
            written(&before, &stage.draw())
        };
        let one = step(&mut stage, "j");
        assert!(one <= 200, "{theme}: a step of the marker writes {one} bytes");
        for _ in 0..20 {
            stage.press("j");
        }
        for keys in ["j", "j"] {
            let one = step(&mut stage, keys);
            assert!(one <= 320, "{theme}: a step that scrolls writes {one} bytes");
        }
        stage.press("g g PageDown k k k k k k k k k k k k k k");
        let one = step(&mut stage, "k");
        assert!(one <= 320, "{theme}: a step back that scrolls writes {one} bytes");
    }
}
