import { fromHex, toHex } from "@intentcast/protocol";
import { converse, itemOf, itemsOf, numbersOf, readVectors, setOf } from "@intentcast/testkit";
import { describe, expect, test } from "vitest";
import {
  type Effect,
  initiate,
  type ReconcileOptions,
  type RefusalCode,
  reconcile,
  refusals,
} from "../src/index.ts";
import { encodeStop } from "../src/reconciliation/frame.ts";
import { readWhole } from "./read-whole.ts";

/** Codes of what is wrong with a frame, or with when it comes. */
const ofFrames: readonly RefusalCode[] = [
  "range-kept",
  "frame-unknown",
  "frame-too-large",
  "frame-out-of-turn",
  "too-many-frames",
];
/** Codes that follow from what a side likes, or take a list that is too long for a vector: reconciliation.test.ts. */
const inTests: readonly RefusalCode[] = ["list-too-long", "too-deep", "rate-limited", "stopped"];

describe("negentropy messages of the specification's vectors", () => {
  test.each(readVectors("negentropy").map((vector) => [vector.case, vector] as const))("%s", (_, vector) => {
    const { expect: expected, headers, bytes } = vector;
    const read = readWhole(bytes);
    expect(read.ok ? "accepted" : `negentropy/${read.error.code}`).toBe(expected);
    if (headers["items"] !== undefined) {
      expect(initiate(setOf(itemsOf(headers["items"])).snapshot())).toEqual(bytes);
    }
  });

  test("show every way in which a message can be malformed", () => {
    const shown = new Set(readVectors("negentropy").map(({ expect }) => expect.replace("negentropy/", "")));
    expect([...shown, ...ofFrames, ...inTests].sort()).toEqual([...Object.keys(refusals), "accepted"].sort());
  });
});

/** Frames as they stand in a vector: from the initiator marked `>`, from the responder `<`. */
const framesIn = (headers: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(headers)
    .filter(([name]) => /^frame\d/.test(name))
    .map(([, frame]) => frame);

const sideOf = (headers: Readonly<Record<string, string>>, isInitiator: boolean, workAtOnce?: number) => {
  const { frameLimit, initiator = "", responder = "" } = headers;
  const options: ReconcileOptions = {
    isInitiator,
    ...(frameLimit === undefined ? {} : { frameLimit: Number(frameLimit) }),
    ...(workAtOnce === undefined ? {} : { workAtOnce }),
  };
  return reconcile(setOf(itemsOf(isInitiator ? initiator : responder)), options);
};

const reconciliations = (isAccepted: boolean) =>
  readVectors("reconcile")
    .filter(({ expect }) => (expect === "accepted") === isAccepted)
    .map((vector) => [vector.case, vector] as const);

describe("reconciliations of the specification's vectors", () => {
  test.each(reconciliations(true))("%s", (_, { headers }) => {
    const talk = converse(sideOf(headers, true), sideOf(headers, false));
    const marked = talk.frames.map(
      ({ from, bytes }) => `${from === "initiator" ? ">" : "<"} ${toHex(bytes)}`,
    );
    expect(marked).toEqual(framesIn(headers));
    for (const name of ["initiator", "responder"] as const) {
      const lacking = numbersOf(headers[`${name}Has`] ?? "").map((number) => toHex(itemOf(number).id));
      expect(talk[name].have).toEqual(lacking.sort());
    }
  });

  test.each(reconciliations(false))("%s is refused", (_, { headers, expect: expected }) => {
    const frames = framesIn(headers);
    const other = frames.at(-1)?.[0];
    const ownFrames = frames.filter((frame) => frame[0] !== other).map((frame) => frame.slice(2));
    const refuser = sideOf(headers, other === "<", 1);
    const sent: string[] = [];
    let last: Effect | undefined;
    const act = (effects: readonly Effect[]): void => {
      for (const effect of effects) {
        if (effect.type === "send") sent.push(toHex(effect.frame));
        last = effect;
      }
    };
    const work = (): void => {
      while (last?.type === "more") act(refuser.proceed());
    };
    if (ownFrames[0] === frames[0]?.slice(2)) act(refuser.start());
    for (const frame of frames) {
      // It is at work until the vector says what it has said.
      if (frame[0] === other) act(refuser.receive(fromHex(frame.slice(2))));
      else work();
    }
    work();
    const code = expected.replace("negentropy/", "");
    expect(last).toMatchObject({ type: "failed", code });
    expect(sent).toEqual([...ownFrames, toHex(encodeStop(code))]);
  });

  test("show every way in which a frame can be wrong", () => {
    const shown = new Set(reconciliations(false).map(([, one]) => one.expect.replace("negentropy/", "")));
    expect([...shown]).toEqual(expect.arrayContaining([...ofFrames]));
    for (const code of inTests) expect(shown).not.toContain(code);
  });
});

// Facts from hoytech/negentropy: kotlin/src/test/resources/lang1-js-client.txt, whose JavaScript side made the message.
test("the first message for 25 items is the one that another implementation was recorded with", () => {
  const items = recordedItems.map(([timestamp, id]) => ({
    timestamp: 1677970000 + timestamp,
    id: fromHex(id),
  }));
  const ids = recordedOrder.map((number) => recordedItems[number]?.[1]).join("");
  expect(toHex(initiate(setOf(items).snapshot()))).toBe(`6100000219${ids}`);
});

/** As they were inserted; timestamps from 1677970000. */
const recordedItems: readonly (readonly [number, string])[] = [
  [552, "8406d9844fb8f5a5baf3a5cd7478afa6e43d7088b4416dc2013a53fa3447ee95"],
  [555, "93246d67348837e094593d01e9c734c0965f278b9c7594d2be9586568e391dd4"],
  [553, "91235f37e2f90794f989ed15bae2c1f733fe402f022ba54c4e3fd370aa1c0aff"],
  [543, "c7e469248b8451c3970a0cbb72c0b233688759720c3e5ca111e7e37bf11722cd"],
  [552, "f971e429278b863127ef97354cc47a1f394fbb2aaa58d2c8ed3d2427b71cefe3"],
  [542, "72527ebd1c5c95354693c3b0d6fc187ba8d02538ce9570ba0d174d67a1e659f1"],
  [540, "fff4462dcdaaba80cc085c529263c2b1a1435d07c06b8ee5f4adbfd459818540"],
  [553, "b902a1aebb9d1ddb777d1446f8dd6a6f1116d0c3c9836edbc69eb0d3aeebe4c0"],
  [548, "4d1eff6693caef73f3f32eb142f77eee297d29d3b3180d913106d9f53c3c030a"],
  [536, "ca047f2a40edb443bab8dc31929f8e5457d9deac5415c287a090a28a2efdf63b"],
  [536, "9a92950a4498c11158d8b084be8048b38b78b18351dda2f41c278338d39204d2"],
  [543, "71365dfcf3378bb07164560675874f08db063eb4714dee05c77fa5f8d6ed05e3"],
  [557, "451fc9214992bd951527eecd9ad2b01647c0ceeae55dda7ca234bf573c6d5e2d"],
  [538, "ef3e606c1b9291b7ba1eaa119b431763ae8a41c0da9f60c8df81e6cb85f8fc75"],
  [540, "df146798366d0f399fedc8aaec88c9c80ce935ebf6dc19321ca4d48c9f0bc16e"],
  [544, "6796ba8d1a9207251d6652ee56a66a92ad680d5a3f118fdff3eb7710ab45f18a"],
  [537, "f8c2e717ae854234abcd89b852002d52c52101edd690ae305f61d6215ccfd114"],
  [557, "6f8d146c74f5574840e8d82897a757da4b67774eafdd4bc5fdfb3ec6febfccf5"],
  [537, "b3489cf0594b805a4a45c25327b12ac7c932a02027d36e5f37f8cb53c37d47e7"],
  [537, "774ee3ba38031494956d5a68822151693f61f2be3c81c376ee162e8dc447bea0"],
  [555, "d966df16c619a5349d5b2d0125486f7d25e231ea1d546dd453513e8fab3be610"],
  [540, "3ada797b897747c1f6a389025bc03aba5c706f22f7bd60e4a2d9dabcfe21c324"],
  [553, "ed3784f35f4029450f498d8c3f6acc61d90c7706f77ca1f4f75240f49aafe919"],
  [553, "6a05af1884967975a30a83c96915abe34b8b24a0b2cc91791f4207e526be75ea"],
  [539, "bb5c51baa893adb59c4928cc3fa21a568f3e806de3e51647a21a5ea46c4edb38"],
];

/** The order of their ids in the recorded message. */
const recordedOrder = [
  10, 9, 19, 18, 16, 13, 24, 21, 14, 6, 5, 11, 3, 15, 8, 0, 4, 23, 2, 7, 22, 1, 20, 12, 17,
];
