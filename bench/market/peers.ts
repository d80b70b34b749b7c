/** How others find the filters that an intent matches: a list that is gone through, and rows of a database. */
import { DatabaseSync } from "node:sqlite";
import { categoriesOf, type Filter, matches, placesOf, type Signed } from "@intentcast/protocol";
import { matchFilter, type Event as NostrEvent, type Filter as NostrFilter } from "nostr-tools";

/** Says how many of its filters match. */
export type Peer = (intent: Signed<"intent">) => number;

/** A path and all that it lies under. */
const upward = (path: string): string[] =>
  path.split("/").map((_, i, segments) => segments.slice(0, i + 1).join("/"));

/**
 * A Nostr library's own loop, over filters that ask for as much as its language can: kind, category, place and one
 * attribute, each as a tag. It knows neither prices nor words, so it has less to decide.
 */
export function nostrPeer(filters: readonly Filter[]): Peer {
  const asked = filters.map(({ categories, places, attributes }): NostrFilter => {
    const [first] = attributes ?? [];
    return {
      kinds: [1],
      ...(categories && { "#c": categories }),
      ...(places && { "#p": places }),
      ...(first && { "#a": first.values.map((value) => `${first.attribute}=${value}`) }),
    };
  });
  return (intent) => {
    const event = eventOf(intent);
    let found = 0;
    for (const filter of asked) if (matchFilter(filter, event)) found += 1;
    return found;
  };
}

function eventOf(intent: Signed<"intent">): NostrEvent {
  const demands = intent.body.want.flatMap(({ requirements = [] }) =>
    requirements.flatMap(({ attribute, value }) => [value].flat().map((one) => `${attribute}=${one}`)),
  );
  const tags = [
    ...categoriesOf(intent)
      .flatMap(upward)
      .map((path) => ["c", path]),
    ...placesOf(intent)
      .flatMap(upward)
      .map((path) => ["p", path]),
    ...demands.map((demand) => ["a", demand]),
  ];
  return { id: "", pubkey: "", sig: "", kind: 1, created_at: 0, content: "", tags };
}

/** A row for each pair of a category and a place, in an index; what the pairs of an intent find, `matches` decides. */
export function sqlitePeer(filters: readonly Filter[]): Peer {
  const db = new DatabaseSync(":memory:");
  db.exec(
    "CREATE TABLE pair (category TEXT, place TEXT, filter INTEGER, PRIMARY KEY (category, place, filter)) WITHOUT ROWID",
  );
  const insert = db.prepare("INSERT OR IGNORE INTO pair VALUES (?, ?, ?)");
  db.exec("BEGIN");
  for (const [i, { categories = [""], places = [""] }] of filters.entries()) {
    for (const category of categories) for (const place of places) insert.run(category, place, i);
  }
  db.exec("COMMIT");
  const find = db.prepare("SELECT filter FROM pair WHERE category = ? AND place = ?");
  return (intent) => {
    const found = new Set<number>();
    const places = ["", ...new Set(placesOf(intent).flatMap(upward))];
    for (const category of ["", ...new Set(categoriesOf(intent).flatMap(upward))]) {
      for (const place of places) {
        for (const { filter } of find.iterate(category, place)) found.add(Number(filter));
      }
    }
    let matched = 0;
    for (const i of found) if (matches(filters[i] as Filter, intent)) matched += 1;
    return matched;
  };
}
