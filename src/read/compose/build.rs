//! A service's `build`, in its short and its long form.

use super::taker::{Tag, Taker};
use crate::model::recipe::{Inline, ServiceBuild};
use crate::read::dockerfile;
use crate::read::inline::{self, Pointers};
use crate::read::tree::{Kind, Node};

/// The largest inline Dockerfile, in bytes.
const LARGEST_INLINE: usize = 1 << 20;

/// Reads the node under `build`.
pub(super) fn build(node: Node<'_>, at: &str, taker: &mut Taker<'_>) -> ServiceBuild {
    let mut build = ServiceBuild { spot: taker.spot(node, at), ..ServiceBuild::default() };
    if node.kind() != Kind::Object {
        build.context = taker.word(node, at.to_owned());
        if build.context.is_none() {
            taker.reject(at, "`build` names no context");
        }
        return build;
    }
    let path = |key: &str| format!("{at}/{key}");
    let [context, dockerfile, text, args, target, contexts, cache, platforms, tags] = node
        .pick([
            "context",
            "dockerfile",
            "dockerfile_inline",
            "args",
            "target",
            "additional_contexts",
            "cache_from",
            "platforms",
            "tags",
        ])
        .map(|found| found.filter(|value| taker.tag(*value) != Some(Tag::Reset)));
    build.context = context.and_then(|node| taker.word(node, path("context")));
    build.dockerfile = dockerfile.and_then(|node| taker.word(node, path("dockerfile")));
    build.inline = text.and_then(|node| inline(node, &path("dockerfile_inline"), taker));
    build.args = args.map(|node| taker.named(node, &path("args"))).unwrap_or_default();
    build.target = target.and_then(|node| taker.word(node, path("target")));
    build.contexts = contexts.map(|node| taker.named(node, &path("additional_contexts"))).unwrap_or_default();
    build.cache_from = cache.map(|node| taker.words(node, &path("cache_from"))).unwrap_or_default();
    build.platforms = platforms.map(|node| taker.words(node, &path("platforms"))).unwrap_or_default();
    build.tags = tags.map(|node| taker.words(node, &path("tags"))).unwrap_or_default();
    build
}

/// Reads the text of an inline Dockerfile.
fn inline(node: Node<'_>, at: &str, taker: &mut Taker<'_>) -> Option<Inline> {
    let text = node.text()?;
    if node.kind() != Kind::Text || text.len() > LARGEST_INLINE {
        taker.reject(at, "`dockerfile_inline` is no text, or longer than 1 MiB");
        return None;
    }
    let dockerfile::Parsed { mut file, rejects } = dockerfile::parse(&text, taker.limits);
    taker.reject_all(at, rejects);
    let spot = taker.spot(node, at);
    inline::place(&mut file, &text, inline::written(taker.source, &spot), &spot, Pointers::Path);
    Some(Inline { file, spot })
}
