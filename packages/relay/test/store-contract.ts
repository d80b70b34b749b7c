/** What every store keeps, whatever it is made of (ports/store.ts). */
import { compareBytes, filterKinds, toHex, unwrap } from "@intentcast/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scopeOf } from "../src/core/scope.ts";
import { topicsOf } from "../src/core/topic.ts";
import type { Store } from "../src/ports/store.ts";
import {
  admitted,
  buyer,
  close,
  intentFor,
  mailbox,
  now,
  otherMailbox,
  profile,
  sealed,
  seller,
} from "./messages.ts";

const open = { kinds: ["intent", "close", "profile"] } as const;

export function storeContract(name: string, make: (stack: AsyncDisposableStack) => Promise<Store>): void {
  describe(name, () => {
    let stack: AsyncDisposableStack;
    let store: Store;

    beforeEach(async () => {
      stack = new AsyncDisposableStack();
      store = await make(stack);
    });
    afterEach(() => stack.disposeAsync());

    const append = async (...messages: Parameters<typeof admitted>[0][]) =>
      unwrap(await store.append(messages.map((message) => admitted(message))));
    const positions = async (...query: Parameters<Store["query"]>) =>
      (await store.query(...query)).messages.map(({ position }) => position);

    test("numbers messages from 1 in the order of appending", async () => {
      expect(store.head).toBe(0);
      expect(await append(close(1), close(2))).toEqual([
        { outcome: "stored", position: 1 },
        { outcome: "stored", position: 2 },
      ]);
      expect(await append(close(3))).toEqual([{ outcome: "stored", position: 3 }]);
      expect(store.head).toBe(3);
    });

    test("gives a duplicate the original's position, within a batch too", async () => {
      await append(close(1));
      expect(await append(close(2), close(1), close(2))).toEqual([
        { outcome: "stored", position: 2 },
        { outcome: "duplicate", position: 1 },
        { outcome: "duplicate", position: 2 },
      ]);
      expect(store.head).toBe(2);
    });

    test("knows what it has", async () => {
      await append(close(1));
      expect(await store.has(close(1).id)).toBe(true);
      expect(await store.has(close(2).id)).toBe(false);
    });

    test("gives a message by its id, with what is known of it, expired or not", async () => {
      const letter = await sealed(1);
      await append(close(1, { expires: now + 10 }), letter);
      const { bytes } = close(1, { expires: now + 10 });
      const expected = { position: 1, kind: "close", topics: ["close"], expires: now + 10, bytes };
      expect(await store.get(close(1).id)).toBeUndefined();
      expect(await store.get(close(1, { expires: now + 10 }).id)).toEqual(expected);
      expect(await store.get(letter.id)).toMatchObject({
        position: 2,
        kind: "sealed",
        topics: topicsOf(letter),
      });
    });

    test("lists all that there is, a page at a time", async () => {
      const wanted = intentFor(1, ["shopify/bt/1", "unspsc/53/1"]);
      await append(close(1), wanted, profile(1, { issued: now - 1 }), profile(2), await sealed(1));
      const first = await store.list(0, 2);
      expect(first).toEqual([
        { position: 1, id: close(1).id, issued: now, expires: now + 3600, topics: ["close"] },
        { position: 2, id: wanted.id, issued: now, expires: now + 3600, topics: topicsOf(wanted) },
      ]);
      const rest = await store.list(2, 10);
      expect(rest.map(({ position, id }) => [position, toHex(id)])).toEqual([
        [4, toHex(profile(2).id)],
        [5, toHex((await sealed(1)).id)],
      ]);
      expect(await store.list(5, 10)).toEqual([]);
    });

    test("returns a message's bytes as they came", async () => {
      const note = await sealed(1);
      await append(close(1), note);
      const { messages } = await store.query(scopeOf({ mailboxes: [note.to] }), 0, 10, now);
      expect(messages.map(({ bytes }) => toHex(bytes))).toEqual([toHex(note.bytes)]);
    });

    test("pages through a scope in order of position and says how far it has looked", async () => {
      await append(close(1), profile(1), close(2), close(3));
      expect(await positions(open, 0, 10, now)).toEqual([1, 2, 3, 4]);
      const first = await store.query({ kinds: ["close"] }, 0, 2, now);
      expect(first.messages.map(({ position }) => position)).toEqual([1, 3]);
      expect(first.through).toBe(3);
      const rest = await store.query({ kinds: ["close"] }, first.through, 2, now);
      expect(rest.messages.map(({ position }) => position)).toEqual([4]);
      expect(rest.through).toBe(4);
      expect(await store.query({ kinds: ["intent"] }, 0, 2, now)).toEqual({ messages: [], through: 4 });
      expect(await store.query({ kinds: [] }, 0, 2, now)).toEqual({ messages: [], through: 4 });
    });

    test("scopes by author", async () => {
      await append(close(1), close(2, { by: seller }), profile(1));
      expect(await positions(scopeOf({ authors: [seller.publicKey] }), 0, 10, now)).toEqual([2, 3]);
      const closes = (...authors: Uint8Array[]) => scopeOf({ kinds: ["close"], authors });
      expect(await positions(closes(seller.publicKey), 0, 10, now)).toEqual([2]);
      expect(await positions(closes(seller.publicKey, buyer.publicKey), 0, 1, now)).toEqual([1]);
    });

    test("gives sealed messages to the mailboxes named, and to nobody else", async () => {
      await append(await sealed(1), close(1), await sealed(2, otherMailbox));
      const of = (...mailboxes: Uint8Array[]) => positions(scopeOf({ mailboxes }), 0, 10, now);
      expect(await of(mailbox.signer.publicKey)).toEqual([1]);
      expect(await of(otherMailbox.signer.publicKey, mailbox.signer.publicKey)).toEqual([1, 3]);
      expect(await of(buyer.publicKey)).toEqual([]);
    });

    test("leaves out what has expired, before it is removed and after", async () => {
      await append(close(1, { expires: now + 10 }), close(2), close(3, { expires: now + 20 }));
      expect(await positions(open, 0, 10, now + 10)).toEqual([2, 3]);
      const removed = [await store.removeExpired(now + 20, 1), await store.removeExpired(now + 20, 10)];
      expect(removed.map(({ length }) => length)).toEqual([1, 1]);
      expect(removed.flat().map(({ position, topics }) => ({ position, topics }))).toEqual([
        { position: 1, topics: ["close"] },
        { position: 3, topics: ["close"] },
      ]);
      expect(
        removed
          .flat()
          .map(({ id }) => toHex(id))
          .sort(),
      ).toEqual(
        [close(1, { expires: now + 10 }), close(3, { expires: now + 20 })].map(({ id }) => toHex(id)).sort(),
      );
      expect(await store.removeExpired(now + 20, 10)).toEqual([]);
      expect(await positions(open, 0, 10, now)).toEqual([2]);
      expect(await store.has(close(1).id)).toBe(false);
    });

    test("never gives a position twice, even when the last message is removed", async () => {
      await append(close(1), close(2, { expires: now + 10 }));
      await store.removeExpired(now + 10, 10);
      expect(store.head).toBe(2);
      expect(await append(close(3))).toEqual([{ outcome: "stored", position: 3 }]);
    });

    test("keeps of one author the latest profile", async () => {
      await append(profile(1, { issued: now - 2 }), profile(1, { by: buyer }));
      const { id } = profile(1, { issued: now - 2 });
      const replaced = { id, issued: now - 2 };
      expect(await append(profile(2, { issued: now - 1 }))).toEqual([
        { outcome: "stored", position: 3, replaced },
      ]);
      expect(await append(profile(3, { issued: now - 2 }))).toEqual([{ outcome: "superseded" }]);
      expect(await append(profile(1, { issued: now - 2 }))).toEqual([{ outcome: "superseded" }]);
      expect(await append(profile(2, { issued: now - 1 }))).toEqual([{ outcome: "duplicate", position: 3 }]);
      expect(await positions({ kinds: ["profile"] }, 0, 10, now)).toEqual([2, 3]);
    });

    test("takes the greater id of two profiles issued in one second", async () => {
      const [less, greater] = [profile(1), profile(2)].sort((a, b) => compareBytes(a.id, b.id));
      if (less === undefined || greater === undefined) throw new Error("there are two");
      const outcomes = (await append(less, greater, less)).map(({ outcome }) => outcome);
      expect(outcomes).toEqual(["stored", "stored", "superseded"]);
    });

    test("takes a new profile after the old one has expired and gone", async () => {
      await append(profile(1, { expires: now + 10 }));
      await store.removeExpired(now + 10, 10);
      expect(await append(profile(2, { issued: now - 1 }))).toEqual([{ outcome: "stored", position: 2 }]);
    });

    test("has an id of 16 bytes", () => {
      expect(store.id).toHaveLength(16);
    });

    test("gives no sealed message to a scope that names no mailbox", async () => {
      await append(close(1), profile(1), await sealed(1));
      expect(await positions({ kinds: [...filterKinds] }, 0, 10, now)).toEqual([1, 2]);
    });
  });
}
