import type { TopLevelSpec } from "vega-lite";
import type { pointOf } from "../../bench/score/score-document.ts";
import { GB } from "../../core/units.ts";

type Point = ReturnType<typeof pointOf>;

/** Okabe and Ito's colours, which all readers can tell apart; shapes say the same. */
const METHODS = { lora: "#0072B2", qlora: "#D55E00", full: "#009E73" };

const PANELS = {
  memory: { title: "Peak memory, GB", unit: GB, domain: [1.5, 100] },
  speed: { title: "Tokens a second and GPU", unit: 1, domain: [60, 70_000] },
};

/** Predicted against measured, both axes logarithmic; the line is equality, the dashes 20 % off. */
export async function estimatorFigure(
  points: readonly (Point & { method: string })[],
): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const spec: TopLevelSpec = {
    background: "white",
    padding: 12,
    config: { aria: false, font: "sans-serif", axis: { gridColor: "#e5e5e5" } },
    hconcat: [panel("memory", points), panel("speed", points)],
  };
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return `${svg}\n`;
}

function panel(figure: keyof typeof PANELS, points: readonly (Point & { method: string })[]) {
  const { title, unit, domain } = PANELS[figure];
  const values = points.flatMap(({ method, ...point }) => {
    const { predicted, measured, scored } = point[figure];
    return scored && predicted && measured !== null
      ? [{ method, measured: measured / unit, predicted: predicted.expected / unit }]
      : [];
  });
  const scale = { type: "log" as const, domain, nice: false };
  const line = (factor: number, dash: number[]) => ({
    data: { values: domain.map((x) => ({ measured: x, predicted: x * factor })) },
    mark: { type: "line" as const, color: "#777777", strokeWidth: 1, strokeDash: dash, clip: true },
  });
  return {
    title,
    width: 340,
    height: 340,
    encoding: {
      x: { field: "measured", type: "quantitative" as const, title: "measured", scale },
      y: { field: "predicted", type: "quantitative" as const, title: "predicted", scale },
    },
    layer: [
      line(1, []),
      line(1.2, [4, 4]),
      line(1 / 1.2, [4, 4]),
      {
        data: { values },
        mark: { type: "point" as const, size: 28, opacity: 0.75, clip: true },
        encoding: {
          color: {
            field: "method",
            type: "nominal" as const,
            scale: { domain: Object.keys(METHODS), range: Object.values(METHODS) },
          },
          shape: { field: "method", type: "nominal" as const },
        },
      },
    ],
  };
}
