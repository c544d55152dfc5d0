/** Error of the memory and speed model on the published single-GPU runs: `node bench/estimate-error.ts`. */
import { MEMORY_SWING, SPEED_SWING, type Swing } from "../core/estimate/interval.ts";
import { coverage, quantile, type Scored, scoreMemory, scoreSpeed } from "./published-points.ts";

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(9);

function print(title: string, scores: readonly Scored[], swing: Swing): void {
  const under = scores.filter(({ error }) => error < -0.1).length / scores.length;
  const worst = scores.reduce((a, b) => (Math.abs(b.error) > Math.abs(a.error) ? b : a));
  const figures = [
    quantile(scores, 0.5),
    quantile(scores, 0.9),
    coverage(scores, swing),
    under,
    worst.error,
  ];
  const cells = figures.map(percent).join(" ");
  console.log(`${title.padEnd(26)}${String(scores.length).padStart(5)} ${cells}`);
}

for (const [name, scores, swing] of [
  ["memory", scoreMemory(), MEMORY_SWING],
  ["speed", scoreSpeed(), SPEED_SWING],
] as const) {
  const titles = ["median", "P90", "covered", "under 10%", "worst"];
  console.log(`\n${name.padEnd(26)}    n ${titles.map((title) => title.padStart(9)).join(" ")}`);
  print("all", scores, swing);
  for (const key of ["method", "source"] as const) {
    for (const [group, rows] of Map.groupBy(scores, ({ point }) => point[key])) {
      print(group, rows, swing);
    }
  }
}
