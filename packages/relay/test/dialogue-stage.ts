/** This relay and its clients, as a dialogue of spec/vectors/dialogue needs them: real sockets, a real database. */
import { type Limits, reject } from "@intentcast/protocol";
import {
  type Dialogue,
  type DialogueConnection,
  type DialogueRelay,
  fixedClock,
  seededRandom,
} from "@intentcast/testkit";
import { WebSocket } from "ws";
import { memoryStore } from "../src/adapters/memory-store.ts";
import type { Store } from "../src/ports/store.ts";
import { type RelayConfig, startRelay } from "../src/relay.ts";

/** A store that does not take what it is given, whatever is in it. */
const unwilling = (own: Partial<Store>): Store => Object.assign(memoryStore(seededRandom(1)), own);

/** How a relay stands under each policy that a dialogue can name. */
const policies: Readonly<Record<string, () => Partial<RelayConfig>>> = {
  open: () => ({}),
  "read-only": () => ({ readOnly: true }),
  "one-market": () => ({ carry: ["unspsc/53"] }),
  // Below nothing: what it has to do is too much from the beginning.
  overloaded: () => ({ load: { pendingMessages: -1 } }),
  "store-full": () => ({
    store: unwilling({ append: async () => reject("store-full"), hasRoom: async () => false }),
  }),
  "store-failing": () => ({
    store: unwilling({ append: () => Promise.reject(new Error("the disk does not answer")) }),
  }),
};

/** What the headers of a dialogue ask of the relay, over what page 8 of the specification shows. */
function configOf({ headers }: Dialogue): RelayConfig {
  const { limits = "{}", policy = "open", burst } = headers;
  const known = ["clock", "limits", "policy", "burst"];
  const unknown = Object.keys(headers).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`headers that nobody keeps: ${unknown.join(", ")}`);
  const stand = policies[policy];
  if (stand === undefined) throw new Error(`a policy that nobody keeps: ${policy}`);
  return {
    ...stand(),
    // The same after a restart, whatever port is free then.
    name: "relay.example:443",
    limits: JSON.parse(limits) as Partial<Limits>,
    quotas:
      burst === undefined
        ? "off"
        : {
            connection: { perSecond: 1, burst: Number(burst) },
            address: "off",
            author: "off",
            mailbox: "off",
          },
  };
}

/** Starts the relay on a folder that is its own; the stack ends it and the clients. */
export async function openStage(
  stack: AsyncDisposableStack,
  data: string,
  dialogue: Dialogue,
): Promise<DialogueRelay> {
  const clock = fixedClock(Number(dialogue.headers["clock"]));
  const start = () =>
    startRelay({
      ...configOf(dialogue),
      port: 0,
      data,
      clock,
      verifiers: 0,
      random: seededRandom(Math.random()),
    });
  let relay = stack.use(await start());
  return {
    connect: async () => {
      const webSocket = new WebSocket(relay.url, ["intentcast.v1"]);
      stack.defer(() => webSocket.terminate());
      return connectionOver(webSocket);
    },
    setClock: (now) => clock.advance(now - clock()),
    restart: async () => {
      await relay.stop();
      relay = stack.use(await start());
    },
    shutDown: () => void relay.stop(),
  };
}

function connectionOver(webSocket: WebSocket): Promise<DialogueConnection> {
  const frames: Uint8Array[] = [];
  let wake: () => void = () => {};
  let code: number | undefined;
  webSocket.on("message", (data: Buffer) => {
    frames.push(new Uint8Array(data));
    wake();
  });
  webSocket.on("close", (given) => {
    code = given;
    wake();
  });
  const news = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  return new Promise((resolve, reject) => {
    webSocket.once("error", reject);
    webSocket.once("open", () =>
      resolve({
        send: (data) => webSocket.send(data),
        next: async () => {
          for (;;) {
            const frame = frames.shift();
            if (frame !== undefined) return frame;
            if (code !== undefined) throw new Error(`the relay has closed with ${code}`);
            await news();
          }
        },
        closed: async () => {
          while (code === undefined) await news();
          return { code, left: frames };
        },
        close: () => webSocket.close(),
      }),
    );
  });
}
