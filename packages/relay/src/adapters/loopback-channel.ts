/** A channel within one process: two ends, each of which holds what the other has sent and it has not received. */
import type { Channel } from "../ports/gossip.ts";

/** Messages that lie unreceived before a sender has to wait. */
const unreceivedLimit = 4;

type Arrival = { readonly message: Uint8Array } | "closed" | "broken";

class End implements Channel {
  other: End | undefined;
  readonly #carry: (arrive: () => void) => void;
  readonly #arrived: Arrival[] = [];
  /** Sent and not received by the other end. */
  #unreceived = 0;
  #state: "open" | "closed" | "broken" = "open";
  #wakeReceiver: () => void = () => {};
  #wakeSender: () => void = () => {};

  constructor(carry: (arrive: () => void) => void) {
    this.#carry = carry;
  }

  async send(message: Uint8Array): Promise<void> {
    if (this.#state !== "open") throw new Error(`the channel is ${this.#state}`);
    this.#unreceived += 1;
    this.#dispatch({ message: message.slice() });
    while (this.#unreceived >= unreceivedLimit && this.#state === "open")
      await new Promise<void>((resolve) => {
        this.#wakeSender = resolve;
      });
  }

  async receive(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#state === "broken") throw new Error("the channel is broken");
      const next = this.#arrived[0];
      if (next === "closed") return undefined;
      if (next === "broken") throw new Error("the other side broke the channel off");
      if (next !== undefined) {
        this.#arrived.shift();
        this.other?.received();
        return next.message;
      }
      await new Promise<void>((resolve) => {
        this.#wakeReceiver = resolve;
      });
    }
  }

  async close(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closed";
    this.#dispatch("closed");
    this.#wakeSender();
  }

  abort(): void {
    if (this.#state === "broken") return;
    this.#state = "broken";
    this.#dispatch("broken");
    this.#wakeSender();
    this.#wakeReceiver();
  }

  received(): void {
    this.#unreceived -= 1;
    this.#wakeSender();
  }

  #dispatch(arrival: Arrival): void {
    const { other } = this;
    this.#carry(() => {
      if (other === undefined) return;
      // What broke off is not read to its end.
      if (arrival === "broken") other.#arrived.length = 0;
      other.#arrived.push(arrival);
      if (arrival === "broken") {
        other.#state = "broken";
        other.#wakeSender();
      }
      other.#wakeReceiver();
    });
  }
}

/** Two ends; each direction is carried by a function of its own. */
export function channelPair(
  carryThere: (arrive: () => void) => void,
  carryBack: (arrive: () => void) => void,
): [Channel, Channel] {
  const [ours, theirs] = [new End(carryThere), new End(carryBack)];
  ours.other = theirs;
  theirs.other = ours;
  return [ours, theirs];
}
