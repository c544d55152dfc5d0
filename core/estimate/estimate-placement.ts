import type { Gpu } from "../catalog/gpus.ts";
import { findInstanceType } from "../catalog/instance-types.ts";
import type { OwnedHardware } from "../spec/platform-config.ts";
import { GiB } from "../units.ts";
import { calibrateMemory, calibrationAssumptions, calibrationOf } from "./calibrate-estimate.ts";
import { cardRun, rawMemoryOnCard } from "./card-run.ts";
import type { Assumption, Estimate, Placement } from "./estimate.ts";
import type { EstimateInput } from "./estimate-input.ts";
import { rangeOf } from "./interval.ts";
import { adapterBytes, loraParameters } from "./lora-parameters.ts";
import { runCost } from "./run-cost.ts";
import { bestUtilisation, TYPICAL_UTILISATION } from "./speed.ts";
import { timeOf, weightBytes } from "./time.ts";
import { timeRange, untilResult } from "./time-parts.ts";

/**
 * Memory, speed, time and cost of the job on one placement. What the job leaves open is an assumption and widens the
 * interval; a price that cannot be given is an `unknowns` entry and the cost is null. The nearest published runs are not
 * looked up: `withNearest` adds them to what is shown.
 * @throws CatalogError for a GPU, instance type or target module that the catalog lacks.
 */
export function estimatePlacement(asked: EstimateInput, placement: Placement): Estimate {
  const run = cardRun(asked, placement);
  const { job, gpu, stack, trained, speed, swings } = run;
  const input = { ...asked, job };
  const { model, tokens, book } = input;
  const machine = ownedMachine(input, placement);
  const adapter = adapterBytes(model, job.lora);
  const network =
    machine || gpu.kind === "cpu"
      ? null
      : findInstanceType(placement.instanceType, input.instanceTypes);
  const time = timeOf({
    job,
    model,
    tokens,
    trainedTokens: trained.total,
    gpu,
    speed,
    swings,
    adapterBytes: adapter,
    nodeNetworkBits: network?.networkBits ?? null,
    spot: placement.capacity === "spot",
    costs: input.platform.costs,
  });
  const toResult = untilResult(time.parts);
  const money = runCost(input, {
    placement,
    machine,
    parts: time.parts,
    weightBytes: weightBytes(model, gpu),
    adapterBytes: adapter,
  });
  const rawMemory = rawMemoryOnCard(input, run, machine);
  return {
    schemaVersion: 1,
    placement,
    memory: calibrateMemory(rawMemory, run.past.memory),
    speed: rangeOf(speed.tokensPerSecond, [swings.speed]),
    time: {
      ...timeRange(toResult),
      terms: toResult.map(({ phase, name, seconds, note }) => ({
        phase,
        name,
        value: seconds.expected,
        note,
      })),
    },
    cost: money.cost,
    adapterBytes: adapter,
    loraParameters: loraParameters(model, job.lora),
    trainedTokens: trained.total,
    calibration: calibrationOf(run, rawMemory),
    assumptions: [
      ...calibrationAssumptions(run.past),
      ...stack.assumptions,
      trained.assumption,
      {
        name: "token counts",
        value: `mean ${Math.round(tokens.meanTokens)}`,
        source: tokens.source,
      },
      ...longestAssumption(input),
      ...deviceAssumptions(placement, gpu, machine),
      ...time.assumptions,
      ...money.assumptions,
    ],
    nearest: null,
    unknowns: money.unknowns,
    priceBook: { id: book.id, digest: book.digest, asOf: book.asOf },
  };
}

/** The owned machine that a placement is on; undefined on a rented one, and on one that nobody has described. */
export function ownedMachine(
  { platform }: EstimateInput,
  placement: Placement,
): OwnedHardware | undefined {
  if (placement.provider !== "owned") return undefined;
  return platform.owned.find(({ name }) => name === placement.instanceType);
}

/** Counted with the base's own tokenizer, such an example is refused before; from words it is only likely. */
const longestAssumption = ({ tokens, job: { training } }: EstimateInput): Assumption[] =>
  tokens.longestTokens <= training.maxLength
    ? []
    : [
        {
          name: "longest example",
          value: `taken to be no longer than training.maxLength ${training.maxLength}, though it may have ${tokens.longestTokens} tokens`,
          source:
            "the trainer refuses an example that it would have to cut: raise maxLength or shorten it",
        },
      ];

function deviceAssumptions(
  { gpu: name }: Placement,
  gpu: Gpu,
  machine: OwnedHardware | undefined,
): Assumption[] {
  const assumptions: Assumption[] = [
    { name: "speed of the device", value: `${gpu.flops / 1e12} TFLOP/s`, source: gpu.source },
  ];
  if (bestUtilisation(gpu) === null) {
    assumptions.push({
      name: "best utilisation of the device",
      value: String(TYPICAL_UTILISATION),
      source: `no published speed of ${name}: between the cards that have one`,
    });
  }
  if (gpu.kind === "cpu" && machine?.memoryGiB === undefined) {
    assumptions.push({
      name: "memory of the machine",
      value: `${gpu.memoryBytes / GiB} GiB`,
      source: "assumed: enter memoryGiB under owned in tunekit.yaml",
    });
  }
  if (machine) {
    assumptions.push({
      name: `use of "${machine.name}"`,
      value: `${machine.lifeYears} years, ${Math.round(100 * machine.utilisation)} % of the hours, ${machine.watts} W`,
      source: machine.source,
    });
  }
  return assumptions;
}
