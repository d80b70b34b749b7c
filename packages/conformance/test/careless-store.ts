/** A store that outlives its relay, as a disk does, and keeps its promises but for those that a test takes from it. */
import { compareBytes, equalBytes, type Message, ok, toHex } from "@intentcast/protocol";
import { marksOf, type Store } from "@intentcast/relay";

export type Carelessness = {
  /** Several profiles of one author stand. */
  readonly keepsAllProfiles?: true;
  /** Of two profiles of one second the later one to come stands. */
  readonly forgetsIds?: true;
  /** Serves what has expired. */
  readonly servesExpired?: true;
  /** Messages that are lost when the relay is killed: the last ones. */
  readonly losesLast?: number;
  /** Counts on from the last message that is there, not from the last position given. */
  readonly countsRows?: true;
  /** Numbers its messages anew when it is opened. */
  readonly renumbers?: true;
};

type Row = { readonly position: number; readonly message: Message };
type Admitted = Parameters<Store["append"]>[0][number];
type Appended = Extract<Awaited<ReturnType<Store["append"]>>, { ok: true }>["value"][number];

const timesOf = (message: Message) => (message.kind === "sealed" ? message : message.body);
type Scope = Parameters<Store["query"]>[0];

function isWithin({ kinds, marks }: Scope, message: Message): boolean {
  if (!kinds.includes(message.kind)) return false;
  if (marks === undefined) return message.kind !== "sealed";
  const own = marksOf(message);
  return marks.every((list) => list.some((mark) => own.has(mark)));
}

/** What is called opens the same disk again, as a relay does that is started again. */
export function carelessDisk(wrong: Carelessness): () => Store {
  const id = new Uint8Array(16).fill(7);
  let rows: Row[] = [];
  // A disk that is numbered anew has been used before.
  let head = wrong.renumbers ? 100 : 0;

  function crash(): void {
    rows.splice(rows.length - Math.min(rows.length, wrong.losesLast ?? 0));
    const now = Date.now() / 1000;
    rows = rows.filter(({ message }) => timesOf(message).expires > now);
    if (wrong.renumbers) rows = rows.map(({ message }, i) => ({ message, position: i + 1 }));
    if (wrong.countsRows || wrong.renumbers) head = rows.at(-1)?.position ?? 0;
  }

  function supersedes(message: Message, standing: Message): boolean {
    const later = timesOf(message).issued - timesOf(standing).issued;
    if (later !== 0 || wrong.forgetsIds) return later >= 0;
    return compareBytes(message.id, standing.id) > 0;
  }

  function appendOne({ message }: Admitted): Appended {
    const there = rows.find((row) => equalBytes(row.message.id, message.id));
    if (there !== undefined) return { outcome: "duplicate", position: there.position };
    if (message.kind === "profile" && !wrong.keepsAllProfiles) {
      const standing = rows.find(
        (row) => row.message.kind === "profile" && equalBytes(row.message.author, message.author),
      );
      if (standing !== undefined && !supersedes(message, standing.message)) return { outcome: "superseded" };
      rows = rows.filter((row) => row !== standing);
    }
    head += 1;
    rows.push({ position: head, message });
    return { outcome: "stored", position: head };
  }

  const open = (): Store => ({
    id,
    get head() {
      return head;
    },
    append: async (batch) => ok(batch.map(appendOne)),
    has: async (wanted) => rows.some(({ message }) => toHex(message.id) === toHex(wanted)),
    // What relays tell each other of is not looked at here: these relays are on their own.
    get: async () => undefined,
    list: async () => [],
    query: async (scope, after, limit, now) => {
      const found = rows
        .filter(({ position }) => position > after)
        .filter(({ message }) => wrong.servesExpired || timesOf(message).expires > now)
        .filter(({ message }) => isWithin(scope, message))
        .slice(0, limit)
        .map(({ position, message }) => ({ position, bytes: message.bytes }));
      return { messages: found, through: found.length < limit ? head : (found.at(-1)?.position ?? head) };
    },
    removeExpired: async () => [],
    hasRoom: async () => true,
    close: async () => crash(),
  });
  return open;
}
