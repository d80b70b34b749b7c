/** One WebSocket as the flow's Socket: frames of one turn leave together, and a client that has died is noticed. */
import type { Socket as TcpSocket } from "node:net";
import { WebSocket } from "ws";
import type { Meter } from "../ports/meter.ts";
import type { Socket, SocketHandler } from "../ports/socket.ts";
import type { Timers } from "../ports/timers.ts";

/** A client that has said nothing for one to two of these, not even pong, is taken for dead. */
const idleMs = 30_000;

/** A client that pings without reading gets no more pongs than this much of a backlog. */
const pongBacklogBytes = 64 * 1024;

type Ports = { readonly timers: Timers; readonly meter: Meter };

/** Sends what is written in one turn with one system call. */
function corkForThisTurn(tcp: TcpSocket): void {
  if (tcp.writableCorked > 0) return;
  tcp.cork();
  setImmediate(() => tcp.uncork());
}

function socketOver(webSocket: WebSocket, tcp: TcpSocket, meter: Meter): Socket {
  return {
    send: (frame) => {
      if (webSocket.readyState !== WebSocket.OPEN) return;
      corkForThisTurn(tcp);
      meter.sent(frame.length);
      webSocket.send(frame);
    },
    get backlogBytes() {
      return webSocket.bufferedAmount;
    },
    close: (code, reason) => webSocket.close(code, reason),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
  };
}

/** Ends a connection that is silent, though it was asked; the returned function stops asking. */
function watch(webSocket: WebSocket, timers: Timers): () => void {
  let heard = true;
  const hear = () => {
    heard = true;
  };
  webSocket.on("message", hear).on("pong", hear).on("ping", hear);
  return timers.every(idleMs, () => {
    if (!heard && !webSocket.isPaused) return webSocket.terminate();
    heard = false;
    if (webSocket.readyState === WebSocket.OPEN) webSocket.ping();
  });
}

/** Attaches the handler that `open` returns for the socket to what happens on the WebSocket. */
export function attach(
  webSocket: WebSocket,
  tcp: TcpSocket,
  { timers, meter }: Ports,
  open: (socket: Socket) => SocketHandler,
): void {
  const stopWatching = watch(webSocket, timers);
  const handler = open(socketOver(webSocket, tcp, meter));
  const drained = () => handler.drained();
  webSocket.on("message", (frame: Buffer, binary) => {
    meter.received(frame.length);
    handler.received(frame, binary);
  });
  webSocket.on("ping", (data) => {
    if (webSocket.bufferedAmount < pongBacklogBytes) webSocket.pong(data);
  });
  tcp.on("drain", drained);
  // A broken frame or connection: `close` follows, and ws has answered with the right code where it could.
  webSocket.on("error", () => {});
  webSocket.on("close", () => {
    stopWatching();
    tcp.off("drain", drained);
    handler.closed();
  });
}
