/** The scenarios of spec/vectors/decode: bytes at the gate of the wire profile. */
import { fromHex } from "@intentcast/protocol";
import type { Vector } from "../vectors.ts";

const appendixA = "RFC 8949 appendix A";
const appendixF = "RFC 8949 appendix F";

/** The limit of a body; scenarios about size name one of their own. */
const bodyBytes = 16_384;

const vector = (name: string, hex: string, expect: string, comment: string, headers = {}): Vector => ({
  case: name,
  expect,
  comment,
  headers: { maxBytes: String(bodyBytes), ...headers },
  bytes: fromHex(hex.replaceAll(" ", "")),
});

/** Bytes that pass, and the value that they encode, in diagnostic notation. */
const accept = (name: string, hex: string, value: string, comment: string, headers = {}): Vector =>
  vector(name, hex, "accepted", comment, { ...headers, value });

/** Bytes that do not pass, and the code that says why. */
const refuse = (name: string, hex: string, code: string, comment: string, headers = {}): Vector =>
  vector(name, hex, `decode/${code}`, comment, headers);

const nested = (open: string, depth: number, inner: string): string => open.repeat(depth) + inner;

const integers: Vector[] = [
  accept("integer-0", "00", "0", appendixA),
  accept("integer-1", "01", "1", appendixA),
  accept("integer-10", "0a", "10", appendixA),
  accept("integer-23", "17", "23", `${appendixA}: the last without an argument of its own`),
  accept("integer-24", "18 18", "24", appendixA),
  accept("integer-100", "18 64", "100", appendixA),
  accept("integer-255", "18 ff", "255", "the last in one byte"),
  accept("integer-256", "19 0100", "256", "the first in two bytes"),
  accept("integer-1000", "19 03e8", "1000", appendixA),
  accept("integer-65535", "19 ffff", "65535", "the last in two bytes"),
  accept("integer-65536", "1a 00010000", "65536", "the first in four bytes"),
  accept("integer-1000000", "1a 000f4240", "1000000", appendixA),
  accept("integer-4294967295", "1a ffffffff", "4294967295", "the last in four bytes"),
  accept("integer-4294967296", "1b 0000000100000000", "4294967296", "the first in eight bytes"),
  accept("integer-1000000000000", "1b 000000e8d4a51000", "1000000000000", appendixA),
  accept("integer-largest", "1b 001fffffffffffff", "9007199254740991", "2^53-1"),
  accept("integer-minus-1", "20", "-1", appendixA),
  accept("integer-minus-10", "29", "-10", appendixA),
  accept("integer-minus-100", "38 63", "-100", appendixA),
  accept("integer-minus-1000", "39 03e7", "-1000", appendixA),
  accept("integer-minus-4294967296", "3a ffffffff", "-4294967296", "the last in four bytes"),
  accept("integer-least", "3b 001ffffffffffffe", "-9007199254740991", "-(2^53-1)"),
  refuse("integer-above", "1b 0020000000000000", "cbor-integer-range", "2^53"),
  refuse("integer-below", "3b 001fffffffffffff", "cbor-integer-range", "-2^53"),
  refuse(
    "integer-2-64-less-1",
    "1b ffffffffffffffff",
    "cbor-integer-range",
    `${appendixA}: 18446744073709551615`,
  ),
  refuse(
    "integer-minus-2-64",
    "3b ffffffffffffffff",
    "cbor-integer-range",
    `${appendixA}: -18446744073709551616`,
  ),
  refuse("not-shortest-0", "18 00", "cbor-not-shortest", "0 in one byte of argument"),
  refuse("not-shortest-23", "18 17", "cbor-not-shortest", "23 in one byte of argument"),
  refuse("not-shortest-255", "19 00ff", "cbor-not-shortest", "255 in two bytes"),
  refuse("not-shortest-65535", "1a 0000ffff", "cbor-not-shortest", "65535 in four bytes"),
  refuse("not-shortest-4294967295", "1b 00000000ffffffff", "cbor-not-shortest", "4294967295 in eight bytes"),
  refuse("not-shortest-minus-1", "38 00", "cbor-not-shortest", "-1 in one byte of argument"),
];

const strings: Vector[] = [
  accept("bytes-empty", "40", "h''", appendixA),
  accept("bytes-four", "44 01020304", "h'01020304'", appendixA),
  accept("bytes-twenty-four", `58 18 ${"ab".repeat(24)}`, `h'${"ab".repeat(24)}'`, "the length needs a byte"),
  refuse(
    "bytes-length-not-shortest",
    "58 04 01020304",
    "cbor-not-shortest",
    "length 4 in one byte of argument",
  ),
  refuse("bytes-missing", "44 010203", "cbor-truncated", "three of four bytes"),
  refuse("bytes-length-missing", "58", "cbor-truncated", `${appendixF}: an argument that is not there`),
  refuse("bytes-length-2-64", "5b ffffffffffffffff 01", "cbor-truncated", "a length that no memory holds"),
  refuse("bytes-length-2-32", "5a ffffffff 00", "cbor-truncated", `${appendixF}: a length beyond the end`),
  refuse(
    "bytes-indefinite",
    "5f 42 0102 43 030405 ff",
    "cbor-indefinite-length",
    `${appendixA}: (_ h'0102', h'030405')`,
  ),
  accept("text-empty", "60", '""', appendixA),
  accept("text-a", "61 61", '"a"', appendixA),
  accept("text-ietf", "64 49455446", '"IETF"', appendixA),
  accept("text-quote-backslash", "62 225c", '"\\"\\\\"', appendixA),
  accept("text-two-byte-letter", "62 c3bc", '"\\u00fc"', appendixA),
  accept("text-three-byte-letter", "63 e6b0b4", '"\\u6c34"', appendixA),
  accept("text-four-byte-letter", "64 f0908591", '"\\ud800\\udd51"', appendixA),
  accept("text-nul", "61 00", '"\\u0000"', "U+0000 is a character like any other"),
  accept("text-last-code-point", "64 f48fbfbf", '"\\udbff\\udfff"', "U+10FFFF"),
  accept(
    "text-byte-order-mark",
    `78 47 efbbbf ${"61".repeat(68)}`,
    `"\\ufeff${"a".repeat(68)}"`,
    "U+FEFF stays",
  ),
  accept(
    "text-not-normalised",
    "63 65cc81",
    '"e\\u0301"',
    "no normalisation: e and a combining acute accent",
  ),
  refuse("text-continuation-alone", "61 80", "cbor-utf8", "a continuation byte with no lead"),
  refuse("text-cut-letter", "62 61c3", "cbor-utf8", "a lead byte at the end"),
  refuse(
    "text-cut-letter-before-more",
    "82 61c3 61bc",
    "cbor-utf8",
    "a letter that goes on in the next string",
  ),
  refuse(
    "text-cut-letter-before-array",
    "82 61c3 80",
    "cbor-utf8",
    "the next item's byte looks like the letter's end",
  ),
  refuse("text-overlong-two", "62 c0af", "cbor-utf8", "/ in two bytes"),
  refuse("text-overlong-three", "63 e080af", "cbor-utf8", "/ in three bytes"),
  refuse("text-overlong-four", "64 f08080af", "cbor-utf8", "/ in four bytes"),
  refuse("text-surrogate-high", "63 eda080", "cbor-utf8", "U+D800"),
  refuse("text-surrogate-low", "63 edbfbf", "cbor-utf8", "U+DFFF"),
  refuse("text-surrogate-pair", "66 eda081edb080", "cbor-utf8", "U+10400 as two surrogates (CESU-8)"),
  refuse("text-above-unicode", "64 f4908080", "cbor-utf8", "U+110000"),
  refuse("text-lead-f5", "64 f5808080", "cbor-utf8", "a byte that UTF-8 does not use"),
  refuse("text-lead-ff", "61 ff", "cbor-utf8", "a byte that UTF-8 does not use"),
  refuse("text-missing", "63 6161", "cbor-truncated", "two of three bytes"),
  refuse("text-length-not-shortest", "78 01 61", "cbor-not-shortest", "length 1 in one byte of argument"),
  refuse(
    "text-indefinite",
    "7f 65 7374726561 64 6d696e67 ff",
    "cbor-indefinite-length",
    `${appendixA}: (_ "strea", "ming")`,
  ),
];

const arrays: Vector[] = [
  accept("array-empty", "80", "[]", appendixA),
  accept("array-three", "83 010203", "[1, 2, 3]", appendixA),
  accept("array-nested", "83 01 82 0203 82 0405", "[1, [2, 3], [4, 5]]", appendixA),
  accept(
    "array-twenty-five",
    "98 19 0102030405060708090a0b0c0d0e0f101112131415161718181819",
    `[${Array.from({ length: 25 }, (_, i) => i + 1).join(", ")}]`,
    appendixA,
  ),
  refuse("array-missing", "82 01", "cbor-truncated", `${appendixF}: one of two items`),
  refuse("array-count-2-64", "9b ffffffffffffffff 00", "cbor-truncated", "a count that no memory holds"),
  refuse("array-count-2-32", "9a ffffffff", "cbor-truncated", "a count beyond the end"),
  refuse("array-count-not-shortest", "98 01 00", "cbor-not-shortest", "count 1 in one byte of argument"),
  refuse("array-indefinite-empty", "9f ff", "cbor-indefinite-length", `${appendixA}: [_ ]`),
  refuse(
    "array-indefinite",
    "9f 01 82 0203 9f 0405 ffff",
    "cbor-indefinite-length",
    `${appendixA}: [_ 1, [2, 3], [_ 4, 5]]`,
  ),
  refuse(
    "array-indefinite-inside",
    "83 01 82 0203 9f 0405 ff",
    "cbor-indefinite-length",
    `${appendixA}: [1, [2, 3], [_ 4, 5]]`,
  ),
];

const maps: Vector[] = [
  accept("map-empty", "a0", "{}", appendixA),
  accept("map-two", "a2 6161 01 6162 82 0203", '{"a": 1, "b": [2, 3]}', appendixA),
  accept("map-in-array", "82 6161 a1 6162 6163", '["a", {"b": "c"}]', appendixA),
  accept(
    "map-shorter-key-first",
    "a3 617a 00 626161 01 626162 02",
    '{"z": 0, "aa": 1, "ab": 2}',
    "keys compare by their encoding, of which the length is a part",
  ),
  accept(
    "map-key-capital-before-small",
    "a2 626142 01 626162 02",
    '{"aB": 1, "ab": 2}',
    "by byte, not by alphabet",
  ),
  accept("map-key-digit", "a1 626130 01", '{"a0": 1}', "digits may follow the first letter"),
  accept(
    "map-key-constructor",
    "a1 6b 636f6e7374727563746f72 01",
    '{"constructor": 1}',
    "of the key form; an implementation must not confuse it with what its objects inherit",
  ),
  accept(
    "map-key-long",
    `a1 78 18 ${"61".repeat(24)} 01`,
    `{"${"a".repeat(24)}": 1}`,
    "the length needs a byte",
  ),
  refuse("map-integer-keys", "a2 01 02 03 04", "cbor-key-type", `${appendixA}: {1: 2, 3: 4}`),
  refuse("map-bytes-key", "a1 41 61 01", "cbor-key-type", "h'61' as a key"),
  refuse("map-float-key", "a1 f93c00 01", "cbor-key-type", "1.0 as a key"),
  refuse(
    "map-capital-key",
    "a1 6141 6161",
    "cbor-key-form",
    `${appendixA} has {"A": "a"}: keys begin with a small letter`,
  ),
  refuse("map-empty-key", "a1 60 01", "cbor-key-form", "an empty key"),
  refuse(
    "map-empty-key-before-text",
    "a1 60 6161",
    "cbor-key-form",
    "an empty key; the byte after it looks like a letter",
  ),
  refuse("map-digit-first", "a1 623061 01", "cbor-key-form", '"0a" as a key'),
  refuse("map-underscore-key", "a1 63 615f62 01", "cbor-key-form", '"a_b" as a key'),
  refuse("map-proto-key", "a1 69 5f5f70726f746f5f5f 01", "cbor-key-form", '"__proto__" as a key'),
  refuse("map-umlaut-key", "a1 63 61c3bc 01", "cbor-key-form", "a key of valid UTF-8 beyond ASCII"),
  refuse(
    "map-key-not-utf8",
    "a1 62 61ff 01",
    "cbor-key-form",
    "a key that is not UTF-8: the key form says so first",
  ),
  refuse(
    "map-key-not-shortest",
    "a1 78 01 61 01",
    "cbor-not-shortest",
    "a key with its length in one byte of argument",
  ),
  refuse("map-key-indefinite", "a1 7f 6161 ff 01", "cbor-indefinite-length", "a key of indefinite length"),
  refuse("map-key-order", "a2 6162 01 6161 02", "cbor-key-order", "b before a"),
  refuse(
    "map-key-order-length",
    "a2 626161 01 617a 02",
    "cbor-key-order",
    "aa before z: alphabetical, but not by encoding",
  ),
  refuse("map-key-duplicate", "a2 6161 01 6161 02", "cbor-key-duplicate", "a twice"),
  refuse(
    "map-key-duplicate-apart",
    "a3 6161 01 6162 02 6161 03",
    "cbor-key-order",
    "a, b, a: out of order, whence no second look is needed",
  ),
  refuse("map-no-value", "a1 6161", "cbor-truncated", "a key without a value"),
  refuse("map-missing", "a2 6161 01", "cbor-truncated", "one of two entries"),
  refuse("map-key-missing-bytes", "a1 63 6161", "cbor-truncated", "two of a key's three bytes"),
  refuse("map-count-2-64", "bb ffffffffffffffff 6161 01", "cbor-truncated", "a count that no memory holds"),
  refuse("map-indefinite-empty", "bf ff", "cbor-indefinite-length", "{_ }"),
  refuse(
    "map-indefinite",
    "bf 6161 01 6162 9f 0203 ffff",
    "cbor-indefinite-length",
    `${appendixA}: {_ "a": 1, "b": [_ 2, 3]}`,
  ),
];

const others: Vector[] = [
  accept("false", "f4", "false", appendixA),
  accept("true", "f5", "true", appendixA),
  refuse("null", "f6", "cbor-simple", appendixA),
  refuse("undefined", "f7", "cbor-simple", appendixA),
  refuse("simple-0", "e0", "cbor-simple", "the first simple value"),
  refuse("simple-16", "f0", "cbor-simple", appendixA),
  refuse("simple-255", "f8 ff", "cbor-simple", appendixA),
  refuse(
    "simple-true-long",
    "f8 15",
    "cbor-simple",
    "true in two bytes, which RFC 8949 section 3.3 forbids to all",
  ),
  refuse("float-half-0", "f9 0000", "cbor-float", `${appendixA}: 0.0, an integer in value, a float in form`),
  refuse("float-half-minus-0", "f9 8000", "cbor-float", `${appendixA}: -0.0`),
  refuse("float-half-1-5", "f9 3e00", "cbor-float", `${appendixA}: 1.5`),
  refuse("float-half-nan", "f9 7e00", "cbor-float", `${appendixA}: NaN`),
  refuse("float-half-infinity", "f9 7c00", "cbor-float", `${appendixA}: Infinity`),
  refuse("float-single", "fa 47c35000", "cbor-float", `${appendixA}: 100000.0`),
  refuse("float-double", "fb 3ff199999999999a", "cbor-float", `${appendixA}: 1.1`),
  refuse("float-cut", "fb 3ff1", "cbor-float", "a float cut short: the initial byte decides"),
  refuse("tag-0", "c0 74 323031332d30332d32315432303a30343a30305a", "cbor-tag", `${appendixA}: a date`),
  refuse("tag-1", "c1 1a 514b67b0", "cbor-tag", `${appendixA}: a time`),
  refuse("tag-2-bignum", "c2 49 010000000000000000", "cbor-tag", `${appendixA}: 18446744073709551616`),
  refuse("tag-24", "d8 18 45 6449455446", "cbor-tag", `${appendixA}: encoded CBOR`),
  refuse(
    "tag-51-packed",
    "d8 33 82 80 00",
    "cbor-tag",
    "packed CBOR, which some decoders unpack without bound",
  ),
  refuse("tag-18-sign1", "d2 84 40 a0 40 40", "cbor-tag", "an envelope where a value belongs"),
  refuse("tag-55799", "d9 d9f7 00", "cbor-tag", "self-described CBOR"),
  refuse("tag-inside", "82 00 c1 00", "cbor-tag", "a tag inside an array"),
  refuse("reserved-28", "1c", "cbor-reserved", appendixF),
  refuse("reserved-29-bytes", "5d", "cbor-reserved", appendixF),
  refuse("reserved-30-tag", "de", "cbor-reserved", appendixF),
  refuse("reserved-28-simple", "fc", "cbor-reserved", appendixF),
  refuse(
    "reserved-integer-indefinite",
    "1f",
    "cbor-reserved",
    `${appendixF}: an integer has no indefinite form`,
  ),
  refuse(
    "reserved-negative-indefinite",
    "3f",
    "cbor-reserved",
    `${appendixF}: an integer has no indefinite form`,
  ),
  refuse("reserved-tag-indefinite", "df", "cbor-reserved", `${appendixF}: a tag has no indefinite form`),
  refuse("break-alone", "ff", "cbor-indefinite-length", `${appendixF}: a break outside of any item`),
  refuse(
    "break-inside",
    "81 ff",
    "cbor-indefinite-length",
    `${appendixF}: a break in an array of definite length`,
  ),
];

const whole: Vector[] = [
  refuse("empty", "", "cbor-truncated", "no bytes at all"),
  refuse("argument-missing", "18", "cbor-truncated", `${appendixF}: an argument that is not there`),
  refuse("argument-cut", "1b 00000000000000", "cbor-truncated", `${appendixF}: seven of eight bytes`),
  refuse("trailing-byte", "00 00", "cbor-trailing-bytes", "two items"),
  refuse("trailing-after-map", "a0 00", "cbor-trailing-bytes", "a byte after a map"),
  refuse("trailing-break", "80 ff", "cbor-trailing-bytes", "a break after an array"),
  accept(
    "depth-16-empty-array",
    nested("81", 15, "80"),
    nested("[", 16, "]".repeat(16)),
    "sixteen arrays, the innermost empty",
  ),
  accept(
    "depth-16-scalar",
    nested("81", 15, "00"),
    `${nested("[", 15, "0")}${"]".repeat(15)}`,
    "an integer at depth 16",
  ),
  accept(
    "depth-16-maps",
    nested("a16161", 15, "a0"),
    `${nested('{"a": ', 15, "{}")}${"}".repeat(15)}`,
    "sixteen maps, the innermost empty",
  ),
  refuse("depth-17-array", nested("81", 16, "80"), "cbor-depth", "seventeen arrays"),
  refuse("depth-17-scalar", nested("81", 16, "00"), "cbor-depth", "an integer at depth 17"),
  refuse("depth-17-map-key", nested("a16161", 15, "a1616100"), "cbor-depth", "a key at depth 17"),
  refuse(
    "depth-17-integer-key",
    nested("a16161", 15, "a10100"),
    "cbor-depth",
    "an integer for a key at depth 17: depth comes first",
  ),
  refuse(
    "depth-17-missing",
    nested("81", 16, ""),
    "cbor-truncated",
    "nothing where an item of depth 17 would be",
  ),
  refuse(
    "depth-far",
    nested("81", 2000, "00"),
    "cbor-depth",
    "deep enough to exhaust a recursive decoder's stack",
  ),
  accept("size-at-limit", "44 01020304", "h'01020304'", "as many bytes as allowed", { maxBytes: "5" }),
  refuse("size-above-limit", "45 0102030405", "cbor-size", "one byte more than allowed", { maxBytes: "5" }),
  refuse("size-before-all", "f97e00 f97e00", "cbor-size", "the size is looked at before the bytes", {
    maxBytes: "5",
  }),
];

export const decodeScenarios: readonly Vector[] = [
  ...integers,
  ...strings,
  ...arrays,
  ...maps,
  ...others,
  ...whole,
];
