import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chartValues } from "../../../components/chart-pins.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { enginesFolder } from "../build/engines-folder.ts";

const { controllerManagerConfigYaml: config } = chartValues("kueue").managerConfig as {
  controllerManagerConfigYaml: string;
};

/** What Kueue says when it starts with a configuration and without a cluster: it reads the one before it looks for the other. */
function started(text: string): Promise<string> {
  const folder = temporaryFolder();
  const file = join(folder, "config.yaml");
  writeFileSync(file, text);
  return new Promise((resolve) => {
    execFile(
      join(enginesFolder(), "kueue"),
      [`--config=${file}`],
      { env: { KUEUE_METRICS_CERT_DIR: folder, HOME: folder }, timeout: 30_000 },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

it("Kueue takes the configuration of charts/values/kueue.yaml, with every field known", async () => {
  const said = await started(config);
  expect(said).toContain("Configuration loaded");
  expect(said).not.toContain("Unable to load the configuration");
});

it("Kueue refuses a field that it does not know", async () => {
  expect(await started(config.replace("blockAdmission", "blokAdmission"))).toContain(
    'unknown field \\"waitForPodsReady.blokAdmission\\"',
  );
});
