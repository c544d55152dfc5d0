import type { ObjectStore } from "./object-store.ts";

/** A store for a dry run of something that writes: reads what is there and changes nothing. */
export const dryStore = (store: ObjectStore): ObjectStore => ({
  url: store.url,
  get: (key) => store.get(key),
  put: async () => ({ ok: true, etag: "" }),
  list: (prefix, options) => store.list(prefix, options),
  delete: async () => {},
});
