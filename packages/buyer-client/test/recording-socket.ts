/** A socket that keeps every frame that goes through it, either way. */
import type { OpenSocket } from "@intentcast/relay-client";

export function recordingSocket(): { readonly open: OpenSocket; readonly frames: readonly Uint8Array[] } {
  const frames: Uint8Array[] = [];
  const open: OpenSocket = (address, { received, closed }) => {
    const socket = new WebSocket(address, "intentcast.v1");
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      const frame = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
      frames.push(frame);
      received(frame);
    };
    socket.onclose = ({ reason }) => closed(reason);
    return {
      send: (frame) => {
        frames.push(frame.slice());
        socket.send(frame as Uint8Array<ArrayBuffer>);
      },
      close: () => socket.close(1000),
    };
  };
  return { open, frames };
}
