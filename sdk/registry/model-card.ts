import { shortDigest } from "../../core/digest.ts";
import type { AdapterManifest } from "../../core/spec/adapter.ts";
import { formatUsd } from "../../core/units.ts";

/** README.md of a version, with the front matter that model hubs read. A function of the manifest alone. */
export function modelCard(manifest: AdapterManifest): string {
  const { base, data, method, metrics, run } = manifest;
  const loss = (value: number | null) => (value === null ? "not measured" : String(value));
  const quantized = method.quantization ? `, base in ${method.quantization.type}` : "";
  return `---
base_model: ${JSON.stringify(base.model)}
library_name: peft
tags: [${method.name}]
---
# ${manifest.name}

LoRA adapter for ${base.model} at revision ${base.revision}. Written by tunekit; manifest.json has every figure.

| | |
|---|---|
| Method | ${method.name}, r ${method.r}, alpha ${method.alpha}, ${method.parameters} parameters in ${method.dtype}${quantized} |
| Modules | ${method.targetModules.join(", ")} |
| Dataset | ${shortDigest(data.dataset)} |
| Run | ${run.id}, ${run.completedSteps} of ${run.plannedSteps} steps, best at ${run.bestStep}, seed ${run.seed} |
| Loss | training ${loss(metrics.trainLoss)}, validation ${loss(metrics.validationLoss)} |
| Cost | ${formatUsd(manifest.cost.microUsd)} on ${manifest.cost.gpu} |
| Made | ${manifest.createdAt} for ${manifest.createdBy} |
`;
}
