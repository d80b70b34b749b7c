/** What the simulated network carries: intents of the bench's market, each with the topic of its market. */
import { encodeValue, type ProfileValue, type Signed } from "@intentcast/protocol";
import { allTopics, intentTopic, marketOf } from "../../packages/relay/src/core/topic.ts";
import { marketIntent } from "../market/intent.ts";
import type { Parcel } from "./gossip-network.ts";

/** Of intents; sealed mail, closes and profiles have topics of their own, and are not simulated. */
export const intentTopics = 32;

/** An author, a signature, and the heads around them. */
const envelopeBytes = 130;

export type Published = Parcel & { readonly intent: Signed<"intent"> };

/** The number of its topic: those of intents come first among all topics. */
const topicOf = ({ body }: Signed<"intent">): number =>
  allTopics.indexOf(intentTopic(marketOf(body.want[0]?.category ?? "")));

export function drawIntent(seed: string, number: number): Published {
  const drawn = marketIntent(seed, number);
  const bytes = encodeValue(drawn.body as unknown as ProfileValue).length + envelopeBytes;
  const intent = { ...drawn, bytes: new Uint8Array(bytes) };
  return { number, topic: topicOf(intent), bytes, intent };
}
