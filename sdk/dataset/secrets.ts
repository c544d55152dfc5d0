import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import { finding } from "../../core/dataset/finding-codes.ts";
import { createPlaces, MAX_LINES } from "../../core/dataset/places.ts";
import type { Finding } from "../../core/spec/dataset.ts";

/** Characters that are looked through at once. One call a row costs twice the time of all rules together. */
const BATCH_CHARACTERS = 2 ** 16;

const config = { rules: [{ id: "preset", rule: creator, options: {} }] };

/** Looks for API keys, tokens, private keys and passwords in URLs with secretlint's recommended rules. */
export interface SecretScan {
  add(line: number, text: string): Promise<void>;
  findings(): Promise<Finding[]>;
}

export function createSecretScan(): SecretScan {
  let batch: { line: number; start: number }[] = [];
  let texts: string[] = [];
  let length = 0;
  const lines = new Set<number>();
  const kinds = new Set<string>();

  async function flush(): Promise<void> {
    const { messages } = await lintSource({
      source: { filePath: "rows.txt", content: texts.join("\n"), contentType: "text", ext: ".txt" },
      options: { config, noPhysicFilePath: true },
    });
    for (const { range, ruleId } of messages) {
      const row = batch.findLast(({ start }) => start <= range[0]);
      if (row) lines.add(row.line);
      kinds.add(ruleId.replace("@secretlint/secretlint-rule-", ""));
    }
    batch = [];
    texts = [];
    length = 0;
  }

  return {
    async add(line, text) {
      batch.push({ line, start: length });
      texts.push(text);
      length += text.length + 1;
      if (length >= BATCH_CHARACTERS) await flush();
    },
    async findings() {
      await flush();
      if (lines.size === 0) return [];
      const places = createPlaces();
      for (const line of lines) places.add(line);
      const message = `Secrets (${[...kinds].sort().join(", ")}) in ${lines.size} rows, first on line ${places.lines[0]}`;
      return [
        finding("SecretFound", "blocking", message, {
          value: lines.size,
          threshold: 0,
          count: lines.size,
          lines: places.lines.slice(0, MAX_LINES),
        }),
      ];
    },
  };
}
