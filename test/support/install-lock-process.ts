/** A real second process that takes a lock and keeps it until its standard input ends: `node install-lock-process.ts FILE`. Prints "held". */
import { alone } from "../../sdk/local/install-lock.ts";

const [file = ""] = process.argv.slice(2);
await alone(file, { onWait: () => process.stdout.write("waiting\n") }, () => {
  process.stdout.write("held\n");
  return new Promise((resolve) => process.stdin.on("end", resolve).resume());
});
