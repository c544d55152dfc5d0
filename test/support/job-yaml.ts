/** A TrainingJob that is right in every line; tests break one thing at a time. */
export const JOB_YAML = `kind: TrainingJob
name: support-triage
team: support
useCase:
  name: support-triage
  owner: ana@example.com
  metric: label-accuracy
  valuePerCorrectAnswer: 0.05 USD
  rationale: an agent needs a minute for each mail
  requestsPerMonth: 20000
  horizonMonths: 12
  changesPerYear: 1
  deploymentCost: 400 USD
base:
  model: smollm2-135m-instruct
  revision: main
dataset:
  path: examples.jsonl
method: lora
training:
  steps: 100
seed: 7
placement:
  tiers: [local-cpu]
`;
