/** What the store knows of messages beside their bytes. */
import type { DatabaseSync } from "node:sqlite";
import type { Message } from "@intentcast/protocol";
import type { Held, Listed, Topic } from "../ports/store.ts";
import { hasId } from "./sqlite-append.ts";

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

export function lister(db: DatabaseSync): (after: number, limit: number) => readonly Listed[] {
  const page = db.prepare(
    "SELECT position, id, issued, expires, topics FROM message WHERE position > ? ORDER BY position LIMIT ?",
  );
  return (after, limit) => (page.all(after, limit) as Row<Listed>[]).map(withTopics<Listed>);
}
