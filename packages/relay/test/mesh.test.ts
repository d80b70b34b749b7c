/** A relay among relays: frames that it gathers, peers that it judges. */
import { encodeValue, unwrap } from "@intentcast/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gatherMs } from "../src/core/gather.ts";
import {
  decodeGossipFrame,
  encodeGossipFrame,
  gatheredBytes,
  maxFrameMessages,
  maxGossipFrameBytes,
} from "../src/core/gossip-frame.ts";
import { Mesh, type MeshEffect } from "../src/core/mesh.ts";
import type { Denial } from "../src/core/peer-book.ts";
import type { Topic } from "../src/core/topic.ts";
import type { Verdict } from "../src/core/verdict.ts";
import { worstOf } from "../src/core/verdict.ts";
import { now } from "./messages.ts";

const at = (ms: number) => ({ ms, time: now });
const bytes = (length: number, fill = 1) => new Uint8Array(length).fill(fill);
const stored = (message: Uint8Array, ...topics: Topic[]) => ({
  type: "stored" as const,
  topics,
  bytes: message,
});

const published = (effects: readonly MeshEffect[]) =>
  effects.flatMap((effect) =>
    effect.type === "publish"
      ? [{ topic: effect.topic, messages: unwrap(decodeGossipFrame(effect.frame)) }]
      : [],
  );
const wakes = (effects: readonly MeshEffect[]) =>
  effects.flatMap((effect) => (effect.type === "wake" ? [effect.atMs] : []));

describe("gathering", () => {
  test("a message that comes when nothing goes on is sent in the same turn", () => {
    const mesh = new Mesh();
    const effects = mesh.handle(stored(bytes(10), "close"), at(5000));
    expect([published(effects), wakes(effects)]).toEqual([[], [5000]]);
    expect(published(mesh.handle({ type: "woken" }, at(5000)))).toEqual([
      { topic: "close", messages: [bytes(10)] },
    ]);
  });

  test("what comes soon after waits, and goes together", () => {
    const mesh = new Mesh();
    mesh.handle(stored(bytes(10), "close"), at(0));
    mesh.handle({ type: "woken" }, at(0));
    expect(wakes(mesh.handle(stored(bytes(10, 2), "close"), at(1)))).toEqual([gatherMs]);
    expect(mesh.handle(stored(bytes(10, 3), "close"), at(2))).toEqual([]);
    expect(published(mesh.handle({ type: "woken" }, at(gatherMs)))).toEqual([
      { topic: "close", messages: [bytes(10, 2), bytes(10, 3)] },
    ]);
  });

  test("each topic has a frame of its own", () => {
    const mesh = new Mesh();
    mesh.handle(stored(bytes(10), "close", "profile"), at(0));
    expect(published(mesh.handle({ type: "woken" }, at(0)))).toEqual([
      { topic: "close", messages: [bytes(10)] },
      { topic: "profile", messages: [bytes(10)] },
    ]);
  });

  test("a frame that is full is sent at once: by the number of its messages or by their bytes", () => {
    const mesh = new Mesh();
    for (let i = 1; i < maxFrameMessages; i++)
      expect(published(mesh.handle(stored(bytes(10), "close"), at(0)))).toEqual([]);
    expect(published(mesh.handle(stored(bytes(10), "close"), at(0)))[0]?.messages).toHaveLength(
      maxFrameMessages,
    );
    mesh.handle(stored(bytes(gatheredBytes - 100), "profile"), at(0));
    const effects = published(mesh.handle(stored(bytes(200), "profile"), at(0)));
    expect(effects.map(({ messages }) => messages.map(({ length }) => length))).toEqual([
      [gatheredBytes - 100],
    ]);
  });

  test("the largest message goes alone, and is taken", () => {
    const mesh = new Mesh();
    const largest = bytes(maxGossipFrameBytes - 8);
    expect(published(mesh.handle(stored(largest, "mail:0"), at(0)))).toEqual([
      { topic: "mail:0", messages: [largest] },
    ]);
  });

  test("a relay that leaves sends what waits", () => {
    const mesh = new Mesh();
    mesh.handle(stored(bytes(10), "close"), at(0));
    expect(published(mesh.handle({ type: "leaving" }, at(0)))).toHaveLength(1);
  });

  test("nothing is lost, doubled or put out of order, no frame is too large, and none waits past its time", () => {
    const step = fc.record({
      after: fc.nat(20),
      size: fc.nat(12_000),
      topic: fc.constantFrom<Topic>("close", "mail:1"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const mesh = new Mesh();
        const sent: Record<string, number[]> = { close: [], "mail:1": [] };
        const came: Record<string, number[]> = { close: [], "mail:1": [] };
        const waiting = new Map<string, number>();
        let wakeMs = Number.POSITIVE_INFINITY;
        const note = (effects: readonly MeshEffect[], ms: number) => {
          for (const { topic, messages } of published(effects)) {
            expect(messages.length).toBeLessThanOrEqual(maxFrameMessages);
            for (const message of messages) {
              const number = new DataView(message.buffer).getUint32(0);
              came[topic]?.push(number);
              expect(ms - (waiting.get(`${topic} ${number}`) ?? 0)).toBeLessThanOrEqual(gatherMs);
            }
          }
          for (const atMs of wakes(effects)) wakeMs = atMs;
        };
        let ms = 0;
        const wakeUntil = (limit: number) => {
          while (wakeMs <= limit) {
            const due = wakeMs;
            wakeMs = Number.POSITIVE_INFINITY;
            note(mesh.handle({ type: "woken" }, at(due)), due);
          }
        };
        steps.forEach(({ after, size, topic }, number) => {
          ms += after;
          wakeUntil(ms);
          const message = bytes(size + 4);
          new DataView(message.buffer).setUint32(0, number);
          sent[topic]?.push(number);
          waiting.set(`${topic} ${number}`, ms);
          note(mesh.handle(stored(message, topic), at(ms)), ms);
        });
        wakeUntil(ms + gatherMs);
        expect(came).toEqual(sent);
      }),
    );
  });
});

describe("a gossip frame", () => {
  const refusal = (frame: Uint8Array) => {
    const read = decodeGossipFrame(frame);
    return read.ok ? "ok" : read.error.code;
  };

  test("comes back as it was", () => {
    const messages = [bytes(1), bytes(300), bytes(0)];
    expect(unwrap(decodeGossipFrame(encodeGossipFrame(messages)))).toEqual(messages);
  });

  test.for([
    ["frame-malformed", new Uint8Array(0)],
    ["frame-malformed", encodeValue([])],
    ["frame-malformed", encodeValue(["text"])],
    ["frame-malformed", encodeValue({ a: bytes(1) })],
    ["frame-malformed", encodeValue(Array.from({ length: maxFrameMessages + 1 }, () => bytes(1)))],
    ["frame-malformed", Uint8Array.of(0x9f, 0x41, 0x01, 0xff)],
    ["frame-too-large", encodeValue([bytes(maxGossipFrameBytes)])],
  ] as const)("is refused as %s", ([code, frame]) => {
    expect(refusal(frame)).toBe(code);
  });
});

test("the verdict on a frame is the worst on its messages", () => {
  expect(worstOf(["accept", "accept"])).toBe("accept");
  expect(worstOf(["accept", "ignore"])).toBe("ignore");
  expect(worstOf(["ignore", "reject", "accept"])).toBe("reject");
});

describe("a peer", () => {
  const judge = (mesh: Mesh, verdict: Verdict, count: number, time = now, peer = "p") =>
    Array.from({ length: count }, () =>
      mesh.handle({ type: "judged", peer, verdict }, { ms: 0, time }),
    ).flat();
  const denials = (effects: readonly MeshEffect[]): Denial[] =>
    effects.flatMap((effect) => (effect.type === "deny" ? [effect.denial] : []));

  test("is denied for an hour when twenty of its frames were rejected", () => {
    const mesh = new Mesh();
    expect(denials(judge(mesh, "reject", 19))).toEqual([]);
    expect(denials(judge(mesh, "reject", 1))).toEqual([
      { peer: "p", until: now + 3600, times: 1, why: "rejected frames" },
    ]);
    expect([now, now + 3599, now + 3600].map((time) => mesh.isDenied("p", time))).toEqual([
      true,
      true,
      false,
    ]);
    expect(mesh.judgedOf("p")).toEqual({ accept: 0, ignore: 0, reject: 20 });
  });

  test("is held nothing against for what is ignored, and what was rejected fades", () => {
    const mesh = new Mesh();
    expect(denials(judge(mesh, "ignore", 1000))).toEqual([]);
    for (let hours = 0; hours < 5; hours++)
      expect(denials(judge(mesh, "reject", 19, now + hours * 3600))).toEqual([]);
  });

  test("is denied for twice as long each time, up to a day, also over a restart", () => {
    let mesh = new Mesh();
    const lengths: number[] = [];
    let time = now;
    for (let round = 0; round < 7; round++) {
      const [denial] = denials(judge(mesh, "reject", 20, time));
      lengths.push(((denial as Denial).until - time) / 3600);
      time = (denial as Denial).until;
      mesh = new Mesh(mesh.denials(time));
    }
    expect(lengths).toEqual([1, 2, 4, 8, 16, 24, 24]);
    expect(mesh.denials(time + 8 * 86_400)).toEqual([]);
  });

  test("is denied for a score below the graylist, and for breaking a conversation often", () => {
    const mesh = new Mesh();
    expect(denials(mesh.handle({ type: "scored", peer: "p", score: -2500 }, at(0)))).toEqual([]);
    expect(denials(mesh.handle({ type: "scored", peer: "p", score: -2501 }, at(0)))).toMatchObject([
      { why: "score" },
    ]);
    const blame = { type: "blamed" as const, peer: "q", points: 10, why: "nonsense" };
    expect(denials(mesh.handle(blame, at(0)))).toEqual([]);
    expect(denials(mesh.handle(blame, at(0)))).toMatchObject([{ peer: "q", why: "nonsense" }]);
  });

  test("that is denied is not forgotten for a flood of others", () => {
    const mesh = new Mesh();
    judge(mesh, "reject", 20);
    for (let i = 0; i < 20_000; i++) judge(mesh, "accept", 1, now, `other ${i}`);
    expect(mesh.isDenied("p", now)).toBe(true);
    expect(mesh.judgedOf("other 0").accept).toBe(0);
    expect(mesh.judgedOf("other 19999").accept).toBe(1);
  });
});
