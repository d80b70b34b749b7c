import { readVectors } from "@intentcast/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { type Kind, kinds } from "../src/message/kinds.ts";
import { readSigned } from "../src/message/read.ts";
import { check, predicateOf } from "../src/schema.ts";

type Described = { readonly kind: Kind; readonly body: unknown };

const described: readonly Described[] = readVectors("validate").flatMap(({ bytes }) => {
  const message = readSigned(bytes);
  return message.ok ? [message.value] : [];
});

/** What may stand anywhere in a body and is seldom right. */
const oddities = fc.constantFrom<unknown>(
  ...[null, undefined, true, false, 0, -1, 0.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN, "", "a", "USD"],
  ...[
    "shopify/1",
    "\u0000",
    "é".repeat(150),
    [],
    ["a"],
    {},
    { a: 1 },
    new Uint8Array(32),
    new Uint8Array(16),
  ],
);

type Place = { readonly within: Record<string, unknown> | unknown[]; readonly key: string };

function placesOf(value: unknown): Place[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  const within = value as Place["within"];
  return Object.entries(within).flatMap(([key, part]) => [{ within, key }, ...placesOf(part)]);
}

/** A body that keeps its schema, changed at up to three places: a value replaced, removed, doubled, a field added. */
const changed = fc
  .record({
    from: fc.constantFrom(...described),
    changes: fc.array(
      fc.record({
        at: fc.nat(),
        how: fc.constantFrom("replace", "remove", "double", "add"),
        value: oddities,
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ from: { kind, body }, changes }): Described => {
    const copy = structuredClone(body);
    for (const { at, how, value } of changes) {
      const places = placesOf(copy);
      const { within, key } = places[at % places.length] as Place;
      const list = Array.isArray(within) ? within : undefined;
      if (how === "replace") Object.assign(within, { [key]: value });
      else if (how === "remove") list === undefined ? Reflect.deleteProperty(within, key) : list.pop();
      else if (how === "double") list?.push(list[Number(key)]);
      else Object.assign(within, list === undefined ? { unknown: value } : { [list.length]: value });
    }
    return { kind, body: copy };
  });

describe("a schema as a predicate", () => {
  test("accepts every body of the vectors, without the library", () => {
    expect(new Set(described.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)));
    for (const { kind, body } of described) expect(predicateOf(kinds[kind].schema)(body)).toBe(true);
  });

  test("accepts what the library accepts, as it is, and nothing else", () => {
    fc.assert(
      fc.property(changed, ({ kind, body }) => {
        const schema: z.core.$ZodType = kinds[kind].schema;
        const parsed = z.safeParse(schema, body);
        expect(predicateOf(schema)(body)).toBe(parsed.success);
        if (parsed.success) expect(parsed.data).toEqual(body);
      }),
      { numRuns: 3000 },
    );
  });

  test("leaves to the library what it does not know", () => {
    const trimmed = z.string().check(z.trim());
    expect(predicateOf(trimmed)(" a ")).toBe(false);
    expect(check(trimmed, " a ")).toEqual({ ok: true, value: "a" });
    expect(check(z.nullable(z.string()), null)).toEqual({ ok: true, value: null });
    expect(check(z.object({ a: z.int() }), { a: 1, b: 2 })).toEqual({ ok: true, value: { a: 1 } });
    expect(check(z.email(), "nobody").ok).toBe(false);
  });

  test("leaves an object with a prototype of its own to the library, which copies it", () => {
    const schema = z.strictObject({ a: z.int() });
    class Thing {
      a = 1;
    }
    const checked = check(schema, new Thing());
    expect(checked).toEqual({ ok: true, value: { a: 1 } });
    expect(checked.ok && checked.value).not.toBeInstanceOf(Thing);
  });
});
