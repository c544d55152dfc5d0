/**
 * What "exists" in the stand-in account: one JSON file, which a test may read and edit between two commands (drift), and
 * into which it writes what shall go wrong. Several provider processes may share it.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { Bag } from "../property-value.ts";

export interface Stored {
  inputs: Bag;
  state: Bag;
}

/** The nth call (from 1, counted from the fault's writing) of a method on a type fails with the message. */
export interface Fault {
  type: string;
  method: "create" | "update" | "delete";
  nth: number;
  message: string;
  /** Calls seen so far. */
  seen?: number;
}

export interface AwsState {
  /** How many resources were ever made. */
  made: number;
  /** By `<type>|<id>`. */
  resources: Record<string, Stored>;
  faults: Fault[];
  /** The most resources of a type. */
  quotas: Record<string, number>;
  /** Ids that exist outside of the program: an existing VPC, its subnets. */
  external: string[];
  /** By function token: what a data source answers in this account, beside the table of functions.ts. */
  answers: Record<string, Bag>;
}

export const emptyState = (): AwsState => ({
  made: 0,
  resources: {},
  faults: [],
  quotas: {},
  external: [],
  answers: {},
});

export const keyOf = (type: string, id: string): string => `${type}|${id}`;

export const readState = (file: string): AwsState =>
  existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : emptyState();

function writeState(file: string, state: AwsState): void {
  writeFileSync(`${file}.new`, JSON.stringify(state, null, 1));
  renameSync(`${file}.new`, file);
}

const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Reads, changes and writes the state as one step, also between processes. What `change` throws, nothing is written. */
export function changeState<T>(file: string, change: (state: AwsState) => T): T {
  const lock = `${file}.lock`;
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      closeSync(openSync(lock, "wx"));
      break;
    } catch {
      if (Date.now() > deadline) throw new Error(`${lock} is held for 30 s. Fix: delete it.`);
      pause(5);
    }
  }
  try {
    const state = readState(file);
    const result = change(state);
    writeState(file, state);
    return result;
  } finally {
    rmSync(lock, { force: true });
  }
}

export interface Call {
  method: "create" | "update" | "delete" | "read";
  type: string;
  name: string;
  id: string;
}

/** The calls that reached the account, in order: what a test of the order of a destroy reads. */
export const recordCall = (file: string, call: Call): void =>
  appendFileSync(`${file}.calls`, `${JSON.stringify(call)}\n`);

export const readCalls = (file: string): Call[] =>
  existsSync(`${file}.calls`)
    ? readFileSync(`${file}.calls`, "utf8")
        .trim()
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

export const forgetCalls = (file: string): void => rmSync(`${file}.calls`, { force: true });
