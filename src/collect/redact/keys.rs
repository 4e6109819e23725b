//! What a key says by itself, before anything is known of the object it stands in.

use super::names::{self, Strength};

/// The meaning of a key by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyClass {
    Plain,
    Telling,
    WeakTelling,
    /// Lists of the names of secrets.
    SecretNames,
    /// `env`: entries of name and value, `KEY=value`, or a map of a CI file or Helm values.
    Environment,
    /// `environment`: the same, but a map is Compose's, whose values are all literals of a container.
    ComposeEnvironment,
    /// `Env` of an image or container config.
    ConfigEnvironment,
    /// `build` of a compose service, whose `args` are build arguments.
    Build,
    Command,
    Data,
    Headers,
    ManagedFields,
    Annotations,
    Message,
    History,
    Image,
    Name,
    Value,
    Kind,
    /// Tells that the object is an API object.
    Manifest,
    /// Tells that the object is a record of an audit log, whose `data` is what was done.
    Record,
    /// An API object's template, whose `data` is that of what it makes.
    Template,
}

impl KeyClass {
    /// Classifies a key.
    pub fn of(key: &[u8]) -> KeyClass {
        use KeyClass::*;
        match key {
            key if is_ordinary(key) => Plain,
            b"env" | b"envs" | b"extraEnv" | b"extraEnvVars" | b"envVars" | b"extraEnvs" => Environment,
            b"environment" | b"x-environment" | b"x-env" => ComposeEnvironment,
            b"Env" => ConfigEnvironment,
            b"build" => Build,
            b"command" | b"args" | b"entrypoint" | b"Cmd" | b"Entrypoint" | b"Args" | b"Command" | b"argv"
            | b"extraArgs" | b"cmd" | b"OnBuild" | b"Shell" | b"ENTRYPOINT" | b"CMD" | b"CreateCommand" | b"Test" => {
                Command
            }
            b"data" | b"binaryData" | b"stringData" => Data,
            b"httpHeaders" => Headers,
            b"managedFields" => ManagedFields,
            b"annotations" | b"Annotations" => Annotations,
            b"message" | b"note" | b"Message" => Message,
            b"created_by" | b"createdBy" | b"CreatedBy" => History,
            b"image" | b"imageID" | b"imageId" | b"Image" | b"imageRef" | b"reference" | b"images" | b"names"
            | b"RepoTags" | b"RepoDigests" => Image,
            b"name" | b"key" | b"Name" | b"Key" => Name,
            b"value" | b"Value" => Value,
            b"kind" => Kind,
            b"apiVersion" | b"metadata" => Manifest,
            b"template" => Template,
            b"action" | b"actor" => Record,
            b"secrets" | b"imagePullSecrets" | b"pullSecrets" => SecretNames,
            _ => match names::strength(key) {
                Strength::Strong => Telling,
                Strength::Weak => WeakTelling,
                Strength::None => Plain,
            },
        }
    }
}

/// The keys that nearly all objects are made of, so that their words need not be looked at.
#[rustfmt::skip]
fn is_ordinary(key: &[u8]) -> bool {
    matches!(
        key,
        b"uid" | b"labels" | b"namespace" | b"resourceVersion" | b"creationTimestamp" | b"spec" | b"status"
            | b"containers" | b"initContainers" | b"containerStatuses" | b"ready" | b"started" | b"state" | b"type"
            | b"phase" | b"reason" | b"lastTransitionTime" | b"lastProbeTime" | b"observedGeneration"
            | b"resources" | b"requests" | b"limits" | b"cpu" | b"memory" | b"volumeMounts" | b"mountPath"
            | b"readOnly" | b"imagePullPolicy" | b"terminationMessagePath" | b"terminationMessagePolicy"
            | b"restartPolicy" | b"dnsPolicy" | b"serviceAccountName" | b"serviceAccount" | b"nodeName"
            | b"schedulerName" | b"tolerations" | b"operator" | b"effect" | b"tolerationSeconds" | b"priority"
            | b"volumes" | b"ownerReferences" | b"controller" | b"blockOwnerDeletion" | b"conditions" | b"hostIP"
            | b"hostIPs" | b"podIP" | b"podIPs" | b"ip" | b"startTime" | b"startedAt" | b"qosClass"
            | b"restartCount" | b"lastState" | b"running" | b"waiting" | b"terminated" | b"generateName" | b"ports"
            | b"protocol" | b"containerPort" | b"app" | b"pod-template-hash" | b"securityContext" | b"valueFrom"
            | b"fieldRef" | b"fieldPath" | b"configMap" | b"items" | b"path" | b"projected" | b"sources"
            | b"defaultMode" | b"serviceAccountToken" | b"secretKeyRef" | b"secretRef" | b"secretName"
            | b"containerID" | b"enableServiceLinks" | b"preemptionPolicy" | b"terminationGracePeriodSeconds"
            | b"allocatedResources" | b"expirationSeconds" | b"downwardAPI" | b"optional" | b"generation"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_keys_tell_nothing_and_others_are_asked() {
        for key in ["uid", "secretName", "serviceAccountToken", "labels"] {
            assert_eq!(KeyClass::of(key.as_bytes()), KeyClass::Plain, "{key}");
        }
        assert_eq!(KeyClass::of(b"dbPassword"), KeyClass::Telling);
        assert_eq!(KeyClass::of(b"sessionSalt"), KeyClass::WeakTelling);
        assert_eq!(KeyClass::of(b"imagePullSecrets"), KeyClass::SecretNames);
    }

    #[test]
    fn words_of_container_engines() {
        for (key, class) in [
            ("Env", KeyClass::ConfigEnvironment),
            ("envs", KeyClass::Environment),
            ("CreateCommand", KeyClass::Command),
            ("Test", KeyClass::Command),
        ] {
            assert_eq!(KeyClass::of(key.as_bytes()), class, "{key}");
        }
    }
}
