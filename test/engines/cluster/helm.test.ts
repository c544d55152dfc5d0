import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { helm, kubectl } from "./cluster-tools.ts";

function newChart(): string {
  const chart = temporaryFolder();
  mkdirSync(join(chart, "templates"));
  writeFileSync(
    join(chart, "Chart.yaml"),
    "apiVersion: v2\nname: small\nversion: 0.1.0\ndescription: A chart of one ConfigMap\nicon: https://example.com/icon.svg\n",
  );
  writeFileSync(join(chart, "values.yaml"), "color: red\n");
  writeFileSync(
    join(chart, "values.schema.json"),
    JSON.stringify({
      type: "object",
      additionalProperties: false,
      properties: { color: { type: "string" } },
    }),
  );
  writeFileSync(
    join(chart, "templates", "config.yaml"),
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  color: {{ .Values.color | quote }}\n",
  );
  return chart;
}

it("lints a chart and renders what the API server takes", async () => {
  const chart = newChart();
  expect(await helm("lint", "--strict", chart)).toContain("0 chart(s) failed");
  const rendered = await helm("template", "shown", chart, "--set", "color=blue");
  expect(rendered).toContain('color: "blue"');
  const file = join(chart, "rendered.yaml");
  writeFileSync(file, rendered);
  const strict = ["--dry-run=server", "--validate=strict"];
  expect(await kubectl("apply", ...strict, `--filename=${file}`)).toContain(
    "configmap/shown created (server dry run)",
  );
});

it("refuses a value that the chart's schema does not know", async () => {
  await expect(helm("template", "shown", newChart(), "--set", "colour=blue")).rejects.toMatchObject(
    {
      stderr: expect.stringContaining("colour"),
    },
  );
});
