/** A relay in a process of its own, so that it can be killed: `node relay-process.ts <folder> <port> <time>`. */
import { startRelay } from "@intentcast/relay";

const [data = "", port = "0", time = "0"] = process.argv.slice(2);
const relay = await startRelay({ data, port: Number(port), clock: () => Number(time) });
process.send?.(relay.port);
