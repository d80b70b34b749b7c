/** The buyer of this data folder: its key file and journal, opened for one verb. */
import type { Buyer, BuyerLog } from "@intentcast/buyer-client";
import type { Keys } from "./key-file.ts";
import { ensureKeys, existingKeys, openJournal } from "./keys.ts";
import { tellOfRelay } from "./relay-warning.ts";
import type { Context } from "./verbs/verb.ts";

export type Wallet = { readonly buyer: Buyer } & AsyncDisposable;

/** Opens the wallet; makes one where there is none, and says so. */
export async function openWallet(context: Context): Promise<Wallet> {
  const { settings, print } = context;
  const { keys, made } = await ensureKeys("buyer", context);
  if (made)
    print.tell(`made a wallet in ${settings.data}; for its paper backup run: intentcast keygen --show`);
  return walletOf(keys, context);
}

/** Opens the wallet that must be there already. */
export async function openExistingWallet(context: Context): Promise<Wallet> {
  const { data } = context.settings;
  const absent = `there is no wallet in ${data}; cast something first, or name another --data`;
  return walletOf(await existingKeys("buyer", absent, context), context);
}

async function walletOf(keys: Keys, context: Context): Promise<Wallet> {
  const { openBuyer } = await import("@intentcast/buyer-client");
  const { relays } = context.settings;
  const journal = await openJournal("buyer", keys, context);
  const log: BuyerLog = (event, fields) => void tellOfRelay(event, fields, context);
  try {
    const buyer = await openBuyer({ seed: keys.seed, relays, journal, log });
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
