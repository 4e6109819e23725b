//! Repeatable randomness: the same number gives the same fleet on every machine. Must never be used for anything secret.

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(u64);

impl Random {
    /// An independent stream for each `number` of a `purpose`, so that pod 7 is the same pod in a list of any length.
    pub fn of(purpose: u64, number: u64) -> Self {
        let mut random = Random(purpose.wrapping_mul(0xd1b5_4a32_d192_ed03) ^ number);
        random.next();
        random
    }

    /// 64 random bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`, which is at least 1.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A number below `end`, small ones far more often: with the third power, one image in a hundred has a fifth of the uses.
    pub fn skewed(&mut self, end: u64) -> u64 {
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((share * share * share * end as f64) as u64).min(end.saturating_sub(1))
    }

    /// True in `percent` of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Hex digits in lower case, as in digests and container ids.
    pub fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(digits);
        text
    }

    /// A UUID of version 4, as API servers give out.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let variant = 0x8000 | (low >> 48) & 0x3fff;
        let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
        format!("{first:08x}-{second:04x}-4{third:03x}-{variant:04x}-{:012x}", low & 0xffff_ffff_ffff)
    }

    /// A generated suffix in the letters Kubernetes uses (apimachinery, `util/rand`).
    pub fn suffix(&mut self, letters: usize) -> String {
        const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
        (0..letters).map(|_| char::from(LETTERS[self.below(27) as usize])).collect()
    }
}
