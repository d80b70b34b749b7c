/**
 * How often messages of late carried a text, estimated: a count-min sketch (Cormode and Muthukrishnan, 2005) of two rows
 * that forgets by halves. It only guides where filters are posted; what is found never depends on it.
 */
import { space } from "./vocabulary.ts";

const rowBits = 16;
const cells = 1 << rowBits;
/** After so many messages a count has been halved once. */
const period = 32_768;
const most = 0xffff;

/** A guess counts as much as so many messages. */
const weightOfGuess = 256;

/** What share of messages lies under a path of so many segments below its scheme; beyond, the last. */
const underPath = [1, 0.1, 0.03, 0.01, 0.003];

/** How many slashes there are in a path, but at most so many as are told apart. */
function slashesIn(path: string): number {
  let count = 0;
  for (let at = path.indexOf("/"); at >= 0 && count < underPath.length - 1; at = path.indexOf("/", at + 1))
    count++;
  return count;
}

/** The share of messages that carry a text, before any was seen. */
function guess(inSpace: number, text: string): number {
  switch (inSpace) {
    case space.author:
      return 1e-4;
    case space.mailbox:
      return 1e-5;
    case space.category:
    case space.place:
      return underPath[slashesIn(text)] as number;
    default:
      return 0.005;
  }
}

export class Frequencies {
  readonly #rows = [new Uint16Array(cells), new Uint16Array(cells)] as const;
  #seen = 0;
  /** The cell that is halved next, in both rows. */
  #hand = 0;

  /** Another message: what follows by `saw` is of it. */
  begin(): void {
    this.#seen += 1;
    if (this.#seen <= period) return;
    for (let i = 0; i < cells / period; i++) {
      for (const row of this.#rows) row[this.#hand] = (row[this.#hand] as number) >> 1;
      this.#hand = (this.#hand + 1) & (cells - 1);
    }
  }

  /** The message carries the text with this hash. Of the two counts the lesser is nearer the truth, and goes up alone. */
  saw(hash: number): void {
    const [one, other] = this.#rows;
    const at = hash >>> (32 - rowBits);
    const otherAt = Math.imul(hash, 0x2c1b3c6d) >>> (32 - rowBits);
    const count = one[at] as number;
    const otherCount = other[otherAt] as number;
    if (count <= otherCount && count < most) one[at] = count + 1;
    if (otherCount <= count && otherCount < most) other[otherAt] = otherCount + 1;
  }

  /** The share of messages that carry the text. */
  share(inSpace: number, text: string, hash: number): number {
    const [one, other] = this.#rows;
    const count = Math.min(
      one[hash >>> (32 - rowBits)] as number,
      other[Math.imul(hash, 0x2c1b3c6d) >>> (32 - rowBits)] as number,
    );
    // Between two halvings a count stands for one to two periods.
    const messages = Math.min(this.#seen, 1.5 * period);
    const share = (count + weightOfGuess * guess(inSpace, text)) / (messages + weightOfGuess);
    return Math.min(1, share);
  }
}
