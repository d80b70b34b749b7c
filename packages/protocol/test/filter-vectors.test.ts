import { diagnostic, readVectors } from "@intentcast/testkit";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { toHex } from "../src/bytes.ts";
import { decodeValue } from "../src/cbor/codec.ts";
import { unwrap } from "../src/error.ts";
import { filter } from "../src/filter/filter.ts";
import { matches } from "../src/filter/matches.ts";
import { maxFrameBytes } from "../src/limits.ts";
import { readMessage } from "../src/message/read.ts";

const pair = z.tuple([z.unknown(), z.custom<Uint8Array>((value) => value instanceof Uint8Array)]);

test.each(readVectors("filter").map((vector) => [vector.case, vector] as const))(
  "filter vector %s",
  (_, vector) => {
    const [value, bytes] = z.parse(pair, unwrap(decodeValue(vector.bytes, maxFrameBytes)));
    const message = unwrap(readMessage(bytes));
    const described = z.safeParse(filter, value);
    expect(described.success ? "accepted" : "session/filter-form").toBe(vector.expect);
    if (!described.success) return;
    expect({
      filter: diagnostic(described.data),
      kind: message.kind,
      id: toHex(message.id),
      matches: matches(described.data, message) ? "yes" : "no",
    }).toEqual(vector.headers);
  },
);
