/** The system's clock and randomness, which everything below takes as parameters. */
import { randomBytes } from "node:crypto";
import type { Clock, Random } from "@intentcast/protocol";

export const systemClock: Clock = () => Math.floor(Date.now() / 1000);
export const systemRandom: Random = (length) => new Uint8Array(randomBytes(length));
