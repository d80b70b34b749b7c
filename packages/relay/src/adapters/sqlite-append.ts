/** Writes one message inside a transaction: new, here already, or superseded. */
import type { DatabaseSync } from "node:sqlite";
import { compareBytes, type Message } from "@intentcast/protocol";
import { type Admitted, type Appended, timesOf } from "../ports/store.ts";
import { markWriter } from "./sqlite-marks.ts";

type Standing = { readonly position: number; readonly id: Uint8Array; readonly issued: number };

export function messageWriter(db: DatabaseSync) {
  const positionOf = db.prepare("SELECT position FROM message WHERE id = ?");
  const profileOf = db.prepare(
    "SELECT position, id, issued FROM message WHERE author = ? AND kind = 'profile'",
  );
  const mark = markWriter(db);
  const removeAt = db.prepare("DELETE FROM message WHERE position = ?");
  const insert = db.prepare(
    "INSERT INTO message (id, kind, author, mailbox, issued, expires, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
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
    const original = positionOf.get(message.id);
    if (original !== undefined) return { outcome: "duplicate", position: Number(original["position"]) };
    if (message.kind === "profile" && !replaceProfile(message)) return { outcome: "superseded" };
    const { issued, expires } = timesOf(message);
    const [author, mailbox] = message.kind === "sealed" ? [null, message.to] : [message.author, null];
    const { lastInsertRowid } = insert.run(
      message.id,
      message.kind,
      author,
      mailbox,
      issued,
      expires,
      message.bytes,
    );
    const position = Number(lastInsertRowid);
    mark(position, message);
    return { outcome: "stored", position };
  };
}
