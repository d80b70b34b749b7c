/** The store that lasts as long as its process. */
import { seededRandom } from "@intentcast/testkit";
import { memoryStore } from "../src/adapters/memory-store.ts";
import { storeContract } from "./store-contract.ts";

storeContract("the memory store", async () => memoryStore(seededRandom("store")));
