/** What both driver programs need: their argument, a journal that stays, and how they speak to the driver. */
import { join } from "node:path";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { type Doom, doomedJournal, doomedSocket, fateOf } from "./doom.ts";

export type ClientConfig = {
  readonly folder: string;
  readonly relays: readonly string[];
  /** All bytes of the seed. */
  readonly seed: number;
  readonly doom?: Doom;
};

export type ShopConfig = ClientConfig & {
  /** Pieces of the one item that it sells; absent: as many as anybody wants. */
  readonly pieces?: number;
};

export const configOf = <T extends ClientConfig>(): T => JSON.parse(process.argv[2] ?? "{}") as T;

/** A line of JSON for the driver. */
export const tell = (news: Record<string, unknown>): void => console.log(JSON.stringify(news));

/** Timers that run twenty times as fast: what waits a quarter of a minute shall not hold up the driver. */
export const hastyTimers = (afterMs: number, action: () => void): (() => void) => {
  const timer = setTimeout(action, Math.ceil(afterMs / 20));
  return () => clearTimeout(timer);
};

export function clientOf({ folder, relays, seed, doom }: ClientConfig) {
  const fate = fateOf(doom);
  return {
    seed: new Uint8Array(32).fill(seed),
    relays,
    journal: doomedJournal(sqliteJournal(join(folder, "journal.sqlite")), fate),
    socket: doomedSocket(fate),
  };
}
