import { existsSync, readFileSync } from "node:fs";
import type { Workspace } from "./workspace.ts";

/** Last step that any attempt has reported; 0 before the first report. */
export function lastStep(space: Workspace): number {
  if (!existsSync(space.metrics)) return 0;
  const steps = [...readFileSync(space.metrics, "utf8").matchAll(/"step": ?(\d+)/g)];
  return Number(steps.at(-1)?.[1] ?? 0);
}
