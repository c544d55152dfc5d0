/** The port to the object store. Drivers: file and S3; one conformance test runs on both. */

export interface StoredObject {
  body: Uint8Array;
  /** Opaque token for compare-and-swap; not a content hash. */
  etag: string;
}

export type PutCondition =
  /** Create only. */
  | { ifAbsent: true }
  /** Replace only what was read. */
  | { ifMatch: string };

export type PutOutcome =
  | { ok: true; etag: string }
  | { ok: false; reason: "exists" | "changed" | "missing" };

export interface ListPage {
  keys: string[];
  /** Pass it to get the next page; absent on the last one. */
  next?: string;
}

export interface ObjectStore {
  /** For people and errors: `file:///…` or `s3://bucket/prefix`. */
  readonly url: string;
  /** Undefined when there is no such key. */
  get(key: string): Promise<StoredObject | undefined>;
  /** A lost condition is an outcome, not an error. Without a condition the object is replaced. */
  put(key: string, body: Uint8Array | string, condition?: PutCondition): Promise<PutOutcome>;
  /** Keys below a prefix in order, in pages of at most `limit` (default 1000). */
  list(prefix: string, options?: { after?: string; limit?: number }): Promise<ListPage>;
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>;
}
