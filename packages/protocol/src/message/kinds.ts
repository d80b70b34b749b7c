/** The only registry of message kinds: who sees one, the shape of its body, the rules it must hold on its own. */
import type * as z from "zod/mini";
import * as award from "./award.ts";
import * as close from "./close.ts";
import * as counter from "./counter.ts";
import * as decline from "./decline.ts";
import * as intent from "./intent.ts";
import * as note from "./note.ts";
import * as offer from "./offer.ts";
import * as order from "./order.ts";
import * as profile from "./profile.ts";
import * as receipt from "./receipt.ts";
import * as update from "./update.ts";

/** `open` messages are for everyone; `sealed` ones travel encrypted to one mailbox. */
export type Visibility = "open" | "sealed";

const open = <S, R>(kind: { schema: S; rules: R }) => ({ visibility: "open" as const, ...kind });
const sealed = <S, R>(kind: { schema: S; rules: R }) => ({ visibility: "sealed" as const, ...kind });

export const kinds = {
  intent: open(intent),
  close: open(close),
  profile: open(profile),
  offer: sealed(offer),
  counter: sealed(counter),
  decline: sealed(decline),
  award: sealed(award),
  order: sealed(order),
  update: sealed(update),
  receipt: sealed(receipt),
  note: sealed(note),
};

export type Kind = keyof typeof kinds;
export type Body<K extends Kind = Kind> = { [N in K]: z.infer<(typeof kinds)[N]["schema"]> }[K];

export type OpenKind = { [K in Kind]: (typeof kinds)[K]["visibility"] extends "open" ? K : never }[Kind];
export type SealedKind = Exclude<Kind, OpenKind>;

export const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name);
export const isOpen = (kind: Kind): kind is OpenKind => kinds[kind].visibility === "open";
