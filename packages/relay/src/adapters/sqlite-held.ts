/** What the store knows of messages beside their bytes. */
import type { DatabaseSync } from "node:sqlite";
import type { Message, UnixSeconds } from "@intentcast/protocol";
import type { Held, Listed, Topic } from "../ports/store.ts";
import { hasId } from "./sqlite-append.ts";
import type { Range } from "./sqlite-query.ts";

type Row<T extends Held | Listed> = Omit<T, "topics"> & { readonly topics: string };

/** Topics as their column has them. */
const withTopics = <T extends Held | Listed>({ topics, ...row }: Row<T>) => ({
  ...row,
  topics: topics.split(" ") as Topic[],
});

export function heldReader(db: DatabaseSync): (id: Message["id"]) => Held | undefined {
  const find = db.prepare(`SELECT position, kind, expires, topics, bytes FROM message WHERE ${hasId}`);
  return (id) => {
    const row = find.get(id) as Row<Held> | undefined;
    return row && withTopics(row);
  };
}

const columns = "position, id, issued, expires, topics";

export function lister(db: DatabaseSync): (range: Range, limit: number) => readonly Listed[] {
  const page = db.prepare(
    `SELECT ${columns} FROM message WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`,
  );
  return ({ after, through }, limit) =>
    (page.all(after, through, limit) as Row<Listed>[]).map(withTopics<Listed>);
}

export function remover(db: DatabaseSync): (now: UnixSeconds, limit: number) => readonly Listed[] {
  const expired = "SELECT position FROM message WHERE expires <= ? LIMIT ?";
  const remove = db.prepare(`DELETE FROM message WHERE position IN (${expired}) RETURNING ${columns}`);
  return (now, limit) => (remove.all(now, limit) as Row<Listed>[]).map(withTopics<Listed>);
}
