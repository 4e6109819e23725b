//! Figures that can be read from across the room: five lines high, made of the sign of a bar.

/// Lines of a figure.
pub const HEIGHT: u16 = 5;

/// A figure with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it counts.
    pub label: String,
    /// Digits, `:`, `/`, `-`, `d`; anything else is left out.
    pub text: String,
    /// What it means.
    pub slot: crate::tui::theme::Slot,
}

/// The pixels of one sign, a line each.
fn pixels(sign: char) -> Option<[&'static str; HEIGHT as usize]> {
    Some(match sign {
        '0' => ["####", "#  #", "#  #", "#  #", "####"],
        '1' => ["  ##", "   #", "   #", "   #", "   #"],
        '2' => ["####", "   #", "####", "#   ", "####"],
        '3' => ["####", "   #", " ###", "   #", "####"],
        '4' => ["#  #", "#  #", "####", "   #", "   #"],
        '5' => ["####", "#   ", "####", "   #", "####"],
        '6' => ["####", "#   ", "####", "#  #", "####"],
        '7' => ["####", "   #", "   #", "   #", "   #"],
        '8' => ["####", "#  #", "####", "#  #", "####"],
        '9' => ["####", "#  #", "####", "   #", "####"],
        'd' => ["   #", "   #", "####", "#  #", "####"],
        ':' => [" ", "#", " ", "#", " "],
        '/' => ["  #", "  #", " # ", "#  ", "#  "],
        '-' => ["   ", "   ", "###", "   ", "   "],
        ' ' => [" ", " ", " ", " ", " "],
        _ => return None,
    })
}

/// One line of a text, drawn with a sign.
pub fn line(text: &str, line: u16, sign: &str) -> String {
    let parts = text.chars().filter_map(pixels).filter_map(|pixels| pixels.get(usize::from(line)).copied());
    parts.collect::<Vec<_>>().join(" ").replace('#', sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_has_one_width_on_all_of_its_lines() {
        for sign in "0123456789d:/- ".chars() {
            let widths: Vec<usize> = pixels(sign).unwrap().iter().map(|line| line.len()).collect();
            assert!(widths.iter().all(|width| *width == widths[0]), "{sign}");
        }
        let drawn: Vec<String> = (0..HEIGHT).map(|at| line("71:1x", at, "*")).collect();
        assert_eq!(
            drawn,
            ["****   **     **", "   *    * *    *", "   *    *      *", "   *    * *    *", "   *    *      *"]
        );
        assert_eq!((line("8", 9, "#"), line("", 0, "#")), (String::new(), String::new()));
    }
}
