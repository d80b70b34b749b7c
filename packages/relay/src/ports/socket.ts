/** A connection to one client, whatever carries it: frames in, frames out, and how much of that still lies here. */

/** What the flow does with a connection. */
export interface Socket {
  /** The prefix of the network address that it comes from; none when that is this machine. */
  readonly address: string | undefined;
  /**
   * Queues one frame, of which the end may be apart from the beginning, so that frames with one end need no copies of it. It
   * never blocks and never throws, not even when the other side has gone. What it is given is not changed any more.
   */
  send(frame: Uint8Array, end?: Uint8Array): void;
  /** Bytes queued that the other side has not taken. */
  readonly backlogBytes: number;
  /** Ends the connection after what is queued; the codes are those of RFC 6455 §7.4.1. */
  close(code: number, reason: string): void;
  /** Stops taking in frames, so that the client feels the pressure, until {@link resume}. */
  pause(): void;
  resume(): void;
}

/** What a connection does to the flow. Nothing is called after `closed`. */
export interface SocketHandler {
  received(frame: Uint8Array, binary: boolean): void;
  /** All that was queued has been taken. */
  drained(): void;
  closed(): void;
}
