//! Compact lists of numbers by number: adjacency in two flat arrays.

/// For each number from 0 a list of others.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    /// Where each list begins in `items`; one more than there are lists.
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Groups pairs by their first number, which is below `count`; within a list the order of the pairs is kept.
    pub(super) fn group(count: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Lists {
        let mut starts = vec![0_u32; count + 1];
        for (first, _) in pairs.clone() {
            starts[first as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut items = vec![0; starts.last().map_or(0, |n| *n as usize)];
        for (first, second) in pairs {
            let place = &mut next[first as usize];
            items[*place as usize] = second;
            *place += 1;
        }
        Lists { starts, items }
    }

    /// An empty store, to be filled with [`Lists::push`].
    pub(super) fn new() -> Lists {
        Lists { starts: vec![0], items: Vec::new() }
    }

    /// Adds a list after the last.
    pub(super) fn push(&mut self, items: impl IntoIterator<Item = u32>) {
        self.items.extend(items);
        self.starts.push(self.items.len() as u32);
    }

    /// Where each list begins, and all items.
    pub(super) fn parts(&self) -> (&[u32], &[u32]) {
        (&self.starts, &self.items)
    }

    /// The lists of such parts; `None` where they are none, or an item is not below `bound`.
    pub(super) fn of_parts(starts: Vec<u32>, items: Vec<u32>, bound: usize) -> Option<Lists> {
        let is_whole = starts.first().is_none_or(|first| *first == 0)
            && starts.is_sorted()
            && starts.last().map_or(0, |end| *end as usize) == items.len()
            && items.iter().all(|item| (*item as usize) < bound);
        is_whole.then_some(Lists { starts, items })
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// One list; empty for a number that has none.
    pub(super) fn of(&self, number: u32) -> &[u32] {
        let at = number as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(to)) => self.items.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_keeps_the_order() {
        let pairs = [(2, 7), (0, 1), (2, 5), (0, 0)];
        let lists = Lists::group(4, pairs.into_iter());
        assert_eq!([lists.of(0), lists.of(1), lists.of(2), lists.of(3)], [&[1, 0][..], &[], &[7, 5], &[]]);
        assert_eq!((lists.of(4), lists.of(u32::MAX), lists.len()), (&[][..], &[][..], 4));
    }

    #[test]
    fn grows_list_by_list() {
        let mut lists = Lists::new();
        lists.push([3, 4]);
        lists.push([]);
        assert_eq!((lists.len(), lists.of(0), lists.of(1)), (2, &[3, 4][..], &[][..]));
    }
}
