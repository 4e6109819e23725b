//! A service's `build`, in its short and its long form.

use super::inline;
use super::taker::{Tag, Taker};
use crate::model::recipe::ServiceBuild;
use crate::read::tree::{Kind, Node};

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
    build.inline = text.and_then(|node| inline::inline(node, &path("dockerfile_inline"), taker));
    build.args = args.map(|node| taker.named(node, &path("args"))).unwrap_or_default();
    build.target = target.and_then(|node| taker.word(node, path("target")));
    build.contexts = contexts.map(|node| taker.named(node, &path("additional_contexts"))).unwrap_or_default();
    build.cache_from = cache.map(|node| taker.words(node, &path("cache_from"))).unwrap_or_default();
    build.platforms = platforms.map(|node| taker.words(node, &path("platforms"))).unwrap_or_default();
    build.tags = tags.map(|node| taker.words(node, &path("tags"))).unwrap_or_default();
    build
}
