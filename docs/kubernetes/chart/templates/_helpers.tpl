{{- define "mcp-rollout.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end -}}
{{- end }}

{{- define "mcp-rollout.labels" -}}
{{ include "mcp-rollout.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "mcp-rollout.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* ClusterRoles are of no namespace: two releases of one name must not share them. */}}
{{- define "mcp-rollout.role" -}}
{{ .Release.Namespace }}-{{ include "mcp-rollout.name" . }}
{{- end }}

{{/* What an agent's side and the server both read. */}}
{{- define "mcp-rollout.reads" -}}
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [replicasets, controllerrevisions]
  verbs: [list]
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
{{- if .Values.rights.argoRollouts }}
- apiGroups: [argoproj.io]
  resources: [rollouts]
  verbs: [get, list, watch]
{{- end }}
{{- end }}

{{/* Binds a ClusterRole in one namespace: (dict "root" $ "role" .. "account" .. "namespace" ..) */}}
{{- define "mcp-rollout.binding" -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .role }}
  namespace: {{ .namespace }}
  labels: {{- include "mcp-rollout.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ .role }}
subjects:
  - kind: ServiceAccount
    name: {{ .account }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}

{{/* What the schema cannot say in words that help. */}}
{{- define "mcp-rollout.check" -}}
{{- $overHttp := list }}
{{- range .Values.agents }}{{ if dig "overHttp" true . }}{{ $overHttp = append $overHttp .name }}{{ end }}{{ end }}
{{- if not (or .Values.issuers $overHttp) }}
{{- fail "Nobody could call at /mcp: name an issuer of tokens in issuers, or an agent in agents." }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (not .Values.postgres.connection) }}
{{- fail (printf "replicas is %d, and a file is the store of one server: set postgres.connection, or replicas to 1." (int .Values.replicas)) }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.tlsSecret) }}
{{- fail "ingress.tlsSecret is not set, and passphrases would travel in the clear: name the Secret with the certificate of publicUrl." }}
{{- end }}
{{- end }}
