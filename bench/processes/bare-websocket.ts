/**
 * The baseline of everything that goes over a socket: the same WebSocket library with nothing behind it. It answers each
 * message with one of the size of a relay's answer; told to broadcast, it sends each message to all the others first.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { configOf, serveParent } from "./parent.ts";

/** As long as `accepted` with an id, a position and a count. */
const answer = Buffer.alloc(68, 1);

const { broadcast = false } = configOf<{ broadcast?: boolean }>();
const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket, { socket: tcp }) => {
  tcp.setNoDelay(true);
  socket.on("message", (data: Buffer) => {
    if (broadcast) for (const other of server.clients) if (other !== socket) other.send(data);
    socket.send(answer);
  });
});
await once(server, "listening");
serveParent((server.address() as AddressInfo).port, async () => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});
