/** The specification's vectors that are frames, messages or bodies, as a relay meets them: with the verdicts that it may give. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fromHex, isKind, isOpen, type Signer } from "@intentcast/protocol";
import { envelope } from "./envelope.ts";
import { NotExercised } from "./finding.ts";

export type Case = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The verdict that must come, for people. */
  readonly expected: string;
  readonly isRight: (verdict: string) => boolean;
};

type Vector = {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
};

const exactly = (expected: string): Pick<Case, "expected" | "isRight"> => ({
  expected,
  isRight: (verdict) => verdict === expected,
});

/** The times of vectors stand still: of a good one the relay may say that it has expired. */
const passes: Pick<Case, "expected" | "isRight"> = {
  expected: "neither decode, verify nor validate",
  isRight: (verdict) => !/^(decode|verify|validate)\//.test(verdict),
};

/** Whole messages, signed or sealed. */
function messageCase({ name, headers, bytes }: Vector): Case {
  const { kind, expect = "" } = headers;
  const isSealedKind = kind !== undefined && isKind(kind) && !isOpen(kind);
  if (isSealedKind && /^(accepted$|validate\/)/.test(expect))
    return { name, bytes, ...exactly("validate/sealed-only") };
  return { name, bytes, ...(expect === "accepted" ? passes : exactly(expect)) };
}

/** Items of the wire profile, which become bodies: a right one is a map of the wrong shape, or no map. */
function bodyCase({ name, headers, bytes }: Vector, by: Signer): Case {
  const isMap = (bytes[0] ?? 0) >> 5 === 5;
  const right = isMap ? "validate/body-shape" : "decode/body-not-map";
  const { expect = "" } = headers;
  return {
    name,
    bytes: envelope({ by, kind: "close", body: bytes }),
    ...exactly(expect === "accepted" ? right : expect),
  };
}

/** Bytes of a body: vectors that allow fewer are about something else. */
const bodyBytes = "16384";

/** All cases in a folder of vectors. Throws NotExercised where it is none. */
export async function casesIn(folder: string, by: Signer): Promise<readonly Case[]> {
  const whole = await Promise.all(["envelope", "sealed", "validate"].map((name) => read(folder, name)));
  const items = await read(folder, "decode");
  return [
    ...whole.flat().map(messageCase),
    ...items.filter(({ headers }) => headers["maxBytes"] === bodyBytes).map((vector) => bodyCase(vector, by)),
  ];
}

async function read(folder: string, stage: string): Promise<readonly Vector[]> {
  const names = await readdir(join(folder, stage)).catch(() => {
    throw new NotExercised(`there is no folder ${stage} in ${folder}`);
  });
  const files = names.filter((name) => name.endsWith(".txt")).sort();
  return Promise.all(
    files.map(async (file) =>
      parse(`${stage}/${file.slice(0, -4)}`, await readFile(join(folder, stage, file), "utf8")),
    ),
  );
}

/** A client's frame, and the code that refuses it; undefined where it can be read. */
export type FrameCase = {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly code: string | undefined;
};

/** The frames of clients in a folder of vectors. Throws NotExercised where it is none. */
export async function framesIn(folder: string): Promise<readonly FrameCase[]> {
  const vectors = await read(folder, "frame");
  return vectors
    .filter(({ headers }) => headers["from"] === "client")
    .map(({ name, headers, bytes }) => ({
      name,
      bytes,
      code: /^frame\/(.*)$/.exec(headers["expect"] ?? "")?.[1],
    }));
}

/** Lines `name: value`, an empty line, hex (spec/vectors/README.md). */
function parse(name: string, text: string): Vector {
  const [head = "", hex = ""] = text.split("\n\n");
  const headers = head.split("\n").map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return { name, headers: Object.fromEntries(headers), bytes: fromHex(hex.replaceAll(/\s/g, "")) };
}
