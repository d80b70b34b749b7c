/** Texts that a regular expression matches as a whole: of the expressions in spec/messages.cddl, and nothing beyond. */
import type { Dice } from "../fuzz/dice.ts";

type Make = (dice: Dice) => string;

const made = new Map<string, Make>();

export function textOf(expression: string, dice: Dice): string {
  const make = made.get(expression) ?? new Reader(expression).whole();
  made.set(expression, make);
  return make(dice);
}

/** Of all characters but controls, some that are known to go wrong: of two, three and four bytes, and beside a control. */
const notControls = [..." ~a\u00a0é\u07ff\u0800\u2028\ufeff\uffff𐀀🙂\u{10ffff}"];

class Reader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(expression: string) {
    this.#characters = [...expression];
  }

  whole(): Make {
    const make = this.#alternatives();
    if (this.#peek() !== undefined) throw new SyntaxError(`not read: ${this.#characters.join("")}`);
    return make;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string {
    const next = this.#characters[this.#at++];
    if (next === undefined) throw new SyntaxError("the expression ends too early");
    return next;
  }

  #accepts(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#at++;
    return true;
  }

  #alternatives(): Make {
    const all = [this.#sequence()];
    while (this.#accepts("|")) all.push(this.#sequence());
    return (dice) => dice.pick(all)(dice);
  }

  #sequence(): Make {
    const parts: Make[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek())
      parts.push(this.#repeated(this.#atom()));
    return (dice) => parts.map((part) => part(dice)).join("");
  }

  #repeated(part: Make): Make {
    const [least, most] = this.#bounds();
    return (dice) => {
      const beyond = most - least;
      const count = least + (dice.chance(0.2) ? beyond : dice.below(Math.min(beyond, 4) + 1));
      return Array.from({ length: count }, () => part(dice)).join("");
    };
  }

  #bounds(): readonly [number, number] {
    const many = 40;
    if (this.#accepts("?")) return [0, 1];
    if (this.#accepts("*")) return [0, many];
    if (this.#accepts("+")) return [1, many];
    if (!this.#accepts("{")) return [1, 1];
    let text = "";
    for (let next = this.#next(); next !== "}"; next = this.#next()) text += next;
    const [least, most = least] = text.split(",").map(Number) as [number, number?];
    return [least, most];
  }

  #atom(): Make {
    const next = this.#next();
    if (next === "(") {
      const inside = this.#alternatives();
      if (!this.#accepts(")")) throw new SyntaxError("no )");
      return inside;
    }
    const characters = next === "[" ? this.#class() : next === "\\" ? this.#escaped() : [next];
    return (dice) => dice.pick(characters);
  }

  #escaped(): readonly string[] {
    const next = this.#next();
    if (next === "n") return ["\n"];
    if (next === ".") return ["."];
    const rest = [this.#next(), this.#next(), this.#next(), this.#next()].join("");
    if (next === "P" && rest === "{Cc}") return notControls;
    throw new SyntaxError(`\\${next} is not used here`);
  }

  #class(): readonly string[] {
    const found: string[] = [];
    for (let first = this.#next(); first !== "]"; first = this.#next()) {
      const isRange = this.#peek() === "-" && this.#characters[this.#at + 1] !== "]";
      if (isRange) this.#at++;
      const last = isRange ? this.#next() : first;
      for (let point = first.charCodeAt(0); point <= last.charCodeAt(0); point++)
        found.push(String.fromCharCode(point));
    }
    return found;
  }
}
