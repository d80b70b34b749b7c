/** A seller of this data folder: its key file and journal, opened for one verb. */
import { join } from "node:path";
import { sqliteJournal } from "@intentcast/journal/sqlite";
import { openSeller, type Seller, type SellerOptions } from "@intentcast/seller-client";
import { Failure } from "./failure.ts";
import { ensureKeyFile, readKeyFile } from "./key-file.ts";
import { keyFileOf } from "./verbs/keygen.ts";
import type { Context } from "./verbs/verb.ts";

export type Shop = { readonly seller: Seller } & AsyncDisposable;

type Details = Pick<SellerOptions, "name" | "domain" | "log">;

/** Opens the shop in this role's folder; makes its identity where there is none, and says so. */
export async function openShop(role: string, details: Details, { settings, print }: Context): Promise<Shop> {
  const { seed, made } = await ensureKeyFile(keyFileOf(settings.data, role));
  if (made) {
    print.tell(
      `made an identity in ${join(settings.data, role)}; for its paper backup run: intentcast keygen --as ${role} --show`,
    );
  }
  return shopOf(join(settings.data, role), { ...details, seed, relays: settings.relays });
}

/** Opens the shop that must be there already, to say something in one of its deals. */
export async function openExistingShop(role: string, { settings }: Context): Promise<Shop> {
  const path = keyFileOf(settings.data, role);
  const seed = await readKeyFile(path);
  if (seed === undefined)
    throw new Failure(`there is no shop in ${join(settings.data, role)}; open one with: intentcast sell`);
  return shopOf(join(settings.data, role), { name: role, seed, relays: settings.relays });
}

async function shopOf(folder: string, options: Omit<SellerOptions, "journal">): Promise<Shop> {
  const journal = sqliteJournal(join(folder, "journal.sqlite"));
  try {
    const seller = await openSeller({ ...options, journal });
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
