/** The seller's word about itself: published, and again to the byte where the store that had it is gone. */
import { type Signed, toHex } from "@intentcast/protocol";
import type { Holder, Published, RelayPool, Stores } from "@intentcast/relay-client";
import { type Log, logFailure } from "./log.ts";

export type OwnProfilePorts = { readonly pool: RelayPool; readonly stores: Stores; readonly log: Log };

export class OwnProfile {
  readonly #ports: OwnProfilePorts;
  /** The latest one, and the stores that have it. The next run publishes one of its own. */
  #standing: { readonly message: Signed<"profile">; readonly holders: Holder[] } | undefined;

  constructor(ports: OwnProfilePorts) {
    this.#ports = ports;
  }

  async publish(message: Signed<"profile">): Promise<Published> {
    const holders: Holder[] = [];
    this.#standing = { message, holders };
    const accepted = (holder: Holder): void => {
      holders.push(holder);
      this.again();
    };
    return this.#ports.pool.publish(message.bytes, { accepted });
  }

  /** Publishes it at each relay whose store had it and is gone. */
  again(): void {
    if (this.#standing === undefined) return;
    const { pool, stores, log } = this.#ports;
    const { message, holders } = this.#standing;
    const relays = stores.claim(toHex(message.id), holders);
    if (relays.length === 0) return;
    const accepted = (holder: Holder): void => void holders.push(holder);
    pool
      .publish(message.bytes, { relays, accepted })
      .catch((error: unknown) => logFailure(log, "profile-not-sent", error));
  }
}
