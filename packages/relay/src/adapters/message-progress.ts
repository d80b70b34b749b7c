/** Where a client's WebSocket messages begin and end, told from the bytes beside the library that reads them. */

/** Opcodes from here on are control frames, which may stand between the frames of a message (RFC 6455 §5.5). */
const firstControlOpcode = 8;

const headerLength = (second: number): number => {
  const length = second & 0x7f;
  const extended = length === 127 ? 8 : length === 126 ? 2 : 0;
  return 2 + extended + (second & 0x80 ? 4 : 0);
};

const payloadLength = (header: readonly number[]): number => {
  const [, second = 0] = header;
  const length = second & 0x7f;
  if (length < 126) return length;
  const extended = header.slice(2, length === 126 ? 4 : 10);
  return extended.reduce((sum, byte) => sum * 256 + byte, 0);
};

/** Follows frames (RFC 6455 §5.2) and judges none: the library ends the connection over a wrong one. */
export class MessageProgress {
  #header: number[] = [];
  #payloadLeft = 0;
  #isFragmented = false;
  #ended = 0;

  /** Whether a message or a frame has begun and not ended. */
  get isUnderWay(): boolean {
    return this.#header.length > 0 || this.#isFragmented;
  }

  /** How many messages have ended. */
  get ended(): number {
    return this.#ended;
  }

  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= skipped;
        at += skipped;
      } else {
        this.#header.push(chunk[at] as number);
        at += 1;
        if (!this.#hasHeader()) continue;
        this.#payloadLeft = payloadLength(this.#header);
      }
      if (this.#payloadLeft === 0) this.#endFrame();
    }
  }

  #hasHeader(): boolean {
    const [, second] = this.#header;
    return second !== undefined && this.#header.length === headerLength(second);
  }

  #endFrame(): void {
    const [first = 0] = this.#header;
    this.#header = [];
    if ((first & 0x0f) >= firstControlOpcode) return;
    this.#isFragmented = (first & 0x80) === 0;
    if (!this.#isFragmented) this.#ended += 1;
  }
}
