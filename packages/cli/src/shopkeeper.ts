/** A seller of this data folder: its key file and journal, opened for one verb. */
import { join } from "node:path";
import type { Seller, SellerOptions } from "@intentcast/seller-client";
import type { Keys } from "./key-file.ts";
import { ensureKeys, existingKeys, openJournal } from "./keys.ts";
import { tellOfRelay } from "./relay-warning.ts";
import type { Context } from "./verbs/verb.ts";

export type Shop = { readonly seller: Seller } & AsyncDisposable;

type Details = Pick<SellerOptions, "name" | "domain" | "log">;

/** Opens the shop in this role's folder; makes its identity where there is none, and says so. */
export async function openShop(role: string, details: Details, context: Context): Promise<Shop> {
  const { settings, print } = context;
  const { keys, made } = await ensureKeys(role, context);
  if (made) {
    print.tell(
      `made an identity in ${join(settings.data, role)}; for its paper backup run: intentcast keygen --as ${role} --show`,
    );
  }
  return shopOf(role, keys, details, context);
}

/** Opens the shop that must be there already, to say something in one of its deals. */
export async function openExistingShop(role: string, context: Context): Promise<Shop> {
  const absent = `there is no shop in ${join(context.settings.data, role)}; open one with: intentcast sell`;
  return shopOf(role, await existingKeys(role, absent, context), { name: role }, context);
}

async function shopOf(role: string, keys: Keys, details: Details, context: Context): Promise<Shop> {
  const { openSeller } = await import("@intentcast/seller-client");
  const { relays } = context.settings;
  const journal = await openJournal(role, keys, context);
  const log: SellerOptions["log"] = (level, event, facts) => {
    if (!tellOfRelay(event, facts, context)) details.log?.(level, event, facts);
  };
  try {
    const seller = await openSeller({ ...details, seed: keys.seed, relays, journal, log });
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
