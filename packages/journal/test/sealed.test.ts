import { IntentcastError } from "@intentcast/protocol";
import { temporaryFolder } from "@intentcast/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Entry, type Journal, memoryJournal, type NewEntry } from "../src/index.ts";
import { sealedJournal, unsealedJournal } from "../src/sealed.ts";
import { sqliteJournal } from "../src/sqlite.ts";
import { journalContract } from "./journal-contract.ts";

const passphrase = "correct horse battery staple";
/** As little work as there can be: what a passphrase costs to try is scrypt's to prove. */
const cost = 1;
const seal = (journal: Journal, words = passphrase): Promise<Journal> =>
  sealedJournal(journal, words, { cost });

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const value = utf8("a stroller for twins");

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof IntentcastError ? error.code : String(error)),
  );

/** A journal with these entries as they stand, gaps and all. */
const holding = (entries: readonly Entry[]): Journal => ({
  append: async () => "taken",
  read: async (after = 0) => entries.filter(({ position }) => position > after),
  [Symbol.asyncDispose]: async () => undefined,
});

const readAll = async (entries: readonly Entry[]): Promise<readonly Entry[]> =>
  (await seal(holding(entries))).read();

const replaced = <T>(list: readonly T[], index: number, by: (item: T) => T): readonly T[] =>
  list.map((item, at) => (at === index ? by(item) : item));

const threeEntries = async (): Promise<readonly Entry[]> => {
  const beneath = memoryJournal();
  const journal = await seal(beneath);
  await journal.append({ kind: "intent", key: "intent/0", value });
  await journal.append({ kind: "received", value });
  await journal.append({ kind: "sent", key: "award/0", value });
  return beneath.read();
};

describe("in memory", () => journalContract(() => seal(memoryJournal())));
describe("in SQLite", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let count = 0;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  journalContract(() => seal(sqliteJournal(`${folder.path}/${++count}.journal`)));
});

describe("a sealed journal", () => {
  test("is opened again with its passphrase, and only with it", async () => {
    const beneath = memoryJournal();
    const journal = await seal(beneath);
    await journal.append({ kind: "award", key: "k", value });

    const again = await seal(beneath);
    expect(await again.read()).toEqual([{ position: 1, kind: "award", key: "k", value }]);
    expect(await again.append({ kind: "award", key: "k", value })).toBe("taken");
    for (const other of ["Correct horse battery staple", `${passphrase} `, "x"]) {
      expect(await codeOf(seal(beneath, other))).toBe("journal-locked");
    }
    expect(await beneath.read()).toHaveLength(2);
  });

  test("refuses an empty passphrase before it writes anything", async () => {
    const beneath = memoryJournal();
    expect(await codeOf(seal(beneath, ""))).toBe("journal-locked");
    expect(await beneath.read()).toEqual([]);
  });

  test("takes a passphrase for the same however a keyboard composes its letters", async () => {
    const beneath = memoryJournal();
    await (await seal(beneath, "Stra\u00dfe zum Caf\u00e9")).append({ kind: "a", value });
    expect(await (await seal(beneath, "Stra\u00dfe zum Cafe\u0301")).read()).toHaveLength(1);
  });

  test("keeps the cost that it was begun with", async () => {
    const beneath = memoryJournal();
    await sealedJournal(beneath, passphrase, { cost: 3 });
    expect(await (await sealedJournal(beneath, passphrase)).read()).toEqual([]);
    for (const wrong of [0, 1.5, 21]) {
      await expect(sealedJournal(beneath, passphrase, { cost: wrong })).rejects.toThrow(RangeError);
    }
  });

  test("is one journal for two who begin it at once", async () => {
    const beneath = memoryJournal();
    const [one, other] = await Promise.all([seal(beneath), seal(beneath)]);
    expect(await one.append({ kind: "award", key: "k", value })).toBe(1);
    expect(await other.append({ kind: "award", key: "k", value })).toBe("taken");
    expect(await other.append({ kind: "note", value })).toBe(2);
    expect(await one.read()).toEqual(await other.read());
  });

  test("on disk shows neither kinds, keys nor values", async () => {
    const text = fc.stringMatching(/^[a-z]{6,12}$/);
    await fc.assert(
      fc.asyncProperty(text, text, text, async (kind, key, content) => {
        const beneath = memoryJournal();
        await (await seal(beneath)).append({ kind, key, value: utf8(content) });
        const [, entry] = await beneath.read();
        const seen = `${entry?.kind} ${entry?.key} ${Buffer.from(entry?.value ?? []).toString("latin1")}`;
        for (const secret of [kind, key, content]) expect(seen).not.toContain(secret);
      }),
      { numRuns: 20 },
    );
  });

  test("gives one content another ciphertext each time, and one key one tag in this journal alone", async () => {
    const entry: NewEntry = { kind: "a", value };
    const [one, other] = [memoryJournal(), memoryJournal()];
    const [inOne, inOther] = [await seal(one), await seal(other)];
    for (const journal of [inOne, inOne, inOther]) await journal.append(entry);
    for (const journal of [inOne, inOther]) await journal.append({ ...entry, key: "k" });
    const all = [...(await one.read()).slice(1), ...(await other.read()).slice(1)];
    expect(new Set(all.map((each) => Buffer.from(each.value).toString("hex")))).toHaveLength(all.length);
    expect(new Set(all.map(({ key }) => key).filter((key) => key !== undefined))).toHaveLength(2);
  });

  test("refuses an entry of which any bit is changed", async () => {
    const entries = await threeEntries();
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 7 }), async (which, where, bit) => {
        const changed = replaced(entries, which % entries.length, (entry) => {
          const bytes = entry.value.slice();
          const at = where % bytes.length;
          bytes[at] = (bytes[at] as number) ^ (1 << bit);
          return { ...entry, value: bytes };
        });
        // Of the header: another cost may only cost work, and the proof then fails; another version is one we do not know.
        expect(await codeOf(readAll(changed))).toMatch(/^journal-(broken|locked|version)$/);
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  test("refuses entries that are cut short, of another kind, or given another key or none", async () => {
    const entries = await threeEntries();
    const changes: readonly ((entry: Entry) => Entry)[] = [
      (entry) => ({ ...entry, value: entry.value.slice(0, -1) }),
      (entry) => ({ ...entry, value: entry.value.slice(0, 10) }),
      (entry) => ({ ...entry, value: new Uint8Array(0) }),
      (entry) => ({ ...entry, kind: "received" }),
      (entry) => ({ ...entry, key: "another" }),
      ({ key: _, ...entry }) => entry,
    ];
    for (const change of changes) {
      expect(await codeOf(readAll(replaced(entries, 1, change)))).toBe("journal-broken");
    }
  });

  test("refuses entries that have changed places, and one that has moved up into a gap", async () => {
    const [header, first, second, third] = (await threeEntries()) as [Entry, Entry, Entry, Entry];
    const swapped = [header, first, { ...third, position: 3 }, { ...second, position: 4 }];
    expect(await codeOf(readAll(swapped))).toBe("journal-broken");
    const movedUp = [header, { ...second, position: 2 }, { ...third, position: 3 }];
    expect(await codeOf(readAll(movedUp))).toBe("journal-broken");
  });

  test("refuses an entry of another journal with the same passphrase", async () => {
    const [ours, others] = [await threeEntries(), await threeEntries()];
    const mixed = replaced(ours, 2, () => others[2] as Entry);
    expect(await codeOf(readAll(mixed))).toBe("journal-broken");
  });

  test("refuses a journal that was never sealed, a header of a later version, and one that says nothing", async () => {
    const plain = memoryJournal();
    await plain.append({ kind: "intent", value });
    expect(await codeOf(seal(plain))).toBe("journal-broken");

    const header = (await threeEntries())[0] as Entry;
    const hex = Buffer.from(header.value).toString("hex");
    // The text "version", then 1.
    const later = Buffer.from(hex.replace("6776657273696f6e01", "6776657273696f6e02"), "hex");
    expect(await codeOf(readAll([{ ...header, value: new Uint8Array(later) }]))).toBe("journal-version");
    for (const bytes of [new Uint8Array(0), utf8("salt"), Uint8Array.of(0x80)]) {
      expect(await codeOf(readAll([{ ...header, value: bytes }]))).toBe("journal-broken");
    }
  });

  test("is not taken for one that is not sealed", async () => {
    const entries = await threeEntries();
    expect(await codeOf(unsealedJournal(holding(entries)).read())).toBe("journal-locked");
    const plain = unsealedJournal(memoryJournal());
    await plain.append({ kind: "award", key: "k", value });
    expect(await plain.read()).toEqual([{ position: 1, kind: "award", key: "k", value }]);
  });

  test("in a SQLite file is found again by another process's handle", async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/buyer.journal`;
    {
      await using journal = await seal(sqliteJournal(path));
      await journal.append({ kind: "cast", key: "k", value });
    }
    await using journal = await seal(sqliteJournal(path));
    expect(await journal.read()).toEqual([{ position: 1, kind: "cast", key: "k", value }]);
  });

  test("costs a passphrase's trial 128 MiB unless told otherwise", async () => {
    const beneath = memoryJournal();
    await sealedJournal(beneath, passphrase);
    const hex = Buffer.from((await beneath.read())[0]?.value ?? []).toString("hex");
    // The text "cost", then 17: scrypt takes 128 · r · N bytes, r being 8.
    expect(hex).toContain("64636f737411");
  });
});
