import { readVectors } from "@intentcast/testkit";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { decodeValue } from "../src/cbor/codec.ts";
import { unwrap } from "../src/error.ts";
import { filter } from "../src/filter/filter.ts";
import { matches } from "../src/filter/matches.ts";
import { maxFrameBytes } from "../src/limits.ts";
import { readMessage } from "../src/message/read.ts";

const pair = z.tuple([filter, z.custom<Uint8Array>((value) => value instanceof Uint8Array)]);

test.each(readVectors("filter").map((vector) => [vector.case, vector] as const))(
  "filter vector %s",
  (_, vector) => {
    const [described, bytes] = z.parse(pair, unwrap(decodeValue(vector.bytes, maxFrameBytes)));
    const message = unwrap(readMessage(bytes));
    expect(matches(described, message) ? "yes" : "no").toBe(vector.headers["matches"]);
  },
);
