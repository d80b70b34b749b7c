/** The thin shell around a session: it carries out the effects with a socket and timers, and passes the rest on. */
import type { Clock } from "@intentcast/protocol";
import type { Effect, Input, RelayStatus, TimerName } from "./exchange.ts";
import type { RelaySession } from "./session.ts";
import type { OpenSocket, Socket } from "./socket.ts";
import type { Timers } from "./system.ts";

export type World = { readonly openSocket: OpenSocket; readonly timers: Timers; readonly clock: Clock };

type Inward = "dial" | "send" | "hangUp" | "setTimer" | "clearTimer";

/** What a session tells those who use it. */
export type News = Exclude<Effect, { type: Inward }>;

/** How long the other side may take to close in turn before we no longer wait for it. */
const closeTimeoutMs = 2_000;

export class Connection {
  readonly #session: RelaySession;
  readonly #world: World;
  readonly #tell: (news: News) => void;
  readonly #inputs: Input[] = [];
  readonly #timers = new Map<TimerName, () => void>();
  /** Sockets that have not reported their end yet: the present one, and those that we hung up on. */
  readonly #sockets = new Set<Socket>();
  #socket: Socket | undefined;
  #isBusy = false;
  #whenAllClosed: (() => void) | undefined;

  constructor(session: RelaySession, world: World, tell: (news: News) => void) {
    this.#session = session;
    this.#world = world;
    this.#tell = tell;
  }

  get status(): RelayStatus {
    return this.#session.status;
  }

  hasCredit(feed: number): boolean {
    return this.#session.hasCredit(feed);
  }

  /** Hands an input to the session. One that comes while another is worked on waits until that is done. */
  input(input: Input): void {
    this.#inputs.push(input);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        for (const effect of this.#session.handle(next, this.#world.clock())) this.#carryOut(effect);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  /** Stops the session and resolves when its sockets have closed, or have had their time to. */
  async close(): Promise<void> {
    this.input({ type: "stop" });
    if (this.#sockets.size === 0) return;
    const closed = Promise.withResolvers<void>();
    const cancel = this.#world.timers(closeTimeoutMs, closed.resolve);
    this.#whenAllClosed = closed.resolve;
    await closed.promise;
    cancel();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case "dial":
        this.#dial();
        break;
      case "send":
        this.#socket?.send(effect.frame);
        break;
      case "hangUp":
        this.#hangUp(effect.reason);
        break;
      case "setTimer":
        this.#setTimer(effect.timer, effect.afterMs);
        break;
      case "clearTimer":
        this.#clearTimer(effect.timer);
        break;
      default:
        this.#tell(effect);
        break;
    }
  }

  #dial(): void {
    const socket = this.#world.openSocket(this.#session.status.address, {
      received: (data) => {
        if (this.#socket === socket) this.input({ type: "received", data });
      },
      closed: (detail) => {
        this.#sockets.delete(socket);
        if (this.#sockets.size === 0) this.#whenAllClosed?.();
        if (this.#socket !== socket) return;
        this.#socket = undefined;
        this.input({ type: "closed", detail });
      },
    });
    this.#sockets.add(socket);
    this.#socket = socket;
  }

  #hangUp(reason: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(reason);
  }

  #setTimer(timer: TimerName, afterMs: number): void {
    this.#clearTimer(timer);
    const elapse = (): void => {
      this.#timers.delete(timer);
      this.input({ type: "elapsed", timer });
    };
    this.#timers.set(timer, this.#world.timers(afterMs, elapse));
  }

  #clearTimer(timer: TimerName): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }
}
