/** A peer that floods, forges, replays and withholds, until nobody speaks to it any more. */
import { encodeGossipFrame } from "../../packages/relay/src/core/gossip-frame.ts";
import { decodeSyncFrame, encodeSyncFrame, isReconciling } from "../../packages/relay/src/core/sync-frame.ts";
import {
  allTopics,
  type Channel,
  type Gossip,
  type StartGossip,
} from "../../packages/relay/src/ports/gossip.ts";
import type { Timers } from "../../packages/relay/src/ports/timers.ts";
import { forged } from "../../packages/relay/test/messages.ts";
import type { Dice } from "../fuzz/dice.ts";

type Sent = { readonly bytes: Uint8Array; readonly id: Uint8Array };

/** Where it lives. */
export type HostileParts = {
  readonly start: StartGossip;
  readonly timers: Pick<Timers, "every">;
  readonly dice: Dice;
};

export class HostilePeer {
  readonly #parts: HostileParts;
  #gossip: Gossip | undefined;
  readonly #heard: Uint8Array[] = [];
  #welcomes = 0;

  constructor(parts: HostileParts) {
    this.#parts = parts;
  }

  /** Its name. */
  get id(): string {
    return this.#gossip?.id ?? "";
  }

  /** The relays that still speak to it. */
  get peers(): readonly string[] {
    return this.#gossip?.peers().map(({ id }) => id) ?? [];
  }

  /** How often a relay has let it connect. */
  get welcomes(): number {
    return this.#welcomes;
  }

  /** Turns on the relays at these addresses; the genuine messages, of which there is one at least, it makes forgeries of. */
  async start(victims: readonly string[], genuine: readonly Sent[]): Promise<void> {
    const { start, timers } = this.#parts;
    const ignore = Promise.resolve("ignore" as const);
    this.#gossip = await start(
      { topics: allTopics, purposes: ["sync/1"] },
      {
        admits: () => true,
        connected: () => {
          this.#welcomes += 1;
        },
        disconnected: () => {},
        // It takes everything and passes nothing on.
        received: (_topic, frame) => {
          this.#heard.push(frame);
          return { taken: Promise.resolve(), verdict: ignore };
        },
        opened: (_purpose, channel) => void this.#lie(channel).catch(() => {}),
      },
    );
    for (const victim of victims) void this.#dial(victim);
    timers.every(700, () => this.#misbehave(genuine));
    timers.every(9000, () => {
      for (const victim of victims) void this.#dial(victim);
    });
  }

  async stop(): Promise<void> {
    await this.#gossip?.stop();
  }

  async #dial(victim: string): Promise<void> {
    await this.#gossip?.dial(victim).catch(() => {});
  }

  #misbehave(genuine: readonly Sent[]): void {
    const { dice } = this.#parts;
    const some = dice.pick(genuine);
    const frame = dice.pick([
      () => dice.bytes(1 + dice.below(400)),
      () => encodeGossipFrame([forged(some)]),
      () => encodeGossipFrame([some.bytes, dice.bytes(40)]),
      () => (this.#heard.length > 0 ? dice.pick(this.#heard) : dice.bytes(10)),
    ])();
    for (let i = 0; i < 20; i++) {
      const other = new Uint8Array([...frame, ...(i === 0 ? [] : dice.bytes(i))]);
      this.#gossip?.publish(dice.pick(["close", "profile"] as const), other);
    }
    for (const peer of this.peers) if (dice.chance(0.2)) void this.#sync(peer).catch(() => {});
  }

  /** Begins a sync that goes wrong somewhere, or goes nowhere. */
  async #sync(peer: string): Promise<void> {
    const { dice } = this.#parts;
    const channel = await this.#gossip?.open(peer, "sync/1");
    if (channel === undefined || dice.chance(0.3)) return;
    await channel.send(encodeSyncFrame(["topic", "close"]));
    await channel.send(dice.chance(0.5) ? dice.bytes(60) : Uint8Array.of(0x61, 0, 0, 2, 0));
    await channel.send(encodeSyncFrame(["want", [dice.bytes(32)]]));
  }

  /** Claims to have what it has not, withholds what it has, and answers with forgeries. */
  async #lie(channel: Channel): Promise<void> {
    const { dice } = this.#parts;
    for (;;) {
      const bytes = await channel.receive();
      if (bytes === undefined) return;
      if (isReconciling(bytes)) continue;
      const frame = decodeSyncFrame(bytes);
      if (!frame.ok) return;
      if (frame.value[0] === "topic") {
        const claimed = Array.from({ length: 1 + dice.below(100) }, () => dice.bytes(32));
        await channel.send(Uint8Array.from([1, claimed.length, ...claimed.flatMap((id) => [...id]), 0]));
        await channel.send(Uint8Array.of(0x61));
        if (dice.chance(0.7)) await channel.send(encodeSyncFrame(["end"]));
      }
      if (frame.value[0] === "want") {
        const answers = dice.chance(0.5) ? [] : [dice.bytes(200)];
        await channel.send(encodeSyncFrame(["messages", frame.value[1].length, answers]));
      }
    }
  }
}
