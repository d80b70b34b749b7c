/** One WebSocket as the flow's Socket: frames of one turn leave together, and somebody watches over it. */
import type { Socket as TcpSocket } from "node:net";
import { WebSocket } from "ws";
import type { Meter } from "../ports/meter.ts";
import type { Socket, SocketHandler } from "../ports/socket.ts";
import type { Timers } from "../ports/timers.ts";
import { watchOver } from "./vigil.ts";
import { binaryMessage } from "./websocket-message.ts";

/** A client that pings without reading gets no more pongs than this much of a backlog. */
const pongBacklogBytes = 64 * 1024;

type Ports = { readonly timers: Timers; readonly meter: Meter };

/** Sockets that were written to in this turn. Each sends what it has with one system call when the turn is over. */
const corked: TcpSocket[] = [];

function corkForThisTurn(tcp: TcpSocket): void {
  if (tcp.writableCorked > 0) return;
  tcp.cork();
  if (corked.push(tcp) === 1) setImmediate(uncorkAll);
}

function uncorkAll(): void {
  for (const tcp of corked.splice(0)) tcp.uncork();
}

/** Those to whom a message goes get the same bytes one after the other. */
let lastEnd: { readonly bytes: Uint8Array; readonly buffer: Buffer } | undefined;

function bufferOf(end: Uint8Array): Buffer {
  if (lastEnd?.bytes !== end)
    lastEnd = { bytes: end, buffer: Buffer.from(end.buffer, end.byteOffset, end.length) };
  return lastEnd.buffer;
}

function socketOver(webSocket: WebSocket, tcp: TcpSocket, address: string | undefined, meter: Meter): Socket {
  return {
    address,
    send: (frame, end) => {
      if (webSocket.readyState !== WebSocket.OPEN) return;
      corkForThisTurn(tcp);
      meter.sent(frame.length + (end?.length ?? 0));
      if (end === undefined) webSocket.send(frame);
      else {
        tcp.write(binaryMessage(frame, end.length));
        tcp.write(bufferOf(end));
      }
    },
    // Nothing is compressed, so nothing lies with ws.
    get backlogBytes() {
      return tcp.writableLength;
    },
    close: (code, reason) => webSocket.close(code, reason),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
  };
}

/** Attaches the handler that `open` returns for the socket to what happens on the WebSocket. */
export function attach(
  webSocket: WebSocket,
  tcp: TcpSocket,
  address: string | undefined,
  ports: Ports,
  open: (socket: Socket) => SocketHandler,
): void {
  const { meter } = ports;
  const stopWatching = watchOver(webSocket, tcp, ports);
  const handler = open(socketOver(webSocket, tcp, address, meter));
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
