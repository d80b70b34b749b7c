/** Writes one message inside a transaction: new, here already, or superseded. */
import type { DatabaseSync } from "node:sqlite";
import { compareBytes, type Message } from "@intentcast/protocol";
import { type Admitted, type Appended, timesOf } from "../ports/store.ts";
import { markWriter } from "./sqlite-marks.ts";

type Standing = { readonly position: number; readonly id: Uint8Array; readonly issued: number };

/** Where a message stands. The index has the beginnings of ids, which nearly always are enough. */
export function positionFinder(db: DatabaseSync): (id: Uint8Array) => number | undefined {
  const find = db.prepare(
    "SELECT position FROM message WHERE substr(id, 1, 8) = substr(?1, 1, 8) AND id = ?1",
  );
  return (id) => find.get(id)?.["position"] as number | undefined;
}

export function messageWriter(db: DatabaseSync) {
  const positionOf = positionFinder(db);
  const profileOf = db.prepare("SELECT position, id, issued FROM message WHERE profile = ?");
  const mark = markWriter(db);
  const removeAt = db.prepare("DELETE FROM message WHERE position = ?");
  const insert = db.prepare(
    "INSERT INTO message (id, kind, profile, issued, expires, bytes) VALUES (?, ?, ?, ?, ?, ?)",
  );

  /** Makes room for a profile, unless a later one of its author stands. */
  function replaceProfile(profile: Extract<Message, { kind: "profile" }>): boolean {
    const standing = profileOf.get(profile.author) as Standing | undefined;
    if (standing === undefined) return true;
    const later = profile.body.issued - standing.issued || compareBytes(profile.id, standing.id);
    if (later > 0) removeAt.run(standing.position);
    return later > 0;
  }

  return ({ message }: Admitted): Appended => {
    const original = positionOf(message.id);
    if (original !== undefined) return { outcome: "duplicate", position: original };
    if (message.kind === "profile" && !replaceProfile(message)) return { outcome: "superseded" };
    const { issued, expires } = timesOf(message);
    const profile = message.kind === "profile" ? message.author : null;
    const { lastInsertRowid } = insert.run(message.id, message.kind, profile, issued, expires, message.bytes);
    const position = Number(lastInsertRowid);
    mark(position, message);
    return { outcome: "stored", position };
  };
}
