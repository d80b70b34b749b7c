/** The journal in IndexedDB, in the browser that it is for. */
import type { Entry, Journal } from "@intentcast/journal";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { journalContract } from "../../packages/journal/test/journal-contract.ts";
import { describeInBrowser } from "./chromium.ts";
import { type Visit, visitSite } from "./site.ts";

describeInBrowser("a journal in IndexedDB", () => {
  let visit: Visit;
  let page: Page;
  let count = 0;
  const newName = (): string => `journal ${++count}`;

  beforeAll(async () => {
    visit = await visitSite();
    page = await visit.open();
  });
  afterAll(() => visit[Symbol.asyncDispose]());

  /** A journal in the page, sealed if there is a passphrase, for the contract to use from here. */
  async function openInPage(passphrase?: string): Promise<Journal> {
    const name = newName();
    await page.evaluate(
      async ([name, passphrase]) => {
        const plain = await sdk.indexedDbJournal(name);
        const journal = passphrase === undefined ? plain : sdk.sealedJournal(plain, passphrase, { cost: 1 });
        sdk.journals.set(name, await journal);
      },
      [name, passphrase] as const,
    );
    return {
      append: (entry) =>
        page.evaluate(([name, entry]) => (sdk.journals.get(name) as Journal).append(entry), [
          name,
          entry,
        ] as const),
      read: (after) =>
        page.evaluate(
          async ([name, after]) => (await (sdk.journals.get(name) as Journal).read(after)) as Entry[],
          [name, after] as const,
        ),
      [Symbol.asyncDispose]: () =>
        page.evaluate(async (name) => (sdk.journals.get(name) as Journal)[Symbol.asyncDispose](), name),
    };
  }

  journalContract(() => openInPage());
  describe("sealed with a passphrase", () => journalContract(() => openInPage("correct horse")));

  test("is there again after the page is loaded anew, and goes on where it ended", async () => {
    const name = newName();
    await page.evaluate(async (name) => {
      const journal = await sdk.indexedDbJournal(name);
      await journal.append({ kind: "award", key: "k", value: Uint8Array.of(1, 2) });
    }, name);
    await page.reload();
    const found = await page.evaluate(async (name) => {
      const journal = await sdk.indexedDbJournal(name);
      const entries = (await journal.read()) as Entry[];
      const again = await journal.append({ kind: "award", key: "k", value: Uint8Array.of(3) });
      const next = await journal.append({ kind: "note", value: Uint8Array.of(3) });
      return { entries, again, next };
    }, name);
    expect(found).toEqual({
      entries: [{ position: 1, kind: "award", key: "k", value: Uint8Array.of(1, 2) }],
      again: "taken",
      next: 2,
    });
  });

  test("copies what it is given within the page, and no more of a buffer than the view shows", async () => {
    const found = await page.evaluate(async (name) => {
      const journal = await sdk.indexedDbJournal(name);
      const value = new Uint8Array(1000).subarray(10, 12);
      const appending = journal.append({ kind: "note", value });
      value[0] = 7;
      await appending;
      const [entry] = await journal.read();
      entry?.value.set([9]);
      const [again] = await journal.read();
      return { first: again?.value, bufferBytes: again?.value.buffer.byteLength };
    }, newName());
    expect(found).toEqual({ first: Uint8Array.of(0, 0), bufferBytes: 2 });
  });

  test("gives each key to one of several tabs that append at once, and no position twice", async () => {
    const name = newName();
    const tabs = [page, await visit.open(), await visit.open()];
    const won = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(async (name) => {
          const journal = await sdk.indexedDbJournal(name);
          const outcomes: (readonly [position: number, key: string])[] = [];
          for (let key = 1; key <= 40; key++) {
            const outcome = await journal.append({ kind: "award", key: `${key}`, value: Uint8Array.of(key) });
            if (outcome !== "taken") outcomes.push([outcome, `${key}`]);
          }
          return outcomes;
        }, name),
      ),
    );
    const entries = await page.evaluate(
      async (name) => (await (await sdk.indexedDbJournal(name)).read()) as Entry[],
      name,
    );
    expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(new Set(entries.map(({ key }) => key))).toHaveLength(40);
    expect(won.flat().sort(([a], [b]) => a - b)).toEqual(entries.map(({ position, key }) => [position, key]));
  });

  test("refuses a database of something else, and one of a later version", async () => {
    const codes = await page.evaluate(
      async ([foreign, later]) => {
        const create = (name: string, version: number, store: string) =>
          new Promise<void>((resolve) => {
            const request = indexedDB.open(name, version);
            request.onupgradeneeded = () => request.result.createObjectStore(store);
            request.onsuccess = () => {
              request.result.close();
              resolve();
            };
          });
        await create(foreign, 1, "photos");
        await create(later, 2, "entry");
        return [
          await sdk.codeOf(sdk.indexedDbJournal(foreign)),
          await sdk.codeOf(sdk.indexedDbJournal(later)),
        ];
      },
      [newName(), newName()] as const,
    );
    expect(codes).toEqual(["journal-broken", "journal-version"]);
  });

  test("says that it failed when its database is deleted under it", async () => {
    const codes = await page.evaluate(async (name) => {
      const journal = await sdk.indexedDbJournal(name);
      await journal.append({ kind: "note", value: Uint8Array.of(1) });
      await new Promise((resolve) => {
        indexedDB.deleteDatabase(name).onsuccess = resolve;
      });
      const appending = journal.append({ kind: "note", value: Uint8Array.of(1) });
      return [await sdk.codeOf(appending), await sdk.codeOf(journal.read())];
    }, newName());
    expect(codes).toEqual(["journal-failed", "journal-failed"]);
  });

  test("sealed, shows the browser's own tools nothing of what it holds, and opens for its passphrase alone", async () => {
    const found = await page.evaluate(async (name) => {
      const beneath = await sdk.indexedDbJournal(name);
      const journal = await sdk.sealedJournal(beneath, "correct horse", { cost: 10 });
      await journal.append({ kind: "award", key: "award/1", value: new TextEncoder().encode("a stroller") });
      const shown = (await beneath.read()).map(({ kind, key, value }) => [
        kind,
        key,
        new TextDecoder().decode(value),
      ]);
      const wrong = await sdk.codeOf(sdk.sealedJournal(beneath, "battery staple"));
      const [entry] = await (await sdk.sealedJournal(beneath, "correct horse")).read();
      return { shown: shown.flat().join(" "), wrong, key: entry?.key };
    }, newName());
    expect(found.shown).not.toMatch(/award|stroller/);
    expect(found).toMatchObject({ wrong: "journal-locked", key: "award/1" });
  });

  test("needs nothing that the page's policy forbids", () => {
    expect(visit.faults).toEqual([]);
  });
});
