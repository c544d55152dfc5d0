{{/* Binds a policy to every namespace but the system's. Arguments: root, name. */}}
{{- define "tunekit.binding" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ .name }}
  labels: {{- include "tunekit.labels" .root | nindent 4 }}
spec:
  policyName: {{ .name }}
  validationActions: {{ eq .root.Values.policies.action "Deny" | ternary (list "Deny" "Audit") (eq .root.Values.policies.action "Warn" | ternary (list "Warn" "Audit") (list "Audit")) | toJson }}
  matchResources:
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: NotIn
          values: {{ .root.Values.policies.systemNamespaces | toJson }}
{{- end -}}
