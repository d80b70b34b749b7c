/** Writes one message inside a transaction: new, here already, or superseded. */
import type { DatabaseSync } from "node:sqlite";
import { compareBytes, type Message } from "@intentcast/protocol";
import { type Admitted, type Appended, type Key, timesOf } from "../ports/store.ts";
import { markWriter } from "./sqlite-marks.ts";

type Standing = Key & { readonly position: number };

type Profile = Extract<Message, { kind: "profile" }>;

/** The row of an id, the statement's one parameter. The index has the beginnings of ids, which nearly always are enough. */
export const hasId = "substr(id, 1, 8) = substr(?1, 1, 8) AND id = ?1";

/** Where a message stands. */
export function positionFinder(db: DatabaseSync): (id: Uint8Array) => number | undefined {
  const find = db.prepare(`SELECT position FROM message WHERE ${hasId}`);
  return (id) => find.get(id)?.["position"] as number | undefined;
}

export function messageWriter(db: DatabaseSync) {
  const positionOf = positionFinder(db);
  const profileOf = db.prepare("SELECT position, id, issued FROM message WHERE profile = ?");
  const mark = markWriter(db);
  const removeAt = db.prepare("DELETE FROM message WHERE position = ?");
  const insert = db.prepare(
    "INSERT INTO message (id, kind, profile, issued, expires, bytes, topics) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );

  const isLater = (profile: Profile, { issued, id }: Key): boolean =>
    (profile.body.issued - issued || compareBytes(profile.id, id)) > 0;

  return ({ message, topics }: Admitted): Appended => {
    const original = positionOf(message.id);
    if (original !== undefined) return { outcome: "duplicate", position: original };
    const profile = message.kind === "profile" ? message : undefined;
    const standing = profile && (profileOf.get(profile.author) as Standing | undefined);
    if (profile !== undefined && standing !== undefined) {
      if (!isLater(profile, standing)) return { outcome: "superseded" };
      removeAt.run(standing.position);
    }
    const { issued, expires } = timesOf(message);
    const { lastInsertRowid } = insert.run(
      message.id,
      message.kind,
      profile?.author ?? null,
      issued,
      expires,
      message.bytes,
      topics.join(" "),
    );
    const position = Number(lastInsertRowid);
    mark(position, message);
    const replaced = standing && { id: standing.id, issued: standing.issued };
    return { outcome: "stored", position, ...(replaced && { replaced }) };
  };
}
