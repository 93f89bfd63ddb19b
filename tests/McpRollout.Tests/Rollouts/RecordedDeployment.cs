namespace McpRollout.Tests.Rollouts;

/// <summary>A Deployment in the middle of a bad rollout, as kube-apiserver v1.20.2 sent it; managedFields and the pods' specs are left out.</summary>
internal static class RecordedDeployment
{
    public const string Workload = """
        {
          "apiVersion": "apps/v1",
          "kind": "Deployment",
          "metadata": {
            "annotations": {"deployment.kubernetes.io/revision": "2"},
            "creationTimestamp": "2026-11-22T00:22:07Z",
            "generation": 2,
            "name": "checkout",
            "namespace": "rollouts-lab",
            "resourceVersion": "1105",
            "uid": "61816e8b-9e88-4b12-a7fb-e674b1e079d1"
          },
          "spec": {
            "progressDeadlineSeconds": 600,
            "replicas": 2,
            "revisionHistoryLimit": 10,
            "selector": {
              "matchExpressions": [{"key": "tier", "operator": "In", "values": ["web", "api"]}],
              "matchLabels": {"app": "checkout"}
            },
            "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
            "template": {
              "metadata": {"creationTimestamp": null, "labels": {"app": "checkout", "tier": "web"}},
              "spec": {
                "containers": [
                  {
                    "env": [
                      {"name": "LOG_LEVEL", "value": "info"},
                      {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"key": "password", "name": "db"}}}
                    ],
                    "image": "shop/checkout:crash-1.4.2",
                    "imagePullPolicy": "IfNotPresent",
                    "name": "app",
                    "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                    "resources": {},
                    "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "File"
                  }
                ],
                "dnsPolicy": "ClusterFirst",
                "initContainers": [
                  {
                    "image": "shop/wait:1",
                    "imagePullPolicy": "IfNotPresent",
                    "name": "wait",
                    "resources": {},
                    "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "File"
                  }
                ],
                "restartPolicy": "Always",
                "schedulerName": "default-scheduler",
                "securityContext": {},
                "terminationGracePeriodSeconds": 30
              }
            }
          },
          "status": {
            "availableReplicas": 2,
            "conditions": [
              {
                "lastTransitionTime": "2026-11-22T00:22:07Z",
                "lastUpdateTime": "2026-11-22T00:22:07Z",
                "message": "Deployment has minimum availability.",
                "reason": "MinimumReplicasAvailable",
                "status": "True",
                "type": "Available"
              },
              {
                "lastTransitionTime": "2026-11-22T00:22:07Z",
                "lastUpdateTime": "2026-11-22T00:40:49Z",
                "message": "ReplicaSet \"checkout-86b4b99d5d\" is progressing.",
                "reason": "ReplicaSetUpdated",
                "status": "True",
                "type": "Progressing"
              }
            ],
            "observedGeneration": 2,
            "readyReplicas": 2,
            "replicas": 3,
            "unavailableReplicas": 1,
            "updatedReplicas": 1
          }
        }
        """;

    public const string ReplicaSets = """
        [
          {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
              "annotations": {
                "deployment.kubernetes.io/desired-replicas": "2",
                "deployment.kubernetes.io/max-replicas": "3",
                "deployment.kubernetes.io/revision": "1"
              },
              "creationTimestamp": "2026-11-22T00:22:07Z",
              "generation": 1,
              "labels": {"app": "checkout", "pod-template-hash": "5d994bf79", "tier": "web"},
              "name": "checkout-5d994bf79",
              "namespace": "rollouts-lab",
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "Deployment",
                  "name": "checkout",
                  "uid": "61816e8b-9e88-4b12-a7fb-e674b1e079d1"
                }
              ],
              "resourceVersion": "393",
              "uid": "aa0d2510-8944-442c-ba6d-73b64f73bcaa"
            },
            "spec": {
              "replicas": 2,
              "selector": {
                "matchExpressions": [{"key": "tier", "operator": "In", "values": ["web", "api"]}],
                "matchLabels": {"app": "checkout", "pod-template-hash": "5d994bf79"}
              },
              "template": {
                "metadata": {"creationTimestamp": null, "labels": {"app": "checkout", "pod-template-hash": "5d994bf79", "tier": "web"}},
                "spec": {
                  "containers": [
                    {
                      "env": [
                        {"name": "LOG_LEVEL", "value": "info"},
                        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"key": "password", "name": "db"}}}
                      ],
                      "image": "shop/checkout:1.4.1",
                      "imagePullPolicy": "IfNotPresent",
                      "name": "app",
                      "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                      "resources": {},
                      "terminationMessagePath": "/dev/termination-log",
                      "terminationMessagePolicy": "File"
                    }
                  ],
                  "dnsPolicy": "ClusterFirst",
                  "initContainers": [
                    {
                      "image": "shop/wait:1",
                      "imagePullPolicy": "IfNotPresent",
                      "name": "wait",
                      "resources": {},
                      "terminationMessagePath": "/dev/termination-log",
                      "terminationMessagePolicy": "File"
                    }
                  ],
                  "restartPolicy": "Always",
                  "schedulerName": "default-scheduler",
                  "securityContext": {},
                  "terminationGracePeriodSeconds": 30
                }
              }
            },
            "status": {"availableReplicas": 2, "fullyLabeledReplicas": 2, "observedGeneration": 1, "readyReplicas": 2, "replicas": 2}
          },
          {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
              "annotations": {
                "deployment.kubernetes.io/desired-replicas": "2",
                "deployment.kubernetes.io/max-replicas": "3",
                "deployment.kubernetes.io/revision": "2"
              },
              "creationTimestamp": "2026-11-22T00:40:49Z",
              "generation": 1,
              "labels": {"app": "checkout", "pod-template-hash": "86b4b99d5d", "tier": "web"},
              "name": "checkout-86b4b99d5d",
              "namespace": "rollouts-lab",
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "Deployment",
                  "name": "checkout",
                  "uid": "61816e8b-9e88-4b12-a7fb-e674b1e079d1"
                }
              ],
              "resourceVersion": "1104",
              "uid": "ae165b35-a77b-437c-baac-2a2e56ba6f79"
            },
            "spec": {
              "replicas": 1,
              "selector": {
                "matchExpressions": [{"key": "tier", "operator": "In", "values": ["web", "api"]}],
                "matchLabels": {"app": "checkout", "pod-template-hash": "86b4b99d5d"}
              },
              "template": {
                "metadata": {"creationTimestamp": null, "labels": {"app": "checkout", "pod-template-hash": "86b4b99d5d", "tier": "web"}},
                "spec": {
                  "containers": [
                    {
                      "env": [
                        {"name": "LOG_LEVEL", "value": "info"},
                        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"key": "password", "name": "db"}}}
                      ],
                      "image": "shop/checkout:crash-1.4.2",
                      "imagePullPolicy": "IfNotPresent",
                      "name": "app",
                      "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                      "resources": {},
                      "terminationMessagePath": "/dev/termination-log",
                      "terminationMessagePolicy": "File"
                    }
                  ],
                  "dnsPolicy": "ClusterFirst",
                  "initContainers": [
                    {
                      "image": "shop/wait:1",
                      "imagePullPolicy": "IfNotPresent",
                      "name": "wait",
                      "resources": {},
                      "terminationMessagePath": "/dev/termination-log",
                      "terminationMessagePolicy": "File"
                    }
                  ],
                  "restartPolicy": "Always",
                  "schedulerName": "default-scheduler",
                  "securityContext": {},
                  "terminationGracePeriodSeconds": 30
                }
              }
            },
            "status": {"fullyLabeledReplicas": 1, "observedGeneration": 1, "replicas": 1}
          }
        ]
        """;

    public const string Pods = """
        [
          {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
              "name": "checkout-5d994bf79-hm7kz",
              "namespace": "rollouts-lab",
              "labels": {"app": "checkout", "pod-template-hash": "5d994bf79", "tier": "web"},
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "ReplicaSet",
                  "name": "checkout-5d994bf79",
                  "uid": "aa0d2510-8944-442c-ba6d-73b64f73bcaa"
                }
              ],
              "uid": "1f0449af-59cc-464d-b253-18d1a9fe429b",
              "creationTimestamp": "2026-11-22T00:22:07Z"
            },
            "status": {
              "phase": "Running",
              "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}],
              "containerStatuses": [
                {
                  "image": "shop/checkout:1.4.1",
                  "imageID": "",
                  "lastState": {},
                  "name": "app",
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
              "name": "checkout-5d994bf79-xpgnv",
              "namespace": "rollouts-lab",
              "labels": {"app": "checkout", "pod-template-hash": "5d994bf79", "tier": "web"},
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "ReplicaSet",
                  "name": "checkout-5d994bf79",
                  "uid": "aa0d2510-8944-442c-ba6d-73b64f73bcaa"
                }
              ],
              "uid": "9a3922d2-316f-47de-8077-8ce794710f22",
              "creationTimestamp": "2026-11-22T00:22:07Z"
            },
            "status": {
              "phase": "Running",
              "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}],
              "containerStatuses": [
                {
                  "image": "shop/checkout:1.4.1",
                  "imageID": "",
                  "lastState": {},
                  "name": "app",
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
              "name": "checkout-86b4b99d5d-9phng",
              "namespace": "rollouts-lab",
              "labels": {"app": "checkout", "pod-template-hash": "86b4b99d5d", "tier": "web"},
              "ownerReferences": [
                {
                  "apiVersion": "apps/v1",
                  "blockOwnerDeletion": true,
                  "controller": true,
                  "kind": "ReplicaSet",
                  "name": "checkout-86b4b99d5d",
                  "uid": "ae165b35-a77b-437c-baac-2a2e56ba6f79"
                }
              ],
              "uid": "6df75cac-8f0a-493e-9195-3554d701f2a8",
              "creationTimestamp": "2026-11-22T00:40:49Z"
            },
            "status": {
              "phase": "Pending",
              "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}],
              "containerStatuses": [
                {
                  "image": "shop/checkout:crash-1.4.2",
                  "imageID": "",
                  "lastState": {},
                  "name": "app",
                  "ready": false,
                  "restartCount": 3,
                  "started": false,
                  "state": {"waiting": {"message": "back-off: shop/checkout:crash-1.4.2", "reason": "CrashLoopBackOff"}}
                }
              ]
            }
          }
        ]
        """;
}
