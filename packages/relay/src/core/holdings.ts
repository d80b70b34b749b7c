/** Which messages a relay holds, as sets to be reconciled: one for each topic that it carries, kept up to date. */
import { ItemSet } from "@intentcast/negentropy";
import type { Topic } from "./topic.ts";

/** A message as a set knows it. */
export type Item = { readonly id: Uint8Array; readonly issued: number };

export class Holdings {
  readonly #sets: ReadonlyMap<Topic, ItemSet>;

  constructor(topics: readonly Topic[]) {
    this.#sets = new Map(topics.map((topic) => [topic, new ItemSet()]));
  }

  get topics(): readonly Topic[] {
    return [...this.#sets.keys()];
  }

  /** The set of a topic; undefined where it is not carried. */
  of(topic: Topic): ItemSet | undefined {
    return this.#sets.get(topic);
  }

  add(topics: readonly Topic[], { issued, id }: Item): void {
    for (const topic of topics) this.#sets.get(topic)?.add(issued, id);
  }

  remove(topics: readonly Topic[], { issued, id }: Item): void {
    for (const topic of topics) this.#sets.get(topic)?.remove(issued, id);
  }
}
