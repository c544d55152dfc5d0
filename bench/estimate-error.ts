/** Error of the memory and speed model on the published runs: `node bench/estimate-error.ts [--by source|method]`. */
import { quantile, type Scored, scoreMemory, scoreSpeed } from "./published-points.ts";

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(8);

function print(title: string, scores: readonly Scored[]): void {
  const under = scores.filter(({ error }) => error < -0.1).length / scores.length;
  const worst = scores.reduce((a, b) => (Math.abs(b.error) > Math.abs(a.error) ? b : a));
  const cells = [quantile(scores, 0.5), quantile(scores, 0.9), under, worst.error].map(percent);
  console.log(`${title.padEnd(36)}${String(scores.length).padStart(5)}  ${cells.join("  ")}`);
}

for (const [name, scores] of [
  ["memory", scoreMemory()],
  ["speed", scoreSpeed()],
] as const) {
  console.log(`\n${name.padEnd(36)}    n    median       P90  under 10     worst`);
  print("all", scores);
  for (const key of ["source", "method"] as const) {
    for (const [group, rows] of Map.groupBy(scores, ({ point }) => point[key])) print(group, rows);
  }
}
