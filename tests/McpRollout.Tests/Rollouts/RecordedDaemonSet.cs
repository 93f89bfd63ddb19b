namespace McpRollout.Tests.Rollouts;

/// <summary>A DaemonSet in the middle of a bad rollout, as kube-apiserver v1.20.2 sent it; managedFields and the pods' specs are left out.</summary>
internal static class RecordedDaemonSet
{
    public const string Workload = """
        {
          "apiVersion": "apps/v1",
          "kind": "DaemonSet",
          "metadata": {
            "annotations": {"deprecated.daemonset.template.generation": "2"},
            "creationTimestamp": "2026-11-22T00:22:07Z",
            "generation": 2,
            "name": "agent",
            "namespace": "rollouts-lab",
            "resourceVersion": "1127",
            "uid": "5c2d2e4a-f8f0-461c-b6de-2bc3bc49958f"
          },
          "spec": {
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app": "agent"}},
            "template": {
              "metadata": {"creationTimestamp": null, "labels": {"app": "agent"}},
              "spec": {
                "containers": [
                  {
                    "image": "shop/agent:missing-4",
                    "imagePullPolicy": "IfNotPresent",
                    "name": "agent",
                    "resources": {},
                    "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "File"
                  }
                ],
                "dnsPolicy": "ClusterFirst",
                "restartPolicy": "Always",
                "schedulerName": "default-scheduler",
                "securityContext": {},
                "terminationGracePeriodSeconds": 30
              }
            },
            "updateStrategy": {"rollingUpdate": {"maxUnavailable": 1}, "type": "RollingUpdate"}
          },
          "status": {
            "currentNumberScheduled": 1,
            "desiredNumberScheduled": 1,
            "numberMisscheduled": 0,
            "numberReady": 0,
            "numberUnavailable": 1,
            "observedGeneration": 2,
            "updatedNumberScheduled": 1
          }
        }
        """;

    public const string ControllerRevisions = """
        [
          {
            "apiVersion": "apps/v1",
            "data": {
              "spec": {
                "template": {
                  "$patch": "replace",
                  "metadata": {"creationTimestamp": null, "labels": {"app": "agent"}},
                  "spec": {
                    "containers": [
                      {
                        "image": "shop/agent:missing-4",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "agent",
                        "resources": {},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File"
                      }
                    ],
                    "dnsPolicy": "ClusterFirst",
                    "restartPolicy": "Always",
                    "schedulerName": "default-scheduler",
                    "securityContext": {},
                    "terminationGracePeriodSeconds": 30
                  }
                }
              }
            },
            "kind": "ControllerRevision",
            "metadata": {
              "annotations": {"deprecated.daemonset.template.generation": "2"},
              "creationTimestamp": "2026-11-22T00:40:49Z",
              "labels": {"app": "agent", "controller-revision-hash": "54875d458c"},
              "name": "agent-54875d458c",
              "namespace": "rollouts-lab",
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "DaemonSet",
                  "name": "agent",
                  "uid": "5c2d2e4a-f8f0-461c-b6de-2bc3bc49958f"
                }
              ],
              "resourceVersion": "1119",
              "uid": "4d502a1c-925e-4075-aba2-304b7bd7a439"
            },
            "revision": 2
          },
          {
            "apiVersion": "apps/v1",
            "data": {
              "spec": {
                "template": {
                  "$patch": "replace",
                  "metadata": {"creationTimestamp": null, "labels": {"app": "agent"}},
                  "spec": {
                    "containers": [
                      {
                        "image": "shop/agent:3",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "agent",
                        "resources": {},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File"
                      }
                    ],
                    "dnsPolicy": "ClusterFirst",
                    "restartPolicy": "Always",
                    "schedulerName": "default-scheduler",
                    "securityContext": {},
                    "terminationGracePeriodSeconds": 30
                  }
                }
              }
            },
            "kind": "ControllerRevision",
            "metadata": {
              "annotations": {"deprecated.daemonset.template.generation": "1"},
              "creationTimestamp": "2026-11-22T00:22:07Z",
              "labels": {"app": "agent", "controller-revision-hash": "689fb5cd59"},
              "name": "agent-689fb5cd59",
              "namespace": "rollouts-lab",
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "DaemonSet",
                  "name": "agent",
                  "uid": "5c2d2e4a-f8f0-461c-b6de-2bc3bc49958f"
                }
              ],
              "resourceVersion": "374",
              "uid": "5e15e27b-ba36-4427-8838-05f073835bef"
            },
            "revision": 1
          }
        ]
        """;

    public const string Pods = """
        [
          {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
              "name": "agent-wmqm6",
              "namespace": "rollouts-lab",
              "labels": {"app": "agent", "controller-revision-hash": "54875d458c", "pod-template-generation": "2"},
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "DaemonSet",
                  "name": "agent",
                  "uid": "5c2d2e4a-f8f0-461c-b6de-2bc3bc49958f"
                }
              ],
              "uid": "18ea4e98-bcf8-4fa5-bb83-89a21d1b72fa",
              "creationTimestamp": "2026-11-22T00:40:50Z"
            },
            "status": {
              "phase": "Pending",
              "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}],
              "containerStatuses": [
                {
                  "image": "shop/agent:missing-4",
                  "imageID": "",
                  "lastState": {},
                  "name": "agent",
                  "ready": false,
                  "restartCount": 0,
                  "started": false,
                  "state": {"waiting": {"message": "back-off: shop/agent:missing-4", "reason": "ImagePullBackOff"}}
                }
              ]
            }
          }
        ]
        """;
}
