/** The load: intents as buyers write them, each by a key of its own and of about 600 bytes, the same in every run. */
import {
  type Body,
  type Filter,
  hour,
  type Signed,
  type Signer,
  unwrap,
  writeMessage,
} from "@intentcast/protocol";
import { nodeSigner } from "./node-signer.ts";
import { below, seededBytes } from "./seeded-bytes.ts";

const names = ["stroller for twins", "trail shoes, wide", "espresso grinder", "garden bench", "desk lamp"];
const colours = ["green", "blue", "red", "grey", "black"];
const digits = "0123456789bcdefghjkmnpqrstuvwxyz";

/** What an intent is about, where the generator shall not choose. */
export type Subject = { readonly category?: string; readonly place?: string; readonly author?: Signer };

/** Gives one more intent at each call. Issued now, as a relay's clock refuses the past; all else follows from the seed. */
export function intentWriter(seed: string): (subject?: Subject) => Signed<"intent"> {
  const bytes = seededBytes(seed);
  const pick = <T>(list: ArrayLike<T>): T => list[below(list.length, bytes)] as T;
  const issued = Math.floor(Date.now() / 1000);

  const body = ({ category, place }: Subject): Body<"intent"> => ({
    nonce: bytes(16),
    issued,
    expires: issued + 24 * hour,
    want: [
      {
        category: category ?? `shopify/${below(26, bytes)}/${below(20, bytes)}/${below(20, bytes)}`,
        name: pick(names),
        quantity: { value: 1 + below(4, bytes), unit: "C62" },
        condition: ["new"],
        requirements: [
          { attribute: "color", operator: "in", value: [pick(colours), "white"], weight: 40 },
          {
            attribute: "weight",
            operator: "le",
            value: 125 + below(100, bytes),
            scale: 1,
            unit: "KGM",
            must: true,
          },
        ],
        substitutes: true,
      },
    ],
    where: [place ?? `geohash/9/${pick(digits)}/${pick(digits)}/${pick(digits)}/${pick(digits)}`],
    delivery: ["courier", "pickup"],
    price: { currency: "USD", max: 1000 + below(50_000, bytes) },
    award: { deadline: issued + hour },
    reply: { mailbox: bytes(32), key: bytes(32), relays: ["wss://relay.example:7447"] },
  });

  return (subject = {}) =>
    unwrap(writeMessage("intent", body(subject), subject.author ?? nodeSigner(bytes(32))));
}

export function intents(count: number, seed = "intents"): Signed<"intent">[] {
  const write = intentWriter(seed);
  return Array.from({ length: count }, () => write());
}

export const everyIntent: Filter = { kinds: ["intent"] };
