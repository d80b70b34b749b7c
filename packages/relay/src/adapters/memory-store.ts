/** A store that is gone with the process: for tests, simulations and trying things out. */
import { compareBytes, ok, type Random, toHex } from "@intentcast/protocol";
import {
  type Admitted,
  type Appended,
  type Listed,
  marksOf,
  type Scope,
  type Store,
  timesOf,
} from "../ports/store.ts";

type Row = { readonly position: number } & Pick<Admitted, "message" | "topics">;

function isWithin({ kinds, marks }: Scope, message: Admitted["message"]): boolean {
  if (!kinds.includes(message.kind)) return false;
  if (marks === undefined) return message.kind !== "sealed";
  const own = marksOf(message);
  return marks.every((list) => list.some((mark) => own.has(mark)));
}

const listed = ({ position, topics, message }: Row): Listed => ({
  ...{ position, topics, id: message.id },
  ...timesOf(message),
});

export function memoryStore(random: Random): Store {
  /** By id, in order of position: a Map keeps the order in which keys were added. */
  const rows = new Map<string, Row>();
  const profiles = new Map<string, Row>();
  let head = 0;

  function appendOne({ message, topics }: Admitted): Appended {
    const id = toHex(message.id);
    const original = rows.get(id);
    if (original !== undefined) return { outcome: "duplicate", position: original.position };
    const author = message.kind === "profile" ? toHex(message.author) : undefined;
    const standing = author === undefined ? undefined : profiles.get(author);
    if (standing !== undefined) {
      const later =
        timesOf(message).issued - timesOf(standing.message).issued ||
        compareBytes(message.id, standing.message.id);
      if (later < 0) return { outcome: "superseded" };
      rows.delete(toHex(standing.message.id));
    }
    const row = { position: ++head, message, topics };
    rows.set(id, row);
    if (author !== undefined) profiles.set(author, row);
    const replaced = standing && { id: standing.message.id, issued: timesOf(standing.message).issued };
    return { outcome: "stored", position: row.position, ...(replaced && { replaced }) };
  }

  function remove({ message }: Row): void {
    rows.delete(toHex(message.id));
    if (message.kind === "profile") profiles.delete(toHex(message.author));
  }

  return {
    id: random(16),
    get head() {
      return head;
    },
    append: async (batch) => ok(batch.map(appendOne)),
    has: async (id) => rows.has(toHex(id)),
    get: async (id) => {
      const row = rows.get(toHex(id));
      if (row === undefined) return undefined;
      const { position, topics, message } = row;
      const { kind, bytes } = message;
      return { position, kind, topics, expires: timesOf(message).expires, bytes };
    },
    list: async (after, limit) =>
      [...rows.values()]
        .filter(({ position }) => position > after)
        .slice(0, limit)
        .map(listed),
    query: async (scope, after, limit, now) => {
      const found = [...rows.values()]
        .filter(({ position, message }) => position > after && timesOf(message).expires > now)
        .filter(({ message }) => isWithin(scope, message))
        .slice(0, limit)
        .map(({ position, message }) => ({ position, bytes: message.bytes }));
      return { messages: found, through: found.length < limit ? head : (found.at(-1)?.position ?? head) };
    },
    removeExpired: async (now, limit) => {
      const expired = [...rows.values()].filter(({ message }) => timesOf(message).expires <= now);
      const removed = expired.slice(0, limit);
      removed.forEach(remove);
      return removed.map(listed);
    },
    hasRoom: async () => true,
    close: async () => {},
  };
}
