//! The tables of the projections.
//!
//! Dictionaries (`p_text`, `p_name`, `p_written`, `p_digest`, `p_workload`) hold each string once and give it a number
//! that means nothing outside this file; 0 stands for "none" in columns that refer to them. Times are microseconds UTC.
//!
//! `p_problem.material` is 0 for what is wrong in a file and 1 for what a build gets from outside that is no image.
//! `p_chain.layers` and `.history` are packed (see `packed`); `p_claim.kind` is 0 where a claim does not tell the kind, else one
//! more than its place in `EdgeKind::ALL`, `.proof` the place in `ProofKind::ALL`, `.listed` how many parents were listed.
//! `p_built.part` is the service or target that is built, as its file names it.
//! `p_holds.names` is a JSON list of kind and name of each credential an object can use. `p_given.kind` is the word of a kind
//! of credential, `.part` the name of the uses of its object that have it, empty for all of them.
//! `p_image.verdict` is the number of a verdict, 0 for none; `p_indicator.known` is what the evidence tells of its digest.
//! `p_image.indicator` is the number in `p_indicator` that decided its verdict, `.priority` the number of a priority, 0 for
//! none; `.due` and `.rule` are when it is due (the largest number while that is paused) and by which rule;
//! `p_object.traits` names the text form of what the object says of itself that bears on judging.
//! `p_triage.inputs` is all that decides a priority, packed; `.plain` the same without what was said by hand.
//! `p_pull.kind` is that of a sighting, `.manner` the number of a manner; `.buckets`, `.users` and `.hosts` are packed (see
//! `model::pulls`), and so `p_pull_log.gaps` and `.parts` are JSON. `p_puller` is personal data, all of it.
//! `p_scan.findings` and `.packages` are packed (see `findings::packed`); `p_known.a` to `.c` mean what their `kind` says.
//! `p_known_first` and `p_owner_first` tell since when the case has known each thing that was ever said of a vulnerability or
//! a subject, so that saying it again does not make it later; `p_triage.owned` is that of the word of owners that counts.
//! `p_risk.told` holds that of each point (see `findings::since`), `.grounds` names the vulnerabilities of the worst.
//! `p_finding.kev`, `.epss` and `.percentile` are -1 where nothing is told, and `.kev` 0 where the day is not.
//! `p_referrer.kind` is the place in `ReferrerKind::ALL`, `.media` names the text of its type.
//! `p_lineage` holds the graph of all facts of lineage: in row 0 the state it belongs to, then its bytes.
//! `p_use.needs` and `p_use.marks` name texts that are JSON lists; `p_asked` holds a hash over machine and path.

/// Bump when a table or a rule of the fold changes: cases are then rebuilt on opening.
pub const VERSION: u32 = 10;

/// Every projection table, dictionaries included.
pub(super) const TABLES: [&str; 48] = [
    "p_text",
    "p_name",
    "p_written",
    "p_digest",
    "p_relation",
    "p_source",
    "p_cover",
    "p_object",
    "p_use",
    "p_sighting",
    "p_pull_log",
    "p_pull",
    "p_puller",
    "p_good",
    "p_referrer",
    "p_tag",
    "p_workload",
    "p_image",
    "p_reach",
    "p_called",
    "p_recipe",
    "p_asked",
    "p_built",
    "p_missing",
    "p_problem",
    "p_owner",
    "p_owner_first",
    "p_chain",
    "p_platform",
    "p_claim",
    "p_lineage",
    "p_holds",
    "p_given",
    "p_indicator",
    "p_mirror",
    "p_package",
    "p_finding",
    "p_scan",
    "p_subject",
    "p_known",
    "p_known_first",
    "p_vex",
    "p_scanned",
    "p_standing",
    "p_cleared",
    "p_risk",
    "p_judgement",
    "p_triage",
];

/// The statements that create them.
pub const SCHEMA: &str = "\
CREATE TABLE p_text (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE p_name (
  id INTEGER PRIMARY KEY,
  canonical TEXT NOT NULL UNIQUE,
  parsed INTEGER NOT NULL,
  registry TEXT NOT NULL,
  repository TEXT NOT NULL,
  tag TEXT,
  moved INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE p_written (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE,
  name INTEGER NOT NULL,
  digest INTEGER NOT NULL
) STRICT;

CREATE TABLE p_digest (
  id INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE,
  claims INTEGER NOT NULL DEFAULT 0,
  image INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX p_digest_image ON p_digest (image);

CREATE TABLE p_relation (
  kind INTEGER NOT NULL,
  a INTEGER NOT NULL,
  b INTEGER NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (a, b, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX p_relation_b ON p_relation (b);

CREATE TABLE p_source (
  id INTEGER PRIMARY KEY,
  acquisition BLOB NOT NULL UNIQUE,
  evidence TEXT,
  host TEXT NOT NULL,
  place TEXT NOT NULL,
  path TEXT NOT NULL,
  context INTEGER NOT NULL,
  format TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  notes TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  as_of_source TEXT NOT NULL,
  acquired INTEGER NOT NULL,
  items INTEGER NOT NULL,
  facts INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  continues INTEGER NOT NULL,
  list_version TEXT,
  nodes TEXT NOT NULL,
  args TEXT NOT NULL
) STRICT;
CREATE INDEX p_source_list ON p_source (list_version, context) WHERE list_version IS NOT NULL;

CREATE TABLE p_cover (
  context INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  namespace INTEGER NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (context, kind, namespace, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX p_cover_source ON p_cover (source);

CREATE TABLE p_object (
  id INTEGER PRIMARY KEY,
  context INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  namespace INTEGER NOT NULL,
  name TEXT NOT NULL,
  origin INTEGER NOT NULL,
  instance TEXT NOT NULL,
  owner_kind INTEGER NOT NULL,
  owner_name TEXT NOT NULL,
  owner_uid TEXT,
  top_kind INTEGER NOT NULL,
  top_name TEXT NOT NULL,
  node INTEGER NOT NULL,
  phase INTEGER NOT NULL,
  created INTEGER,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  workload INTEGER NOT NULL,
  traits INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX p_object_key ON p_object (context, kind, namespace, name, origin, instance);
CREATE INDEX p_object_table ON p_object (context, kind, namespace, name) WHERE origin = 1;
CREATE INDEX p_object_owner ON p_object (owner_uid) WHERE owner_uid IS NOT NULL;

CREATE TABLE p_use (
  object INTEGER NOT NULL,
  role INTEGER NOT NULL,
  container INTEGER NOT NULL,
  written INTEGER NOT NULL,
  resolved INTEGER NOT NULL,
  needs INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  marks INTEGER NOT NULL,
  name INTEGER NOT NULL,
  image INTEGER NOT NULL,
  state INTEGER NOT NULL,
  current INTEGER NOT NULL,
  running INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  started INTEGER,
  ran_from INTEGER,
  ran_to INTEGER,
  confidence INTEGER NOT NULL,
  source INTEGER NOT NULL,
  item TEXT NOT NULL,
  field INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (object, role, container, written, resolved, needs, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX p_use_image ON p_use (image);
CREATE INDEX p_use_needs ON p_use (source) WHERE needs <> 0;
CREATE INDEX p_use_marks ON p_use (marks) WHERE marks <> 0;
CREATE INDEX p_use_known ON p_use (source, offset) WHERE resolved <> 0 AND needs = 0;
CREATE INDEX p_use_stage ON p_use (source, offset) WHERE role >= 9 AND role <= 11;

CREATE TABLE p_sighting (
  key BLOB PRIMARY KEY,
  kind INTEGER NOT NULL,
  context INTEGER NOT NULL,
  written INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  host TEXT NOT NULL,
  user TEXT NOT NULL,
  since INTEGER,
  until INTEGER,
  as_of INTEGER NOT NULL,
  count INTEGER NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX p_sighting_digest ON p_sighting (digest);
CREATE INDEX p_sighting_written ON p_sighting (written);

CREATE TABLE p_pull_log (
  source INTEGER PRIMARY KEY,
  since INTEGER,
  until INTEGER,
  records INTEGER NOT NULL,
  others INTEGER NOT NULL,
  precision INTEGER NOT NULL,
  assumed_utc INTEGER NOT NULL,
  ordered INTEGER NOT NULL,
  usual INTEGER NOT NULL,
  gaps TEXT NOT NULL,
  gap_count INTEGER NOT NULL,
  users BLOB NOT NULL,
  hosts BLOB NOT NULL,
  unnamed INTEGER NOT NULL,
  columns TEXT NOT NULL,
  parts TEXT NOT NULL
) STRICT;

CREATE TABLE p_pull (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  written INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  manner INTEGER NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  users BLOB NOT NULL,
  hosts BLOB NOT NULL,
  buckets BLOB NOT NULL,
  width INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL
) STRICT;
CREATE INDEX p_pull_digest ON p_pull (digest);
CREATE INDEX p_pull_written ON p_pull (written);

CREATE TABLE p_puller (
  pull INTEGER NOT NULL,
  user TEXT NOT NULL,
  host TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  count INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (pull, user, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_good (
  written INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  source INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (written, digest, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_referrer (
  subject INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  source INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  media INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (subject, digest, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_tag (
  name INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  basis INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (name, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX p_tag_digest ON p_tag (digest);

CREATE TABLE p_workload (
  id INTEGER PRIMARY KEY,
  context INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  namespace INTEGER NOT NULL,
  name TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX p_workload_key ON p_workload (context, kind, namespace, name);

CREATE TABLE p_image (
  id INTEGER PRIMARY KEY,
  ident TEXT NOT NULL,
  name TEXT NOT NULL,
  registry TEXT NOT NULL,
  repository TEXT NOT NULL,
  resolved INTEGER NOT NULL,
  roles INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  running INTEGER NOT NULL,
  workloads INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  tags TEXT NOT NULL,
  digests TEXT NOT NULL,
  verdict INTEGER NOT NULL DEFAULT 0,
  indicator INTEGER NOT NULL DEFAULT 0,
  priority INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,
  rule TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX p_image_due ON p_image (due, name, ident);
CREATE INDEX p_image_rule ON p_image (rule, name, ident);
CREATE INDEX p_image_priority ON p_image (priority DESC, due, name, ident);
CREATE INDEX p_image_tally ON p_image (verdict, priority, running, resolved, roles);
CREATE INDEX p_image_verdict ON p_image (verdict DESC, name, ident);
CREATE INDEX p_image_ident ON p_image (ident);
CREATE INDEX p_image_name ON p_image (name, ident);
CREATE INDEX p_image_running ON p_image (running DESC, name, ident);
CREATE INDEX p_image_uses ON p_image (uses DESC, name, ident);
CREATE INDEX p_image_workloads ON p_image (workloads DESC, name, ident);
CREATE INDEX p_image_first_seen ON p_image (first_seen DESC, name, ident);
CREATE INDEX p_image_last_seen ON p_image (last_seen DESC, name, ident);

CREATE TABLE p_reach (
  image INTEGER NOT NULL,
  context INTEGER NOT NULL,
  namespace INTEGER NOT NULL,
  workload INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  running INTEGER NOT NULL,
  PRIMARY KEY (image, context, namespace, workload)
) STRICT, WITHOUT ROWID;
CREATE INDEX p_reach_namespace ON p_reach (namespace, image);
CREATE INDEX p_reach_workload ON p_reach (workload, image);

CREATE TABLE p_called (
  image INTEGER NOT NULL,
  name INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  current INTEGER NOT NULL,
  PRIMARY KEY (image, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_recipe (
  id INTEGER PRIMARY KEY,
  host INTEGER NOT NULL,
  path TEXT NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  recipe TEXT NOT NULL
) STRICT;
CREATE INDEX p_recipe_path ON p_recipe (host, path);

CREATE TABLE p_asked (path BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE p_built (
  recipe INTEGER NOT NULL,
  n INTEGER NOT NULL,
  name INTEGER NOT NULL,
  part TEXT NOT NULL,
  dockerfile TEXT NOT NULL,
  dockerfile_source INTEGER NOT NULL,
  target TEXT,
  asked_by TEXT NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  object INTEGER NOT NULL,
  PRIMARY KEY (recipe, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX p_built_name ON p_built (name);

CREATE TABLE p_missing (
  recipe INTEGER NOT NULL,
  n INTEGER NOT NULL,
  path TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (recipe, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_problem (
  recipe INTEGER NOT NULL,
  n INTEGER NOT NULL,
  material INTEGER NOT NULL,
  path TEXT NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (recipe, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_owner (
  context INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  subject TEXT NOT NULL,
  site TEXT NOT NULL,
  owner TEXT NOT NULL,
  criticality TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (context, kind, subject, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_owner_first (
  context INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  subject TEXT NOT NULL,
  criticality TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (context, kind, subject, criticality)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_chain (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  digest INTEGER NOT NULL,
  written INTEGER NOT NULL,
  platform INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  layers BLOB NOT NULL,
  history BLOB NOT NULL,
  created INTEGER,
  flattened INTEGER NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL
) STRICT;

CREATE TABLE p_platform (
  digest INTEGER NOT NULL,
  platform INTEGER NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (digest, platform)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_claim (
  child INTEGER NOT NULL,
  child_written INTEGER NOT NULL,
  child_platform INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  parent_written INTEGER NOT NULL,
  parent_platform INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  proof INTEGER NOT NULL,
  top INTEGER NOT NULL,
  confidence INTEGER NOT NULL,
  listed INTEGER NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (child, child_written, child_platform, parent, parent_written, parent_platform, kind, proof, top)
) STRICT, WITHOUT ROWID;
CREATE INDEX p_claim_called ON p_claim (parent, parent_written) WHERE parent <> 0 AND parent_written <> 0;

CREATE TABLE p_lineage (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

CREATE TABLE p_holds (object INTEGER PRIMARY KEY, names INTEGER NOT NULL) STRICT;

CREATE TABLE p_given (
  object INTEGER NOT NULL,
  part TEXT NOT NULL,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  source INTEGER NOT NULL,
  detail TEXT NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (object, part, kind, scope, name, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_indicator (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  open INTEGER NOT NULL,
  record TEXT NOT NULL,
  known TEXT NOT NULL
) STRICT;

CREATE TABLE p_mirror (
  place TEXT NOT NULL,
  upstream TEXT NOT NULL,
  PRIMARY KEY (place, upstream)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_package (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  name INTEGER NOT NULL,
  version INTEGER NOT NULL,
  source INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX p_package_key ON p_package (name, kind, version, source);
CREATE INDEX p_package_source ON p_package (source) WHERE source <> 0;

CREATE TABLE p_finding (
  id INTEGER PRIMARY KEY,
  vulnerability INTEGER NOT NULL,
  cve INTEGER NOT NULL,
  package INTEGER NOT NULL,
  fixed INTEGER NOT NULL,
  status INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  score INTEGER NOT NULL,
  vector INTEGER NOT NULL,
  kev INTEGER NOT NULL DEFAULT -1,
  epss INTEGER NOT NULL DEFAULT -1,
  percentile INTEGER NOT NULL DEFAULT -1,
  exploitation INTEGER NOT NULL DEFAULT 0,
  exploitation_by INTEGER NOT NULL DEFAULT 0,
  automatable INTEGER NOT NULL DEFAULT 0,
  automatable_by INTEGER NOT NULL DEFAULT 0,
  images INTEGER NOT NULL DEFAULT 0,
  from_base INTEGER NOT NULL DEFAULT 0,
  cleared INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX p_finding_key ON p_finding (vulnerability, package, cve, fixed, status, severity, score, vector);

CREATE TABLE p_scan (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  tool INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER,
  database INTEGER,
  at INTEGER NOT NULL,
  searched INTEGER NOT NULL,
  listed INTEGER NOT NULL,
  name INTEGER NOT NULL,
  place INTEGER NOT NULL,
  found INTEGER NOT NULL,
  carried INTEGER NOT NULL,
  findings BLOB NOT NULL,
  packages BLOB NOT NULL
) STRICT;
CREATE INDEX p_scan_told ON p_scan (tool, searched, at, database, source, name, offset);

CREATE TABLE p_subject (
  scan INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  name INTEGER NOT NULL,
  PRIMARY KEY (scan, kind, digest, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_known (
  cve INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  a INTEGER NOT NULL,
  b INTEGER NOT NULL,
  c INTEGER NOT NULL,
  source INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (cve, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_known_first (
  cve INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  a INTEGER NOT NULL,
  b INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (cve, kind, a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_vex (
  vulnerability INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  name INTEGER NOT NULL,
  package INTEGER NOT NULL,
  source INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  status INTEGER NOT NULL,
  tagged INTEGER NOT NULL,
  justification INTEGER NOT NULL,
  author INTEGER NOT NULL,
  at INTEGER NOT NULL,
  pointer TEXT NOT NULL,
  length INTEGER NOT NULL,
  PRIMARY KEY (vulnerability, digest, name, package, source, offset)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_scanned (
  image INTEGER NOT NULL,
  scan INTEGER NOT NULL,
  how INTEGER NOT NULL,
  counts INTEGER NOT NULL,
  PRIMARY KEY (image, scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX p_scanned_scan ON p_scanned (scan);

CREATE TABLE p_standing (
  image INTEGER NOT NULL,
  n INTEGER NOT NULL,
  base INTEGER NOT NULL,
  layers INTEGER NOT NULL,
  PRIMARY KEY (image, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_cleared (
  image INTEGER NOT NULL,
  finding INTEGER NOT NULL,
  source INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  status INTEGER NOT NULL,
  PRIMARY KEY (image, finding)
) STRICT, WITHOUT ROWID;

CREATE TABLE p_risk (
  image INTEGER PRIMARY KEY,
  points INTEGER NOT NULL,
  worst INTEGER NOT NULL,
  negligible INTEGER NOT NULL,
  low INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  medium INTEGER NOT NULL,
  high INTEGER NOT NULL,
  critical INTEGER NOT NULL,
  fixable INTEGER NOT NULL,
  cleared INTEGER NOT NULL,
  kev INTEGER NOT NULL,
  epss INTEGER NOT NULL,
  critical_from_base INTEGER NOT NULL,
  from_base INTEGER NOT NULL,
  base INTEGER NOT NULL,
  oldest INTEGER NOT NULL,
  newest INTEGER NOT NULL,
  told BLOB NOT NULL,
  grounds TEXT NOT NULL
) STRICT;

CREATE TABLE p_judgement (
  n INTEGER PRIMARY KEY,
  field TEXT NOT NULL,
  subject TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;

CREATE TABLE p_triage (
  image INTEGER PRIMARY KEY,
  inputs INTEGER NOT NULL,
  plain INTEGER NOT NULL,
  assumed INTEGER NOT NULL,
  since INTEGER NOT NULL,
  owned INTEGER NOT NULL,
  computed INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  reached INTEGER NOT NULL,
  hand INTEGER NOT NULL
) STRICT;
CREATE INDEX p_triage_inputs ON p_triage (inputs, priority, assumed);
CREATE INDEX p_triage_reached ON p_triage (priority, reached);
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_creates_exactly_the_tables_listed() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        let mut statement = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1").unwrap();
        let found: Vec<String> = statement.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
        let mut listed = TABLES.map(str::to_owned).to_vec();
        listed.sort();
        assert_eq!(found, listed);
    }
}
