/**
 * Filters: whatever passes the schema answers for any message, as the conjunction of its fields, and the relay's index
 * agrees. An input is a filter's bytes.
 */
import {
  countTerms,
  decodeValue,
  encodeValue,
  type Filter,
  type Message,
  matches,
  maxFrameBytes,
  readMessage,
  filter as schema,
} from "@intentcast/protocol";
import { linearIndex } from "../../../packages/relay/src/core/subscription-index.ts";
import { filterPairs, items, sealedMessages, signedMessages } from "../corpus.ts";
import type { Dice } from "../dice.ts";
import { mutate } from "../mutate.ts";
import { demand, type Target } from "../target.ts";
import { mutateValue } from "../values.ts";

const filters = filterPairs.map(([filter]) => filter);

const messages: readonly Message[] = [
  ...filterPairs.map(([, bytes]) => bytes),
  ...signedMessages,
  ...sealedMessages,
].flatMap((bytes) => {
  const message = readMessage(bytes, () => true);
  return message.ok ? [message.value] : [];
});
/** As many as each filter can be asked about. */
const asked = messages.filter((_, i) => i % Math.ceil(messages.length / 24) === 0);

/** Fields of two filters in one, most of the time with a change. */
function make(dice: Dice): Uint8Array {
  const merged = {
    ...(dice.pick(filters) as object),
    ...(dice.chance(0.5) ? (dice.pick(filters) as object) : {}),
  };
  const value = dice.chance(0.8) ? mutateValue(merged, dice) : merged;
  try {
    const bytes = encodeValue(value);
    return dice.chance(0.1) ? mutate(bytes, dice, items) : bytes;
  } catch (error) {
    if (error instanceof TypeError) return new Uint8Array(0);
    throw error;
  }
}

function check(input: Uint8Array): string {
  const value = decodeValue(input, maxFrameBytes);
  if (!value.ok) return value.error.code;
  const parsed = schema.safeParse(value.value);
  if (!parsed.success) return "filter-form";
  const filter: Filter = parsed.data;
  const terms = countTerms(filter);
  demand(Number.isSafeInteger(terms) && terms >= 0, "terms can be counted");
  const index = linearIndex<{ filter: Filter }>();
  const standing = { filter };
  index.add(standing);
  let matched = 0;
  for (const message of asked) {
    const isMatch = matches(filter, message);
    const isConjunction = fieldsOf(filter).every((one) => matches(one, message));
    const isReadable = message.kind !== "sealed" || filter.mailboxes !== undefined;
    demand(isMatch === (isConjunction && isReadable), "a filter holds where each of its fields does");
    demand([...index.find(message)].includes(standing) === isMatch, "the relay's index agrees with matches");
    if (isMatch) matched++;
  }
  index.remove(standing);
  demand(index.size === 0, "a filter that was removed is gone");
  return matched > 0 ? "accepted, matches some" : "accepted, matches none";
}

/** The fields of a filter, one each; with the mailboxes beside each, as sealed messages need them. */
function fieldsOf(filter: Filter): Filter[] {
  const { mailboxes } = filter;
  return Object.entries(filter).map(([name, value]) => ({ ...(mailboxes && { mailboxes }), [name]: value }));
}

export const filter: Target = { count: 60_000, make, check };
