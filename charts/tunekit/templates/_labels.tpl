{{- define "tunekit.labels" -}}
app.kubernetes.io/name: tunekit
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: tunekit
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "tunekit.controllerSelector" -}}
app.kubernetes.io/name: tunekit
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end -}}
