/** The relay's one port: WebSockets of the protocol, and its documents over plain HTTP. */
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { Socket as TcpSocket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Guests } from "../core/guests.ts";
import type { Log } from "../ports/log.ts";
import type { Meter, TurnedAway } from "../ports/meter.ts";
import type { Socket, SocketHandler } from "../ports/socket.ts";
import type { Timers } from "../ports/timers.ts";
import type { AddressOf } from "./client-address.ts";
import { listenOn, requestMs } from "./listening.ts";
import { attach } from "./websocket-socket.ts";

export const subprotocol = "intentcast.v1";

/** Time for the other side to take what is queued and to say goodbye. */
const goodbyeMs = 2_000;

export type Server = {
  readonly port: number;
  /** Takes no new WebSockets; the documents are still there. */
  readonly drain: () => void;
  /** Takes no new connections at all. */
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
  readonly addressOf: AddressOf;
  /** Whether `addressOf` believes anybody. */
  readonly trustsProxies: boolean;
  /** Those who have a WebSocket open, and those who have any connection open. */
  readonly guests: Guests;
  readonly peers: Guests;
  readonly timers: Timers;
  readonly meter: Meter;
  readonly log: Log;
  readonly documents: RequestListener;
};

const refusals: Readonly<Record<TurnedAway, readonly [status: string, reason: string]>> = {
  "not-ours": ["400 Bad Request", `the subprotocol is ${subprotocol}`],
  "address-full": ["429 Too Many Requests", "too many connections from this address"],
  draining: ["503 Service Unavailable", "shutting down"],
};

function answer(tcp: Duplex, status: string, reason: string): void {
  tcp.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${reason.length}\r\n\r\n${reason}`,
  );
}

const speaks = (request: IncomingMessage): boolean =>
  (request.headers["sec-websocket-protocol"] ?? "").split(",").some((name) => name.trim() === subprotocol);

/** Listens; `open` is called for every connection. Throws StartError: `address-in-use`, `address-refused`. */
export async function listen(config: ServerConfig, open: (socket: Socket) => SocketHandler): Promise<Server> {
  const { timers, meter, log, guests, peers, addressOf } = config;
  const http = createServer({ headersTimeout: requestMs, requestTimeout: requestMs }, config.documents);
  http.maxConnections = config.connections;
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    autoPong: false,
    // Larger than a frame may be, so that the flow can say what is wrong with one that is somewhat too large.
    maxPayload: 2 * config.frameBytes,
    handleProtocols: () => subprotocol,
  });
  /** Connections that have not asked for anything yet, and how to stop waiting for it. */
  const waiting = new WeakMap<Duplex, () => void>();
  let refusing = false;
  let opened = 0;
  let wondered = false;

  /** One address for everybody is a mistake that nobody notices before it hurts. */
  function wonder(address: string | undefined, forwarded: string | undefined): void {
    if (wondered || address !== undefined || forwarded === undefined || config.trustsProxies) return;
    wondered = true;
    log("warn", "proxy.not-trusted", { header: "x-forwarded-for" });
  }

  function accepted(webSocket: WebSocket, tcp: TcpSocket, address: string | undefined): void {
    tcp.setNoDelay(true);
    meter.connected();
    opened += 1;
    const connection = opened;
    log("debug", "connection.opened", { connection });
    webSocket.on("close", (code) => {
      meter.disconnected();
      log("debug", "connection.closed", { connection, code });
    });
    attach(webSocket, tcp, address, { timers, meter }, open);
  }

  function turnAway(tcp: Duplex, why: TurnedAway): void {
    meter.turnedAway(why);
    log("debug", "connection.turned-away", { why });
    answer(tcp, ...refusals[why]);
  }

  function upgrade(request: IncomingMessage, tcp: TcpSocket, head: Buffer): void {
    tcp.on("error", (error) => log("debug", "socket.error", { error: error.message }));
    const forwarded = request.headers["x-forwarded-for"]?.toString();
    const address = guests.prefix(addressOf(tcp.remoteAddress ?? "", forwarded));
    wonder(address, forwarded);
    if (refusing) turnAway(tcp, "draining");
    else if (!speaks(request)) turnAway(tcp, "not-ours");
    else if (!guests.enter(address)) turnAway(tcp, "address-full");
    else {
      tcp.once("close", () => guests.leave(address));
      webSockets.handleUpgrade(request, tcp, head, (webSocket) => accepted(webSocket, tcp, address));
    }
  }

  const asked = (tcp: Duplex): void => waiting.get(tcp)?.();

  http.on("connection", (tcp: TcpSocket) => {
    const peer = guests.prefix(addressOf(tcp.remoteAddress ?? "", undefined));
    if (!peers.enter(peer)) {
      tcp.destroy();
      return;
    }
    const stop = timers.after(requestMs, () => {
      meter.cut("handshake");
      tcp.destroy();
    });
    waiting.set(tcp, stop);
    tcp.once("close", () => {
      stop();
      peers.leave(peer);
    });
  });
  http.on("request", ({ socket }: IncomingMessage) => asked(socket));
  http.on("upgrade", (request: IncomingMessage, tcp: TcpSocket, head: Buffer) => {
    asked(tcp);
    upgrade(request, tcp, head);
  });
  http.on("clientError", (error: NodeJS.ErrnoException, tcp) => {
    if (error.code !== "ECONNRESET" && tcp.writable) answer(tcp, "400 Bad Request", "not HTTP");
    else tcp.destroy();
  });

  const port = await listenOn(http, config.host, config.port);
  const ended = Promise.withResolvers<void>();
  http.on("close", ended.resolve);
  http.on("error", (error) => log("error", "server.error", { error: error.message }));
  return {
    port,
    drain: () => {
      refusing = true;
    },
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
