/** Connections to a relay that has said hello. */
import { decodeRelayFrame, encodeFrame, type Filter, type Hello, unwrap } from "@intentcast/protocol";
import type { Child } from "./child.ts";
import { LeanSocket, wireFrame } from "./lean-socket.ts";

export type RelayConnection = { readonly socket: LeanSocket; readonly hello: Hello };

/** The first byte is that of an array of so many; the frame's name follows. */
const named = (items: number, name: string): Buffer =>
  Buffer.concat([Buffer.from([0x80 | items, 0x60 | name.length]), Buffer.from(name)]);

const beginsWith = (start: Buffer) => (payload: Buffer) => payload.subarray(0, start.length).equals(start);

/** Whether a frame of the relay has this name, told from its first bytes. */
export const isMessage = beginsWith(named(4, "message"));
export const isAccepted = beginsWith(named(3, "accepted"));
export const isCaughtUp = beginsWith(named(3, "caughtUp"));

/** Stops the measurement with what the relay said instead of what was hoped for. */
export function unexpected(payload: Buffer): never {
  const said = decodeRelayFrame(new Uint8Array(payload));
  const [name, ...rest] = said.ok ? said.value : [said.error.code];
  throw new Error(`the relay said ${name}: ${rest.filter((part) => typeof part === "string").join(", ")}`);
}

/** Connects, and goes on once the relay has introduced itself. */
export async function openAtRelay(relay: Child, stack: AsyncDisposableStack): Promise<RelayConnection> {
  const greeted = Promise.withResolvers<Hello>();
  const socket = stack.use(
    await LeanSocket.open(relay.port, (payload) => {
      const frame = unwrap(decodeRelayFrame(new Uint8Array(payload)));
      if (frame[0] === "hello") greeted.resolve(frame[1]);
      else unexpected(payload);
    }),
  );
  return { socket, hello: await greeted.promise };
}

export const openMany = (
  count: number,
  relay: Child,
  stack: AsyncDisposableStack,
): Promise<RelayConnection[]> => Promise.all(Array.from({ length: count }, () => openAtRelay(relay, stack)));

/** Subscribes, number 1 unless told otherwise; resolves when the relay has handed over to live delivery. */
export function subscribeLive({ socket }: RelayConnection, filter: Filter, number = 1): Promise<void> {
  const caughtUp = Promise.withResolvers<void>();
  socket.onPayload = (payload) => {
    if (isCaughtUp(payload)) caughtUp.resolve();
    else unexpected(payload);
  };
  socket.send(wireFrame(encodeFrame(["subscribe", number, filter, { live: true, credit: 10_000 }])));
  return caughtUp.promise;
}

/** Calls `action` at every message. One that cannot take them as fast reads on from the store, and is caught up again. */
export function onDelivery(socket: LeanSocket, action: (frame: Buffer) => void): void {
  socket.onPayload = (payload) => {
    if (isMessage(payload)) action(payload);
    else if (!isCaughtUp(payload)) unexpected(payload);
  };
}
