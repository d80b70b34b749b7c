/** One WebSocket as the flow's Socket: frames of one turn leave together, and somebody watches over it. */
import type { Socket as TcpSocket } from "node:net";
import type { WebSocket } from "ws";
import type { Meter } from "../ports/meter.ts";
import type { Socket, SocketHandler } from "../ports/socket.ts";
import type { Timers } from "../ports/timers.ts";
import { SendQueue } from "./send-queue.ts";
import { watchOver } from "./vigil.ts";

/** A client that pings without reading gets no more pongs than this much of a backlog. */
const pongBacklogBytes = 64 * 1024;

type Ports = { readonly timers: Timers; readonly meter: Meter };

function socketOver(
  webSocket: WebSocket,
  queue: SendQueue,
  address: string | undefined,
  meter: Meter,
): Socket {
  return {
    address,
    send: (frame, end) => {
      meter.sent(frame.length + (end?.length ?? 0));
      queue.add(frame, end);
    },
    get backlogBytes() {
      return queue.backlogBytes;
    },
    close: (code, reason) => {
      queue.flush();
      webSocket.close(code, reason);
    },
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
  const handler = open(socketOver(webSocket, new SendQueue(webSocket, tcp), address, meter));
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
