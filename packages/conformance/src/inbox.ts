/** What a relay has sent on one connection and nobody has taken yet, and how the connection ended. */
import { decodeRelayFrame, type RelayFrame } from "@intentcast/protocol";
import type { WebSocket } from "ws";
import { describeFrame, plain } from "./describe.ts";
import { Breach } from "./finding.ts";
import type { Patience } from "./patience.ts";

export type Named<N extends RelayFrame[0]> = Extract<RelayFrame, [N, ...unknown[]]>;
export type Ending = { readonly code: number; readonly reason: string };

/** Whether a frame answers a request, and is no complaint about a frame. */
export const isAnswer = (frame: RelayFrame): boolean =>
  frame[0] === "accepted" || (frame[0] === "rejected" && frame[1] !== 0);

export class Inbox {
  readonly #patience: Patience;
  readonly #frames: RelayFrame[] = [];
  readonly #waiting = new Set<() => void>();
  /** Why what the relay sends can be read no further. */
  #unreadable: string | undefined;
  #ending: Ending | undefined;

  constructor(socket: WebSocket, patience: Patience) {
    this.#patience = patience;
    socket.on("message", (data: Buffer, isBinary) => this.#receive(new Uint8Array(data), isBinary));
    socket.on("close", (code, reason) => {
      this.#ending = { code, reason: reason.toString() };
      this.#wake();
    });
    // `close` follows, and says what there is to say.
    socket.on("error", () => {});
  }

  /** The next frame of a kind, past or future; a complaint of the relay's that nobody waits for is a Breach. */
  take(wanted: (frame: RelayFrame) => boolean, expected: string): Promise<RelayFrame> {
    return this.#when(
      () => this.#find(wanted, expected),
      expected,
      () => {
        const [other] = this.#frames;
        return other === undefined ? "" : ` (but ${describeFrame(other)})`;
      },
    );
  }

  /** Frames that have come and nobody has taken. */
  unread(wanted: (frame: RelayFrame) => boolean): readonly RelayFrame[] {
    return this.#frames.filter(wanted);
  }

  /** How the relay ends the connection, which it must do without a further answer. */
  closed(expected: string): Promise<Ending> {
    return this.#when(() => {
      const answer = this.#frames.find(isAnswer);
      if (answer !== undefined) throw new Breach(expected, describeFrame(answer));
      return this.#ending;
    }, expected);
  }

  /** Resolves when the connection has ended, however that came. */
  async gone(): Promise<void> {
    await this.#when(() => this.#ending, "the end of the connection");
  }

  get isClosed(): boolean {
    return this.#ending !== undefined;
  }

  /** What `look` returns or throws, now or after one of the next things that happen on the connection. */
  #when<T>(look: () => T | undefined, expected: string, sofar?: () => string): Promise<T> {
    const found = new Promise<T>((resolve, reject) => {
      const lookAgain = () => {
        try {
          const result = look();
          if (result === undefined) return;
          resolve(result);
        } catch (error) {
          reject(error);
        }
        this.#waiting.delete(lookAgain);
      };
      this.#waiting.add(lookAgain);
      lookAgain();
    });
    return this.#patience.within(found, expected, sofar);
  }

  #find(wanted: (frame: RelayFrame) => boolean, expected: string): RelayFrame | undefined {
    const at = this.#frames.findIndex(wanted);
    if (at !== -1) return this.#frames.splice(at, 1)[0];
    const complaint = this.#frames.find((frame) => frame[0] === "rejected" && frame[1] === 0);
    if (complaint !== undefined) throw new Breach(expected, describeFrame(complaint));
    if (this.#unreadable !== undefined) throw new Breach(expected, this.#unreadable);
    if (this.#ending !== undefined) {
      const { code, reason } = this.#ending;
      throw new Breach(expected, `the end of the connection, ${code} ${plain(reason)}`.trim());
    }
    return undefined;
  }

  #receive(data: Uint8Array, isBinary: boolean): void {
    const frame = decodeRelayFrame(data);
    if (!isBinary) this.#unreadable ??= "a text message";
    else if (!frame.ok)
      this.#unreadable ??= `a frame that is none: ${frame.error.detail || frame.error.code}`;
    else this.#frames.push(frame.value);
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
