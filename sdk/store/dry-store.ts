import type { ObjectStore } from "./object-store.ts";

/** A store that keeps nothing: for a dry run of something that writes. */
export const dryStore: ObjectStore = {
  url: "dry-run://",
  get: async () => undefined,
  put: async () => ({ ok: true, etag: "" }),
  list: async () => ({ keys: [] }),
  delete: async () => {},
};
