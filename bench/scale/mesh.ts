/** The meshes of gossipsub: for each topic, the few peers of a relay to which it passes messages on unasked. */
import type { Dice } from "../market/draw.ts";
import { type Overlay, someOf } from "./overlay.ts";
import type { Settings } from "./settings.ts";

/** Links of a mesh are mutual, as GRAFT and PRUNE make them; the time those are under way is not modelled. */
export class Meshes {
  readonly #overlay: Overlay;
  readonly #limits: Settings["mesh"];
  readonly #dice: Dice;
  /** By relay and topic. */
  readonly #mesh: readonly (readonly Set<number>[])[];

  constructor(overlay: Overlay, topics: number, limits: Settings["mesh"], dice: Dice) {
    this.#overlay = overlay;
    this.#limits = limits;
    this.#dice = dice;
    this.#mesh = overlay.peers.map(() => Array.from({ length: topics }, () => new Set<number>()));
  }

  of(relay: number, topic: number): ReadonlySet<number> {
    return this.#at(relay, topic);
  }

  /** What a heartbeat does where a mesh is too small or too large. Returns how many GRAFTs and PRUNEs that took. */
  maintain(relay: number, topic: number, isReachable: (peer: number) => boolean = () => true): number {
    const { aim, least, most } = this.#limits;
    const mesh = this.#at(relay, topic);
    let sent = 0;
    for (const peer of mesh) if (!isReachable(peer)) sent += this.#prune(relay, peer, topic);
    if (mesh.size < least) {
      const others = (this.#overlay.peers[relay] ?? []).filter(
        (peer) => !mesh.has(peer) && isReachable(peer) && this.#at(peer, topic).size < most,
      );
      for (const peer of someOf(others, aim - mesh.size, this.#dice)) {
        mesh.add(peer);
        this.#at(peer, topic).add(relay);
        sent++;
      }
    }
    if (mesh.size > most) {
      for (const peer of someOf([...mesh], mesh.size - aim, this.#dice))
        sent += this.#prune(relay, peer, topic);
    }
    return sent;
  }

  #prune(relay: number, peer: number, topic: number): number {
    this.#at(relay, topic).delete(peer);
    this.#at(peer, topic).delete(relay);
    return 1;
  }

  #at(relay: number, topic: number): Set<number> {
    return this.#mesh[relay]?.[topic] as Set<number>;
  }
}
