/**
 * A WebSocket client that takes as little of the machine as it can, since it runs beside what it measures: frames are
 * masked before the clock runs, and of what comes in only the borders of the frames are looked for.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const opcode = { binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Any mask but zeros, for which a server could leave out its work (RFC 6455 §5.3). */
const mask = Buffer.from([0x5a, 0xc3, 0x17, 0x88]);

function frame(kind: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([0x80 | kind, 0x80 | length])
      : Buffer.from([0x80 | kind, 0x80 | 126, length >> 8, length & 0xff]);
  const masked = Buffer.from(payload);
  for (let i = 0; i < length; i++) masked[i] = (masked[i] as number) ^ (mask[i & 3] as number);
  return Buffer.concat([head, mask, masked]);
}

/** A payload of at most 65,535 bytes as it goes over the wire. */
export const wireFrame = (payload: Uint8Array): Buffer => frame(opcode.binary, payload);

export class LeanSocket implements Disposable {
  /** Is given each payload: a view, gone after the call. */
  onPayload: (payload: Buffer) => void = () => {};
  readonly #tcp: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #dripping: NodeJS.Timeout | undefined;

  private constructor(tcp: Socket) {
    this.#tcp = tcp;
  }

  /** Connects; resolves when the server has agreed. */
  static async open(port: number, onPayload: (payload: Buffer) => void = () => {}): Promise<LeanSocket> {
    const tcp = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(tcp, "connect");
    tcp.write(
      `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n` +
        "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n" +
        "sec-websocket-protocol: intentcast.v1\r\n\r\n",
    );
    const socket = new LeanSocket(tcp);
    socket.onPayload = onPayload;
    const [first] = (await once(tcp, "data")) as [Buffer];
    const end = first.indexOf("\r\n\r\n");
    if (!first.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101")) || end < 0) {
      throw new Error(`the server refused: ${first.toString("latin1").split("\r\n")[0]}`);
    }
    tcp.on("data", (chunk: Buffer) => socket.#read(chunk));
    // A server that goes away ends a measurement by the answers that do not come.
    tcp.on("error", () => {});
    socket.#read(first.subarray(end + 4));
    return socket;
  }

  /** Sends what {@link wireFrame} made; frames of one turn leave together. */
  send(wire: Buffer): void {
    if (this.#tcp.writableCorked === 0) {
      this.#tcp.cork();
      process.nextTick(() => this.#tcp.uncork());
    }
    this.#tcp.write(wire);
  }

  /** Stops reading, as a client does that has hung. */
  pause(): void {
    this.#tcp.pause();
  }

  /** Reads one chunk, of 64 KiB at most, every so often, as a client on a thin line does. */
  drip(everyMs: number): void {
    this.#tcp.on("data", () => this.#tcp.pause());
    this.#dripping = setInterval(() => this.#tcp.resume(), everyMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#dripping);
    this.#tcp.destroy();
  }

  #read(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + 2 <= data.length) {
      const short = (data[at + 1] as number) & 0x7f;
      const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + headLength > data.length) break;
      const length =
        short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : data.readUInt32BE(at + 6);
      const start = at + headLength;
      if (start + length > data.length) break;
      this.#take((data[at] as number) & 0x0f, data.subarray(start, start + length));
      at = start + length;
    }
    this.#rest = data.subarray(at);
  }

  #take(kind: number, payload: Buffer): void {
    if (kind === opcode.binary) this.onPayload(payload);
    else if (kind === opcode.ping) this.send(frame(opcode.pong, payload));
    else if (kind === opcode.close) throw new Error(`closed by the server: ${payload.subarray(2)}`);
  }
}
