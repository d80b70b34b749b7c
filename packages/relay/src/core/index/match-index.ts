/**
 * The subscription index: which of very many standing filters describe a message.
 *
 * Each filter is posted under the access keys that the fewest messages carry, and a message looks up the keys that it
 * carries; so it meets few filters that it does not match, and never a list of all that share a category or a place. The
 * lineage is the access predicates of Fabret et al. (SIGMOD 2001); docs/decisions/0007 tells what was weighed.
 *
 * Invariants
 * 1. A filter's plan is noted with it, and it is posted under each key of its plan: under whatever key a message that it
 *    describes is looked up first, statistics only chose the plan.
 * 2. A key and a record together say all that the filter says, in tokens; tokens are equal where texts are. What a record
 *    cannot hold is asked of the filter by `matches`.
 * 3. A message looks up every key in use whose tokens it carries. What is in use is read from the tree, never remembered.
 * 4. Every token of a key or a record is held in the vocabulary by each filter that has it, and by nobody else.
 *
 * Cost, with c categories' and p places' beginnings, x words and values of a message that filters name, k keys of a filter:
 * `add` and `remove` take O(terms + k); `find` takes O(c · (1 + p) · (1 + x)) look-ups at most, or as many as there are
 * keys where those are fewer, and then one look at each record under the keys found.
 */
import { type Filter, filterKinds, type Message, matches, type Random } from "@intentcast/protocol";
import type { Standing, SubscriptionIndex } from "../subscription-index.ts";
import { Arena } from "./arena.ts";
import { Carried } from "./carried.ts";
import { Frequencies } from "./frequencies.ts";
import { Groups, kindBit } from "./groups.ts";
import { IntegerList } from "./integer-list.ts";
import { KeyTree } from "./key-tree.ts";
import { LookUp } from "./look-up.ts";
import { byKinds, firstOf, type Plan, Planner, secondOf, thirdOf, uses } from "./plan.ts";
import { PostingLists } from "./posting-lists.ts";
import { Registry } from "./registry.ts";
import { fitsRecord, isResidual, RecordWriter } from "./residual.ts";
import { Scan } from "./scan.ts";
import { KeyedTextHash, type TextHash } from "./text-hash.ts";
import { space, Vocabulary } from "./vocabulary.ts";

/** Where a filter that describes nothing is posted. */
const nowhere: Plan = -1;

/** A list is worth a second thought when so many of its filters were looked at in vain. */
const muchWaste = 32;
/** Messages from one second thought to the next, when they lead to nothing. */
const longestWait = 256;

/** Random bytes are the secret by which nobody can choose texts that fall together; `hash` is for tests with a bad one. */
export function matchIndex<S extends Standing>(
  random: Random,
  hash: TextHash = new KeyedTextHash(random),
): SubscriptionIndex<S> {
  return new MatchIndex<S>(random, hash);
}

class MatchIndex<S extends Standing> implements SubscriptionIndex<S> {
  readonly #arena = new Arena();
  readonly #frequencies = new Frequencies();
  readonly #planner = new Planner(this.#frequencies);
  readonly #registry = new Registry<S>();
  readonly #record = new RecordWriter();
  readonly #keys = new IntegerList();
  readonly #vocabulary: Vocabulary;
  readonly #groups: Groups;
  readonly #tree: KeyTree;
  readonly #lookUp: LookUp;
  readonly #lists: PostingLists;
  readonly #message: Carried;
  readonly #scan: Scan;
  readonly #kindTokens = new Map<Message["kind"], number>();
  #wait = 1;
  #waited = 0;
  #turn = 0;

  constructor(random: Random, hash: TextHash) {
    const bytes = random(8);
    const secret = new DataView(bytes.buffer, bytes.byteOffset);
    this.#vocabulary = new Vocabulary(this.#arena);
    this.#groups = new Groups(hash);
    this.#tree = new KeyTree(this.#arena, this.#vocabulary, secret.getInt32(0));
    this.#lookUp = new LookUp(this.#tree);
    this.#lists = new PostingLists(this.#arena, this.#tree);
    this.#message = new Carried(this.#vocabulary, hash, this.#frequencies, secret.getInt32(4));
    this.#scan = new Scan(this.#arena, this.#lists, this.#message);
    for (const kind of filterKinds) {
      this.#kindTokens.set(kind, this.#vocabulary.take(space.kind, kind, hash.of(space.kind, kind)));
    }
  }

  get size(): number {
    return this.#registry.size;
  }

  add(subscription: S, filter: Filter = subscription.filter): void {
    if (this.#registry.has(subscription)) return;
    const groups = this.#groups;
    groups.read(filter);
    const plan = groups.kinds === 0 ? nowhere : this.#planner.choose(groups);
    const number = this.#registry.add(subscription, plan);
    if (plan !== nowhere) this.#post(number, plan);
  }

  remove(subscription: S): void {
    if (!this.#registry.has(subscription)) return;
    const number = subscription.place as number;
    const plan = this.#registry.note(number);
    if (plan !== nowhere) {
      this.#groups.read(subscription.filter);
      this.#unpost(number, plan);
    }
    this.#registry.remove(subscription);
  }

  find(message: Message): S[] {
    this.#message.read(message, this.#kindTokens.get(message.kind) as number);
    this.#lookUp.run(this.#message);
    const registry = this.#registry;
    this.#scan.run(this.#lookUp.nodes, (number) => matches(registry.at(number).filter, message));
    const { found } = this.#scan;
    const subscriptions = new Array<S>(found.length);
    for (let i = 0; i < found.length; i++) subscriptions[i] = registry.at(found.items[i] as number);
    this.#reconsider();
    return subscriptions;
  }

  /** Posts the filter in `groups`. */
  #post(number: number, plan: Plan): void {
    const groups = this.#groups;
    const asks = !fitsRecord(groups, plan);
    for (let group = 0; group < groups.count; group++) {
      if (this.#holds(group, plan, asks)) groups.take(group, this.#vocabulary);
    }
    this.#writeKeys(plan);
    const { words } = this.#record;
    const length = this.#record.write(groups, plan, number, this.#keys.length > 3, asks);
    const keys = this.#keys.items;
    for (let i = 0; i < this.#keys.length; i += 3) {
      const node = this.#tree.make(keys[i] as number, keys[i + 1] as number, keys[i + 2] as number, length);
      this.#lists.add(node, words, length);
    }
  }

  /** Removes the postings of the filter in `groups`. */
  #unpost(number: number, plan: Plan): void {
    const groups = this.#groups;
    const asks = !fitsRecord(groups, plan);
    for (let group = 0; group < groups.count; group++) {
      if (this.#holds(group, plan, asks)) groups.find(group, this.#vocabulary);
    }
    this.#writeKeys(plan);
    const { words } = this.#record;
    this.#record.write(groups, plan, number, this.#keys.length > 3, asks);
    const keys = this.#keys.items;
    for (let i = 0; i < this.#keys.length; i += 3) {
      const node = this.#tree.find(keys[i] as number, keys[i + 1] as number, keys[i + 2] as number);
      this.#lists.remove(node, words);
    }
    for (let group = 0; group < groups.count; group++) {
      if (this.#holds(group, plan, asks)) groups.release(group, this.#vocabulary);
    }
  }

  /** Whether a group's tokens are in a key or a record of the filter. */
  #holds(group: number, plan: Plan, asks: boolean): boolean {
    return uses(plan, group) || (!asks && isResidual(this.#groups, plan, group));
  }

  /** The keys of a plan for the filter in `groups`, three tokens each, 0 where there is none. */
  #writeKeys(plan: Plan): void {
    const groups = this.#groups;
    this.#keys.clear();
    if (plan === byKinds) {
      for (const kind of filterKinds) {
        if ((groups.kinds & kindBit[kind]) !== 0) this.#writeKey(this.#kindTokens.get(kind) as number, 0, 0);
      }
      return;
    }
    const [first, second, third] = [firstOf(plan), secondOf(plan), thirdOf(plan)];
    for (let i = groups.from[first] as number; i < (groups.to[first] as number); i++) {
      const one = groups.tokens[i] as number;
      for (let j = second < 0 ? -1 : (groups.from[second] as number); ; j++) {
        const two = j < 0 ? 0 : (groups.tokens[j] as number);
        for (let k = third < 0 ? -1 : (groups.from[third] as number); ; k++) {
          this.#writeKey(one, two, k < 0 ? 0 : (groups.tokens[k] as number));
          if (k < 0 || k + 1 === groups.to[third]) break;
        }
        if (j < 0 || j + 1 === groups.to[second]) break;
      }
    }
  }

  #writeKey(one: number, two: number, three: number): void {
    this.#keys.push(one);
    this.#keys.push(two);
    this.#keys.push(three);
  }

  /**
   * Messages change, and a plan that was good when a filter came may be bad now. So where a list was looked through mostly
   * in vain, one of its filters is planned again; the less often, the less that has led to.
   */
  #reconsider(): void {
    this.#waited += 1;
    if (this.#scan.waste < muchWaste || this.#waited < this.#wait) return;
    this.#waited = 0;
    this.#turn = (this.#turn + 1) & 0x3fff_ffff;
    const number = this.#lists.pick(this.#scan.wasteful, this.#turn);
    const groups = this.#groups;
    groups.read(this.#registry.at(number).filter);
    const old = this.#registry.note(number);
    const plan = this.#planner.choose(groups);
    if (2 * this.#planner.cost(groups, plan) > this.#planner.cost(groups, old)) {
      this.#wait = Math.min(2 * this.#wait, longestWait);
      return;
    }
    this.#wait = 1;
    this.#unpost(number, old);
    this.#registry.setNote(number, plan);
    this.#post(number, plan);
  }
}
