/** Notices relays that withhold: that have what another relay has shown, and do not show it. Silence alone proves nothing. */
import { equalBytes, type Id, type Message, type Random, type UnixSeconds } from "@intentcast/protocol";
import { mayAsk } from "./asking.ts";
import type { Acceptance, Cursor, Silence } from "./exchange.ts";
import { type Late, Showing } from "./showing.ts";
import type { Timers } from "./system.ts";

/** How often to look who is late. All other spans are counted in looks. */
const lookMs = 15_000;
/** What gossip and reconciliation between relays may take before a relay is late with a message. */
const fair = 4;
/** Clients that notice the same are spread over so long: the first who asks gives the relay what it lacks, for all. */
const spread = 4;
/** A relay that is served, has room to send, and sends nothing for so long although a message waits, withholds it. */
const stalled = 8;
/** For so long an answer is waited for, and a message that has been accepted. */
const patience = 40;
/** Between two questions to a relay; twice as long after each that told nothing against it: it lacks much, or refuses. */
const leastRest = 4;
const mostRest = 240;

/** A relay has a message that others have shown, and has not shown it. */
export type Withheld = {
  readonly relay: string;
  readonly id: Id;
  /** The relays that have shown it. */
  readonly shownBy: readonly string[];
};

export type SilencePorts = {
  readonly clock: () => UnixSeconds;
  readonly timers: Timers;
  readonly random: Random;
  /** Whether the relay may send something for this feed, as far as we are concerned. */
  readonly hasCredit: (relay: string, feed: number) => boolean;
  /** A number for a publication. */
  readonly number: () => number;
  /** Publishes a message at a relay; the answer may come before this returns. */
  readonly ask: (relay: string, publication: number, message: Message) => void;
  readonly withdraw: (relay: string, publication: number) => void;
  readonly withheld: (news: Withheld) => void;
};

/** A message that a late relay has been sent, to learn whether it has it. */
type Question = Late & {
  readonly feed: number;
  readonly publication: number;
  readonly askedAt: number;
  isShown: boolean;
  /** Where the relay says that it has it. */
  answer?: Acceptance;
  /** Since when the relay has stood at a position, able to go on. */
  stall?: { readonly position: number; readonly since: number } | undefined;
};

type Inquiry = {
  missed: number;
  lacked: number;
  withheld: number;
  rest: number;
  restUntil: number;
  question?: Question | undefined;
};

export class SilenceWatch {
  readonly #ports: SilencePorts;
  readonly #showings = new Map<number, Showing>();
  readonly #inquiries = new Map<string, Inquiry>();
  #now = 0;
  /** For how many looks a relay may owe what is shown now; drawn anew at each look. */
  #patience: number;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: SilencePorts) {
    this.#ports = ports;
    this.#patience = this.#drawPatience();
  }

  #drawPatience(): number {
    const [byte = 0] = this.#ports.random(1);
    return fair + (byte % (spread + 1));
  }

  /** What is known of a relay's silence; nothing while it has not been late. */
  of(relay: string): Silence | undefined {
    const inquiry = this.#inquiries.get(relay);
    return inquiry && { missed: inquiry.missed, lacked: inquiry.lacked, withheld: inquiry.withheld };
  }

  /** Begins to compare what these relays show of a feed. */
  add(feed: number, relays: readonly string[]): void {
    this.#showings.set(feed, new Showing(relays));
    this.#cancelTimer ??= this.#lookLater();
  }

  remove(feed: number): void {
    if (!this.#showings.delete(feed)) return;
    for (const relay of this.#inquiries.keys()) this.#dropAbout(feed, relay);
    if (this.#showings.size > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  // What a relay does

  began(feed: number, cursor: Cursor): void {
    this.#showings.get(feed)?.began(cursor);
  }

  caughtUp(feed: number, relay: string): void {
    this.#showings.get(feed)?.caughtUp(relay, this.#now);
  }

  /** The connection is gone. */
  lost(relay: string): void {
    for (const showing of this.#showings.values()) showing.lost(relay);
  }

  /** The relay serves the feed no more. */
  ended(feed: number, relay: string): void {
    this.#showings.get(feed)?.ended(relay);
    this.#dropAbout(feed, relay);
  }

  /** To be told before {@link passed} is, with the cursor that comes with the message. */
  shown(feed: number, relay: string, message: Message, isNew: boolean): void {
    const showing = this.#showings.get(feed);
    if (showing === undefined) return;
    showing.shown(relay, message, isNew, this.#now, this.#patience);
    const inquiry = this.#inquiries.get(relay);
    if (inquiry?.question?.feed !== feed || !equalBytes(inquiry.question.message.id, message.id)) return;
    inquiry.question.isShown = true;
    this.#weigh(inquiry);
  }

  passed(feed: number, { relay, position }: Cursor): void {
    const standing = this.#showings.get(feed)?.standings.get(relay);
    if (standing === undefined) return;
    standing.position = position;
    const inquiry = this.#inquiries.get(relay);
    if (inquiry?.question?.feed === feed) this.#weigh(inquiry);
  }

  /** Takes the answer to a publication, without an acceptance a refusal, if the publication was a question. */
  answered(relay: string, publication: number, answer?: Acceptance): void {
    const inquiry = this.#inquiries.get(relay);
    if (inquiry?.question?.publication !== publication) return;
    if (answer === undefined) {
      this.#close(inquiry);
    } else {
      inquiry.question.answer = answer;
      this.#weigh(inquiry);
    }
  }

  // What follows from it

  #lookLater(): () => void {
    return this.#ports.timers(lookMs, () => {
      this.#cancelTimer = this.#lookLater();
      this.#look();
    });
  }

  #look(): void {
    this.#now++;
    this.#patience = this.#drawPatience();
    for (const inquiry of this.#inquiries.values()) this.#weigh(inquiry);
    for (const [feed, showing] of this.#showings) {
      for (const late of showing.late(this.#now)) this.#consider(feed, late);
    }
  }

  #consider(feed: number, late: Late): void {
    const { relay, message } = late;
    const { clock, hasCredit, number, ask } = this.#ports;
    // It is we who keep it from sending.
    if (!hasCredit(relay, feed)) return;
    const inquiry = this.#inquiryAbout(relay);
    inquiry.missed++;
    if (inquiry.question !== undefined || this.#now < inquiry.restUntil) return;
    if (!mayAsk(relay, message, clock())) return;
    // One that had nothing to be asked about for so long again begins anew.
    if (this.#now >= inquiry.restUntil + inquiry.rest) inquiry.rest = leastRest;
    const publication = number();
    inquiry.question = { ...late, feed, publication, askedAt: this.#now, isShown: false };
    ask(relay, publication, message);
  }

  #inquiryAbout(relay: string): Inquiry {
    const known = this.#inquiries.get(relay);
    const inquiry = known ?? { missed: 0, lacked: 0, withheld: 0, rest: leastRest, restUntil: 0 };
    this.#inquiries.set(relay, inquiry);
    return inquiry;
  }

  /** Comes to a conclusion about the question that is open, if it can be. */
  #weigh(inquiry: Inquiry): void {
    const { question } = inquiry;
    if (question === undefined) return;
    const { answer, relay, feed, askedAt } = question;
    const standing = this.#showings.get(feed)?.standings.get(relay);
    if (answer === undefined || standing === undefined) {
      if (this.#now - askedAt > patience) this.#drop(inquiry);
      return;
    }
    // What was stored before we began to read, or lies in another store than we read, we were not owed.
    const isOwed = standing.store === answer.store && standing.start < answer.position;
    if (question.isShown || !isOwed || this.#now - askedAt > patience) {
      this.#close(inquiry);
    } else if (standing.position >= answer.position || this.#isStalled(question)) {
      this.#convict(inquiry, question);
    }
  }

  /** Whether the relay could have gone on for long, on one connection, and has sent nothing. */
  #isStalled(question: Question): boolean {
    const { relay, feed, stall } = question;
    const standing = this.#showings.get(feed)?.standings.get(relay);
    if (standing?.readySince === undefined || !this.#ports.hasCredit(relay, feed)) {
      question.stall = undefined;
    } else if (stall?.position !== standing.position || stall.since < standing.readySince) {
      question.stall = { position: standing.position, since: this.#now };
    } else {
      return this.#now - stall.since >= stalled;
    }
    return false;
  }

  #convict(inquiry: Inquiry, { relay, message, shownBy }: Question): void {
    inquiry.withheld++;
    inquiry.question = undefined;
    this.#rest(inquiry, leastRest);
    this.#ports.withheld({ relay, id: message.id, shownBy: [...shownBy] });
  }

  /** Ends a question that told nothing against the relay. */
  #close(inquiry: Inquiry): void {
    if (inquiry.question?.answer?.duplicate === false) inquiry.lacked++;
    inquiry.question = undefined;
    this.#rest(inquiry, Math.min(2 * inquiry.rest, mostRest));
  }

  /** Waits for no answer any more. */
  #drop(inquiry: Inquiry): void {
    const { relay, publication } = inquiry.question ?? {};
    if (relay !== undefined && publication !== undefined) this.#ports.withdraw(relay, publication);
    this.#close(inquiry);
  }

  #dropAbout(feed: number, relay: string): void {
    const inquiry = this.#inquiries.get(relay);
    if (inquiry?.question?.feed === feed) this.#drop(inquiry);
  }

  #rest(inquiry: Inquiry, rest: number): void {
    inquiry.rest = rest;
    inquiry.restUntil = this.#now + rest;
  }
}
