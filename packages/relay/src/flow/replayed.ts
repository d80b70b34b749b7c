/** What a peer brings again, however long ago it came first, is known by its bytes before its signature costs anything. */
import { type Clock, equalBytes, type Message } from "@intentcast/protocol";
import type { Store } from "../ports/store.ts";
import type { Ingested } from "./ingest.ts";

/** What these bytes came to, if the store has them under this id and they have not expired. */
export type Replayed = (id: Message["id"], bytes: Uint8Array) => Promise<Ingested | undefined>;

export const lookUpReplayed =
  ({ get }: Pick<Store, "get">, clock: Clock): Replayed =>
  async (id, bytes) => {
    const held = await get(id);
    if (held === undefined || held.expires <= clock() || !equalBytes(held.bytes, bytes)) return undefined;
    const { position, kind, topics, expires } = held;
    return { id, position, kind, topics, expires, outcome: { duplicate: true } };
  };
