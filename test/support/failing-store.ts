import type { ObjectStore } from "../../sdk/store/object-store.ts";

/** Thrown in place of a write: as if the process had been killed before it. */
export class Killed extends Error {}

/** A store that dies before write number `writes + 1`, and stays dead. `written` lists the keys that were written. */
export function failingStore(inner: ObjectStore, writes: number) {
  const written: string[] = [];
  const store: ObjectStore = {
    ...inner,
    put: async (key, body, condition) => {
      if (written.length >= writes) throw new Killed(key);
      written.push(key);
      return inner.put(key, body, condition);
    },
  };
  return { store, written };
}
