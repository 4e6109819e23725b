//! A small incident, from reports to answers.

use serde_json::{Value, json};

use super::{add, ask, case_of, pod, pods, sha, trivy, vulnerability};
use crate::cli::piped;
use crate::support::World;

const API: &str = "registry.example/pay/api:1.4";
const WEB: &str = "registry.example/pay/web:2.0";
const JOB: &str = "registry.example/pay/job:3";

fn cluster() -> (&'static str, String) {
    ("pods.json", pods(&[pod("api", API, '1'), pod("web", WEB, '2'), pod("job", JOB, '3')]).to_string())
}

fn kev() -> (&'static str, String) {
    let entry = json!({"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10", "dueDate": "2021-12-24",
        "knownRansomwareCampaignUse": "Known"});
    let catalogue = json!({"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.11.19",
        "dateReleased": "2026-11-19T10:00:00Z", "count": 1, "vulnerabilities": [entry]});
    ("kev.json", catalogue.to_string())
}

fn epss() -> (&'static str, String) {
    let text = "#model_version:v2025.03.14,score_date:2026-11-18T12:55:00Z\ncve,epss,percentile\n\
        CVE-2021-44228,0.94358,0.99957\nCVE-2024-3094,0.20000,0.90000\nCVE-2020-0001,0.00042,0.05\n";
    ("epss.csv", text.to_owned())
}

/// The base has layer a, the API a and b, the web page a and c.
fn reports() -> Vec<(&'static str, String)> {
    let log4j = vulnerability("CVE-2021-44228", "liblog4j2-java", "2.14.1-1", "CRITICAL", 'b');
    let xz = |layer| vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "CRITICAL", layer);
    let small = json!({"VulnerabilityID": "CVE-2020-0001", "PkgName": "tar", "InstalledVersion": "1.34", "Severity": "LOW",
        "Layer": {"DiffID": sha('a')}});
    let base = trivy("docker.io/library/debian:12", 'd', 'e', &['a'], json!([xz('a')]));
    vec![
        ("api.json", trivy(API, 'f', '1', &['a', 'b'], json!([log4j, xz('a'), small])).to_string()),
        ("web.json", trivy(WEB, '9', '2', &['a', 'c'], json!([xz('a')])).to_string()),
        ("base.json", base.to_string()),
    ]
}

fn whole() -> Vec<(&'static str, String)> {
    [cluster(), kev(), epss()].into_iter().chain(reports()).collect()
}

fn row<'v>(document: &'v Value, id: &str) -> &'v Value {
    document["findings"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap()
}

#[test]
fn findings_are_listed_once_with_what_is_known_of_them() {
    let world = case_of(&whole());
    let found = ask(&world, &["findings"]);
    let ids: Vec<&str> = found["findings"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["CVE-2021-44228", "CVE-2024-3094", "CVE-2020-0001"], "exploited first");
    let log4j = row(&found, "CVE-2021-44228");
    assert_eq!(log4j["kev"], true);
    assert_eq!((&log4j["exploitation"], &log4j["exploitation_by"]), (&json!("active"), &json!("kev")));
    assert_eq!((&log4j["images"], &log4j["from_base"]), (&json!(1), &json!(0)));
    let xz = row(&found, "CVE-2024-3094");
    assert_eq!((&xz["images"], &xz["from_base"]), (&json!(3), &json!(2)), "in both that stand on the base, and in it");
    assert_eq!((&xz["exploitation"], &xz["exploitation_by"]), (&json!("poc"), &json!("epss-proxy")));
    assert_eq!((&xz["epss"], &xz["cvss"], &xz["fixed"]), (&json!(0.2), &json!(9.8), &json!("99")));
    assert_eq!((&xz["automatable"], &xz["automatable_by"]), (&json!(true), &json!("derived")));
    assert_eq!(row(&found, "CVE-2020-0001")["severity"], "low");
    assert_eq!(found["shares"]["criticals"], 4);
    assert_eq!(found["shares"]["bases"][0]["criticals"], 2);
    assert_eq!(found["shares"]["unscanned"], 1, "nobody scanned the job");
    let snapshots: Vec<&str> =
        found["snapshots"].as_array().unwrap().iter().map(|row| row["source"].as_str().unwrap()).collect();
    assert_eq!(snapshots, ["EPSS", "KEV", "trivy scan"]);
    let shown = piped(&world.ana(), &["findings"]).stdout;
    assert!(shown.contains("50 % of the criticals come from 1 base"), "{shown}");
}

#[test]
fn the_order_of_evidence_and_a_rebuild_make_no_difference() {
    let (mut forward, mut backward) = (whole(), whole());
    backward.reverse();
    forward.extend([vex("fixed")]);
    backward.insert(0, vex("fixed"));
    let worlds = [case_of(&forward), case_of(&backward)];
    let answers = worlds.each_ref().map(|world| (ask(world, &["findings"]), ask(world, &["image", "pay/api"])));
    assert_eq!(answers[0].0["findings"], answers[1].0["findings"]);
    assert_eq!(answers[0].1["vulnerabilities"]["by_severity"], answers[1].1["vulnerabilities"]["by_severity"]);
    for world in &worlds {
        let verified = ask(world, &["verify"]);
        assert_eq!((&verified["ok"], &verified["problems"]), (&json!(true), &json!([])));
    }
}

#[test]
fn knowledge_that_comes_later_changes_what_is_known() {
    let world = case_of(&[vec![cluster()], reports()].concat());
    let before = ask(&world, &["findings"]);
    assert_eq!(row(&before, "CVE-2021-44228")["exploitation_by"], "provisional", "CVSS 9.8 and no other word");
    add(&world, &[kev()]);
    assert_eq!(row(&ask(&world, &["findings"]), "CVE-2021-44228")["exploitation_by"], "kev");
}

#[test]
fn filters_sort_and_limit() {
    let world = case_of(&whole());
    let ids = |arguments: &[&str]| -> Vec<String> {
        let arguments: Vec<&str> = ["findings"].into_iter().chain(arguments.iter().copied()).collect();
        let found = ask(&world, &arguments);
        found["findings"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["--filter", "kev:yes"]), ["CVE-2021-44228"]);
    assert_eq!(ids(&["--filter", "severity:>=high -kev:yes"]), ["CVE-2024-3094"]);
    assert_eq!(ids(&["--filter", "package~lzma or epss:<0.01"]), ["CVE-2024-3094", "CVE-2020-0001"]);
    assert_eq!(ids(&["--filter", "from-base:yes", "--sort", "id"]), ["CVE-2020-0001", "CVE-2024-3094"]);
    assert_eq!(ids(&["--sort", "images", "--limit", "1"]), ["CVE-2024-3094"]);
    let refused = piped(&world.ana(), &["findings", "--filter", "severity:bad"]);
    assert!(refused.stderr.contains("severity") || refused.stderr.contains("negligible"), "{}", refused.stderr);
}

/// Says of one vulnerability in the API that it does not matter; by the image's registry digest.
fn vex(status: &str) -> (&'static str, String) {
    let product = format!("pkg:oci/api@{}?repository_url=registry.example/pay/api", sha('1').replace(':', "%3A"));
    let statement = json!({"vulnerability": {"name": "CVE-2024-3094"}, "products": [{"@id": product}], "status": status,
        "justification": "vulnerable_code_not_present"});
    let document = json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/vex/1",
        "author": "Pay team", "timestamp": "2026-11-20T13:00:00Z", "version": 1, "statements": [statement]});
    ("vex.json", document.to_string())
}

#[test]
fn a_statement_clears_the_finding_in_its_product_and_nowhere_else() {
    let world = case_of(&whole());
    add(&world, &[vex("not_affected")]);
    let found = ask(&world, &["findings"]);
    let xz = row(&found, "CVE-2024-3094");
    assert_eq!((&xz["images"], &xz["cleared"]), (&json!(2), &json!(1)));
    let api = ask(&world, &["image", "pay/api"]);
    let cleared = &api["vulnerabilities"]["cleared"];
    assert_eq!((&cleared[0]["id"], &cleared[0]["status"]), (&json!("CVE-2024-3094"), &json!("not_affected")));
    assert_eq!(cleared[0]["author"], "Pay team");
    assert_eq!(api["vulnerabilities"]["by_severity"]["critical"], 1, "the other critical stays");
    let web = ask(&world, &["image", "pay/web"]);
    assert_eq!(web["vulnerabilities"]["cleared"], json!([]));
    // A later word that it is affected counts again.
    let (_, again) = vex("affected");
    add(&world, &[("later.json", again.replace("13:00:00", "14:00:00"))]);
    assert_eq!(row(&ask(&world, &["findings"]), "CVE-2024-3094")["cleared"], 0);
}

#[test]
fn a_statement_about_the_base_holds_for_what_stands_on_it_and_never_for_a_verdict() {
    let world = case_of(&whole());
    let (name, text) = vex("fixed");
    let of_base = text.replace(&sha('1').replace(':', "%3A"), &sha('e').replace(':', "%3A")).replace("pay/api", "x");
    add(&world, &[(name, of_base)]);
    assert_eq!(row(&ask(&world, &["findings"]), "CVE-2024-3094")["cleared"], 3);
    let env = world.ana();
    piped(&env, &["indicator", "add", "repo:registry.example/pay/*", "--state", "bad", "--reason", "told"]);
    assert_eq!(ask(&world, &["image", "pay/api"])["image"]["verdict"], "bad");
}

#[test]
fn what_a_statement_takes_out_of_a_priority_is_told_with_it() {
    let world = case_of(&whole());
    let before = ask(&world, &["explain", "pay/web"]);
    assert!(!before["because"].to_string().contains("does not count"));
    let (name, text) = vex("not_affected");
    let of_web =
        text.replace(&sha('1').replace(':', "%3A"), &sha('2').replace(':', "%3A")).replace("pay/api", "pay/web");
    add(&world, &[(name, of_web)]);
    let after = ask(&world, &["explain", "pay/web"]);
    assert_ne!(after["priority"], before["priority"], "it counts in this lens");
    let lines = after["because"].as_array().unwrap();
    let line = lines.iter().find(|line| line["text"].as_str().unwrap().contains("does not count")).unwrap();
    let wanted = "CVE-2024-3094 in liblzma5 does not count: Pay team says not_affected, vulnerable_code_not_present";
    assert!(line["text"].as_str().unwrap().starts_with(wanted), "{line}");
    let at = format!("{}+{}", line["locator"]["offset"], line["locator"]["length"]);
    let shown = piped(&world.ana(), &["evidence", "show", line["evidence"].as_str().unwrap(), "--at", &at]).stdout;
    assert!(shown.contains("not_affected"), "{shown}");
    let would = after["would_change"].to_string();
    let back =
        format!("{} if the statements (VEX) about its findings do not hold", before["priority"].as_str().unwrap());
    assert!(would.contains(&back), "{would}");
    assert!(after["assumed"].to_string().contains("taken at their word"), "{after}");
    // What is said by hand stands in place of all scans, and so of all statements on them.
    ask(&world, &["assess", "pay/web", "exploitability=hard", "--reason", "tried"]);
    assert!(!ask(&world, &["explain", "pay/web"])["would_change"].to_string().contains("VEX"));
}

#[test]
fn every_line_of_an_explanation_can_be_opened_as_it_is_printed() {
    let world = case_of(&whole());
    let text = piped(&world.ana(), &["explain", "pay/api"]).stdout;
    let places: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix('[')?.strip_suffix(']')?.split_once(' '))
        .filter(|(_, at)| *at != "place")
        .collect();
    assert!(places.len() >= 3, "{text}");
    for (id, at) in places {
        assert!(!at.is_empty(), "{text}");
        let shown = piped(&world.ana(), &["evidence", "show", id, "--at", at]);
        assert!(shown.stderr.is_empty() && !shown.stdout.is_empty(), "{id} {at}: {}", shown.stderr);
    }
    let ages = ask(&world, &["explain", "pay/api"])["ages"].clone();
    let ages = ages.as_array().unwrap();
    assert!(ages.len() >= 3 && ages.iter().all(|age| age["evidence"].is_string()), "{ages:?}");
}

#[test]
fn an_image_shows_its_reports_and_where_each_finding_stands() {
    let world = case_of(&whole());
    let api = ask(&world, &["image", "pay/api"]);
    let all = &api["vulnerabilities"];
    assert_eq!(all["reports"][0]["tool"], "trivy");
    assert_eq!((&all["scanned"], &all["exploitability"]), (&json!(true), &json!("easy")));
    assert_eq!((&all["from_base"], &all["base"]), (&json!(2), &json!("docker.io/library/debian:12")));
    let first = &all["findings"][0];
    assert_eq!((&first["id"], &first["in_base"]), (&json!("CVE-2021-44228"), &json!(false)));
    let (evidence, offset, length) =
        (first["evidence"].as_str().unwrap(), &first["locator"]["offset"], &first["locator"]["length"]);
    let at = format!("{offset}+{length}");
    let bytes = piped(&world.ana(), &["evidence", "show", evidence, "--at", &at]).stdout;
    assert!(bytes.contains("CVE-2021-44228") && bytes.contains("liblog4j2-java"), "{bytes}");
    let shown = piped(&world.ana(), &["image", "pay/api"]).stdout;
    assert!(shown.contains("in KEV") && shown.contains("from its base"), "{shown}");
    let job = piped(&world.ana(), &["image", "pay/job"]).stdout;
    assert!(!job.contains("nothing;"), "{job}");
}

/// Reports of one image by each of its names, each with a finding of its own.
#[test]
fn a_report_joins_by_the_surest_name_and_says_which() {
    let of = |how: &str, world: &World| {
        let api = ask(world, &["image", "pay/api"]);
        assert_eq!(api["vulnerabilities"]["reports"][0]["joined_by"], how, "{}", api["vulnerabilities"]["reports"]);
    };
    let found = json!([vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "CRITICAL", 'a')]);
    let whole = trivy(API, 'f', '1', &['a'], found);
    of("config-digest", &case_of(&[cluster(), ("r.json", whole.to_string())]));
    let mut by_digest = whole.clone();
    by_digest["Metadata"].as_object_mut().unwrap().remove("ImageID");
    of("repo-digest", &case_of(&[cluster(), ("r.json", by_digest.to_string())]));
    let mut by_tag = by_digest.clone();
    by_tag["Metadata"].as_object_mut().unwrap().remove("RepoDigests");
    of("tag", &case_of(&[cluster(), ("r.json", by_tag.to_string())]));
    let mut stray = by_tag;
    stray["Metadata"]["RepoTags"] = json!(["registry.example/other/thing:1"]);
    stray["ArtifactName"] = json!("registry.example/other/thing:1");
    let world = case_of(&[cluster(), ("r.json", stray.to_string())]);
    assert_eq!(ask(&world, &["image", "pay/api"])["vulnerabilities"]["reports"], json!([]));
    let found = ask(&world, &["findings"]);
    assert_eq!(found["stray"][0]["name"], "registry.example/other/thing:1");
}

#[test]
fn a_report_that_is_dated_far_ahead_is_as_old_as_its_file() {
    let found = json!([vulnerability("CVE-2019-1549", "openssl", "1.1.1c", "MEDIUM", 'a')]);
    let mut late = trivy(API, 'f', '1', &['a'], found);
    late["CreatedAt"] = json!("2099-01-01T00:00:00Z");
    let world = case_of(&[cluster(), ("late.json", late.to_string())]);
    for asked in [&["findings"][..], &["image", "pay/api"], &["triage"]] {
        let told = ask(&world, asked).to_string();
        assert!(!told.contains("2099"), "{asked:?}: {told}");
    }
}

#[test]
fn a_newer_report_of_the_same_scanner_counts_alone() {
    let old = trivy(API, 'f', '1', &['a'], json!([vulnerability("CVE-2019-1549", "openssl", "1.1.1c", "MEDIUM", 'a')]));
    let new = json!([vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "CRITICAL", 'a')]);
    let mut new = trivy(API, 'f', '1', &['a'], new);
    new["CreatedAt"] = json!("2026-11-21T00:00:00Z");
    for files in [[("old.json", &old), ("new.json", &new)], [("new.json", &new), ("old.json", &old)]] {
        let files: Vec<_> = files.into_iter().map(|(name, report)| (name, report.to_string())).collect();
        let world = case_of(&[vec![cluster()], files].concat());
        let found = ask(&world, &["findings"]);
        let ids: Vec<&Value> = found["findings"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
        assert_eq!(ids, [&json!("CVE-2024-3094")]);
        let reports = ask(&world, &["image", "pay/api"])["vulnerabilities"]["reports"].clone();
        assert_eq!((&reports[0]["counts"], &reports[1]["counts"]), (&json!(true), &json!(false)));
    }
}

/// An SBOM of Syft that lists these packages.
fn syft(image: &str, config: char, packages: &[(&str, &str, &str)]) -> String {
    let artifacts: Vec<Value> = packages
        .iter()
        .map(|(name, version, purl)| {
            json!({"id": name, "name": name, "version": version, "type": "deb",
            "foundBy": "dpkg-db-cataloger", "purl": purl, "locations": [{"path": "/x", "layerID": sha('a')}]})
        })
        .collect();
    json!({"artifacts": artifacts, "artifactRelationships": [],
        "source": {"id": "x", "name": image, "version": "1", "type": "image",
            "metadata": {"userInput": image, "imageID": sha(config), "manifestDigest": sha('7'), "tags": [image],
                "repoDigests": []}},
        "distro": {"id": "debian"}, "descriptor": {"name": "syft", "version": "1.30.0",
            "timestamp": "2026-11-20T11:00:00Z"}, "schema": {"version": "16.0.0"}})
    .to_string()
}

fn packages() -> World {
    let api = trivy(API, 'f', '1', &['b'], json!([]));
    let web =
        trivy(WEB, '9', '2', &['a'], json!([vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "CRITICAL", 'a')]));
    let taken_back = "pkg:deb/debian/liblzma5@5.6.1%2Breally5.4.5-1?arch=amd64&upstream=xz-utils";
    let ssl = "pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&upstream=openssl";
    case_of(&[
        cluster(),
        ("api.json", api.to_string()),
        ("web.json", web.to_string()),
        (
            "api.syft.json",
            syft(API, 'f', &[("liblzma5", "5.6.1+really5.4.5-1", taken_back), ("libssl3", "3.0.11-1~deb12u1", ssl)]),
        ),
    ])
}

#[test]
fn who_carries_a_package_is_answered_with_three_numbers() {
    let world = packages();
    let xz = ask(&world, &["packages", "--name", "xz", "--version", ">=5.6.0 <5.6.2"]);
    let yes: Vec<_> = xz["yes"].as_array().unwrap().iter().map(|row| (&row["image"], &row["package"])).collect();
    assert_eq!(yes, [(&json!(WEB), &json!("liblzma5"))], "the other is really 5.4.5");
    assert_eq!((&xz["no"], &xz["no_sbom"]), (&json!(1), &json!(1)), "{xz}");
    let ssl = ask(&world, &["packages", "--name", "openssl", "--version", "<3.0.11-1~deb12u2"]);
    assert_eq!(ssl["yes"][0]["source_package"], "openssl");
    assert_eq!((ssl["yes"].as_array().unwrap().len(), &ssl["no"], &ssl["no_sbom"]), (1, &json!(0), &json!(2)));
    let shown = piped(&world.ana(), &["packages", "--name", "openssl", "--version", ">3.1"]).stdout;
    assert!(shown.contains("yes 0   no 1   no SBOM 2") && shown.contains("absence clears nothing"), "{shown}");
    let refused = piped(&world.ana(), &["packages", "--name", "xz", "--version", "<"]);
    assert!(refused.stderr.contains("write it as"), "{}", refused.stderr);
}

#[test]
fn a_java_package_is_found_by_its_artefact_alone() {
    let found = |name: &str| ask(&packages_of_java(), &["packages", "--name", name])["yes"].as_array().unwrap().len();
    for name in ["log4j-core", "org.apache.logging.log4j:log4j-core", "pkg:maven/org.apache.logging.log4j/log4j-core"] {
        assert_eq!(found(name), 1, "{name}");
    }
    for name in ["log4j", "core", "org.apache.logging.log4j", "pkg:maven/log4j-core", "pkg:npm/log4j-core"] {
        assert_eq!(found(name), 0, "{name}");
    }
}

fn packages_of_java() -> World {
    let listed = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {"type": "container", "name": API, "version": sha('1'), "bom-ref": "r",
            "purl": format!("pkg:oci/api@{}?repository_url=registry.example/pay/api", sha('1').replace(':', "%3A"))}},
        "components": [{"type": "library", "group": "org.apache.logging.log4j", "name": "log4j-core", "version": "2.14.1",
            "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "bom-ref": "x"}]});
    case_of(&[cluster(), ("api.cdx.json", listed.to_string())])
}

#[test]
fn a_package_that_is_named_bad_turns_into_verdicts() {
    let world = packages();
    let env = world.ana();
    let added = piped(
        &env,
        &["indicator", "add", "pkg:deb/debian/xz-utils@>=5.6.0,<5.6.2", "--state", "bad", "--reason", "backdoor"],
    );
    assert!(added.stderr.is_empty() || added.stdout.contains("pkg"), "{} {}", added.stdout, added.stderr);
    let verdict = |image: &str| ask(&world, &["image", image])["image"]["verdict"].clone();
    assert_eq!(verdict("pay/web"), "bad");
    assert_eq!(verdict("pay/api"), "not-known", "absence clears nothing");
    assert_eq!(verdict("pay/job"), "not-known");
    let because = |image: &str| ask(&world, &["image", image])["findings"][0]["reasons"][0]["because"].clone();
    assert_eq!((because("pay/api"), because("pay/job")), (json!("package-not-listed"), json!("packages-unknown")));
    // A list of packages that comes later is judged too.
    let taken = "pkg:deb/debian/liblzma5@5.6.0-0.2?upstream=xz-utils";
    add(
        &world,
        &[("job.syft.json", syft(JOB, '8', &[("liblzma5", "5.6.0-0.2", taken)]).replace(&sha('7'), &sha('3')))],
    );
    assert_eq!(verdict("pay/job"), "bad");
    assert_eq!(ask(&world, &["verify"])["ok"], true);
}
