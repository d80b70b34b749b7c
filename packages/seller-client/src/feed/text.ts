/** Texts of feeds made fit for messages: decoded, freed of markup and control characters, cut to their bounds. */
import { Parser } from "htmlparser2";

/** Text of a file in UTF-8 or UTF-16, or else in Windows-1252 as older spreadsheets save it. */
export function decodeText(source: string | Uint8Array): string {
  if (typeof source === "string") return source.replace(/^\uFEFF/, "");
  if (source[0] === 0xff && source[1] === 0xfe) return new TextDecoder("utf-16le").decode(source);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source);
  } catch {
    return new TextDecoder("windows-1252").decode(source);
  }
}

/** One line of at most `mostBytes` in UTF-8; undefined where nothing is left. */
export function oneLine(text: string | undefined, mostBytes: number): string | undefined {
  return cut((text ?? "").replace(/[\s\p{Cc}]+/gu, " "), mostBytes);
}

const invisible = new Set(["script", "style", "template", "noscript"]);
const blocks = new Set(
  "address article blockquote br dd div dl dt figure h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul".split(
    " ",
  ),
);

/** What a reader sees of a piece of HTML, paragraphs on lines of their own; undefined where that is nothing. */
export function textOfHtml(html: string | undefined, mostBytes: number): string | undefined {
  let text = "";
  let hidden = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (invisible.has(name)) hidden++;
      if (blocks.has(name)) text += "\n";
    },
    ontext(data) {
      if (hidden === 0) text += data.replace(/[\s\p{Cc}]+/gu, " ");
    },
    onclosetag(name) {
      if (invisible.has(name)) hidden--;
      if (blocks.has(name)) text += "\n";
    },
  });
  parser.end(html ?? "");
  const lines = text.split("\n").map((line) => line.replace(/ +/g, " ").trim());
  return cut(lines.filter((line) => line !== "").join("\n"), mostBytes);
}

/** A machine word, such as `seat-count` of "Seat Count"; undefined where the text has no letter to begin one. */
export function tokenOf(text: string): string | undefined {
  const words = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const first = words.findIndex((word) => /^[a-z]/.test(word));
  const token = first < 0 ? "" : words.slice(first).join("-").slice(0, 64).replace(/-$/, "");
  return token === "" ? undefined : token;
}

const utf8 = new TextEncoder();

function cut(text: string, mostBytes: number): string | undefined {
  const whole = text.trim().toWellFormed();
  if (utf8.encode(whole).length <= mostBytes) return whole === "" ? undefined : whole;
  let bytes = utf8.encode("…").length;
  let kept = "";
  for (const character of whole) {
    bytes += utf8.encode(character).length;
    if (bytes > mostBytes) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
