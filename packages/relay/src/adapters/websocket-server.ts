/** The relay's one port: WebSockets of the protocol, and three documents over plain HTTP. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo, Socket as TcpSocket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Log } from "../ports/log.ts";
import type { Meter } from "../ports/meter.ts";
import type { Socket, SocketHandler } from "../ports/socket.ts";
import { StartError } from "../ports/start-error.ts";
import type { Timers } from "../ports/timers.ts";
import { attach } from "./websocket-socket.ts";

export const subprotocol = "intentcast.v1";

/** Time for the HTTP request that opens a connection. */
const handshakeMs = 10_000;

/** Time for the other side to take what is queued and to say goodbye. */
const goodbyeMs = 2_000;

export type Server = {
  readonly port: number;
  /** Takes no new connections. */
  readonly refuseNew: () => void;
  /** Resolves when all connections have ended; those that take too long are cut. */
  readonly closed: () => Promise<void>;
};

export type ServerConfig = {
  readonly host: string;
  readonly port: number;
  /** Connections at once, plain HTTP included. */
  readonly connections: number;
  /** Bytes of a frame. */
  readonly frameBytes: number;
  readonly timers: Timers;
  readonly meter: Meter;
  readonly log: Log;
  readonly documents: RequestListener;
};

function refuseUpgrade(tcp: Duplex, status: string, reason: string): void {
  tcp.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${reason.length}\r\n\r\n${reason}`,
  );
}

const speaks = (request: IncomingMessage): boolean =>
  (request.headers["sec-websocket-protocol"] ?? "").split(",").some((name) => name.trim() === subprotocol);

const startError = (host: string, port: number) => (cause: NodeJS.ErrnoException) => {
  const code = cause.code === "EADDRINUSE" ? "address-in-use" : "address-refused";
  throw new StartError(code, `cannot listen on ${host}:${port}: ${cause.message}`, { cause });
};

/** Listens; `open` is called for every connection. Throws StartError: `address-in-use`, `address-refused`. */
export async function listen(config: ServerConfig, open: (socket: Socket) => SocketHandler): Promise<Server> {
  const { host, port, timers, meter, log } = config;
  const http = createServer({ headersTimeout: handshakeMs, requestTimeout: handshakeMs }, config.documents);
  http.maxConnections = config.connections;
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    autoPong: false,
    // Larger than a frame may be, so that the flow can say what is wrong with one that is somewhat too large.
    maxPayload: 2 * config.frameBytes,
    handleProtocols: () => subprotocol,
  });
  let refusing = false;

  function accepted(webSocket: WebSocket, tcp: TcpSocket): void {
    tcp.setNoDelay(true);
    meter.connected();
    webSocket.on("close", () => meter.disconnected());
    attach(webSocket, tcp, { timers, meter }, open);
  }

  http.on("upgrade", (request: IncomingMessage, tcp: TcpSocket, head: Buffer) => {
    tcp.on("error", (error) => log("debug", "socket.error", { error: error.message }));
    if (refusing) refuseUpgrade(tcp, "503 Service Unavailable", "shutting down");
    else if (!speaks(request)) refuseUpgrade(tcp, "400 Bad Request", `the subprotocol is ${subprotocol}`);
    else webSockets.handleUpgrade(request, tcp, head, (webSocket) => accepted(webSocket, tcp));
  });
  http.on("clientError", (error: NodeJS.ErrnoException, tcp) => {
    if (error.code !== "ECONNRESET" && tcp.writable) refuseUpgrade(tcp, "400 Bad Request", "not HTTP");
    else tcp.destroy();
  });

  http.listen(port, host);
  await once(http, "listening").catch(startError(host, port));
  const ended = Promise.withResolvers<void>();
  http.on("close", ended.resolve);
  http.on("error", (error) => log("error", "server.error", { error: error.message }));
  return {
    port: (http.address() as AddressInfo).port,
    refuseNew: () => {
      refusing = true;
      http.close();
      http.closeIdleConnections();
    },
    closed: async () => {
      const cancel = timers.after(goodbyeMs, () => {
        for (const webSocket of webSockets.clients) webSocket.terminate();
        http.closeAllConnections();
      });
      await ended.promise;
      cancel();
    },
  };
}
