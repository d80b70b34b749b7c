/** The buyer of this data folder: its key file and journal, opened for one verb. */
import { join } from "node:path";
import { type Buyer, type BuyerLog, openBuyer } from "@intentcast/buyer-client";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { tellOfClock } from "./clock-warning.ts";
import { Failure } from "./failure.ts";
import { ensureKeyFile, readKeyFile } from "./key-file.ts";
import { keyFileOf } from "./verbs/keygen.ts";
import type { Context } from "./verbs/verb.ts";

export type Wallet = { readonly buyer: Buyer } & AsyncDisposable;

/** Opens the wallet; makes one where there is none, and says so. */
export async function openWallet(context: Context): Promise<Wallet> {
  const { settings, print } = context;
  const { seed, made } = await ensureKeyFile(keyFileOf(settings.data, "buyer"));
  if (made)
    print.tell(`made a wallet in ${settings.data}; for its paper backup run: intentcast keygen --show`);
  return walletOf(seed, context);
}

/** Opens the wallet that must be there already. */
export async function openExistingWallet(context: Context): Promise<Wallet> {
  const { settings } = context;
  const path = keyFileOf(settings.data, "buyer");
  const seed = await readKeyFile(path);
  if (seed === undefined)
    throw new Failure(`there is no wallet in ${settings.data}; cast something first, or name another --data`);
  return walletOf(seed, context);
}

async function walletOf(seed: Uint8Array, context: Context): Promise<Wallet> {
  const { data, relays } = context.settings;
  const journal = sqliteJournal(join(data, "buyer", "journal.sqlite"));
  const log: BuyerLog = (event, fields) => void tellOfClock(event, fields, context);
  try {
    const buyer = await openBuyer({ seed, relays, journal, log });
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

/** Aborted when the user interrupts or so many seconds have passed, whichever is first. */
export const waitingFor = ({ terminal }: Context, seconds: number): AbortSignal =>
  AbortSignal.any([terminal.interrupted, AbortSignal.timeout(seconds * 1000)]);
