/** Watches over one connection, and ends it when its client has died, or keeps it open for nothing. */
import type { Socket as TcpSocket } from "node:net";
import { WebSocket } from "ws";
import type { Cut, Meter } from "../ports/meter.ts";
import type { Timers } from "../ports/timers.ts";
import { MessageProgress } from "./message-progress.ts";

/** A client that has said nothing for one to two of these, not even pong, is taken for dead; so is a message for hung. */
const periodMs = 30_000;

/** Periods in which a client that is not read from must take something of what waits for it. */
const stuckPeriods = 10;

type Seen = {
  readonly ended: number;
  readonly wasUnderWay: boolean;
  readonly taken: number;
  readonly waits: boolean;
};

/** Begins to watch; the returned function ends it. */
export function watchOver(
  webSocket: WebSocket,
  tcp: TcpSocket,
  { timers, meter }: { readonly timers: Timers; readonly meter: Meter },
): () => void {
  const progress = new MessageProgress();
  let heard = true;
  let stuckFor = 0;
  const hear = () => {
    heard = true;
  };
  const follow = (chunk: Buffer) => progress.take(chunk);
  const look = (): Seen => ({
    ended: progress.ended,
    wasUnderWay: progress.isUnderWay,
    taken: tcp.bytesWritten - tcp.writableLength,
    waits: webSocket.bufferedAmount > 0,
  });
  let before = look();

  function whyCut(now: Seen): Cut | undefined {
    stuckFor = now.waits && now.taken === before.taken ? stuckFor + 1 : 0;
    if (stuckFor >= stuckPeriods) return "stuck";
    // One that the relay does not read from cannot be heard.
    if (webSocket.isPaused) return undefined;
    // Our ping waits behind all else: who takes of that is alive, if slow.
    const takes = before.waits && now.taken > before.taken;
    if (!heard && !takes) return "silent";
    const isHung = before.wasUnderWay && now.wasUnderWay && now.ended === before.ended;
    return isHung ? "unfinished" : undefined;
  }

  function check(): void {
    const now = look();
    const why = whyCut(now);
    if (why !== undefined) {
      meter.cut(why);
      webSocket.terminate();
      return;
    }
    before = webSocket.isPaused ? { ...now, wasUnderWay: false } : now;
    heard = false;
    if (webSocket.readyState === WebSocket.OPEN) webSocket.ping();
  }

  tcp.on("data", follow);
  webSocket.on("message", hear).on("pong", hear).on("ping", hear);
  const stop = timers.every(periodMs, check);
  return () => {
    stop();
    tcp.off("data", follow);
  };
}
