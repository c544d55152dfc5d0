import type { Project } from "./project.ts";
import type { ObjectStore } from "./store/object-store.ts";

/** What every part of the client works with: one project, one store, one clock. */
export interface KitContext {
  project: Project;
  store: ObjectStore;
  /** Who asks: recorded in decisions, runs and the ledger. */
  requester: string;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** A new ULID of this instant. */
  newId(at: Date): string;
}
