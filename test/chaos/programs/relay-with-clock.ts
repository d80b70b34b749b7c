/** A relay whose clock is wrong: `node relay-with-clock.ts <seconds ahead>`. */
import { startRelay } from "@intentcast/relay";

const ahead = Number(process.argv[2]);
const relay = await startRelay({ port: 0, clock: () => Math.floor(Date.now() / 1000) + ahead });
process.once("SIGINT", () => void relay.stop());
console.log(JSON.stringify({ url: relay.url }));
