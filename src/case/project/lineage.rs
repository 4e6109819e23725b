//! Lineage as evidence states it: layers of images, platforms of manifests, claims that one image stands on another.
//!
//! Everything is merged by what it says, never by what it would mean: which claims become edges is for the graph. A document
//! that is named by the digest of its bytes gets that digest here, where the original's is at hand.

use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::books::Books;
use super::error::ProjectError;
use super::packed;
use super::records::{Place, Records, stamp};
use super::sources::Stamp;
use crate::model::digest::{Digest, DigestKind, RelationKind};
use crate::model::document::{Document, Lineage};
use crate::model::fact::{Item, Relation, Spot};
use crate::model::id::Id;
use crate::model::lineage::{EdgeKind, LayerChain, LayerKind, LineageClaim, Named};
use crate::resolve::claims::Claims;

/// A kind's number in `p_claim.kind`; 0 is "not told".
fn edge_number(kind: Option<EdgeKind>) -> i64 {
    kind.and_then(|kind| EdgeKind::ALL.iter().position(|k| *k == kind)).map_or(0, |at| at as i64 + 1)
}

/// The kind of a stored number.
pub(in crate::case) fn edge_kind(number: i64) -> Option<EdgeKind> {
    usize::try_from(number - 1).ok().and_then(|at| EdgeKind::ALL.get(at)).copied()
}

/// A layer kind's number in `p_chain.kind`.
fn layer_number(kind: LayerKind) -> i64 {
    match kind {
        LayerKind::Uncompressed => 0,
        LayerKind::Compressed => 1,
    }
}

/// The layer kind of a stored number.
pub(in crate::case) fn layer_kind(number: i64) -> LayerKind {
    if number == 1 { LayerKind::Compressed } else { LayerKind::Uncompressed }
}

/// What claims call the images that something stands on, where they name a digest beside it: `image` and `name` by number.
/// A name that is only claimed can accuse an image, and never clear one.
pub(in crate::case) const CLAIMED: &str = "SELECT d.image AS image, w.name AS name FROM p_claim k JOIN p_digest d ON d.id = k.parent \
     JOIN p_written w ON w.id = k.parent_written WHERE k.parent <> 0 AND k.parent_written <> 0 AND d.image <> 0";

/// An image by numbers, each 0 where it is not told.
#[derive(Debug, Clone, Copy, Default)]
struct Numbered {
    digest: i64,
    written: i64,
    platform: i64,
}

/// The tables of lineage, open for one fold.
pub(super) struct Lineages<'t> {
    chain: Statement<'t>,
    chain_new: Statement<'t>,
    chain_write: Statement<'t>,
    platform: Statement<'t>,
    platform_write: Statement<'t>,
    claim: Statement<'t>,
    claim_write: Statement<'t>,
}

/// What a digest of a proved kind is known as.
fn claims_of(kind: DigestKind) -> Claims {
    match kind {
        DigestKind::Config => Claims::CONFIG,
        DigestKind::Manifest => Claims::MANIFEST,
        DigestKind::Index => Claims::INDEX,
        DigestKind::Unknown => Claims::NONE,
    }
}

impl<'t> Lineages<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Lineages {
            chain: conn.prepare(
                "SELECT c.id, length(c.history) > 0, c.created IS NOT NULL, c.flattened, c.source, s.as_of, c.offset
                FROM p_chain c JOIN p_source s ON s.id = c.source WHERE c.key = ?1",
            )?,
            chain_new: conn.prepare(
                "INSERT INTO p_chain (key, digest, written, platform, kind, layers, history, created, flattened, source,
                pointer, offset, length) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?,
            chain_write: conn.prepare(
                "UPDATE p_chain SET history = ?2, created = ?3, flattened = ?4, source = ?5, pointer = ?6, offset = ?7,
                length = ?8 WHERE id = ?1",
            )?,
            platform: conn.prepare(
                "SELECT p.source, s.as_of, p.offset FROM p_platform p JOIN p_source s ON s.id = p.source
                WHERE p.digest = ?1 AND p.platform = ?2",
            )?,
            platform_write: conn.prepare("INSERT OR REPLACE INTO p_platform VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?,
            claim: conn.prepare(
                "SELECT c.source, s.as_of, c.offset FROM p_claim c JOIN p_source s ON s.id = c.source
                WHERE c.child = ?1 AND c.child_written = ?2 AND c.child_platform = ?3 AND c.parent = ?4
                AND c.parent_written = ?5 AND c.parent_platform = ?6 AND c.kind = ?7 AND c.proof = ?8 AND c.top = ?9",
            )?,
            claim_write: conn.prepare(
                "INSERT OR REPLACE INTO p_claim
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?,
        })
    }

    /// Adds what an item says.
    pub fn add(
        &mut self,
        books: &mut Books<'_, '_>,
        records: &mut Records<'_>,
        item: &Item,
        lineage: &Lineage,
    ) -> Result<(), ProjectError> {
        for config in &lineage.configs {
            books.interner.digest(config, Claims::CONFIG)?;
        }
        for (digest, kind) in &lineage.kinds {
            books.interner.digest(digest, claims_of(*kind))?;
        }
        let own = match &lineage.document {
            Some(document) => self.document(books, records, item, document)?,
            None => None,
        };
        let own = own.as_ref();
        for member in &lineage.members {
            let spot = member.spot.clone();
            let relation =
                Relation { kind: RelationKind::Contains, a: member.index.clone(), b: member.manifest.clone(), spot };
            records.relate(books, item, &relation)?;
            let manifest = books.interner.digest(&member.manifest, Claims::NONE)?;
            self.platform(books, item, manifest, member.platform.as_deref(), &member.spot)?;
        }
        for chain in &lineage.chains {
            self.layers(books, item, own, chain)?;
        }
        lineage.claims.iter().try_for_each(|claim| self.claim(books, item, own, claim))
    }

    /// What a document proves by being there. The digest that stands for it: its own, or a manifest's config where that is not
    /// known.
    fn document(
        &mut self,
        books: &mut Books<'_, '_>,
        records: &mut Records<'_>,
        item: &Item,
        document: &Document,
    ) -> Result<Option<Digest>, ProjectError> {
        let named = own_digest(books, item);
        let own = named.as_ref().map_or(Ok(0), |own| books.interner.digest(own, claims_of(document.kind)))?;
        for listed in &document.lists {
            let manifest = books.interner.digest(&listed.manifest, Claims::NONE)?;
            if own != 0 {
                let claims = Claims::of_relation(RelationKind::Contains).1;
                books.interner.digest(&listed.manifest, claims)?;
                records.relate_numbers(books, item, RelationKind::Contains, (own, manifest), &listed.spot)?;
            }
            self.platform(books, item, manifest, listed.platform.as_deref(), &listed.spot)?;
        }
        if let Some(config) = &document.config {
            let config = books.interner.digest(config, Claims::CONFIG)?;
            if own != 0 {
                records.relate_numbers(books, item, RelationKind::ConfigOf, (config, own), &Spot::default())?;
            }
        }
        Ok(named.or_else(|| document.config.clone()))
    }

    fn platform(
        &mut self,
        books: &mut Books<'_, '_>,
        item: &Item,
        digest: i64,
        platform: Option<&str>,
        spot: &Spot,
    ) -> Result<(), ProjectError> {
        let Some(platform) = platform else { return Ok(()) };
        let platform = books.interner.text(platform)?;
        let place = Place::of(item, spot);
        let known = self.platform.query_row([digest, platform], told).optional()?;
        if beats(books, &place, known)? {
            let Place { pointer, offset, length } = place;
            self.platform_write.execute(params![digest, platform, books.source.id, pointer, offset, length])?;
        }
        Ok(())
    }

    fn layers(
        &mut self,
        books: &mut Books<'_, '_>,
        item: &Item,
        own: Option<&Digest>,
        chain: &LayerChain,
    ) -> Result<(), ProjectError> {
        let image = numbered(books, own, &chain.image)?;
        let (layers, history) = (packed::layers(&chain.layers), packed::history(&chain.history));
        let kind = layer_number(chain.kind);
        let digest = digest_of(own, &chain.image).map_or("", Digest::as_str);
        let platform = chain.image.platform.as_deref().unwrap_or_default();
        let content = Digest::of(&layers);
        let parts = [digest, &chain.image.as_written, platform, chain.kind.as_str(), content.as_str()];
        let key = Id::derived("chain", &parts).0;
        let place = Place::of(item, &chain.spot);
        let (created, flattened) = (chain.created.map(|t| t.0), chain.flattened);
        let known = self.chain.query_row([&key[..]], |r| {
            let more: (bool, bool, bool) = (r.get(1)?, r.get(2)?, r.get(3)?);
            Ok((r.get::<_, i64>(0)?, more, (r.get(4)?, r.get(5)?, r.get(6)?)))
        });
        let Place { pointer, offset, length } = &place;
        match known.optional()? {
            None => {
                self.chain_new.execute(params![
                    key,
                    image.digest,
                    image.written,
                    image.platform,
                    kind,
                    layers,
                    history,
                    created,
                    flattened,
                    books.source.id,
                    pointer,
                    offset,
                    length
                ])?;
            }
            Some((id, more, stored)) => {
                // Who tells more of the same layers is believed, then who tells it later.
                let now = (!history.is_empty(), created.is_some(), flattened);
                if now > more || (now == more && beats(books, &place, Some(stored))?) {
                    self.chain_write.execute(params![
                        id,
                        history,
                        created,
                        flattened,
                        books.source.id,
                        pointer,
                        offset,
                        length
                    ])?;
                }
            }
        }
        Ok(())
    }

    fn claim(
        &mut self,
        books: &mut Books<'_, '_>,
        item: &Item,
        own: Option<&Digest>,
        claim: &LineageClaim,
    ) -> Result<(), ProjectError> {
        let child = numbered(books, own, &claim.child)?;
        let parent = numbered(books, None, &claim.parent)?;
        // A document whose digest is not known, and that names nothing, says it of nobody.
        if (child.digest, child.written) == (0, 0) || (parent.digest, parent.written) == (0, 0) {
            return Ok(());
        }
        let top = claim.top_layer.as_ref().map_or(Ok(0), |layer| books.interner.text(layer.as_str()))?;
        let (kind, proof) = (edge_number(claim.kind), i64::from(claim.proof.index()));
        let key = [
            child.digest,
            child.written,
            child.platform,
            parent.digest,
            parent.written,
            parent.platform,
            kind,
            proof,
            top,
        ];
        let place = Place::of(item, &claim.spot);
        let known = self.claim.query_row(key, told).optional()?;
        if beats(books, &place, known)? {
            let (confidence, listed) = (i64::from(claim.confidence.thousandths()), i64::from(claim.of));
            let Place { pointer, offset, length } = place;
            let source = books.source.id;
            self.claim_write.execute(params![
                key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7], key[8], confidence, listed, source,
                pointer, offset, length
            ])?;
        }
        Ok(())
    }
}

/// Source, as-of and offset of a row that is there.
type Told = (i64, i64, i64);

fn told(r: &rusqlite::Row<'_>) -> rusqlite::Result<Told> {
    Ok((r.get(0)?, r.get(1)?, r.get(2)?))
}

/// Whether what is read now counts over what is there.
fn beats(books: &Books<'_, '_>, place: &Place, known: Option<Told>) -> Result<bool, ProjectError> {
    let Some((source, as_of, offset)) = known else { return Ok(true) };
    let old = Stamp { as_of, acquisition: books.sources.acquisition(source)?, offset };
    Ok(stamp(books.source, place.offset).beats(&old))
}

/// The digest of the document that an item is: that of the original bytes, where the item is all of them. Behind JSON that was
/// printed anew stands a line end that no registry has, and then the digest is that of no image. Where the file is named by its
/// digest, the line end is the image's own: some tools write one.
fn own_digest(books: &Books<'_, '_>, item: &Item) -> Option<Digest> {
    let (digest, stored) = books.source.whole.as_ref()?;
    let spot = &item.spot;
    let is_all = spot.length == *stored || books.source.is_named_so;
    (spot.pointer.is_empty() && spot.offset == 0 && is_all).then(|| digest.clone())
}

/// The digest of an image; `own` stands for the document where nothing is named.
fn digest_of<'d>(own: Option<&'d Digest>, named: &'d Named) -> Option<&'d Digest> {
    named.digest.as_ref().or(own.filter(|_| named.as_written.is_empty()))
}

/// An image by its numbers.
fn numbered(books: &mut Books<'_, '_>, own: Option<&Digest>, named: &Named) -> Result<Numbered, ProjectError> {
    let digest = digest_of(own, named).map_or(Ok(0), |digest| books.interner.digest(digest, Claims::NONE))?;
    let written = match named.as_written.as_str() {
        "" => 0,
        text => books.interner.written(text)?.id,
    };
    let platform = named.platform.as_deref().map_or(Ok(0), |platform| books.interner.text(platform))?;
    Ok(Numbered { digest, written, platform })
}
