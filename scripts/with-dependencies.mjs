// Runs a script of the project as the first command on a fresh clone: installs what is missing, then hands over to the
// project's own Node. Without a script it only installs. Plain JavaScript, for any Node from 18 on.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");

function installed() {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return Object.entries({ ...dependencies, ...devDependencies }).every(([name, version]) => {
    const file = join(root, "node_modules", name, "package.json");
    if (!existsSync(file)) return false;
    // @pulumi/policy writes "v1.21.0" where npm has 1.21.0
    return JSON.parse(readFileSync(file, "utf8")).version.replace(/^v/, "") === version;
  });
}

if (!installed()) {
  console.error("Installing the Node packages (about 240 MB to download, 750 MB on disk): npm ci");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, stdio: "inherit" });
  if (npm.status !== 0) {
    console.error(
      "The Node packages could not be installed. Fix: read the npm error above, then run the command again.",
    );
    process.exit(1);
  }
}

const node = existsSync(join(bin, "node")) ? join(bin, "node") : process.execPath;
const [script, ...args] = process.argv.slice(2);
if (!script) process.exit(0);
const child = spawn(node, [join(root, script), ...args], {
  stdio: "inherit",
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
});
// Ctrl-C reaches the whole process group; the child decides how to end, this process only waits.
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
