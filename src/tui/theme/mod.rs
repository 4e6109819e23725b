//! How things look, asked for by what they mean.
//!
//! Owns the themes, the two sets of glyphs and what becomes of them on a terminal without colour. Must never read a
//! file or the environment: the text of a user's theme and the wish for no colour are handed in.

mod file;
mod glyph;
mod slot;

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

pub use file::Warning;
pub use glyph::Glyph;
pub use slot::{Sign, Slot};

/// The embedded themes; the first is the default.
const EMBEDDED: [(&str, &str); 4] = [
    ("ansi", include_str!("../../../assets/themes/ansi.toml")),
    ("mono", include_str!("../../../assets/themes/mono.toml")),
    ("high-contrast", include_str!("../../../assets/themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../../assets/themes/colour-blind.toml")),
];

/// Lines and corners that every terminal and every log of one can show.
const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// A style for every meaning, and the glyphs beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: [Style; Slot::ALL.len()],
    ascii: bool,
}

/// What the terminal can do and the user wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wishes {
    /// NO_COLOR is set and not empty.
    pub no_colour: bool,
    /// `--ascii`, or a locale without UTF-8.
    pub ascii: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Theme::named("ansi").unwrap_or_else(|| Theme::blank("ansi"))
    }
}

impl Theme {
    /// The names of the embedded themes; the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.into_iter().map(|(name, _)| name)
    }

    /// An embedded theme.
    pub fn named(name: &str) -> Option<Theme> {
        let (name, text) = EMBEDDED.into_iter().find(|(known, _)| *known == name)?;
        let mut theme = Theme::blank(name);
        theme.take(&file::read(text));
        Some(theme)
    }

    /// The theme for a terminal: an embedded one by name (the default when `None` or not known), the user's file over
    /// it, then what the terminal cannot do taken away. Under NO_COLOR an embedded theme gives way to `mono`.
    pub fn choose(name: Option<&str>, user: Option<&str>, wishes: Wishes) -> (Theme, Vec<Warning>) {
        let user = user.map(file::read);
        let mut warnings = Vec::new();
        let wanted = name.or(user.as_ref().and_then(|file| file.parent.as_deref()));
        let base = if wishes.no_colour { Some("mono") } else { wanted };
        let mut theme = base.and_then(Theme::named).unwrap_or_default();
        if let Some(unknown) = wanted.filter(|name| Theme::named(name).is_none()) {
            let known: Vec<&str> = Theme::names().collect();
            let unknown = crate::model::text::fit(&crate::model::text::scrub(unknown), 40);
            let reason = format!("no theme is called \"{unknown}\"; there are {}", known.join(", "));
            warnings.push(Warning { line: 1, reason });
        }
        if let Some(user) = user {
            theme.take(&user);
            warnings.extend(user.warnings);
        }
        if wishes.no_colour {
            theme.strip_colours();
        }
        theme.ascii = wishes.ascii;
        (theme, warnings)
    }

    /// The same with ASCII glyphs, or with Unicode ones.
    #[must_use]
    pub fn with_ascii(mut self, ascii: bool) -> Theme {
        self.ascii = ascii;
        self
    }

    /// The name of the embedded theme it is or builds on.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The style of a meaning; to be patched over [`Slot::Base`].
    pub fn style(&self, slot: Slot) -> Style {
        self.styles.get(slot.index()).copied().unwrap_or_default()
    }

    /// The text of a glyph.
    pub fn glyph(&self, glyph: Glyph) -> &'static str {
        glyph.text(self.ascii)
    }

    /// One frame of the sign that something is at work.
    pub fn spinner(&self, tick: usize) -> &'static str {
        glyph::spinner(tick, self.ascii)
    }

    /// A bar as high as `level` of 0 to 7.
    pub fn level(&self, level: usize) -> &'static str {
        glyph::level(level, self.ascii)
    }

    /// True when everything on the screen, data too, is to be ASCII.
    pub fn ascii(&self) -> bool {
        self.ascii
    }

    /// The lines around boxes.
    pub fn border_set(&self) -> border::Set<'static> {
        if self.ascii { ASCII_BORDER } else { border::PLAIN }
    }

    fn blank(name: &str) -> Theme {
        Theme { name: name.to_owned(), styles: [Style::new(); Slot::ALL.len()], ascii: false }
    }

    fn take(&mut self, file: &file::File) {
        for (slot, style) in &file.styles {
            if let Some(own) = self.styles.get_mut(slot.index()) {
                *own = *style;
            }
        }
    }

    /// crossterm answers a colour under NO_COLOR with an empty `ESC[;m`, which resets the modifiers that were written
    /// just before it. So no cell may have a colour at all; a background, which is there to be seen, becomes reverse
    /// video.
    fn strip_colours(&mut self) {
        for style in &mut self.styles {
            if style.bg.is_some_and(|colour| colour != Color::Reset) {
                *style = style.add_modifier(Modifier::REVERSED);
            }
            (style.fg, style.bg) = (None, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIXTEEN: [Color; 17] = [
        Color::Reset,
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];

    #[test]
    fn embedded_themes_are_complete_and_use_sixteen_colours() {
        for (name, text) in EMBEDDED {
            let file = file::read(text);
            assert_eq!(file.warnings, [], "{name}");
            for slot in Slot::ALL {
                let times = file.styles.iter().filter(|(own, _)| *own == slot).count();
                assert_eq!(times, 1, "{name} {}", slot.name());
            }
            for (_, style) in &file.styles {
                assert!(style.fg.is_none_or(|c| SIXTEEN.contains(&c)) && style.bg.is_none_or(|c| SIXTEEN.contains(&c)));
            }
        }
    }

    #[test]
    fn colour_is_never_the_only_sign() {
        for name in Theme::names() {
            let theme = Theme::named(name).unwrap();
            for slot in Slot::ALL {
                let style = theme.style(slot);
                let base = theme.style(Slot::Base);
                let coloured = |own: Option<Color>, base: Option<Color>| own.is_some() && own != base;
                match slot.sign() {
                    Sign::None => {
                        assert!(matches!(style.fg, None | Some(Color::Reset | Color::Gray | Color::White)), "{name}");
                        assert!(!coloured(style.bg, base.bg), "{name} {}", slot.name());
                    }
                    Sign::Modifier => assert!(!style.add_modifier.is_empty(), "{name} {}", slot.name()),
                    Sign::Glyph(glyph) => {
                        assert!(!theme.glyph(glyph).trim().is_empty());
                        assert!(theme.clone().with_ascii(true).glyph(glyph).is_ascii());
                    }
                }
            }
        }
    }

    #[test]
    fn the_selected_row_stands_out_in_every_theme() {
        for name in Theme::names() {
            let theme = Theme::named(name).unwrap();
            let selected = theme.style(Slot::Selected);
            assert!(selected.bg.is_some() || selected.add_modifier.contains(Modifier::REVERSED), "{name}");
            assert_ne!(selected, theme.style(Slot::SelectedInactive), "{name}");
        }
    }

    #[test]
    fn no_colour_means_modifiers_only() {
        let wishes = Wishes { no_colour: true, ascii: false };
        let user = "[slots]\nselected = \"white on blue\"\nerror = \"bold red\"\n";
        for name in Theme::names().map(Some).chain([None]) {
            let (theme, warnings) = Theme::choose(name, Some(user), wishes);
            assert_eq!((theme.name(), warnings.len()), ("mono", 0));
            for slot in Slot::ALL {
                let style = theme.style(slot);
                assert!(style.fg.is_none() && style.bg.is_none(), "{}", slot.name());
            }
            assert!(theme.style(Slot::Selected).add_modifier.contains(Modifier::REVERSED));
            assert!(theme.style(Slot::Error).add_modifier.contains(Modifier::BOLD));
        }
    }

    #[test]
    fn the_users_file_overrides_single_slots() {
        let (theme, warnings) =
            Theme::choose(None, Some("parent = \"mono\"\n[slots]\nkey = \"red\""), Wishes::default());
        assert_eq!(warnings, []);
        assert_eq!(theme.style(Slot::Key).fg, Some(Color::Red));
        assert_eq!(theme.style(Slot::Title), Theme::named("mono").unwrap().style(Slot::Title));
        let (theme, warnings) = Theme::choose(Some("mnoo"), None, Wishes { ascii: true, no_colour: false });
        assert_eq!((theme.name(), theme.ascii(), warnings.len()), ("ansi", true, 1));
        assert_eq!(theme.border_set().top_left, "+");
    }
}
