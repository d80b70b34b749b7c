/** A relay of the network as a process: it can be killed and started again on its data folder and at its ports. */
import { join } from "node:path";
import { type RelayFrame, type Signed, toHex } from "@intentcast/protocol";
import { RawClient } from "../../../packages/relay/test/raw-client.ts";
import { freePort, type RelayProcess, startRelayProcess, startRelayWithClock } from "../relay-process.ts";
import { Watcher } from "./watcher.ts";

/** The network that they all are in. */
export const networkName = "chaos";

/** What `/network` says, as far as it is looked at here. */
type NetworkDocument = {
  readonly id: string;
  readonly joins: readonly { readonly connected: boolean }[];
  readonly peers: readonly { readonly id: string }[];
  readonly denied: number;
};

type Answer = Extract<RelayFrame, ["accepted" | "rejected", ...unknown[]]> | undefined;

export class Member implements AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly peerPort: number;
  readonly #port: number;
  readonly #joins: readonly string[];
  readonly watcher = new Watcher();
  #process: RelayProcess | undefined;
  #publisher: RawClient | undefined;
  #published = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  /** The most memory that it was seen to hold, in bytes. */
  mostBytes = 0;

  private constructor(
    name: string,
    folder: string,
    ports: readonly [number, number],
    joins: readonly string[],
  ) {
    [this.name, this.folder, this.#joins] = [name, folder, joins];
    [this.#port, this.peerPort] = ports;
  }

  /** A relay that will join those at these addresses, which has not been started yet. */
  static async at(name: string, folder: string, joins: readonly string[]): Promise<Member> {
    return new Member(name, folder, [await freePort(), await freePort()], joins);
  }

  get listen(): string {
    return `/ip4/127.0.0.1/tcp/${this.peerPort}`;
  }

  get #url(): string {
    return this.#process?.url ?? "";
  }

  /** Starts it, with its clock so many seconds ahead. */
  async start(clockAhead = 0): Promise<void> {
    this.#process =
      clockAhead === 0
        ? await startRelayProcess(this.folder, this.#port, [
            ...["--network", networkName, "--seek-peers", "0", "--peer-listen", this.listen],
            ...this.#joins.flatMap((address) => ["--join", address]),
          ])
        : await startRelayWithClock(this.folder, clockAhead, {
            port: this.#port,
            data: join(this.folder, "relay"),
            network: { name: networkName, seek: 0, listen: [this.listen], join: this.#joins },
          });
    await this.watcher.follow(this.#url);
    this.#publisher = await RawClient.connect(this.#url);
    void this.#hear(this.#publisher);
  }

  /** Answers come in any order; those that never come are told by the end of the connection. */
  async #hear(client: RawClient): Promise<void> {
    const gone = client.closed.then(() => undefined);
    for (;;) {
      const answer = await Promise.race([client.next("accepted", "rejected"), gone]);
      if (answer === undefined) break;
      this.#waiting.get(answer[1])?.(answer);
      this.#waiting.delete(answer[1]);
    }
    for (const settle of this.#waiting.values()) settle(undefined);
    this.#waiting.clear();
  }

  async kill(): Promise<void> {
    await this.measure();
    await this.#process?.kill();
    await this.#publisher?.closed;
  }

  /** Publishes; resolves to the message's id in hex when it is acknowledged, and to undefined when the relay dies before. */
  async publish({ bytes }: Signed): Promise<string | undefined> {
    const number = ++this.#published;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(number, resolve);
      this.#publisher?.send("publish", number, bytes);
    });
    if (answer?.[0] === "rejected") throw new Error(`${this.name} refuses: ${answer.slice(2).join(" ")}`);
    return answer?.[2].id && toHex(answer[2].id);
  }

  async network(): Promise<NetworkDocument> {
    const answer = await fetch(`${this.#url.replace("ws", "http")}/network`);
    return ((await answer.json()) as { network: NetworkDocument }).network;
  }

  /** Looks how much memory it holds. */
  async measure(): Promise<void> {
    const metrics = await (await fetch(`${this.#url.replace("ws", "http")}/metrics`)).text();
    const [, bytes] = /^process_resident_memory_bytes (\S+)/m.exec(metrics) ?? [];
    this.mostBytes = Math.max(this.mostBytes, Number(bytes));
  }

  /** The ids of all that it has stored. */
  async held(): Promise<ReadonlySet<string>> {
    const reader = new Watcher();
    await reader.follow(this.#url);
    await reader.stop();
    return reader.ids;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#publisher?.webSocket.terminate();
    await this.watcher.stop();
    await this.#process?.[Symbol.asyncDispose]();
  }
}
