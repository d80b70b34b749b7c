/** Where a client's process dies: at the n-th time that it writes to its journal, sends a frame, or is sent one. */
import type { Journal } from "@intentcast/journal";
import { type OpenSocket, openWebSocket } from "@intentcast/relay-client";

export type Moment = "append" | "send" | "receive";
export const moments: readonly Moment[] = ["append", "send", "receive"];

/** `when`: whether what happens at that moment still happens. */
export type Doom = { readonly moment: Moment; readonly number: number; readonly when: "before" | "after" };

type Fate = { readonly before: (moment: Moment) => void; readonly after: (moment: Moment) => void };

/** Kills this process as doomed: nothing is closed, flushed or said. */
export function fateOf(doom: Doom | undefined): Fate {
  const counts: Record<Moment, number> = { append: 0, send: 0, receive: 0 };
  const strike = (moment: Moment, when: Doom["when"]): void => {
    if (when === "before") counts[moment]++;
    const isNow = doom?.moment === moment && doom.when === when && doom.number === counts[moment];
    if (isNow) process.kill(process.pid, "SIGKILL");
  };
  return { before: (moment) => strike(moment, "before"), after: (moment) => strike(moment, "after") };
}

export const doomedJournal = (journal: Journal, fate: Fate): Journal => ({
  async append(entry) {
    fate.before("append");
    const position = await journal.append(entry);
    fate.after("append");
    return position;
  },
  read: (after) => journal.read(after),
  [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
});

export const doomedSocket =
  (fate: Fate): OpenSocket =>
  (address, events) => {
    const socket = openWebSocket(address, {
      received: (data) => {
        fate.before("receive");
        events.received(data);
        fate.after("receive");
      },
      closed: events.closed,
    });
    return {
      send: (frame) => {
        fate.before("send");
        socket.send(frame);
        fate.after("send");
      },
      close: socket.close,
    };
  };
