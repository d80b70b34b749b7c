/** The scenarios of spec/vectors/negentropy: single messages of the negentropy protocol, and whether they can be read. */
import { initiate } from "@intentcast/negentropy";
import { fromHex } from "@intentcast/protocol";
import { itemsOf, setOf } from "../numbered-items.ts";
import type { Vector } from "../vectors.ts";

const definition = "negentropy-protocol-v1.md of hoytech/negentropy";
const fingerprint = "00112233445566778899aabbccddeeff";
const id = "a5".repeat(32);

const vector = (name: string, hex: string, expect: string, comment: string, headers = {}): Vector => ({
  case: name,
  expect,
  comment,
  headers,
  bytes: fromHex(hex.replaceAll(" ", "")),
});

const accept = (name: string, hex: string, comment: string): Vector => vector(name, hex, "accepted", comment);

const refuse = (name: string, hex: string, code: string, comment: string): Vector =>
  vector(name, hex, `negentropy/${code}`, comment);

/** What a side with these items says first. */
const opening = (name: string, items: string, comment: string): Vector => ({
  case: `opening-${name}`,
  expect: "accepted",
  comment,
  headers: { items },
  bytes: initiate(setOf(itemsOf(items)).snapshot()),
});

const openings: Vector[] = [
  opening("empty", "", "a side without items lists none"),
  opening("one", "7", "one item is a list"),
  opening("31-items", "0-30", "the longest list that a range is told by"),
  opening("32-items", "0-31", "with one item more the range is told by fingerprints, of eight items each"),
  opening("within-a-second", "1-40", "bounds between items of one timestamp have a prefix of an id"),
  opening("512-items", "0-511", "the most items that are split into parts of eight"),
  opening("513-items", "0-512", "with one item more there are sixteen parts"),
];

const accepted: Vector[] = [
  accept("nothing", "61", `${definition}: an implicit skip to infinity`),
  accept("skip-all", "61 00 00 00", "the same, said"),
  accept("fingerprint-all", `61 00 00 01 ${fingerprint}`, "one range with one fingerprint"),
  accept("list-all", `61 00 00 02 01 ${id}`, "one range with one id"),
  accept("list-twice", `61 00 00 02 02 ${id} ${id}`, "an id twice: whoever compares counts it once"),
  accept("no-infinity", `61 02 00 01 ${fingerprint}`, "what follows the last range is skipped"),
  accept("prefix-1", "61 02 01 80 00", "a bound with one byte of an id"),
  accept("prefix-32", `61 02 20 ${"ff".repeat(32)} 00`, "a bound with a whole id"),
  accept("prefix-trailing-zero", "61 02 02 8000 00", "a prefix need not be the shortest"),
  accept("same-timestamp", "61 02 01 80 00 01 01 81 00", "the second bound differs in its prefix alone"),
  accept("timestamp-0-prefix", "61 01 01 01 00", "the timestamp of the first bound is 0"),
  accept("timestamp-2-32", "61 9080808001 00 00", "2^32"),
  accept("timestamp-2-53", "61 90808080 80808001 00 00", "2^53"),
  accept(
    "timestamp-greatest",
    "61 81ffffffffffffffff7f 00 00",
    "2^64-2, beyond which there is infinity only",
  ),
  accept("timestamps-add-up", "61 8180808080808080 80 00 00 00 02 00 00", "a difference of one after 2^56-1"),
];

const refused: Vector[] = [
  refuse("empty", "", "truncated", "not even a version"),
  refuse("version-5f", "5f 00 00 00", "version-unknown", "below all versions"),
  refuse("version-70", "70", "version-unknown", "above all versions"),
  refuse("version-60", "60 00 00 02 00", "version-unsupported", `${definition}: version 0`),
  refuse(
    "version-62",
    "62 aabbccddeeff",
    "version-unsupported",
    "test/protoversion.pl of hoytech/negentropy, a version on",
  ),
  refuse("timestamp-cut", "61 81", "truncated", "a varint that does not end"),
  refuse("prefix-missing", "61 02", "truncated", "no length of a prefix"),
  refuse("prefix-cut", "61 02 02 80", "truncated", "a prefix of two bytes, of which one is there"),
  refuse("mode-missing", "61 00 00", "truncated", "no mode"),
  refuse("fingerprint-cut", `61 00 00 01 ${fingerprint.slice(2)}`, "truncated", "fifteen bytes"),
  refuse("count-missing", "61 00 00 02", "truncated", "a list without its length"),
  refuse("list-cut", `61 00 00 02 02 ${id}`, "truncated", "two ids, of which one is there"),
  refuse("list-2-64", "61 00 00 02 81ffffffffffffffff7f", "truncated", "a list that no memory holds"),
  refuse("zero-first", "61 8002 00 00", "varint-not-shortest", "a varint with a leading digit of zero"),
  refuse("zero-first-mode", "61 00 00 8001", "varint-not-shortest", "the same in a mode"),
  refuse("timestamp-2-64", "61 82808080808080808000 00 00", "varint-range", "2^64"),
  refuse("timestamp-11-digits", `61 ${"81".repeat(10)}00 00 00`, "varint-range", "77 bits"),
  refuse(
    "timestamp-infinite",
    "61 81ffffffffffffffff7f 00 00 02 00 00",
    "timestamp-range",
    "2^64-1 stands for infinity",
  ),
  refuse(
    "timestamp-beyond",
    "61 81ffffffffffffffff7f 00 00 81ffffffffffffffff7f 00 00",
    "timestamp-range",
    "nearly 2^65",
  ),
  refuse("prefix-33", `61 02 21 ${"ff".repeat(33)} 00`, "bound-form", "a prefix longer than an id"),
  refuse("infinity-prefix", "61 00 01 80 00", "bound-form", "infinity with a prefix"),
  refuse("bound-0", "61 01 00 00", "bound-order", "the first range ends where it begins"),
  refuse("bound-twice", "61 02 00 00 01 00 00", "bound-order", "the second range ends where it begins"),
  refuse(
    "bound-backwards",
    "61 02 01 80 00 01 01 7f 00",
    "bound-order",
    "the second range ends before it begins",
  ),
  refuse("mode-3", "61 00 00 03", "mode-unknown", `${definition} has no such mode`),
  refuse("mode-4", "61 00 00 04", "mode-unknown", "an older definition's mode for what is to follow"),
  refuse("mode-2-32-1", "61 00 00 9080808001", "mode-unknown", "a mode that is no fingerprint in 32 bits"),
  refuse("after-infinity", "61 00 00 00 02 00 00", "trailing", "a range after the one that ends at infinity"),
];

export const negentropyScenarios: readonly Vector[] = [...openings, ...accepted, ...refused];
