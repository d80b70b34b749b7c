/** The relay that is measured, as an operator would run it. */
import { type RelayConfig, startRelay } from "@intentcast/relay";
import { configOf, serveParent } from "./parent.ts";

const relay = await startRelay({ port: 0, ...configOf<RelayConfig>() });
serveParent(relay.port, () => relay.stop());
