//! Flat objects, one a record: their keys are the headers of a table of pulls.

use std::borrow::Cow;

use super::fields::{Columns, Field};
use super::manner::{self, Action};
use super::name::Parts;
use super::record::{Entry, Who};
use super::row::{Told, is_nothing};
use super::time;
use crate::read::machines::Hints;
use crate::read::tree::{Kind, Node};

/// Most members of a record that are looked at.
const MOST: usize = 1_000;

/// Reads one record.
pub(super) fn read(entry: &mut Entry<'_, '_>, hints: &Hints) {
    let members: Vec<(String, Node<'_>)> =
        entry.node.members().take(MOST).filter_map(|(key, value)| Some((key.string()?, value))).collect();
    let columns = Columns::of(members.iter().map(|(key, _)| key.as_str()), hints);
    if let Some(reason) = columns.missing() {
        return entry.reject("", reason);
    }
    let get = |field: Field| -> Cow<'_, str> {
        let Some((_, value)) = columns.get(field).and_then(|at| members.get(at)) else { return Cow::Borrowed("") };
        match value.kind() {
            Kind::Array => value.elements().take(MOST).filter_map(Node::text).collect::<Vec<_>>().join(",").into(),
            _ => value.text().filter(|text| !is_nothing(text)).unwrap_or_default(),
        }
    };
    let Some(stamp) = time::parse(&get(Field::Time)) else { return entry.reject("", time::NO_TIME) };
    let number = |field| Some(get(field)).filter(|text| !text.is_empty()).and_then(|text| text.parse().ok());
    let (agent, user, hosts) = (get(Field::Agent), get(Field::User), get(Field::Host));
    let action = manner::action(&get(Field::Action));
    let (pulls, checks) = (number(Field::Pulls), number(Field::Checks));
    entry.sum.precision = entry.sum.precision.max(stamp.precision);
    entry.sum.assumed_utc |= stamp.assumed_utc;
    entry.sum.numbered |= stamp.number;
    if action == Action::Other {
        return entry.sum.other(stamp.at);
    }
    let who = Who { user: user.clone(), host: hosts.clone(), agent: agent.clone() };
    let manner = entry.manner(&who);
    let (image, repository, registry) = (get(Field::Image), get(Field::Repository), get(Field::Registry));
    let (tag, digest) = (get(Field::Tag), get(Field::Digest));
    let image = if image.is_empty() { &repository } else { &image };
    let registry = if registry.is_empty() { columns.registry.as_deref().unwrap_or_default() } else { &registry };
    let parts = Parts { image, registry, tag: &tag, digest: &digest, untold: false };
    let told = Told { stamp, action, user, hosts, agent, pulls, checks };
    for (kind, manner, count) in told.transfers(manner).into_iter().flatten() {
        entry.count_many(stamp, &parts, (kind, manner), &who, count);
    }
}
