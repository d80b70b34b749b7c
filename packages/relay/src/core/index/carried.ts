/** What a message carries, in the vocabulary's tokens; what no filter names is left out. */
import {
  categoriesOf,
  demandsOf,
  type Message,
  mostOf,
  placesOf,
  type Signed,
  wordsIn,
} from "@intentcast/protocol";
import { textOf } from "../byte-text.ts";
import type { Frequencies } from "./frequencies.ts";
import { kindBit, valueHash } from "./groups.ts";
import { IntegerList } from "./integer-list.ts";
import { IntegerSet } from "./integer-set.ts";
import type { Offered } from "./look-up.ts";
import { currencyBits, roughly } from "./residual.ts";
import type { TextHash } from "./text-hash.ts";
import { space, type Vocabulary, valueSpace } from "./vocabulary.ts";

/** Words are counted in one of so many messages while no filter names any. */
const sample = 8;

/** Greater than any record's `roughly`. */
const beyondAll = 1 << 30;

/** It is filled anew for each message, so that nothing is allocated for one. */
export class Carried implements Offered {
  kind = 0;
  issued = 0;
  /** Of an intent: no price is one that reaches everything. */
  hasPrice = false;
  currency = 0;
  mostPrice = 0;
  /** The price's `roughly`; a record's that is less than this by 1 to `reach` is of the same currency and reached. */
  rough = 0;
  reach = 0;
  /** Tokens of the texts of terms that it requires, and whether it requires one that no filter names. */
  readonly required = new IntegerList();
  requiresUnknown = false;
  /** Tokens that a key can begin with, be continued by, and end with. */
  readonly firsts = new IntegerList();
  readonly places = new IntegerList();
  readonly extras = new IntegerList();
  readonly #all: IntegerSet;
  readonly #vocabulary: Vocabulary;
  readonly #hash: TextHash;
  readonly #frequencies: Frequencies;
  #messages = 0;

  constructor(vocabulary: Vocabulary, hash: TextHash, frequencies: Frequencies, factor: number) {
    this.#vocabulary = vocabulary;
    this.#hash = hash;
    this.#frequencies = frequencies;
    this.#all = new IntegerSet(factor);
  }

  has(token: number): boolean {
    return this.#all.has(token);
  }

  /** `kindToken` begins the keys of filters that are posted under the message's kind. */
  read(message: Message, kindToken: number): void {
    this.#clear();
    this.kind = kindBit[message.kind];
    this.firsts.push(kindToken);
    if (message.kind === "sealed") {
      this.issued = message.issued;
      this.#bytes(space.mailbox, message.to);
      return;
    }
    this.issued = message.body.issued;
    this.#bytes(space.author, message.author);
    if (message.kind === "close") return;
    this.#messages += 1;
    this.#frequencies.begin();
    for (const path of placesOf(message)) this.#path(space.place, path, this.places);
    for (let i = 0; i < this.places.length; i++) this.firsts.push(this.places.items[i] as number);
    for (const path of categoriesOf(message)) this.#path(space.category, path, this.firsts);
    if (message.kind === "intent") this.#intent(message);
    if (this.#vocabulary.holdsAny(space.word) || this.#messages % sample === 0) {
      for (const word of wordsIn(message)) this.#extra(space.word, word, this.#hash.of(space.word, word));
    }
    for (let i = 0; i < this.extras.length; i++) this.firsts.push(this.extras.items[i] as number);
  }

  #intent(intent: Signed<"intent">): void {
    for (const demand of demandsOf(intent)) {
      const name = this.#hash.of(space.attribute, demand.attribute);
      const attribute = this.#find(space.attribute, demand.attribute, name);
      for (const value of demand.values) {
        this.#extra(valueSpace(attribute, value), String(value), valueHash(this.#hash, name, value));
      }
    }
    const { price, terms } = intent.body;
    this.hasPrice = price !== undefined;
    if (price !== undefined) {
      this.currency = currencyBits(price.currency);
      this.mostPrice = mostOf(price);
      this.rough = roughly(this.currency, this.mostPrice);
      this.reach = this.rough & 0xff;
    }
    for (const { must, sha256 } of terms ?? []) if (must) this.#require(sha256);
  }

  #clear(): void {
    this.#all.clear();
    this.required.clear();
    this.firsts.clear();
    this.places.clear();
    this.extras.clear();
    this.requiresUnknown = false;
    this.hasPrice = false;
    this.rough = beyondAll;
    this.reach = beyondAll;
  }

  #find(inSpace: number, text: string, hash: number): number {
    return this.#vocabulary.find(inSpace, text, text.length, hash);
  }

  #bytes(inSpace: number, bytes: Uint8Array): void {
    if (!this.#vocabulary.holdsAny(inSpace)) return;
    const text = textOf(bytes);
    const token = this.#find(inSpace, text, this.#hash.of(inSpace, text));
    if (token !== 0 && this.#all.add(token)) this.firsts.push(token);
  }

  #path(inSpace: number, path: string, tokens: IntegerList): void {
    const hash = this.#hash;
    const count = hash.ofAncestors(inSpace, path);
    for (let i = 0; i < count; i++) {
      const one = hash.hashes[i] as number;
      this.#frequencies.saw(one);
      const token = this.#vocabulary.find(inSpace, path, hash.ends[i] as number, one);
      if (token !== 0 && this.#all.add(token)) tokens.push(token);
    }
  }

  #extra(inSpace: number, text: string, hash: number): void {
    this.#frequencies.saw(hash);
    const token = this.#find(inSpace, text, hash);
    if (token !== 0 && this.#all.add(token)) this.extras.push(token);
  }

  #require(sha256: Uint8Array): void {
    const text = textOf(sha256);
    const token = this.#find(space.terms, text, this.#hash.of(space.terms, text));
    if (token === 0) this.requiresUnknown = true;
    else this.required.push(token);
  }
}
