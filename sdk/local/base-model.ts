import { existsSync } from "node:fs";
import { join } from "node:path";
import { findModel } from "../../core/catalog/models.ts";
import { InputError } from "../../core/errors.ts";
import type { PlatformConfig } from "../../core/spec/platform-config.ts";

/** Whether the weights of a base model are on this machine. */
export const hasBaseModel = (platform: PlatformConfig, model: string): boolean =>
  existsSync(join(platform.models[model] ?? "", "config.json"));

/**
 * Folder with the weights of a base model on this machine.
 * @throws InputError `BaseModelMissing`; CatalogError `UnknownModel` with the nearest match
 */
export function baseModelFolder(platform: PlatformConfig, model: string): string {
  const folder = platform.models[model];
  if (folder && hasBaseModel(platform, model)) return folder;
  if (!folder) findModel(model); // a name that nobody knows is a slip rather than a missing folder
  throw new InputError(
    "BaseModelMissing",
    folder
      ? `there are no weights of ${model} at ${folder}`
      : `tunekit.yaml names no folder for ${model}`,
    {
      path: `models.${model}`,
      fix: "put the folder with config.json and the weights under `models` in tunekit.yaml",
    },
  );
}
