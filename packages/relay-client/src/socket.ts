/** The WebSocket that a session speaks through: a port, and the one that browsers and Node bring along. */

/** What happens to a connection. After `closed` nothing more does. */
export type SocketEvents = {
  /** A frame came: binary as bytes, text as a string. */
  readonly received: (data: Uint8Array | string) => void;
  /** The connection could not be made, or has ended, on whoever's account. `detail` is for people. */
  readonly closed: (detail: string) => void;
};

export type Socket = {
  /** Sends a binary frame; on a connection that has ended it does nothing. */
  readonly send: (frame: Uint8Array) => void;
  /** Ends the connection, whatever its state; `closed` follows. */
  readonly close: (reason: string) => void;
};

/** Begins to connect to a relay. It never throws and never calls back before it has returned. */
export type OpenSocket = (address: string, events: SocketEvents) => Socket;

/** Where a connection ended and nobody said why (RFC 6455, section 7.1.5). */
const withoutGoodbye = 1006;

const subprotocol = "intentcast.v1";

/** A connection by the WebSocket of the platform. */
export const openWebSocket: OpenSocket = (address, { received, closed }) => {
  let socket: WebSocket;
  try {
    socket = new WebSocket(address, subprotocol);
  } catch (error) {
    // A browser refuses ws:// from a page of https:// at once.
    queueMicrotask(() => closed(String(error)));
    return { send: () => undefined, close: () => undefined };
  }
  let failure = "";
  let wasOpen = false;
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => received(typeof data === "string" ? data : new Uint8Array(data));
  socket.onerror = (event) => {
    failure = "message" in event ? String(event.message) : "";
  };
  socket.onopen = () => {
    wasOpen = true;
  };
  socket.onclose = ({ code, reason }) => {
    const broken = wasOpen ? "the connection broke off" : "cannot be reached";
    closed([code === withoutGoodbye ? broken : code, reason, failure].filter(Boolean).join(" "));
  };
  return {
    send: (frame) => {
      // A copy as TypeScript sees it only: frames never lie in shared memory.
      if (socket.readyState === WebSocket.OPEN) socket.send(frame as Uint8Array<ArrayBuffer>);
    },
    close: (reason) => socket.close(1000, reason),
  };
};
