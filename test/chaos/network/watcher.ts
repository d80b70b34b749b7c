/** A subscriber that follows one relay through its crashes, from the last position that it has been shown. */
import { readMessage, toHex, unwrap } from "@intentcast/protocol";
import { RawClient } from "../../../packages/relay/test/raw-client.ts";
import { demand } from "../scenario.ts";

/** Credit is granted anew when so many messages have come. */
const grant = 500;

export class Watcher {
  readonly #ids = new Set<string>();
  readonly #faults: string[] = [];
  #last = 0;
  #client: RawClient | undefined;

  /** What it has been shown. */
  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  /** Reads on at the relay that is there now, as long as it is there; resolves when it has been shown all that is stored. */
  async follow(url: string): Promise<void> {
    const client = await RawClient.connect(url);
    this.#client = client;
    client.send("subscribe", 1, { kinds: ["close"] }, { after: this.#last, live: true, credit: 2 * grant });
    const caughtUp = Promise.withResolvers<void>();
    void this.#read(client, caughtUp.resolve);
    await Promise.race([caughtUp.promise, client.closed]);
  }

  async #read(client: RawClient, caughtUp: () => void): Promise<void> {
    const gone = client.closed.then(() => undefined);
    for (let taken = 0; ; ) {
      const frame = await Promise.race([client.next("message", "caughtUp", "ended"), gone]);
      if (frame === undefined || frame[0] === "ended") return;
      if (frame[0] === "caughtUp") caughtUp();
      else {
        this.take(frame[2], frame[3]);
        if (++taken % grant === 0) client.send("credit", 1, grant);
      }
    }
  }

  /** Notes what the relay shows at a position. */
  take(position: number, bytes: Uint8Array): void {
    const id = toHex(unwrap(readMessage(bytes, () => true)).id);
    if (position <= this.#last) this.#faults.push(`position ${position} after ${this.#last}`);
    if (this.#ids.has(id)) this.#faults.push(`${id} at position ${position} for a second time`);
    this.#last = Math.max(this.#last, position);
    this.#ids.add(id);
  }

  /** Throws where something was shown twice, or out of order. */
  check(): void {
    demand(this.#faults.length === 0, `each message is shown once and in order, not ${this.#faults[0]}`);
  }

  async stop(): Promise<void> {
    this.#client?.webSocket.terminate();
    await this.#client?.closed;
  }
}
