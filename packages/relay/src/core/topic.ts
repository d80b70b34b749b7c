/** Topics: what relays agree to forward to each other. A message's own content says which are its (spec/09 §2.1). */
import type { Message } from "@intentcast/protocol";
import { sha256 } from "@noble/hashes/sha2.js";

/** The topics are fixed: users name none, so that nobody can make relays keep more of them. */
export type Topic = `intent:${string}` | `mail:${number}` | "close" | "profile";

const intentTopics = 32;
const mailTopics = 8;

const numbered = (number: number): Topic => `intent:${number.toString(16).padStart(2, "0")}`;
const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Every topic that there is. */
export const allTopics: readonly Topic[] = [
  ...range(intentTopics).map(numbered),
  ...range(mailTopics).map((number): Topic => `mail:${number}`),
  "close",
  "profile",
];

export const isTopic = (name: string): name is Topic => (allTopics as readonly string[]).includes(name);

/** The root of a category: its scheme and the first segment, such as `shopify/bt`. */
export function marketOf(category: string): string {
  const end = category.indexOf("/", category.indexOf("/") + 1);
  return end === -1 ? category : category.slice(0, end);
}

/** The topic of intents in a market: the first five bits of SHA-256 over the market's name. */
export function intentTopic(market: string): Topic {
  const [first = 0] = sha256(new TextEncoder().encode(market));
  return numbered(first >> 3);
}

/** The topic of mail to a mailbox: its first three bits. */
export const mailTopic = ([first = 0]: Uint8Array): Topic => `mail:${first >> 5}`;

/** The topics of a message, each once: of an intent one for each market that it wants something of. */
export function topicsOf(
  message: Message,
  topicOf: (market: string) => Topic = intentTopic,
): readonly Topic[] {
  if (message.kind === "sealed") return [mailTopic(message.to)];
  if (message.kind !== "intent") return [message.kind];
  const topics: Topic[] = [];
  for (const { category } of message.body.want) {
    const topic = topicOf(marketOf(category));
    if (!topics.includes(topic)) topics.push(topic);
  }
  return topics;
}
