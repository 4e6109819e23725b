//! One pod as the API tells it, about 6.5 KB in both forms: in `kubectl`'s indentation without `managedFields`, which
//! `kubectl get` leaves out, and without what a cluster's admission adds; on one line with both, as an API answers (see
//! [`served`]). Owns the text of a pod; must never decide what runs in it.

use crate::fleet::{Image, Owner, Phase, Pod};
use crate::json::Json;
use crate::served;

const STARTED: &str = "2026-11-20T06:14:37Z";
const CREATED: &str = "2026-11-20T06:14:31Z";

/// Who prints a pod, which decides what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printer {
    /// `kubectl get -o json`: each item with its kind, without `managedFields`.
    Kubectl,
    /// The API itself: items without their kind, with `managedFields` and what admission added.
    Api,
}

/// Writes a pod whole.
pub fn write(json: &mut Json, pod: &mut Pod, printer: Printer) {
    json.object(|json| {
        if printer == Printer::Kubectl {
            json.text("apiVersion", "v1");
            json.text("kind", "Pod");
        }
        json.key("metadata").object(|json| metadata(json, pod, printer));
        json.key("spec").object(|json| spec(json, pod, printer));
        json.key("status").object(|json| status(json, pod, printer));
    });
}

/// Writes a pod with no more than names, owner and what runs.
pub fn write_small(json: &mut Json, pod: &Pod) {
    json.object(|json| {
        json.key("metadata").object(|json| {
            json.text("name", &pod.name);
            json.text("namespace", &pod.namespace);
            json.text("uid", &pod.uid);
            owners(json, pod);
        });
        json.key("spec").object(|json| {
            json.text("nodeName", &format!("worker-{}", pod.node));
            json.key("containers").array(|json| {
                for (n, image) in pod.containers.iter().enumerate() {
                    json.element().object(|json| {
                        json.text("name", container_name(n));
                        json.text("image", &image.written);
                    });
                }
            });
        });
        json.key("status").object(|json| {
            json.text("phase", "Running");
            json.key("containerStatuses").array(|json| {
                for (n, image) in pod.containers.iter().enumerate() {
                    json.element().object(|json| {
                        json.text("name", container_name(n));
                        json.key("state").object(running);
                        json.text("image", &reported(image));
                        json.text("imageID", &image_id(image));
                    });
                }
            });
        });
    });
}

/// What container `n` is called.
pub fn container_name(n: usize) -> &'static str {
    match n {
        0 => "app",
        1 => "proxy",
        _ => "agent",
    }
}

fn reported(image: &Image) -> String {
    format!("{}:{}", image.repository, image.tag)
}

fn image_id(image: &Image) -> String {
    format!("{}@{}", image.repository, image.digest)
}

fn owners(json: &mut Json, pod: &Pod) {
    json.key("ownerReferences").array(|json| {
        json.element().object(|json| {
            json.text("apiVersion", pod.owner.api_version());
            json.boolean("blockOwnerDeletion", true);
            json.boolean("controller", true);
            json.text("kind", pod.owner.kind());
            json.text("name", &pod.owner_name);
            json.text("uid", &pod.owner_uid);
        });
    });
}

fn metadata(json: &mut Json, pod: &mut Pod, printer: Printer) {
    json.text("creationTimestamp", CREATED);
    json.text("generateName", &format!("{}-", pod.owner_name));
    json.key("labels").object(|json| {
        json.text("app", &pod.app);
        if pod.owner == Owner::ReplicaSet {
            json.text("pod-template-hash", &pod.template_hash);
        }
    });
    if printer == Printer::Api {
        served::managed_fields(json, pod, CREATED);
    }
    json.text("name", &pod.name);
    json.text("namespace", &pod.namespace);
    owners(json, pod);
    json.text("resourceVersion", &(100_000 + pod.random.below(900_000)).to_string());
    json.text("uid", &pod.uid);
}

fn spec(json: &mut Json, pod: &Pod, printer: Printer) {
    json.key("containers").array(|json| {
        for (n, image) in pod.containers.iter().enumerate() {
            json.element().object(|json| container(json, pod, container_name(n), image, printer));
        }
    });
    json.text("dnsPolicy", "ClusterFirst");
    json.boolean("enableServiceLinks", true);
    if let Some(image) = &pod.init {
        json.key("initContainers").array(|json| {
            json.element().object(|json| container(json, pod, "prepare", image, printer));
        });
    }
    json.text("nodeName", &format!("worker-{}", pod.node));
    json.text("restartPolicy", if pod.owner == Owner::Job { "Never" } else { "Always" });
    json.text("schedulerName", "default-scheduler");
    json.key("securityContext").object(|_| {});
    json.text("serviceAccount", &pod.app);
    json.text("serviceAccountName", &pod.app);
    json.number("terminationGracePeriodSeconds", 30);
    if printer == Printer::Api {
        served::scheduling(json);
    }
    volumes(json, pod, printer);
}

fn container(json: &mut Json, pod: &Pod, name: &str, image: &Image, printer: Printer) {
    let main = name == container_name(0);
    if main {
        json.key("env").array(|json| environment(json, pod));
    }
    json.text("image", &image.written);
    json.text("imagePullPolicy", "IfNotPresent");
    json.text("name", name);
    json.key("resources").object(|json| {
        if main {
            json.texts("requests", &[("cpu", "50m"), ("memory", "64Mi")]);
        }
    });
    json.text("terminationMessagePath", "/dev/termination-log");
    json.text("terminationMessagePolicy", "File");
    if main || printer == Printer::Api {
        json.key("volumeMounts").array(|json| mounts(json, main, printer));
    }
}

fn mounts(json: &mut Json, main: bool, printer: Printer) {
    if main {
        json.element().object(|json| {
            json.text("mountPath", "/etc/app");
            json.text("name", "settings");
        });
    }
    if printer == Printer::Api {
        json.element().object(served::token_mount);
    }
}

/// A setting; a reference to a secret in every other workload, and in every third a password that somebody typed.
fn environment(json: &mut Json, pod: &Pod) {
    json.element().object(|json| {
        json.text("name", "LOG_LEVEL");
        json.text("value", "info");
    });
    if pod.workload.is_multiple_of(2) {
        json.element().object(|json| {
            json.text("name", "API_TOKEN");
            json.key("valueFrom").object(|json| {
                json.texts("secretKeyRef", &[("key", "token"), ("name", &pod.app)]);
            });
        });
    }
    if pod.workload.is_multiple_of(3) {
        json.element().object(|json| {
            json.text("name", "DATABASE_URL");
            json.text(
                "value",
                &format!("postgres://app:not-a-real-one-{}@db.{}.svc:5432/app", pod.workload, pod.namespace),
            );
        });
    }
}

fn volumes(json: &mut Json, pod: &Pod, printer: Printer) {
    json.key("volumes").array(|json| {
        json.element().object(|json| {
            json.key("configMap").object(|json| {
                json.number("defaultMode", 420);
                json.text("name", &pod.app);
            });
            json.text("name", "settings");
        });
        if printer == Printer::Api {
            json.element().object(served::token_volume);
        }
    });
}

fn status(json: &mut Json, pod: &mut Pod, printer: Printer) {
    let ready = pod.phase == Phase::Running;
    json.key("conditions").array(|json| {
        let everyone = [("Initialized", true), ("Ready", ready), ("ContainersReady", ready), ("PodScheduled", true)];
        let api = [("PodReadyToStartContainers", true)];
        let more = if printer == Printer::Api { api.as_slice() } else { &[] };
        for (kind, holds) in more.iter().chain(&everyone) {
            json.element().object(|json| {
                json.null("lastProbeTime");
                json.text("lastTransitionTime", STARTED);
                if printer == Printer::Api {
                    json.number("observedGeneration", 1);
                }
                json.text("status", if *holds { "True" } else { "False" });
                json.text("type", kind);
            });
        }
    });
    let ids: Vec<String> = (0..=pod.containers.len()).map(|_| pod.random.hex(64)).collect();
    json.key("containerStatuses").array(|json| {
        for ((n, image), id) in pod.containers.iter().enumerate().zip(&ids) {
            json.element().object(|json| container_status(json, container_name(n), image, id, pod.phase));
        }
    });
    let address = format!("10.{}.{}.{}", 20 + pod.node / 65_025, pod.node / 255 % 255, 1 + pod.node % 255);
    json.text("hostIP", &address);
    if let (Some(image), Some(id)) = (&pod.init, ids.last()) {
        let phase = if pod.phase == Phase::Pending { Phase::Pending } else { Phase::Succeeded };
        json.key("initContainerStatuses").array(|json| {
            json.element().object(|json| container_status(json, "prepare", image, id, phase));
        });
    }
    let phase = match pod.phase {
        Phase::Running => "Running",
        Phase::Succeeded => "Succeeded",
        Phase::Pending => "Pending",
    };
    json.text("phase", phase);
    let inside = format!("10.244.{}.{}", pod.random.below(255), 1 + pod.random.below(254));
    json.text("podIP", &inside);
    if printer == Printer::Api {
        served::addresses(json, &address, &inside);
    }
    json.text("qosClass", "Burstable");
    json.text("startTime", CREATED);
}

fn container_status(json: &mut Json, name: &str, image: &Image, id: &str, phase: Phase) {
    if phase == Phase::Pending {
        json.text("image", &image.written);
        json.text("imageID", "");
    } else {
        json.text("containerID", &format!("containerd://{id}"));
        json.text("image", &reported(image));
        json.text("imageID", &image_id(image));
    }
    json.key("lastState").object(|_| {});
    json.text("name", name);
    json.boolean("ready", phase == Phase::Running);
    json.number("restartCount", 0);
    json.boolean("started", phase == Phase::Running);
    json.key("state").object(|json| match phase {
        Phase::Running => running(json),
        Phase::Pending => json.texts("waiting", &[("reason", "ImagePullBackOff")]),
        Phase::Succeeded => json.key("terminated").object(|json| {
            json.text("containerID", &format!("containerd://{id}"));
            json.number("exitCode", 0);
            json.text("finishedAt", STARTED);
            json.text("reason", "Completed");
            json.text("startedAt", STARTED);
        }),
    });
}

fn running(json: &mut Json) {
    json.texts("running", &[("startedAt", STARTED)]);
}
