import type { Measurement } from "../../core/catalog/measurements.ts";
import { type Prediction, type Predictor, predict, questionOf } from "./predict.ts";
import { type Compared, errorOf, memoryStatistics, speedStatistics } from "./statistics.ts";

interface Answered {
  run: Measurement;
  prediction: Prediction;
}

/** Every run predicted without what was measured, and then held against it. */
export function scoreDocument(
  runs: readonly Measurement[],
  predictorOf: (run: Measurement) => Predictor,
) {
  const answered = runs.map((run) => ({
    run,
    prediction: predict(questionOf(run), predictorOf(run)),
  }));
  const memory = answered.flatMap(comparedMemory);
  const speed = answered.flatMap(comparedSpeed);
  const judged = answered.filter(({ run, prediction }) => run.scoreFit && prediction.fit !== null);
  return {
    memory: { pooled: memoryStatistics(memory), bySource: bySource(memory, memoryStatistics) },
    speed: { pooled: speedStatistics(speed), bySource: bySource(speed, speedStatistics) },
    fit: {
      pooled: fitStatistics(judged),
      bySource: bySource(
        judged.map((row) => ({ ...row, source: row.run.source })),
        fitStatistics,
      ),
    },
    points: answered.map(pointOf),
  };
}

const compared = (
  { id, source }: Measurement,
  predicted: Prediction["memory"],
  measured: number | null,
): Compared[] => (predicted && measured !== null ? [{ id, source, predicted, measured }] : []);

const comparedMemory = ({ run, prediction }: Answered): Compared[] =>
  run.scoreMemory ? compared(run, prediction.memory, run.peakBytes) : [];

const comparedSpeed = ({ run, prediction }: Answered): Compared[] =>
  run.scoreSpeed ? compared(run, prediction.speed, run.tokensPerSecondPerGpu) : [];

function bySource<Row extends { source: string }, Statistics>(
  rows: readonly Row[],
  statistics: (rows: readonly Row[]) => Statistics,
): Record<string, Statistics> {
  return Object.fromEntries(
    [...Map.groupBy(rows, ({ source }) => source)].map(([source, own]) => [
      source,
      statistics(own),
    ]),
  );
}

/** Caught and refused: the verdict is `does-not-fit`. Borderline runs are neither. */
function fitStatistics(rows: readonly Answered[]) {
  const counted = (fits: boolean, verdict?: Prediction["fit"]): number =>
    rows.filter(
      ({ run, prediction }) =>
        run.fits === fits && (verdict === undefined || prediction.fit === verdict),
    ).length;
  return {
    oomTotal: counted(false),
    oomCaught: counted(false, "does-not-fit"),
    fitsTotal: counted(true),
    fitsRefused: counted(true, "does-not-fit"),
    borderline: counted(false, "borderline") + counted(true, "borderline"),
  };
}

const whole = (range: Prediction["memory"]) =>
  range && {
    low: Math.round(range.low),
    expected: Math.round(range.expected),
    high: Math.round(range.high),
  };

/** Bytes and tokens per second of one GPU; `scored`: whether the pooled figures count it. */
export function pointOf({ run, prediction }: Answered) {
  const [memory] = compared(run, prediction.memory, run.peakBytes);
  const [speed] = compared(run, prediction.speed, run.tokensPerSecondPerGpu);
  return {
    id: run.id,
    source: run.source,
    memory: {
      predicted: whole(prediction.memory),
      measured: run.peakBytes,
      metric: run.peakMetric,
      errorPct: memory ? Number((100 * errorOf(memory)).toFixed(2)) : null,
      scored: run.scoreMemory && memory !== undefined,
    },
    speed: {
      predicted: whole(prediction.speed),
      measured: run.tokensPerSecondPerGpu,
      errorPct: speed ? Number((100 * errorOf(speed)).toFixed(2)) : null,
      scored: run.scoreSpeed && speed !== undefined,
    },
    fit: {
      verdict: prediction.fit,
      fits: run.fits,
      scored: run.scoreFit && prediction.fit !== null,
    },
    unknown: prediction.unknown,
  };
}
