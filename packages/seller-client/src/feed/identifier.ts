/** Codes that name a product: GTINs, an SKU where the feed has none, an address. */
import { createHash } from "node:crypto";
import { gtinIsValid } from "@intentcast/protocol";
import type { Say } from "./problem.ts";
import { oneLine } from "./text.ts";

/** The digits of a GTIN; hyphens and blanks between them, as an ISBN has them, do not count. */
export function gtinOf(text: string | undefined, column: string, say: Say): string | undefined {
  const digits = (text ?? "").replace(/[\s-]/g, "");
  if (digits === "") return undefined;
  const form = [8, 12, 13, 14].includes(digits.length) && /^\d+$/.test(digits);
  if (form && gtinIsValid(digits).ok) return digits;
  return say(column, `left out: ${digits.slice(0, 64)} is not a GTIN${form ? " (check digit)" : ""}`);
}

/** The text itself where it is short enough for an SKU, and else its beginning with a digest of it. */
export function derivedSku(text: string): string {
  if (oneLine(text, 70) === text) return text;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `${oneLine(text, 50)}-${digest}`;
}

/** An address of the product's page in ASCII; only https ones of at most 500 characters can stand in an offer. */
export function linkOf(text: string | undefined, column: string, say: Say): string | undefined {
  if (text === undefined) return undefined;
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address?.protocol === "https:" && address.href.length <= 500) return address.href;
  const reason = address?.protocol === "https:" ? "longer than 500 characters" : "not an https address";
  return say(column, `left out: ${reason}`);
}
