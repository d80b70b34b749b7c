/** A relay with one thing wrong: our own, behind a proxy that changes what passes, or with a port that does not keep its promise. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type ClientFrame,
  decodeClientFrame,
  decodeRelayFrame,
  encodeFrame,
  type RelayFrame,
  unwrap,
} from "@intentcast/protocol";
import { type Relay, type RelayConfig, startRelay } from "@intentcast/relay";
import { WebSocket, WebSocketServer } from "ws";

/** What one connection through the proxy can do. */
export type Link = {
  readonly toClient: (frame: RelayFrame) => void;
  readonly toClientRaw: (data: Uint8Array) => void;
  readonly toRelay: (frame: ClientFrame) => void;
  readonly toRelayRaw: (data: Uint8Array | string) => void;
  readonly closeClient: (code: number) => void;
};

/** What the proxy does on one connection; what is not given passes as it is. */
export type Hooks = {
  /** The frames that the client gets instead. */
  readonly fromRelay?: (frame: RelayFrame) => readonly RelayFrame[];
  /** The frames that the relay gets instead. */
  readonly fromClient?: (frame: ClientFrame) => readonly ClientFrame[];
  /** Of what is no frame: whether it is dealt with, and does not go to the relay. */
  readonly unreadable?: (data: Uint8Array | string) => boolean;
  /** The close code that the client gets instead. */
  readonly closing?: (code: number) => number;
};

export type Document = { status: number; headers: Record<string, string>; text: string };

export type Faults = {
  /** The relay behind the proxy, made anew at each start; a store in it outlives the relay. */
  readonly relay?: () => RelayConfig;
  /** Called for each connection, so that it may remember things. */
  readonly link?: (link: Link) => Hooks;
  /** The subprotocol that is chosen of those offered; false for none. */
  readonly choose?: (offered: ReadonlySet<string>) => string | false;
  readonly compresses?: true;
  readonly ignoresPings?: true;
  readonly page?: (path: string, page: Document) => Document;
};

export type FaultyRelay = AsyncDisposable & {
  readonly url: string;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const ours = "intentcast.v1";

/** Starts the relay and its proxy. */
export async function startFaulty(faults: Faults): Promise<FaultyRelay> {
  const start = () => startRelay({ port: 0, verifiers: 0, ...faults.relay?.() });
  let relay: Relay = await start();
  const http = createServer((request, response) => void serve(request, response, relay, faults));
  const proxy = new WebSocketServer({
    server: http,
    maxPayload: 1024 * 1024,
    perMessageDeflate: faults.compresses ?? false,
    autoPong: faults.ignoresPings !== true,
    verifyClient: ({ req }, allow) => {
      const offered = req.headers["sec-websocket-protocol"] ?? "";
      const isOurs = offered.split(",").some((name: string) => name.trim() === ours);
      if (isOurs || faults.choose !== undefined) allow(true);
      else allow(false, 400);
    },
    handleProtocols: (offered) => faults.choose?.(offered) ?? ours,
  });
  proxy.on("connection", (client) => connect(client, relay.url, faults.link));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const client of proxy.clients) client.terminate();
  };
  const stop = async () => {
    // As the relay does: nobody new, and those who are there are told.
    http.close();
    await relay.stop();
  };
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    restart: async () => {
      cut();
      await relay.stop();
      relay = await start();
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      cut();
      proxy.close();
      http.closeAllConnections();
      await stop();
    },
  };
}

/** Joins a client's connection to one to the relay. */
function connect(client: WebSocket, url: string, hooksOf: (link: Link) => Hooks = () => ({})): void {
  const relay = new WebSocket(url, [ours], { perMessageDeflate: false });
  const early: (Uint8Array | string)[] = [];
  const toRelayRaw = (data: Uint8Array | string): void => {
    if (relay.readyState === WebSocket.CONNECTING) early.push(data);
    else if (relay.readyState === WebSocket.OPEN) relay.send(data);
  };
  const toClientRaw = (data: Uint8Array): void => {
    if (client.readyState === WebSocket.OPEN) client.send(data);
  };
  const hooks = hooksOf({
    toClient: (frame) => toClientRaw(encodeFrame(frame)),
    toClientRaw,
    toRelay: (frame) => toRelayRaw(encodeFrame(frame)),
    toRelayRaw,
    closeClient: (code) => client.close(code),
  });
  client.on("message", (data: Buffer, isBinary) => {
    const said = isBinary ? new Uint8Array(data) : data.toString();
    const frame = typeof said === "string" ? undefined : decodeClientFrame(said);
    if (frame?.ok && hooks.fromClient !== undefined)
      for (const one of hooks.fromClient(frame.value)) toRelayRaw(encodeFrame(one));
    else if (frame?.ok || !hooks.unreadable?.(said)) toRelayRaw(said);
  });
  relay.on("open", () => {
    for (const data of early) relay.send(data);
  });
  relay.on("message", (data: Buffer) => {
    const said = new Uint8Array(data);
    if (hooks.fromRelay === undefined) toClientRaw(said);
    else for (const frame of hooks.fromRelay(unwrap(decodeRelayFrame(said)))) toClientRaw(encodeFrame(frame));
  });
  relay.on("close", (code) => {
    // 1005 and 1006 say that there was none, and cannot be sent.
    if (code === 1005 || code === 1006) client.terminate();
    else client.close(hooks.closing?.(code) ?? code);
  });
  client.on("close", () => relay.terminate());
  relay.on("error", () => client.terminate());
  client.on("error", () => {});
}

async function serve(
  { url = "/", method = "GET" }: IncomingMessage,
  response: ServerResponse,
  relay: Relay,
  { page = (_, own) => own }: Faults,
): Promise<void> {
  const own = await fetch(`http://127.0.0.1:${relay.port}${url}`, { method });
  const headers = Object.fromEntries([...own.headers].filter(([name]) => name !== "content-length"));
  const shown = page(url, { status: own.status, headers, text: await own.text() });
  response.writeHead(shown.status, shown.headers).end(method === "HEAD" ? "" : shown.text);
}
