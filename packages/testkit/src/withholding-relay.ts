/** A relay that withholds: it stands before an honest one, passes everything on, and drops deliveries as it likes. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { decodeRelayFrame, type Message, type RelayFrame, readMessage } from "@intentcast/protocol";
import { WebSocket, WebSocketServer } from "ws";

export type WithholdingRelay = AsyncDisposable & {
  readonly url: string;
  /** Deliveries that were dropped. */
  readonly dropped: readonly Message[];
};

export type Withholding = {
  /** Whether the message is not to reach anybody who subscribes. */
  readonly hides: (message: Message) => boolean;
  /** What it says in place of an answer to a publication of something hidden; the truth unless given. */
  readonly lies?: (accepted: Extract<RelayFrame, ["accepted", ...unknown[]]>) => Uint8Array;
};

/** Serves on this machine what the relay at `behind` says, without what is hidden. */
export async function withholdingRelay(behind: string, withholding: Withholding): Promise<WithholdingRelay> {
  const dropped: Message[] = [];
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await once(server, "listening");
  server.on("connection", (client) => {
    const relay = new WebSocket(behind, "intentcast.v1", { perMessageDeflate: false });
    relay.on("message", (data: Buffer) => {
      const frame = said(new Uint8Array(data), withholding, dropped);
      if (frame !== undefined) client.send(frame);
    });
    // A client says nothing before the relay's hello has come through here.
    client.on("message", (data: Buffer) => relay.send(data));
    client.on("close", () => relay.close());
    relay.on("close", () => client.close());
    for (const socket of [client, relay]) socket.on("error", () => socket.terminate());
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    dropped,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

/** What becomes of a frame of the relay; nothing of a delivery that is hidden. */
function said(bytes: Uint8Array, { hides, lies }: Withholding, dropped: Message[]): Uint8Array | undefined {
  const frame = decodeRelayFrame(bytes);
  if (!frame.ok) return bytes;
  if (frame.value[0] === "accepted" && lies !== undefined) return lies(frame.value);
  if (frame.value[0] !== "message") return bytes;
  const message = readMessage(frame.value[3], () => true);
  if (!message.ok || !hides(message.value)) return bytes;
  dropped.push(message.value);
  return undefined;
}
