/** What the simulated network carries: intents of the bench's market, each with the topic of its market. */
import { createHash } from "node:crypto";
import { encodeValue, type ProfileValue, type Signed } from "@intentcast/protocol";
import { marketIntent } from "../market/intent.ts";
import type { Parcel } from "./gossip-network.ts";

/** Of intents; sealed mail, closes and profiles have topics of their own, and are not simulated. */
export const intentTopics = 32;

/** An author, a signature, and the heads around them. */
const envelopeBytes = 130;

export type Published = Parcel & { readonly intent: Signed<"intent"> };

/** The first five bits of SHA-256 over the root of the category, such as `shopify/bt`. */
function topicOf({ body }: Signed<"intent">): number {
  const market = body.want[0]?.category.split("/", 2).join("/") ?? "";
  return (createHash("sha256").update(market).digest()[0] as number) >> 3;
}

export function drawIntent(seed: string, number: number): Published {
  const drawn = marketIntent(seed, number);
  const bytes = encodeValue(drawn.body as unknown as ProfileValue).length + envelopeBytes;
  const intent = { ...drawn, bytes: new Uint8Array(bytes) };
  return { number, topic: topicOf(intent), bytes, intent };
}
