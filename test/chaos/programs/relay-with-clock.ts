/** A relay whose clock is wrong: `node relay-with-clock.ts <seconds ahead> <the rest of its configuration, as JSON>`. */
import { startRelay } from "@intentcast/relay";

const [, , ahead, config = "{}"] = process.argv;
const clock = (): number => Math.floor(Date.now() / 1000) + Number(ahead);
const relay = await startRelay({ port: 0, ...JSON.parse(config), clock });
process.once("SIGINT", () => void relay.stop());
console.log(JSON.stringify({ url: relay.url }));
