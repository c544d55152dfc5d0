import { describe, expect, it } from "vitest";
import { main } from "../../cli/main.ts";
import { VERBS } from "../../cli/verbs/index.ts";
import packageJson from "../../package.json" with { type: "json" };
import { fakeIo } from "../support/io.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

async function tunekit(...args: string[]) {
  const io = fakeIo({ cwd: temporaryFolder() });
  return { exit: await main(args, io), ...io.printed };
}

describe("the door", () => {
  it("without a verb prints the verbs and exits 2; with --help it exits 0", async () => {
    const bare = await tunekit();
    const help = await tunekit("--help");
    expect([bare.exit, help.exit]).toEqual([2, 0]);
    for (const [name, [summary]] of Object.entries(VERBS)) {
      expect(bare.out).toContain(`  ${name}`);
      expect(bare.out.replace(/\s+/g, " ")).toContain(summary);
    }
    expect(help.out).toContain("tunekit advise");
  });

  it("prints its version", async () => {
    expect(await tunekit("--version")).toMatchObject({ exit: 0, out: `${packageJson.version}\n` });
  });

  it.each([
    ["advice", "did you mean `tunekit advise`?"],
    ["adv", "did you mean `tunekit advise`?"],
    ["frobnicate", "`tunekit --help` lists the verbs"],
    ["constructor", "`tunekit --help` lists the verbs"],
  ])("refuses the verb %s with the nearest one", async (word, fix) => {
    expect(await tunekit(word)).toEqual({
      exit: 2,
      out: "",
      err: `error: there is no verb "${word}"\nfix: ${fix}\n`,
    });
    const { exit, err } = await tunekit(word, "--json");
    expect(exit).toBe(2);
    expect(JSON.parse(err)).toEqual({
      error: "UsageError",
      code: "UnknownVerb",
      message: `there is no verb "${word}"`,
      fix,
    });
  });

  it.each([
    [["init", "--json", "--forse"], "unknown option '--forse'"],
    [
      ["init", "a", "b", "--json"],
      "too many arguments for 'init'. Expected 1 argument but got 2: a, b.",
    ],
    [["advise", "--json", "--need"], "option '--need <need>' argument missing"],
    [["catalog", "pric", "--json"], "unknown command 'pric'"],
  ])("refuses %j as wrong usage", async (args, message) => {
    const { exit, err } = await tunekit(...args);
    expect(exit).toBe(2);
    const { fix, ...rest } = JSON.parse(err);
    expect(rest).toEqual({
      error: "UsageError",
      code: "Usage",
      message: expect.stringContaining(message),
    });
    expect(fix).toBe("add --help to see the arguments and an example");
  });

  it("says when it was stopped, and that the same command goes on", async () => {
    const controller = new AbortController();
    controller.abort();
    const io = fakeIo({ cwd: temporaryFolder(), signal: controller.signal });
    expect(await main(["advise"], io)).toBe(1);
    expect(io.printed.err).toBe("stopped; nothing is lost: the same command goes on from here\n");
  });

  it("reports a fault of its own as one, with the stack", async () => {
    const io = fakeIo({
      cwd: temporaryFolder(),
      now: () => {
        throw new TypeError("the clock is broken");
      },
    });
    expect(await main(["init"], io)).toBe(1);
    expect(io.printed.err).toMatch(
      /^error: the clock is broken\nfix: this is a fault of tunekit: please report it with the lines below\nTypeError: the clock is broken\n {4}at /,
    );
  });
});
