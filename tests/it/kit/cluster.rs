use std::fs;

use super::{Machine, assert_code, manifest, source};
use crate::support::command::{arg, run};
use hullbreach::cli::Exit;

/// A cluster that lets pods and the rest be listed, but no nodes.
pub const KUBECTL: &str = r#"case "$*" in
  'config current-context') echo prod ;;
  'config get-contexts -o name') printf 'prod\nstage\n' ;;
  *'/version -v=8') echo 'I1122 01:00:00.000000 1 round_trippers.go:463]     Date: Sun, 22 Nov 2026 01:00:00 GMT' >&2; echo '{}' ;;
  *'get pods '*) cat <<'END'
{
    "apiVersion": "v1",
    "items": [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "api", "namespace": "pay"},
            "spec": {
                "containers": [
                    {
                        "env": [
                            {
                                "name": "GREETING",
                                "value": "good \"morning\" at nine"
                            }
                        ],
                        "image": "nginx:1.27",
                        "name": "api"
                    }
                ]
            }
        }
    ],
    "kind": "List",
    "metadata": {"resourceVersion": "7"}
}
END
  ;;
  *'get secrets '*) printf 'NAMESPACE   NAME    TYPE     DATA   AGE\npay         token   Opaque   1      3d\n' ;;
  *'get nodes '*) echo 'Error from server (Forbidden): nodes is forbidden: User "ana" cannot list resource "nodes"' >&2; exit 1 ;;
  *'get endpointslices'*) echo 'Warning: something is deprecated' >&2; echo '{"apiVersion":"v1","kind":"List","items":[]}' ;;
  *--client*) echo 'Client Version: v1.33.1' ;;
  *api-resources*) [ "${*#*argoproj}" = "$*" ] || echo workflowtemplates.argoproj.io ;;
  *) echo '{"apiVersion":"v1","kind":"List","items":[]}' ;;
esac"#;

#[test]
fn a_cluster_is_collected_and_imported() {
    let machine = Machine::bare();
    machine.tool("kubectl", KUBECTL);
    assert_code(&machine.run("cluster", &[]), 3);
    let folder = machine.unpacked();

    assert_eq!(source(&folder, "pods")[..2], ["ok", "0"]);
    assert_eq!(source(&folder, "nodes")[..2], ["failed", "1"]);
    let text = manifest(&folder);
    for line in [
        "hullbreach-kit\t",
        "tool\tkubectl\tClient Version: v1.33.1\n",
        "context\tprod\n",
        "other-context\tstage\n",
        "cluster-date\tSun, 22 Nov 2026 01:00:00 GMT\t",
        "said\tendpointslices\tWarning: something is deprecated\n",
        "ended\t",
    ] {
        assert!(text.contains(line), "{line:?} is not in {text}");
    }
    assert!(!folder.join("endpointslices.err").exists(), "a warning is no refusal");

    assert_eq!(machine.images(&folder), ["docker.io/library/nginx:1.27"]);
    let (status, reason) = machine.covered(&folder, "nodes.err");
    assert_eq!(status, "denied");
    assert!(reason.contains("nodes is forbidden"), "{reason}");
    assert_eq!(machine.covered(&folder, "manifest.txt"), ("partial".to_owned(), "nodes failed (status 1)".to_owned()));
    assert_eq!(machine.covered(&folder, "secret-names.txt").0, "read");
    let lists = machine.calls().iter().filter(|call| call.contains(" get ") && !call.contains("--raw")).count();
    let chunked = machine.calls().iter().filter(|call| call.contains("--chunk-size=500")).count();
    assert_eq!(lists, chunked);
    assert!(machine.calls().iter().any(|call| call.contains("get workflowtemplates.argoproj.io ")));
}

#[test]
fn an_archive_in_which_all_was_answered_leaves_no_gap() {
    let machine = Machine::bare();
    // All but the refusal.
    let answers = KUBECTL.lines().filter(|line| !line.contains("Forbidden")).collect::<Vec<_>>().join("\n");
    machine.tool("kubectl", &answers);
    assert_code(&machine.run("cluster", &[]), 0);
    drop(machine.world.new_case());
    let ran = run(&machine.world.ana(), ["import", &arg(&machine.archives()[0]), "--context", "prod"]);
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out(), ran.err());
    let coverage = run(&machine.world.ana(), ["coverage"]);
    for words in ["collected for the role cluster (context prod)", "knows other clusters", ": stage"] {
        assert!(coverage.out().contains(words), "{words:?} is not in {}", coverage.out());
    }
}

#[test]
fn each_context_has_an_archive_of_its_own() {
    let machine = Machine::bare();
    machine.tool("kubectl", KUBECTL);
    assert_code(&machine.run("cluster", &[("KIT_CONTEXTS", "prod arn:aws:eks:eu/stage")]), 3);
    let archives = machine.archives();
    let names: Vec<_> = archives.iter().map(|file| file.to_str().unwrap()).collect();
    assert_eq!(names.len(), 2);
    assert!(names.iter().any(|name| name.contains("-arn_aws_eks_eu_stage")), "{names:?}");
    let contexts: Vec<String> = archives.iter().map(|file| manifest(&machine.unpack(file))).collect();
    assert!(contexts.iter().any(|text| text.contains("\ncontext\tarn:aws:eks:eu/stage\n")));
    assert!(machine.calls().iter().any(|call| call.contains("--context arn:aws:eks:eu/stage ")));
}

#[test]
fn namespaces_are_asked_one_by_one_and_one_refusal_is_a_failure() {
    let machine = Machine::bare();
    let body =
        "case \"$*\" in *'jobs.batch --namespace pay'*) echo 'Error from server (Forbidden): no' >&2; exit 1 ;; esac\n";
    machine.tool("kubectl", &format!("{body}{KUBECTL}"));
    assert_code(&machine.run("cluster", &[("KIT_NAMESPACES", "pay web")]), 3);
    let folder = machine.unpacked();
    assert_eq!(source(&folder, "jobs")[0], "failed");
    assert!(folder.join("jobs.json").exists(), "the other namespace answered");
    assert!(machine.calls().iter().any(|call| call.contains("get pods --namespace web ")));
}

#[test]
fn values_of_variables_are_kept_or_withheld_as_asked() {
    for (settings, kept) in [(&[][..], true), (&[("HULLBREACH_KIT_NO_ENV", "1")][..], false)] {
        let machine = Machine::bare();
        machine.tool("kubectl", KUBECTL);
        machine.run("cluster", settings);
        let folder = machine.unpacked();
        let pods = fs::read_to_string(folder.join("pods.json")).unwrap();
        assert_eq!(pods.contains("morning"), kept, "{pods}");
        assert!(serde_json::from_str::<serde_json::Value>(&pods).is_ok());
        assert_eq!(machine.images(&folder), ["docker.io/library/nginx:1.27"]);
    }
}

#[test]
fn two_runs_leave_two_archives() {
    let machine = Machine::bare();
    machine.tool("kubectl", KUBECTL);
    // One second for both: names must differ all the same.
    machine.tool("date", "case \"$*\" in *%s*) echo 1773734400 ;; *T%H%M%SZ) echo 20260317T080000Z ;; *) echo 2026-03-17T08:00:00Z ;; esac");
    machine.run("cluster", &[]);
    machine.run("cluster", &[]);
    assert_eq!(machine.archives().len(), 2);
}
