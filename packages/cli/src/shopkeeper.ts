/** A seller of this data folder: its key file and journal, opened for one verb. */
import { join } from "node:path";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { openSeller, type Seller, type SellerOptions } from "@intentcast/seller-client";
import { tellOfClock } from "./clock-warning.ts";
import { Failure } from "./failure.ts";
import { ensureKeyFile, readKeyFile } from "./key-file.ts";
import { keyFileOf } from "./verbs/keygen.ts";
import type { Context } from "./verbs/verb.ts";

export type Shop = { readonly seller: Seller } & AsyncDisposable;

type Details = Pick<SellerOptions, "name" | "domain" | "log">;

/** Opens the shop in this role's folder; makes its identity where there is none, and says so. */
export async function openShop(role: string, details: Details, context: Context): Promise<Shop> {
  const { settings, print } = context;
  const { seed, made } = await ensureKeyFile(keyFileOf(settings.data, role));
  if (made) {
    print.tell(
      `made an identity in ${join(settings.data, role)}; for its paper backup run: intentcast keygen --as ${role} --show`,
    );
  }
  return shopOf(role, { ...details, seed }, context);
}

/** Opens the shop that must be there already, to say something in one of its deals. */
export async function openExistingShop(role: string, context: Context): Promise<Shop> {
  const { settings } = context;
  const path = keyFileOf(settings.data, role);
  const seed = await readKeyFile(path);
  if (seed === undefined)
    throw new Failure(`there is no shop in ${join(settings.data, role)}; open one with: intentcast sell`);
  return shopOf(role, { name: role, seed }, context);
}

async function shopOf(
  role: string,
  details: Details & Pick<SellerOptions, "seed">,
  context: Context,
): Promise<Shop> {
  const { data, relays } = context.settings;
  const journal = sqliteJournal(join(data, role, "journal.sqlite"));
  const log: SellerOptions["log"] = (level, event, facts) => {
    if (!tellOfClock(event, facts, context)) details.log?.(level, event, facts);
  };
  try {
    const seller = await openSeller({ ...details, relays, journal, log });
    return {
      seller,
      async [Symbol.asyncDispose]() {
        await seller[Symbol.asyncDispose]();
        await journal[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await journal[Symbol.asyncDispose]();
    throw error;
  }
}
