/** A socket that keeps every frame that goes through it, either way, and which connection it went through. */
import type { OpenSocket } from "@intentcast/relay-client";

export type Recorded = { readonly address: string; readonly sent: Uint8Array[]; isOpen: boolean };

export type Recording = {
  readonly open: OpenSocket;
  readonly frames: readonly Uint8Array[];
  readonly connections: readonly Recorded[];
  /** The most connections that were open at a time. */
  readonly most: () => number;
};

export function recordingSocket(): Recording {
  const frames: Uint8Array[] = [];
  const connections: Recorded[] = [];
  let most = 0;
  const open: OpenSocket = (address, { received, closed }) => {
    const socket = new WebSocket(address, "intentcast.v1");
    const connection: Recorded = { address, sent: [], isOpen: true };
    connections.push(connection);
    most = Math.max(most, connections.filter(({ isOpen }) => isOpen).length);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      const frame = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
      frames.push(frame);
      received(frame);
    };
    socket.onclose = ({ reason }) => {
      connection.isOpen = false;
      closed(reason);
    };
    return {
      send: (frame) => {
        frames.push(frame.slice());
        connection.sent.push(frame.slice());
        socket.send(frame as Uint8Array<ArrayBuffer>);
      },
      close: () => socket.close(1000),
    };
  };
  return { open, frames, connections, most: () => most };
}
