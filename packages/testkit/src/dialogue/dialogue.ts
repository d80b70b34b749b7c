/** A dialogue under spec/vectors/dialogue: what clients and a relay say to each other, line by line. */
import { readdirSync, readFileSync } from "node:fs";
import { headersOf, vectorFolder } from "../vectors.ts";
import { readNotation, writeNotation } from "./notation.ts";

export type Line =
  | { readonly does: "open" | "close"; readonly client: string }
  | { readonly does: "send" | "hear"; readonly client: string; readonly frame: unknown }
  | { readonly does: "send-bytes"; readonly client: string; readonly bytes: Uint8Array }
  | { readonly does: "send-text"; readonly client: string; readonly text: string }
  | { readonly does: "be-closed"; readonly client: string; readonly code: number }
  | { readonly does: "set-clock"; readonly now: number }
  | { readonly does: "restart" | "shut-down" };

export type Dialogue = {
  /** The file's name without its ending. */
  readonly case: string;
  /** The refusal that the dialogue is about, as stage and code; `accepted` where there is none. */
  readonly expect: string;
  readonly comment: string;
  /** Every other header. */
  readonly headers: Readonly<Record<string, string>>;
  readonly lines: readonly Line[];
};

export const readDialogues = (): readonly Dialogue[] =>
  readdirSync(vectorFolder("dialogue"))
    .sort()
    .map((file) =>
      parseDialogue(file.slice(0, -4), readFileSync(`${vectorFolder("dialogue")}${file}`, "utf8")),
    );

/** Reads a dialogue: headers as those of a vector, an empty line, then its lines. Throws on any other form. */
export function parseDialogue(name: string, text: string): Dialogue {
  const { expect, comment, headers, rest } = headersOf(name, text);
  return { case: name, expect, comment, headers, lines: rest.trimEnd().split("\n").map(parseLine) };
}

/** The text of a dialogue's file: the inverse of {@link parseDialogue}. */
export function formatDialogue({ expect, comment, headers, lines }: Dialogue): string {
  const head = Object.entries({ expect, comment, ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `${[...head, "", ...lines.map(formatLine)].join("\n")}\n`;
}

export function formatLine(line: Line): string {
  switch (line.does) {
    case "open":
      return `${line.client} opens`;
    case "close":
      return `${line.client} closes`;
    case "send":
      return `${line.client} sends ${writeNotation(line.frame)}`;
    case "send-bytes":
      return `${line.client} sends bytes ${writeNotation(line.bytes)}`;
    case "send-text":
      return `${line.client} sends text ${JSON.stringify(line.text)}`;
    case "hear":
      return `${line.client} hears ${writeNotation(line.frame)}`;
    case "be-closed":
      return `${line.client} is closed with ${line.code}`;
    case "set-clock":
      return `the clock says ${line.now}`;
    case "restart":
      return "the relay restarts";
    case "shut-down":
      return "the relay shuts down";
  }
}

/** Only what {@link formatLine} writes is read. */
function parseLine(text: string): Line {
  const line = readLine(text);
  if (line === undefined || formatLine(line) !== text)
    throw new SyntaxError(`not a line of a dialogue: ${text}`);
  return line;
}

const form =
  /^(?:([A-Z]) (opens|closes|sends bytes|sends text|sends|hears|is closed with)|(the clock says|the relay restarts|the relay shuts down))(?: (.+))?$/;

function readLine(text: string): Line | undefined {
  const [, client = "", clientDoes, relayDoes, rest = ""] = form.exec(text) ?? [];
  switch (clientDoes ?? relayDoes) {
    case "opens":
      return { does: "open", client };
    case "closes":
      return { does: "close", client };
    case "sends":
      return { does: "send", client, frame: readNotation(rest) };
    case "sends bytes":
      return { does: "send-bytes", client, bytes: readNotation(rest) as Uint8Array };
    case "sends text":
      return { does: "send-text", client, text: readNotation(rest) as string };
    case "hears":
      return { does: "hear", client, frame: readNotation(rest) };
    case "is closed with":
      return { does: "be-closed", client, code: Number(rest) };
    case "the clock says":
      return { does: "set-clock", now: Number(rest) };
    case "the relay restarts":
      return { does: "restart" };
    case "the relay shuts down":
      return { does: "shut-down" };
    default:
      return undefined;
  }
}
