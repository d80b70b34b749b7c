/** A relay in a simulated world: the whole relay, but for WebSockets and the disk. It can crash, and start again on its store. */
import {
  type ClientFrame,
  concatBytes,
  decodeRelayFrame,
  encodeFrame,
  type RelayFrame,
  recallMessage,
  toHex,
  unwrap,
} from "@intentcast/protocol";
import { loopbackAddress } from "../../packages/relay/src/adapters/loopback-gossip.ts";
import { memoryStore } from "../../packages/relay/src/adapters/memory-store.ts";
import { nodeEquation } from "../../packages/relay/src/adapters/node-crypto.ts";
import type { listen } from "../../packages/relay/src/adapters/websocket-server.ts";
import type { Socket, SocketHandler } from "../../packages/relay/src/ports/socket.ts";
import type { Store } from "../../packages/relay/src/ports/store.ts";
import { type Relay, startRelay } from "../../packages/relay/src/relay.ts";
import { carried, type MortalTimers, type World } from "./world.ts";

type Open = Parameters<typeof listen>[1];

/** A client's end of a connection within the process. */
export class Line {
  readonly #handler: SocketHandler;
  #isOpen = true;

  constructor(open: Open, heard: (frame: RelayFrame) => void) {
    const socket: Socket = {
      address: undefined,
      backlogBytes: 0,
      send: (beginning, end = new Uint8Array(0)) => {
        if (this.#isOpen) heard(unwrap(decodeRelayFrame(concatBytes(beginning, end))));
      },
      close: () => this.cut(),
      pause: () => {},
      resume: () => {},
    };
    this.#handler = open(socket);
  }

  send(...frame: ClientFrame): void {
    if (this.#isOpen) this.#handler.received(encodeFrame(frame), true);
  }

  cut(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#handler.closed();
  }

  /** As the relay's process ends: nobody says goodbye. */
  drop(): void {
    this.#isOpen = false;
  }
}

/** What a subscriber has been shown on one store: ids with their positions. */
export type Shown = { readonly ids: Map<string, number>; cursor: number; readonly faults: string[] };

type Running = {
  readonly relay: Relay;
  readonly timers: MortalTimers;
  readonly open: Open;
  readonly lines: Set<Line>;
};

export class SimulatedRelay {
  readonly name: string;
  readonly store: Store;
  readonly shown: Shown = { ids: new Map(), cursor: 0, faults: [] };
  readonly #world: World;
  readonly #joins: readonly string[];
  readonly #clockAhead: number;
  #running: Running | undefined;

  constructor(world: World, name: string, joins: readonly string[], clockAhead: number) {
    this.name = name;
    this.#world = world;
    this.#joins = joins;
    this.#clockAhead = clockAhead;
    this.store = memoryStore(world.random);
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  get status() {
    return this.#running?.relay.network();
  }

  async start(): Promise<void> {
    const timers = this.#world.timers();
    let isAlive = true;
    const lines = new Set<Line>();
    const opened = Promise.withResolvers<Open>();
    const die = () => {
      isAlive = false;
      timers.die();
    };
    const relay = await this.#world.whenDone(
      startRelay({
        ...{ port: 1, verifiers: 0, equation: nodeEquation, quotas: "off", carry: carried },
        clock: () => this.#world.clock() + this.#clockAhead,
        random: this.#world.random,
        timers,
        store: mortal(this.store, () => isAlive),
        listen: async (_config, open) => {
          opened.resolve(open);
          return { port: 1, drain: () => {}, refuseNew: () => {}, closed: async () => {} };
        },
        network: {
          gossip: this.#world.place(this.name),
          join: this.#joins.map((name) => loopbackAddress(name)),
          // The lines of the world are drawn; who finds more of them would leave nobody cut off.
          seek: 0,
        },
      }),
    );
    this.#running = { relay, timers: { ...timers, die }, open: await opened.promise, lines };
    this.#subscribe();
  }

  /** Its process ends: what had not been stored is gone, and nobody is told. */
  async crash(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.timers.die();
    for (const line of running.lines) line.drop();
    await this.#world.vanish(this.name);
  }

  /** Publishes as a client would; calls when it is acknowledged. */
  publish(bytes: Uint8Array, acknowledged: () => void): void {
    const line = this.#connect((frame) => {
      if (frame[0] === "accepted") acknowledged();
    });
    line?.send("publish", 1, bytes);
  }

  /** Reads everything from where it was, as a client that keeps its cursor does. */
  #subscribe(): void {
    const { shown } = this;
    const line = this.#connect((frame) => {
      if (frame[0] !== "message") return;
      const [, , position, bytes] = frame;
      if (position <= shown.cursor) shown.faults.push(`position ${position} after ${shown.cursor}`);
      shown.cursor = position;
      const id = toHex(unwrap(recallMessage(bytes)).id);
      if (shown.ids.has(id)) shown.faults.push(`${id} again at ${position}`);
      shown.ids.set(id, position);
    });
    const after = shown.cursor;
    line?.send("subscribe", 1, {}, { after, live: true, credit: 1000 });
  }

  #connect(heard: (frame: RelayFrame) => void): Line | undefined {
    const running = this.#running;
    if (running === undefined) return undefined;
    const line = new Line(running.open, heard);
    running.lines.add(line);
    return line;
  }
}

/** A store that a dead process does not reach, and that outlives it. */
function mortal(store: Store, isAlive: () => boolean): Store {
  const never = new Promise<never>(() => {});
  return {
    id: store.id,
    get head() {
      return store.head;
    },
    append: (batch) => (isAlive() ? store.append(batch) : never),
    has: (id) => store.has(id),
    get: (id) => store.get(id),
    list: (after, limit) => store.list(after, limit),
    query: (...asked) => store.query(...asked),
    removeExpired: (now, limit) => (isAlive() ? store.removeExpired(now, limit) : never),
    hasRoom: () => store.hasRoom(),
    close: async () => {},
  };
}
