namespace McpRollout.Tests.Rollouts;

/// <summary>A StatefulSet in the middle of a bad rollout, as kube-apiserver v1.20.2 sent it; managedFields and the pods' specs are left out.</summary>
internal static class RecordedStatefulSet
{
    public const string Workload = """
        {
          "apiVersion": "apps/v1",
          "kind": "StatefulSet",
          "metadata": {
            "creationTimestamp": "2026-11-22T00:22:07Z",
            "generation": 2,
            "name": "db",
            "namespace": "rollouts-lab",
            "resourceVersion": "1116",
            "uid": "2bdea9b8-9ee1-4563-8d75-056e6ca78f03"
          },
          "spec": {
            "podManagementPolicy": "OrderedReady",
            "replicas": 2,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app": "db"}},
            "serviceName": "db",
            "template": {
              "metadata": {"creationTimestamp": null, "labels": {"app": "db"}},
              "spec": {
                "containers": [
                  {
                    "image": "shop/pg:crash-15",
                    "imagePullPolicy": "IfNotPresent",
                    "name": "pg",
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
            "updateStrategy": {"rollingUpdate": {"partition": 0}, "type": "RollingUpdate"}
          },
          "status": {
            "collisionCount": 0,
            "currentReplicas": 1,
            "currentRevision": "db-5f7987c9bf",
            "observedGeneration": 2,
            "readyReplicas": 1,
            "replicas": 2,
            "updateRevision": "db-694b8cd44b",
            "updatedReplicas": 1
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
                  "metadata": {"creationTimestamp": null, "labels": {"app": "db"}},
                  "spec": {
                    "containers": [
                      {
                        "image": "shop/pg:14",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "pg",
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
              "creationTimestamp": "2026-11-22T00:22:07Z",
              "labels": {"app": "db", "controller.kubernetes.io/hash": "5f7987c9bf"},
              "name": "db-5f7987c9bf",
              "namespace": "rollouts-lab",
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "StatefulSet",
                  "name": "db",
                  "uid": "2bdea9b8-9ee1-4563-8d75-056e6ca78f03"
                }
              ],
              "resourceVersion": "372",
              "uid": "4504a4bc-bc98-4b99-b4b0-a35fbaf777bf"
            },
            "revision": 1
          },
          {
            "apiVersion": "apps/v1",
            "data": {
              "spec": {
                "template": {
                  "$patch": "replace",
                  "metadata": {"creationTimestamp": null, "labels": {"app": "db"}},
                  "spec": {
                    "containers": [
                      {
                        "image": "shop/pg:crash-15",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "pg",
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
              "creationTimestamp": "2026-11-22T00:40:49Z",
              "labels": {"app": "db", "controller.kubernetes.io/hash": "694b8cd44b"},
              "name": "db-694b8cd44b",
              "namespace": "rollouts-lab",
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "StatefulSet",
                  "name": "db",
                  "uid": "2bdea9b8-9ee1-4563-8d75-056e6ca78f03"
                }
              ],
              "resourceVersion": "1107",
              "uid": "4362b10f-a683-44e5-98dd-c26da9213ad1"
            },
            "revision": 2
          }
        ]
        """;

    public const string Pods = """
        [
          {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
              "name": "db-0",
              "namespace": "rollouts-lab",
              "labels": {"app": "db", "controller-revision-hash": "db-5f7987c9bf", "statefulset.kubernetes.io/pod-name": "db-0"},
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "StatefulSet",
                  "name": "db",
                  "uid": "2bdea9b8-9ee1-4563-8d75-056e6ca78f03"
                }
              ],
              "uid": "60778086-cae0-43c7-ad60-845db27296e1",
              "creationTimestamp": "2026-11-22T00:22:07Z"
            },
            "status": {
              "phase": "Running",
              "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}],
              "containerStatuses": [
                {
                  "image": "shop/pg:14",
                  "imageID": "",
                  "lastState": {},
                  "name": "pg",
                  "ready": true,
                  "restartCount": 0,
                  "started": true,
                  "state": {"running": {"startedAt": "2026-11-22T00:22:07Z"}}
                }
              ]
            }
          },
          {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
              "name": "db-1",
              "namespace": "rollouts-lab",
              "labels": {"app": "db", "controller-revision-hash": "db-694b8cd44b", "statefulset.kubernetes.io/pod-name": "db-1"},
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "StatefulSet",
                  "name": "db",
                  "uid": "2bdea9b8-9ee1-4563-8d75-056e6ca78f03"
                }
              ],
              "uid": "27ff9666-dc04-45ac-a1e7-fd41510c1890",
              "creationTimestamp": "2026-11-22T00:40:49Z"
            },
            "status": {
              "phase": "Pending",
              "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}],
              "containerStatuses": [
                {
                  "image": "shop/pg:crash-15",
                  "imageID": "",
                  "lastState": {},
                  "name": "pg",
                  "ready": false,
                  "restartCount": 3,
                  "started": false,
                  "state": {"waiting": {"message": "back-off: shop/pg:crash-15", "reason": "CrashLoopBackOff"}}
                }
              ]
            }
          }
        ]
        """;
}
