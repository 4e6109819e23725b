//! Which digest a use resolves to: only what was seen there and then, never what the same tag meant elsewhere.

/// What one place says about its digest; `T` is a digest or its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report<T> {
    /// The digest in `status…imageID`.
    pub image_id: Option<T>,
    /// The digest in `status…image`, where the runtime put one there.
    pub image: Option<T>,
    /// The digest in the reference as written.
    pub written: Option<T>,
}

/// Where a use's digest comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A runtime reported it.
    Reported,
    /// It stands in the reference itself.
    Written,
}

impl<T: Copy + PartialEq> Report<T> {
    /// The digest of this place and how it is known. `None` leaves the use unresolved.
    pub fn digest(&self) -> Option<(T, Basis)> {
        let reported = self.image_id.or(self.image).map(|d| (d, Basis::Reported));
        reported.or(self.written.map(|d| (d, Basis::Written)))
    }

    /// Two digests that the status names together, as a config beside a repository digest. What the specification says
    /// is left out on purpose: it may have been edited while the container it started still runs.
    pub fn same_record(&self) -> Option<(T, T)> {
        match (self.image, self.image_id) {
            (Some(a), Some(b)) if a != b => Some((a, b)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_beats_what_is_written() {
        let report = Report { image_id: Some(1), image: None, written: Some(2) };
        assert_eq!(report.digest(), Some((1, Basis::Reported)));
        assert_eq!(report.same_record(), None, "a changed specification proves nothing about the running container");
    }

    #[test]
    fn a_compose_tag_must_not_adopt_what_production_runs() {
        assert_eq!(Report::<i64> { image_id: None, image: None, written: None }.digest(), None);
    }

    #[test]
    fn a_digest_in_the_reference_resolves_a_declaration() {
        let report = Report { image_id: None, image: None, written: Some(7) };
        assert_eq!(report.digest(), Some((7, Basis::Written)));
    }

    #[test]
    fn a_bare_config_in_the_status_image_is_named_with_the_image_id() {
        let report = Report { image_id: Some(1), image: Some(3), written: None };
        assert_eq!(report.same_record(), Some((3, 1)));
        assert_eq!(Report { image_id: Some(1), image: Some(1), written: None }.same_record(), None);
    }
}
