/**
 * What leaves a connection in one turn, together: a thousand connections are touched once a turn, however many messages go to
 * each, and small messages leave in one piece, because a copy costs less than a buffer of its own.
 */
import type { Socket as TcpSocket } from "node:net";
import { WebSocket } from "ws";
import { mostHeadBytes, writeHead } from "./websocket-message.ts";

/** What is longer in all is sent as it is. */
const mostInPiece = 16 * 1024;
/** Pieces are cut from blocks: a client that takes nothing holds one of them. */
const blockBytes = 64 * 1024;
let block = Buffer.alloc(0);
let cut = 0;

/** A backlog that may be as large is looked at anew. */
const largeBytes = 64 * 1024;

const none = new Uint8Array(0);

/** Those that have something to send when the turn is over. */
const waiting: SendQueue[] = [];

function sendAll(): void {
  for (const queue of waiting.splice(0)) queue.flush();
}

export class SendQueue {
  readonly #webSocket: WebSocket;
  readonly #tcp: TcpSocket;
  /** Beginning and end of each message that waits for the end of the turn. */
  readonly #parts: Uint8Array[] = [];
  #waitingBytes = 0;
  /** The most that the backlog can be: what it was when the last turn was over, and what has come since. */
  #mostBytes = 0;

  constructor(webSocket: WebSocket, tcp: TcpSocket) {
    this.#webSocket = webSocket;
    this.#tcp = tcp;
  }

  /** Bytes that the client has not taken; while they are few, it may be fewer. */
  get backlogBytes(): number {
    return this.#mostBytes < largeBytes ? this.#mostBytes : this.#tcp.writableLength + this.#waitingBytes;
  }

  /** Queues a binary message, in one part or two. */
  add(beginning: Uint8Array, end: Uint8Array = none): void {
    if (this.#parts.length === 0 && waiting.push(this) === 1) process.nextTick(sendAll);
    this.#parts.push(beginning, end);
    const bytes = mostHeadBytes + beginning.length + end.length;
    this.#waitingBytes += bytes;
    this.#mostBytes += bytes;
  }

  /** Sends what waits; to nobody, when the connection is over. */
  flush(): void {
    const tcp = this.#tcp;
    if (this.#parts.length > 0 && this.#webSocket.readyState === WebSocket.OPEN) {
      // Behind a backlog, each piece would hold a block of its own.
      if (this.#waitingBytes <= mostInPiece && tcp.writableLength === 0) tcp.write(this.#inOnePiece());
      else this.#writeEach();
    }
    this.#parts.length = 0;
    this.#waitingBytes = 0;
    this.#mostBytes = tcp.writableLength;
  }

  #inOnePiece(): Buffer {
    if (cut + this.#waitingBytes > block.length) {
      block = Buffer.allocUnsafeSlow(blockBytes);
      cut = 0;
    }
    const from = cut;
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 2) {
      const beginning = parts[i] as Uint8Array;
      const end = parts[i + 1] as Uint8Array;
      cut = writeHead(block, cut, beginning.length + end.length);
      block.set(beginning, cut);
      block.set(end, cut + beginning.length);
      cut += beginning.length + end.length;
    }
    return block.subarray(from, cut);
  }

  /** All with one system call. */
  #writeEach(): void {
    const tcp = this.#tcp;
    tcp.cork();
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 2) {
      const beginning = parts[i] as Uint8Array;
      const end = parts[i + 1] as Uint8Array;
      const head = Buffer.allocUnsafe(mostHeadBytes);
      tcp.write(head.subarray(0, writeHead(head, 0, beginning.length + end.length)));
      tcp.write(beginning);
      tcp.write(end);
    }
    tcp.uncork();
  }
}
