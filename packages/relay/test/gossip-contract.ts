/** What every network between relays keeps, whatever carries it (ports/gossip.ts). */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type {
  Channel,
  Gossip,
  GossipHandler,
  Peer,
  StartGossip,
  Topic,
  Verdict,
} from "../src/ports/gossip.ts";

/** Makes one more place in the network; where it is given, `at` is the only address that it may be dialled at. */
export type MakePlace = () => StartGossip;

const purpose = "talk/1";
const frame = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A node whose handler notes what happens and says what it is told to. */
class Member {
  readonly received: { topic: Topic; text: string; from: string }[] = [];
  readonly connected: Peer[] = [];
  readonly disconnected: string[] = [];
  readonly channels: Channel[] = [];
  readonly refused = new Set<string>();
  verdict: Verdict = "accept";
  /** Holds frames back before they are taken. */
  gate: Promise<void> = Promise.resolve();
  gossip: Gossip | undefined;

  get at(): Gossip {
    if (this.gossip === undefined) throw new Error("not started");
    return this.gossip;
  }

  handler(): GossipHandler {
    return {
      admits: (id) => !this.refused.has(id),
      connected: (peer) => void this.connected.push(peer),
      disconnected: (id) => void this.disconnected.push(id),
      received: (topic, bytes, from) => {
        this.received.push({ topic, text: new TextDecoder().decode(bytes), from: from.id });
        return { taken: this.gate, verdict: this.gate.then(() => this.verdict) };
      },
      opened: (_, channel) => void this.channels.push(channel),
    };
  }

  texts = (): string[] => this.received.map(({ text }) => text);
}

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 20_000, interval: 10 });

export function gossipContract(name: string, makePlace: (stack: AsyncDisposableStack) => MakePlace): void {
  describe(name, () => {
    let stack: AsyncDisposableStack;
    let place: MakePlace;
    beforeEach(() => {
      stack = new AsyncDisposableStack();
      place = makePlace(stack);
    });
    afterEach(() => stack.disposeAsync());

    async function join(topics: readonly Topic[] = ["close"]): Promise<Member> {
      const member = new Member();
      const gossip = await place()({ topics, purposes: [purpose] }, member.handler());
      stack.defer(() => gossip.stop());
      member.gossip = gossip;
      return member;
    }

    async function connect(one: Member, other: Member): Promise<void> {
      const [address = ""] = other.at.addresses();
      expect(await one.at.dial(address)).toBe(other.at.id);
      await until(() => other.connected.some(({ id }) => id === one.at.id));
    }

    /** Resolves when frames of the topic go from one to the other. */
    const linked = (one: Member, other: Member, topic: Topic = "close") =>
      Promise.all(
        [one, other].map((member) =>
          until(() => (member.at.topics().find((standing) => standing.topic === topic)?.mesh ?? 0) > 0),
        ),
      );

    async function pair(): Promise<[Member, Member]> {
      const [one, other] = [await join(), await join()];
      await connect(one, other);
      await linked(one, other);
      return [one, other];
    }

    /** Three in a line: the first and the last are not connected. */
    async function line(): Promise<[Member, Member, Member]> {
      const members: [Member, Member, Member] = [await join(), await join(), await join()];
      const [first, middle, last] = members;
      await connect(first, middle);
      await connect(middle, last);
      await linked(first, middle);
      await until(() => (middle.at.topics()[0]?.mesh ?? 0) === 2);
      await linked(last, middle);
      return members;
    }

    /** A frame's bytes come as they were sent, from the peer that brought them. */
    test("carries a frame to those who want its topic, from peer to peer", async () => {
      const [first, middle, last] = await line();
      first.at.publish("close", frame("hello"));
      await until(() => last.received.length === 1);
      expect(middle.received).toEqual([{ topic: "close", text: "hello", from: first.at.id }]);
      expect(last.received).toEqual([{ topic: "close", text: "hello", from: middle.at.id }]);
      expect(first.received).toEqual([]);
    });

    test.for(["ignore", "reject"] as const)(
      "takes a frame no further when it is told to %s it",
      async (verdict) => {
        const [first, middle, last] = await line();
        middle.verdict = verdict;
        first.at.publish("close", frame("bad"));
        await until(() => middle.received.length === 1);
        middle.verdict = "accept";
        first.at.publish("close", frame("good"));
        await until(() => last.received.length === 1);
        expect(last.texts()).toEqual(["good"]);
      },
    );

    test("hands over a frame once, though it comes by two ways", async () => {
      const [first, middle, last] = await line();
      await connect(first, last);
      await until(() => [first, middle, last].every((member) => (member.at.topics()[0]?.mesh ?? 0) === 2));
      for (const text of ["a", "b", "c"]) first.at.publish("close", frame(text));
      await until(() => [middle, last].every((member) => member.texts().includes("c")));
      expect(middle.texts()).toEqual(["a", "b", "c"]);
      expect([...last.texts()].sort()).toEqual(["a", "b", "c"]);
    });

    test("brings nobody a frame of a topic that they do not want", async () => {
      const [one, other] = [await join(["close", "profile"]), await join(["close"])];
      await connect(one, other);
      await linked(one, other);
      one.at.publish("profile", frame("unwanted"));
      one.at.publish("close", frame("wanted"));
      await until(() => other.received.length > 0);
      expect(other.texts()).toEqual(["wanted"]);
      expect(one.at.topics()).toEqual([
        { topic: "close", subscribers: 1, mesh: 1 },
        { topic: "profile", subscribers: 0, mesh: 0 },
      ]);
    });

    test("reads nothing more from a peer until what it brought is taken", async () => {
      const [one, other] = await pair();
      const gate = Promise.withResolvers<void>();
      other.gate = gate.promise;
      one.at.publish("close", frame("first"));
      await until(() => other.received.length === 1);
      one.at.publish("close", frame("second"));
      // A conversation that begins later comes through, and the frame that was sent earlier does not.
      const channel = await one.at.open(other.at.id, purpose).catch(() => undefined);
      await channel?.send(frame("still there?"));
      expect(other.texts()).toEqual(["first"]);
      gate.resolve();
      await until(() => other.received.length === 2);
      expect(other.texts()).toEqual(["first", "second"]);
    });

    test("thinks the less of a peer for what it is told to reject, and for nothing else", async () => {
      const [one, other] = await pair();
      const score = () => other.at.peers()[0]?.score ?? 0;
      other.verdict = "ignore";
      one.at.publish("close", frame("ignored"));
      await until(() => other.received.length === 1);
      other.verdict = "reject";
      one.at.publish("close", frame("rejected"));
      await until(() => other.received.length === 2);
      await until(() => score() < 0);
    });

    test("tells who is connected, and which side began", async () => {
      const [one, other] = await pair();
      expect(one.connected).toMatchObject([{ id: other.at.id, outgoing: true }]);
      expect(other.connected).toMatchObject([{ id: one.at.id, outgoing: false }]);
      expect(one.at.peers()).toMatchObject([{ id: other.at.id, outgoing: true, score: expect.any(Number) }]);
      await until(() => [one, other].every((member) => member.at.peers()[0]?.isMuted === false));
    });

    test("ends a connection on both sides, and can begin it again", async () => {
      const [one, other] = await pair();
      await other.at.hangUp(one.at.id);
      await until(() => one.disconnected.length === 1 && other.disconnected.length === 1);
      expect(one.disconnected).toEqual([other.at.id]);
      expect(one.at.peers()).toEqual([]);
      await connect(one, other);
      await linked(one, other);
      one.at.publish("close", frame("again"));
      await until(() => other.received.length === 1);
    });

    test("connects to nobody who is not admitted, on whichever side", async () => {
      const [one, other] = [await join(), await join()];
      const [there = "", here = ""] = [other.at.addresses()[0], one.at.addresses()[0]];
      one.refused.add(other.at.id);
      await expect(one.at.dial(there)).rejects.toThrow();
      await other.at.dial(here).then(
        () => until(() => other.disconnected.length === 1),
        () => {},
      );
      expect(one.at.peers()).toEqual([]);
    });

    test("rejects an address where nobody is", async () => {
      const [one, gone] = [await join(), await join()];
      const [address = ""] = gone.at.addresses();
      await gone.at.stop();
      await expect(one.at.dial(address)).rejects.toThrow();
    });

    describe("a channel", () => {
      async function channels(): Promise<[Channel, Channel]> {
        const [one, other] = await pair();
        const ours = await one.at.open(other.at.id, purpose);
        await ours.send(frame("knock"));
        await until(() => other.channels.length === 1);
        const theirs = other.channels[0] as Channel;
        expect(await theirs.receive()).toEqual(frame("knock"));
        return [ours, theirs];
      }

      test("carries messages both ways, in order and whole, up to a mebibyte each", async () => {
        const [ours, theirs] = await channels();
        const large = new Uint8Array(1024 * 1024).fill(7);
        const sent = [frame("one"), new Uint8Array(0), large, frame("four")];
        const sending = (async () => {
          for (const message of sent) await ours.send(message);
        })();
        for (const message of sent)
          expect(Buffer.from((await theirs.receive()) ?? []).equals(message)).toBe(true);
        await sending;
        await theirs.send(frame("answer"));
        expect(await ours.receive()).toEqual(frame("answer"));
      });

      test("ends when a side closes it, after what was sent", async () => {
        const [ours, theirs] = await channels();
        await ours.send(frame("last"));
        await ours.close();
        expect(await theirs.receive()).toEqual(frame("last"));
        expect(await theirs.receive()).toBeUndefined();
      });

      test("breaks for the other side when it is broken off", async () => {
        const [ours, theirs] = await channels();
        ours.abort();
        await expect(theirs.receive()).rejects.toThrow();
        await expect(ours.send(frame("more"))).rejects.toThrow();
      });

      test("is not opened for a purpose that the other side does not know", async () => {
        const [one, other] = await pair();
        await expect(one.at.open(other.at.id, "dance/1")).rejects.toThrow();
        await expect(one.at.open("nobody", purpose)).rejects.toThrow();
      });
    });
  });
}
