/** What every journal must do; each adapter's test runs all of it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Journal, NewEntry } from "../src/index.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** `open` makes a new, empty journal each time. */
export function journalContract(open: () => Journal | Promise<Journal>): void {
  describe("the contract of a journal", () => {
    test("a new journal is empty", async () => {
      await using journal = await open();
      expect(await journal.read()).toEqual([]);
    });

    test("entries are read back in the order of their appending, with rising positions from 1", async () => {
      await using journal = await open();
      expect(await journal.append({ kind: "cast", key: "cast 1", value: bytes(1) })).toBe(1);
      expect(await journal.append({ kind: "offer", value: bytes() })).toBe(2);
      expect(await journal.read()).toEqual([
        { position: 1, kind: "cast", key: "cast 1", value: bytes(1) },
        { position: 2, kind: "offer", value: bytes() },
      ]);
    });

    test("read gives only what stands behind a position", async () => {
      await using journal = await open();
      for (const value of [1, 2, 3]) await journal.append({ kind: "offer", value: bytes(value) });
      expect((await journal.read(1)).map(({ position }) => position)).toEqual([2, 3]);
      expect(await journal.read(3)).toEqual([]);
      expect(await journal.read(99)).toEqual([]);
    });

    test("a key is given once, and nothing is written for whoever comes second", async () => {
      await using journal = await open();
      expect(await journal.append({ kind: "award", key: "k", value: bytes(1) })).toBe(1);
      expect(await journal.append({ kind: "award", key: "k", value: bytes(2) })).toBe("taken");
      expect(await journal.append({ kind: "other", key: "k", value: bytes(3) })).toBe("taken");
      expect(await journal.read()).toEqual([{ position: 1, kind: "award", key: "k", value: bytes(1) }]);
    });

    test("entries without a key do not exclude each other", async () => {
      await using journal = await open();
      expect(await journal.append({ kind: "note", value: bytes(1) })).toBe(1);
      expect(await journal.append({ kind: "note", value: bytes(1) })).toBe(2);
    });

    test("of many who append one key at once, exactly one is given a position", async () => {
      await using journal = await open();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => journal.append({ kind: "award", key: "k", value: bytes(i) })),
      );
      expect(outcomes.filter((outcome) => outcome !== "taken")).toHaveLength(1);
      expect(await journal.read()).toHaveLength(1);
    });

    test("bytes are copied: changing them afterwards changes nothing in the journal", async () => {
      await using journal = await open();
      const value = bytes(1);
      await journal.append({ kind: "note", value });
      value[0] = 2;
      const [first] = await journal.read();
      first?.value.set([3]);
      expect((await journal.read())[0]?.value).toEqual(bytes(1));
    });

    test("a closed journal refuses every use, and closing twice is no error", async () => {
      const journal = await open();
      await journal[Symbol.asyncDispose]();
      await journal[Symbol.asyncDispose]();
      await expect(journal.append({ kind: "note", value: bytes() })).rejects.toThrow("closed");
      await expect(journal.read()).rejects.toThrow("closed");
    });

    test("whatever is appended, read gives back the entries whose key was free", async () => {
      const newEntry = fc.record(
        {
          kind: fc.constantFrom("cast", "award", ""),
          key: fc.constantFrom("a", "b", "", "ключ"),
          value: fc.uint8Array({ maxLength: 40 }),
        },
        { requiredKeys: ["kind", "value"] },
      ) as fc.Arbitrary<NewEntry>;
      await fc.assert(
        fc.asyncProperty(fc.array(newEntry, { maxLength: 12 }), async (entries) => {
          await using journal = await open();
          const taken = new Set<string>();
          const expected: NewEntry[] = [];
          for (const entry of entries) {
            const outcome = await journal.append(entry);
            if (entry.key !== undefined && taken.has(entry.key)) {
              expect(outcome).toBe("taken");
              continue;
            }
            if (entry.key !== undefined) taken.add(entry.key);
            expected.push(entry);
            expect(outcome).toBe(expected.length);
          }
          expect(await journal.read()).toEqual(
            expected.map((entry, index) => ({ position: index + 1, ...entry })),
          );
        }),
        { numRuns: 20 },
      );
    });
  });
}
