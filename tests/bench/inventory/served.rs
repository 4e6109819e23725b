//! What a pod has in an API's own answer beside what [`crate::pod`] writes for everyone: `managedFields`, and what
//! admission and scheduling add. The proportions are those of recorded answers of an API server.

use crate::fleet::Pod;
use crate::json::Json;
use crate::pod::container_name;

const TOKEN: &str = "kube-api-access-w8prb";

/// Who set which field: as many small objects with awkward keys as all the rest of a pod.
pub fn managed_fields(json: &mut Json, pod: &Pod, time: &str) {
    json.key("managedFields").array(|json| {
        json.element().object(|json| {
            manager(json, "kube-controller-manager", time);
            json.key("fieldsV1").object(|json| {
                json.key("f:metadata").object(|json| {
                    fields(json, &["f:generateName"]);
                    json.key("f:labels").object(|json| fields(json, &[".", "f:app", "f:pod-template-hash"]));
                    json.key("f:ownerReferences").object(|json| {
                        fields(json, &["."]);
                        json.key(&keyed("uid", &pod.owner_uid)).object(|_| {});
                    });
                });
                json.key("f:spec").object(|json| spec_fields(json, pod));
            });
        });
        json.element().object(|json| {
            manager(json, "kubelet", time);
            json.text("subresource", "status");
            json.key("fieldsV1").object(|json| json.key("f:status").object(status_fields));
        });
    });
}

fn manager(json: &mut Json, name: &str, time: &str) {
    json.text("manager", name);
    json.text("operation", "Update");
    json.text("apiVersion", "v1");
    json.text("time", time);
    json.text("fieldsType", "FieldsV1");
}

fn spec_fields(json: &mut Json, pod: &Pod) {
    json.key("f:containers").object(|json| {
        for n in 0..pod.containers.len() {
            json.key(&keyed("name", container_name(n))).object(|json| {
                fields(json, &[".", "f:image", "f:imagePullPolicy", "f:name", "f:resources"]);
                fields(json, &["f:terminationMessagePath", "f:terminationMessagePolicy", "f:volumeMounts"]);
            });
        }
    });
    fields(json, &["f:dnsPolicy", "f:enableServiceLinks", "f:restartPolicy", "f:schedulerName"]);
    fields(json, &["f:securityContext", "f:serviceAccount", "f:terminationGracePeriodSeconds", "f:volumes"]);
}

fn status_fields(json: &mut Json) {
    json.key("f:conditions").object(|json| {
        for kind in ["ContainersReady", "Initialized", "PodReadyToStartContainers", "Ready"] {
            json.key(&keyed("type", kind)).object(|json| {
                fields(
                    json,
                    &[".", "f:lastProbeTime", "f:lastTransitionTime", "f:observedGeneration", "f:status", "f:type"],
                );
            });
        }
    });
    fields(json, &["f:containerStatuses", "f:hostIP", "f:hostIPs", "f:phase", "f:podIP", "f:podIPs", "f:startTime"]);
}

fn fields(json: &mut Json, names: &[&str]) {
    names.iter().for_each(|name| json.key(name).object(|_| {}));
}

/// A key that names an element of a list by one of its fields.
fn keyed(field: &str, value: &str) -> String {
    format!(r#"k:{{\"{field}\":\"{value}\"}}"#)
}

/// What the scheduler and admission put into a spec.
pub fn scheduling(json: &mut Json) {
    json.text("preemptionPolicy", "PreemptLowerPriority");
    json.number("priority", 0);
    json.key("tolerations").array(|json| {
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            json.element().object(|json| {
                json.text("effect", "NoExecute");
                json.text("key", key);
                json.text("operator", "Exists");
                json.number("tolerationSeconds", 300);
            });
        }
    });
}

/// Where a container finds its service account's token.
pub fn token_mount(json: &mut Json) {
    json.text("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount");
    json.text("name", TOKEN);
    json.boolean("readOnly", true);
}

/// The volume of that token.
pub fn token_volume(json: &mut Json) {
    json.text("name", TOKEN);
    json.key("projected").object(|json| {
        json.number("defaultMode", 420);
        json.key("sources").array(|json| {
            json.element().object(|json| {
                json.key("serviceAccountToken").object(|json| {
                    json.number("expirationSeconds", 3607);
                    json.text("path", "token");
                });
            });
            json.element().object(|json| certificate(json, "ca.crt", "kube-root-ca.crt"));
            json.element().object(namespace_file);
            json.element().object(|json| certificate(json, "service-ca.crt", "openshift-service-ca.crt"));
        });
    });
}

fn certificate(json: &mut Json, key: &str, name: &str) {
    json.key("configMap").object(|json| {
        json.key("items").array(|json| {
            json.element().object(|json| {
                json.text("key", key);
                json.text("path", key);
            });
        });
        json.text("name", name);
    });
}

fn namespace_file(json: &mut Json) {
    json.key("downwardAPI").object(|json| {
        json.key("items").array(|json| {
            json.element().object(|json| {
                json.texts("fieldRef", &[("apiVersion", "v1"), ("fieldPath", "metadata.namespace")]);
                json.text("path", "namespace");
            });
        });
    });
}

/// Addresses of both families, of which there is one each.
pub fn addresses(json: &mut Json, host: &str, pod: &str) {
    for (name, address) in [("hostIPs", host), ("podIPs", pod)] {
        json.key(name).array(|json| json.element().object(|json| json.text("ip", address)));
    }
}
