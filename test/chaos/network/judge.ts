/** What must hold of a network in the end. */
import { demand } from "../scenario.ts";
import type { Member } from "./member.ts";
import { until } from "./until.ts";

/** A relay with libp2p takes some 250 MiB, most of it code and what the collector leaves; a few hundred messages must not show. */
const mostMemoryBytes = 400 * 1024 * 1024;

/** What is looked at of a relay: what its subscriber has been shown, what it holds, and how much memory it has taken. */
export type Judged = Pick<Member, "name" | "held" | "measure" | "mostBytes"> & {
  readonly watcher: Pick<Member["watcher"], "ids" | "check">;
};

/** Throws Broken unless everything that was acknowledged is at every relay, was shown there once, and all hold the same. */
export async function judge(
  members: readonly Judged[],
  acknowledged: ReadonlySet<string>,
  withinMs?: number,
): Promise<void> {
  await until(
    "what was acknowledged is shown at every relay",
    async () => {
      for (const { name, watcher } of members) {
        const missing = [...acknowledged].filter((id) => !watcher.ids.has(id));
        if (missing.length > 0) return `${missing.length} of ${acknowledged.size} are not at ${name}`;
      }
      return undefined;
    },
    withinMs,
  );
  const counts = () => members.map(({ watcher }) => watcher.ids.size);
  await until(
    "all relays show the same",
    async () => (new Set(counts()).size === 1 ? undefined : `they show ${counts().join(", ")} messages`),
    withinMs,
  );
  const [first] = members;
  for (const member of members) {
    member.watcher.check();
    const held = await member.held();
    demand(
      held.size === first?.watcher.ids.size && [...held].every((id) => first.watcher.ids.has(id)),
      `${member.name} holds what the others have shown`,
    );
    await member.measure();
    const mebibytes = Math.round(member.mostBytes / 2 ** 20);
    demand(member.mostBytes < mostMemoryBytes, `${member.name} stays small, and has not ${mebibytes} MiB`);
  }
}
