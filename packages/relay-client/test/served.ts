/** Puts a fake relay behind a real WebSocket server on this machine. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { FakeRelay } from "./fake-relay.ts";

export type Served = AsyncDisposable & {
  readonly address: string;
  readonly port: number;
  /** Tears all connections down, without a word. */
  readonly drop: () => void;
};

/** `port` 0 takes any that is free. */
export async function serve(relay: FakeRelay, port = 0): Promise<Served> {
  const server = new WebSocketServer({ host: "127.0.0.1", port, perMessageDeflate: false });
  await once(server, "listening");
  server.on("connection", (socket) => {
    const line = relay.connect(
      (frame) => socket.send(frame),
      () => socket.terminate(),
    );
    socket.on("message", (data: Buffer) => line.receive(new Uint8Array(data)));
    socket.on("close", () => relay.lines.delete(line));
  });
  const drop = (): void => {
    for (const socket of server.clients) socket.terminate();
  };
  const address = server.address() as AddressInfo;
  return {
    address: `ws://127.0.0.1:${address.port}`,
    port: address.port,
    drop,
    async [Symbol.asyncDispose]() {
      drop();
      server.close();
      await once(server, "close");
    },
  };
}
