{{/* CEL that several rules share. The argument is the path of a pod spec, such as object.spec.template.spec. */}}

{{/* True for a pod that asks for a GPU, as a resource or through a claim. */}}
{{- define "tunekit.asksForGpu" -}}
({{ include "tunekit.oneAsksForGpu" (printf "%s.containers" .) }} ||
  {{ include "tunekit.oneAsksForGpu" (printf "%s.?initContainers.orValue([])" .) }} ||
  {{ . }}.?resourceClaims.orValue([]).size() > 0)
{{- end -}}

{{/* dyn: the API server's type check knows no maps of quantities and warns of them. */}}
{{- define "tunekit.oneAsksForGpu" -}}
{{ . }}.exists(c,
  dyn(c).?resources.?limits.orValue({}).exists(r, r.startsWith('nvidia.com/')) ||
  dyn(c).?resources.?requests.orValue({}).exists(r, r.startsWith('nvidia.com/')))
{{- end -}}

{{/* True for a pod that may land on a GPU node: it tolerates a taint of one, or everything, or names its node. */}}
{{- define "tunekit.mayUseGpuNode" -}}
({{ . }}.?tolerations.orValue([]).exists(t, t.?key.orValue('') in ['', 'nvidia.com/gpu', 'tunekit.dev/tier']) ||
  {{ . }}.?nodeName.orValue('') != '')
{{- end -}}

{{/* Objects that were there before the rules, or come to their end, may still be noted upon and let go. */}}
{{- define "tunekit.newOrChanged" -}}
request.operation == 'CREATE' || object.spec != oldObject.spec
{{- end -}}
