/** Publishes frames to a relay with a window, or at a steady rate, and takes the time of every answer. */
import { setTimeout as sleep } from "node:timers/promises";
import { encodeFrame } from "@intentcast/protocol";
import { type LeanSocket, wireFrame } from "./lean-socket.ts";
import { isAccepted, unexpected } from "./relay-connection.ts";

/** The frame that publishes a message; the number of the request tells nobody anything here. */
export const publishFrame = (message: { readonly bytes: Uint8Array }): Buffer =>
  wireFrame(encodeFrame(["publish", 1, message.bytes]));

function assertAccepted(payload: Buffer): void {
  if (!isAccepted(payload)) unexpected(payload);
}

/**
 * Sends frames with at most `window` of them unanswered; resolves with the milliseconds that each answer took. Answers
 * come in the order of the requests. `check` throws on an answer that is not the one hoped for.
 */
export function pipelined(
  socket: LeanSocket,
  frames: readonly Buffer[],
  window: number,
  check: (payload: Buffer) => void = assertAccepted,
): Promise<Float64Array> {
  const tookMs = new Float64Array(frames.length);
  let sent = 0;
  let answered = 0;
  return new Promise((resolve, reject) => {
    const fill = (): void => {
      while (sent < frames.length && sent - answered < window) {
        tookMs[sent] = performance.now();
        socket.send(frames[sent++] as Buffer);
      }
    };
    socket.onPayload = (payload) => {
      try {
        check(payload);
      } catch (error) {
        reject(error);
      }
      tookMs[answered] = performance.now() - (tookMs[answered] as number);
      answered += 1;
      if (answered === frames.length) resolve(tookMs);
      else fill();
    };
    fill();
  });
}

/** Divides the frames among sockets, each with a window of its own; resolves with all the latencies. */
export async function pipelinedOver(
  sockets: readonly LeanSocket[],
  frames: readonly Buffer[],
  window: number,
  check?: (payload: Buffer) => void,
): Promise<Float64Array> {
  const shares = sockets.map((_, i) => frames.filter((__, n) => n % sockets.length === i));
  const took = await Promise.all(
    sockets.map((socket, i) => pipelined(socket, shares[i] as Buffer[], window, check)),
  );
  return Float64Array.from(took.flatMap((part) => [...part]));
}

/** When each frame was sent and answered, on the clock of performance.now(). */
export type Paced = { readonly sentAt: Float64Array; readonly answeredAt: Float64Array };

/** Sends so many frames a second whether or not answers come; resolves when all have come. */
export async function paced(
  socket: LeanSocket,
  frames: readonly Buffer[],
  perSecond: number,
  check: (payload: Buffer) => void = assertAccepted,
): Promise<Paced> {
  const sentAt = new Float64Array(frames.length);
  const answeredAt = new Float64Array(frames.length);
  const done = Promise.withResolvers<void>();
  let answered = 0;
  socket.onPayload = (payload) => {
    try {
      check(payload);
    } catch (error) {
      done.reject(error);
    }
    answeredAt[answered++] = performance.now();
    if (answered === frames.length) done.resolve();
  };
  const start = performance.now();
  for (const [i, frame] of frames.entries()) {
    const due = start + (i * 1000) / perSecond;
    while (performance.now() < due) await sleep(Math.max(0, due - performance.now() - 0.5));
    sentAt[i] = performance.now();
    socket.send(frame);
  }
  await done.promise;
  return { sentAt, answeredAt };
}
