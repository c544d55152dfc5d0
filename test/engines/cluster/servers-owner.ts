/** A process that owns two servers until it is ended: `node servers-owner.ts FOLDER` prints their process ids. */
import { serversIn } from "./processes.ts";

const servers = serversIn(process.argv[2] as string);
servers.start("first", "sleep", ["600"]);
servers.start("second", "sleep", ["600"]);
console.log(JSON.stringify(Object.values(servers.pids())));
