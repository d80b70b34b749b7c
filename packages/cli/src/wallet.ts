/** The buyer of this data folder: its key file and journal, opened for one verb. */
import { join } from "node:path";
import { type Buyer, type Cast, type Offered, openBuyer } from "@intentcast/buyer-client";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { toHex } from "@intentcast/protocol";
import { Failure, usage } from "./failure.ts";
import { ensureKeyFile, readKeyFile } from "./key-file.ts";
import { keyFileOf } from "./verbs/keygen.ts";
import type { Context } from "./verbs/verb.ts";

export type Wallet = { readonly buyer: Buyer } & AsyncDisposable;

/** Opens the wallet; makes one where there is none, and says so. */
export async function openWallet({ settings, print }: Context): Promise<Wallet> {
  const { seed, made } = await ensureKeyFile(keyFileOf(settings.data, "buyer"));
  if (made)
    print.tell(`made a wallet in ${settings.data}; for its paper backup run: intentcast keygen --show`);
  return walletOf(settings.data, seed, settings.relays);
}

/** Opens the wallet that must be there already. */
export async function openExistingWallet({ settings }: Context): Promise<Wallet> {
  const path = keyFileOf(settings.data, "buyer");
  const seed = await readKeyFile(path);
  if (seed === undefined)
    throw new Failure(`there is no wallet in ${settings.data}; cast something first, or name another --data`);
  return walletOf(settings.data, seed, settings.relays);
}

async function walletOf(data: string, seed: Uint8Array, relays: readonly string[]): Promise<Wallet> {
  const journal = sqliteJournal(join(data, "buyer", "journal.sqlite"));
  try {
    const buyer = await openBuyer({ seed, relays, journal });
    return {
      buyer,
      async [Symbol.asyncDispose]() {
        await buyer[Symbol.asyncDispose]();
        await journal[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await journal[Symbol.asyncDispose]();
    throw error;
  }
}

/** The one whose id begins so; a Failure where there is none or more than one. */
export function pick<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
  beginning: string,
  noun: string,
): T {
  if (!/^[0-9a-f]{4,64}$/.test(beginning))
    throw usage(`${beginning} is no id: at least 4 of its hex digits are needed`);
  const found = things.filter((thing) => idOf(thing).startsWith(beginning));
  if (found.length > 1) throw usage(`${beginning} begins ${found.length} ${noun}s; give more digits`);
  const [only] = found;
  if (only === undefined) throw new Failure(`no ${noun} here begins with ${beginning}`);
  return only;
}

/** The cast with this beginning of an id. */
export const pickCast = (buyer: Buyer, beginning: string): Cast =>
  pick(buyer.casts(), (cast) => cast.thread, beginning, "intent");

/** The offer with this beginning of an id, in whichever cast it is. */
export function pickOffer(buyer: Buyer, beginning: string): { cast: Cast; offer: Offered["offer"] } {
  const offers = buyer
    .casts()
    .flatMap((cast) => cast.deals().flatMap(({ offer }) => (offer === undefined ? [] : [{ cast, offer }])));
  return pick(offers, ({ offer }) => toHex(offer.id), beginning, "offer");
}

/** Aborted when the user interrupts or so many seconds have passed, whichever is first. */
export const waitingFor = ({ terminal }: Context, seconds: number): AbortSignal =>
  AbortSignal.any([terminal.interrupted, AbortSignal.timeout(seconds * 1000)]);
