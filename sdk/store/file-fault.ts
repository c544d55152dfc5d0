import { isKitError, StoreError } from "../../core/errors.ts";
import { sqliteCode } from "./file-lock.ts";

/** PERM, READONLY, CANTOPEN (sqlite.org/rescode.html): the lock file belongs to somebody else. */
const SQLITE_DENIED = [3, 8, 14];

/** Says what the operating system refused, where, and what to do. `root` is the store's folder. */
export function fileFault(error: unknown, root: string, key: string): unknown {
  if (isKitError(error)) return error;
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const fault = (name: string, text: string, fix: string) =>
    new StoreError(name, text, { path: key, fix, cause: error });
  switch (SQLITE_DENIED.includes(sqliteCode(error) ?? 0) ? "EACCES" : code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return fault(
        "StoreFull",
        `no space left in ${root} for "${key}"; nothing was changed`,
        "free disk space or give a store on a larger disk, then repeat",
      );
    case "EROFS":
      return fault(
        "StoreReadOnly",
        `${root} is on a read-only file system`,
        "give a store on a disk that can be written",
      );
    case "EACCES":
    case "EPERM":
      return fault(
        "StoreDenied",
        `this user may not read or write "${key}" in ${root}`,
        `give this user read and write rights on ${root} and everything in it`,
      );
    case "EISDIR":
    case "ENOTDIR":
    case "EEXIST":
    case "ENOTEMPTY":
      return fault(
        "KeyTaken",
        `"${key}" clashes with another key: one is a folder of the other`,
        "use a key that is neither below nor above an existing one",
      );
    case "ERR_FS_FILE_TOO_LARGE":
      return fault(
        "ObjectTooLarge",
        `"${key}" has 2 GiB or more, too much to read at once`,
        "split it into smaller objects",
      );
    default:
      return fault(
        "StoreFailed",
        `the file system failed on "${key}" in ${root}: ${message}`,
        "check the disk and that it is still mounted, then repeat",
      );
  }
}

export const notFolder = (root: string): StoreError =>
  new StoreError(
    "StoreNotFolder",
    `${root} cannot be a store: it, or a part of its path, is a file`,
    {
      path: root,
      fix: "give a folder as the store, or move that file away",
    },
  );
