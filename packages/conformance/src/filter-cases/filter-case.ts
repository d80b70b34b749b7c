/** A field of a filter, and how it is tried. */
import type { Body, Filter, Message, Signer } from "@intentcast/protocol";
import type { Trial } from "../trial.ts";

/** What a filter is called in a report, the filter, and the names of the messages that it describes. */
export type Described = readonly [what: string, filter: Filter, names: string];

export type FilterCase = {
  readonly id: string;
  readonly says: string;
  /** A heading of page 7, or none for its table of fields. */
  readonly spec: string;
  readonly make: (trial: Trial) => Promise<{
    /** In the order in which they are published. */
    readonly messages: Readonly<Record<string, Message>>;
    readonly filters: readonly Described[];
    /** Mailboxes that the reader proves first. */
    readonly mailboxes?: readonly Signer[];
  }>;
};

export const described = (filter: Filter, names: string): Described => [
  JSON.stringify(filter, asText),
  filter,
  names,
];

/** Bytes as the beginning of their hex. */
const asText = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? `${Buffer.from(value.subarray(0, 4)).toString("hex")}…` : value;

const piece = { value: 1, unit: "C62" };
export const line = (fields: Partial<Body<"intent">["want"][number]> = {}) => ({
  category: "conformance/none",
  quantity: piece,
  ...fields,
});
