import type { ObjectStore } from "../store/object-store.ts";
import { history } from "./adapter-events.ts";
import { listAdapters, resolveVersion, showVersion } from "./adapter-versions.ts";
import { promote, rollback } from "./alias.ts";
import { publish } from "./publish.ts";
import { verifyVersion } from "./verify.ts";

/** The registry of a store: every operation by the name that the client and the command line use. */
export const adapterRegistry = (store: ObjectStore) => ({
  publish: (...args: Rest<typeof publish>) => publish(store, ...args),
  resolve: (...args: Rest<typeof resolveVersion>) => resolveVersion(store, ...args),
  list: () => listAdapters(store),
  show: (...args: Rest<typeof showVersion>) => showVersion(store, ...args),
  promote: (...args: Rest<typeof promote>) => promote(store, ...args),
  rollback: (...args: Rest<typeof rollback>) => rollback(store, ...args),
  history: (name: string) => history(store, name),
  /** `reference`: an alias, a digest or the start of one. */
  verify: async (name: string, reference: string) =>
    verifyVersion(store, name, await resolveVersion(store, name, reference)),
});
export type AdapterRegistry = ReturnType<typeof adapterRegistry>;

type Rest<F> = F extends (store: ObjectStore, ...rest: infer R) => unknown ? R : never;
