/** Texts of feeds made fit for messages: freed of markup and control characters, cut to their bounds. */
import { parseMarkup } from "./markup.ts";

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

/** Nobody reads on after this; what is cut to its bound need not be parsed to its end. */
const longestHtml = 200_000;

/** What a reader sees of a piece of HTML, paragraphs on lines of their own; undefined where that is nothing. */
export function textOfHtml(html: string | undefined, mostBytes: number): string | undefined {
  // Most texts of feeds hold no markup at all, and a parser for each of them is most of the time that reading takes.
  if (html === undefined || !/[<&]/.test(html)) return oneLine(html, mostBytes);
  let text = "";
  let hidden = 0;
  parseMarkup(html.slice(0, longestHtml), {
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
  const lines = text.split("\n").map((line) => line.replace(/ +/g, " ").trim());
  return cut(lines.filter((line) => line !== "").join("\n"), mostBytes);
}

/** A piece of HTML, such as a name with "&amp;" in it, on one line. */
export const plainLine = (html: string | undefined, mostBytes: number): string | undefined =>
  oneLine(textOfHtml(html, 2000), mostBytes);

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
