//! Which stages a target needs: for certain, and perhaps.

/// How far a node is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Not at all.
    Never,
    /// Where a variable that nothing defines names it.
    Maybe,
    /// In any case.
    Sure,
}

/// Links from each node to those it needs.
#[derive(Debug)]
pub(super) struct Links {
    sure: Vec<Vec<usize>>,
    maybe: Vec<Vec<usize>>,
}

impl Links {
    pub fn new(nodes: usize) -> Self {
        Links { sure: vec![Vec::new(); nodes], maybe: vec![Vec::new(); nodes] }
    }

    pub fn add(&mut self, from: usize, to: usize) {
        self.sure.get_mut(from).into_iter().for_each(|links| links.push(to));
    }

    pub fn add_maybe(&mut self, from: usize, to: &[usize]) {
        self.maybe.get_mut(from).into_iter().for_each(|links| links.extend(to));
    }

    /// What a node needs, itself included.
    pub fn reach(&self, start: usize) -> Vec<Reach> {
        let mut reached = vec![Reach::Never; self.sure.len()];
        for level in [Reach::Sure, Reach::Maybe] {
            // The second round sets out again from all that the first has found.
            let mut open: Vec<usize> = match level {
                Reach::Sure => vec![start],
                _ => (0..self.maybe.len()).filter(|at| reached.get(*at) == Some(&Reach::Sure)).collect(),
            };
            while let Some(at) = open.pop() {
                match reached.get_mut(at) {
                    Some(known) if *known < level => *known = level,
                    Some(known) if level == Reach::Maybe && *known == Reach::Sure => {}
                    _ => continue,
                }
                let maybe = self.maybe.get(at).filter(|_| level == Reach::Maybe);
                let all = self.sure.get(at).into_iter().chain(maybe).flatten();
                open.extend(all.filter(|to| reached.get(**to).is_some_and(|known| *known < level)));
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sure_goes_before_maybe_and_circles_end() {
        let mut links = Links::new(6);
        links.add(3, 2);
        links.add(2, 3);
        links.add_maybe(2, &[1]);
        links.add(1, 0);
        links.add(4, 0);
        let (s, m, n) = (Reach::Sure, Reach::Maybe, Reach::Never);
        assert_eq!(links.reach(3), [m, m, s, s, n, n]);
        assert_eq!(links.reach(4), [s, n, n, n, s, n]);
        assert_eq!(links.reach(9), [n; 6]);
    }
}
