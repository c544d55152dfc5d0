import { homedir } from "node:os";
import { join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where things live that are made once per user: `$XDG_CACHE_HOME/tunekit`, `~/.cache/tunekit`, on macOS `~/Library/Caches/tunekit`. */
export function cacheFolder(env: Environment): string {
  const home = env.HOME ?? homedir();
  const usual =
    process.platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
  return join(env.XDG_CACHE_HOME || usual, "tunekit");
}
