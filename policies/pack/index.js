// Entry in JavaScript: the runner puts ts-node before a .ts entry, and Node strips the types of pack.ts by itself.
import "./pack.ts";
