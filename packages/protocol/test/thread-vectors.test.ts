import { readVectors } from "@intentcast/testkit";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { decodeValue } from "../src/cbor/codec.ts";
import { advance } from "../src/deal/advance.ts";
import { awardsLeft, type Deal, openDeal } from "../src/deal/deal.ts";
import { unwrap } from "../src/error.ts";
import { maxBundleBytes } from "../src/limits.ts";
import type { Private, Signed } from "../src/message/message.ts";
import { readSigned } from "../src/message/read.ts";

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
/** An intent, and each further message with the moment at which it is taken into account. */
const transcript = z.tuple([bytes], z.tuple([z.number(), bytes]));

const named = (folder: string) => readVectors(folder).map((vector) => [vector.case, vector] as const);

/** The deal that a transcript leads to, and what each of its messages came to. */
function replay(value: unknown): { deal: Deal; steps: readonly string[] } {
  const [first, ...rest] = z.parse(transcript, value);
  let deal = openDeal(unwrap(readSigned(first)) as Signed<"intent">);
  const steps = rest.map(([now, message]) => {
    const next = advance(deal, unwrap(readSigned(message)) as Private, now);
    if (!next.ok) return `${next.error.stage}/${next.error.code}`;
    deal = next.value;
    return deal.phase;
  });
  return { deal, steps };
}

describe("spec/vectors/thread", () => {
  test.each(named("thread"))("%s", (_, vector) => {
    const { deal, steps } = replay(unwrap(decodeValue(vector.bytes, maxBundleBytes)));
    expect({ steps: steps.join(" "), phase: deal.phase }).toEqual(vector.headers);
    const last = steps.at(-1) ?? "";
    expect(last.includes("/") ? last : "accepted").toBe(vector.expect);
  });
});

describe("spec/vectors/award", () => {
  test.each(named("award"))("%s", (_, vector) => {
    const each = z.parse(z.array(z.unknown()), unwrap(decodeValue(vector.bytes, maxBundleBytes)));
    const deals = each.map((value) => replay(value).deal);
    const left = awardsLeft((deals[0] as Deal).intent, deals);
    expect({ left: `${left}` }).toEqual(vector.headers);
    expect(left > 0 ? "accepted" : "advance/already-awarded").toBe(vector.expect);
  });
});
