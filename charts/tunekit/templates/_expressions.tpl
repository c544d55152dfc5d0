{{/* CEL that several rules share. The argument is the path of a pod spec, such as object.spec.template.spec. */}}

{{/* True for a pod that asks for a GPU, as a resource or through a claim. */}}
{{- define "tunekit.asksForGpu" -}}
(({{ . }}.containers + {{ . }}.?initContainers.orValue([])).exists(c,
  c.?resources.?limits.orValue({}).exists(r, r.startsWith('nvidia.com/')) ||
  c.?resources.?requests.orValue({}).exists(r, r.startsWith('nvidia.com/'))) ||
  {{ . }}.?resourceClaims.orValue([]).size() > 0)
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
