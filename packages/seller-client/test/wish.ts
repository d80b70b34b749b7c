/** Intents as a test wants them, unsigned: for what is pure. */
import { type Body, hour, type Signed } from "@intentcast/protocol";

export const now = 1_800_000_000;
export const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);

export type Intent = Body<"intent">;
export type Line = Intent["want"][number];

export const line = (some: Partial<Line> = {}): Line => ({
  category: "uncategorized",
  quantity: { value: 1, unit: "C62" },
  ...some,
});

export const cast = (some: Partial<Intent>): Signed<"intent"> => ({
  kind: "intent",
  id: bytes(32, 1),
  author: bytes(32, 2),
  bytes: bytes(1, 0),
  body: {
    nonce: bytes(16, 3),
    issued: now,
    expires: now + 24 * hour,
    want: [line()],
    reply: { mailbox: bytes(32, 4), key: bytes(32, 5) },
    ...some,
  },
});
