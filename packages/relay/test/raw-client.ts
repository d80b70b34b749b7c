/** A client that says what it is told to, and waits for frames by name. */
import {
  type ClientFrame,
  decodeRelayFrame,
  encodeFrame,
  type Hello,
  type RelayFrame,
  unwrap,
} from "@intentcast/protocol";
import { WebSocket } from "ws";

type Named<N extends RelayFrame[0]> = Extract<RelayFrame, [N, ...unknown[]]>;

export class RawClient implements AsyncDisposable {
  readonly webSocket: WebSocket;
  /** How the connection ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  #hello: Hello | undefined;
  #frames: RelayFrame[] = [];
  #wake: () => void = () => {};

  private constructor(url: string, subprotocols: string[], headers: Readonly<Record<string, string>>) {
    this.webSocket = new WebSocket(url, subprotocols, { headers });
    this.webSocket.on("message", (data: Buffer) => {
      this.#frames.push(unwrap(decodeRelayFrame(new Uint8Array(data))));
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      this.webSocket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Resolves when the relay has said hello; rejects when it refuses the connection. */
  static async connect(
    url: string,
    subprotocols = ["intentcast.v1"],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawClient> {
    const client = new RawClient(url, subprotocols, headers);
    const refused = new Promise<never>((_, reject) => client.webSocket.on("error", reject));
    refused.catch(() => {});
    client.#hello = (await Promise.race([client.next("hello"), refused]))[1];
    return client;
  }

  get hello(): Hello {
    return this.#hello as Hello;
  }

  send(...frame: ClientFrame): void {
    this.webSocket.send(encodeFrame(frame));
  }

  sendRaw(data: Uint8Array | string): void {
    this.webSocket.send(data);
  }

  /** The next frame of one of these names, in the order of arrival; those of other names stay for later. */
  async next<N extends RelayFrame[0]>(...names: N[]): Promise<Named<N>> {
    for (;;) {
      const at = this.#frames.findIndex(([name]) => names.includes(name as N));
      if (at !== -1) return this.#frames.splice(at, 1)[0] as Named<N>;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async take<N extends RelayFrame[0]>(count: number, name: N): Promise<Named<N>[]> {
    const taken: Named<N>[] = [];
    while (taken.length < count) taken.push(await this.next(name));
    return taken;
  }

  /** What has come and nobody waited for, of one name. */
  waiting<N extends RelayFrame[0]>(name: N): Named<N>[] {
    return this.#frames.filter((frame): frame is Named<N> => frame[0] === name);
  }

  /** The frame that answers a request. */
  answer = () => this.next("accepted", "rejected");

  /** Resolves when the relay has taken in all that was sent before, and all it said meanwhile is here. */
  async settled(): Promise<void> {
    this.send("authenticate", 999_999, new Uint8Array(32), new Uint8Array(64));
    await this.answer();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.webSocket.terminate();
    await this.closed;
  }
}
