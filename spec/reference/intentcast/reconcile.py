"""Page 9: sets of items, negentropy messages, and whether a reconciliation says what it should."""

import re
from dataclasses import dataclass, field
from hashlib import sha256

VERSION = 0x61
ID_BYTES = 32
FINGERPRINT_BYTES = 16
INFINITY = 2**64 - 1
MOST_LISTED = 4096
MOST_FRAMES = 256
STOP_BYTES = 64

Item = tuple[int, bytes]


class Malformed(Exception):
    """A message or a frame that page 9 refuses; its code is the page's, not one of errors.md."""


def require(condition: bool, code: str) -> None:
    if not condition:
        raise Malformed(code)


def numbered(number: int) -> Item:
    return 1795435200 + number // 4, sha256(f"item {number}".encode()).digest()


def numbers(text: str) -> list[int]:
    spans = (part.partition("-") for part in text.split())
    return [number for first, _, last in spans for number in range(int(first), int(last or first) + 1)]


def varint(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(0x80 | value & 0x7F)
    return bytes(reversed(digits))


def fingerprint(items: list[Item]) -> bytes:
    total = sum(int.from_bytes(identity, "little") for _, identity in items) % 2**256
    return sha256(total.to_bytes(32, "little") + varint(len(items))).digest()[:FINGERPRINT_BYTES]


@dataclass
class Reader:
    data: bytes
    at: int = 0

    def take(self, length: int) -> bytes:
        require(length <= len(self.data) - self.at, "truncated")
        self.at += length
        return self.data[self.at - length : self.at]

    def varint(self) -> int:
        value, begins = 0, True
        while True:
            digit = self.take(1)[0]
            require(not (begins and digit == 0x80), "varint-not-shortest")
            value, begins = value << 7 | digit & 0x7F, False
            require(value < 2**64, "varint-range")
            if digit < 0x80:
                return value

    def ids(self) -> list[bytes]:
        count = self.varint()
        joined = self.take(count * ID_BYTES)
        return [joined[i : i + ID_BYTES] for i in range(0, len(joined), ID_BYTES)]

    def ended(self) -> bool:
        return self.at == len(self.data)


@dataclass
class Range:
    begin: Item
    end: Item
    mode: str
    fingerprint: bytes = b""
    ids: list[bytes] = field(default_factory=list)


def read_message(data: bytes) -> list[Range]:
    reader, ranges, begin = Reader(data), [], (0, bytes(ID_BYTES))
    first = reader.take(1)[0]
    require(0x60 <= first <= 0x6F, "version-unknown")
    require(first == VERSION, "version-unsupported")
    while not reader.ended():
        require(begin[0] != INFINITY, "trailing")
        encoded, length = reader.varint(), reader.varint()
        require(length <= ID_BYTES, "bound-form")
        prefix = reader.take(length)
        if encoded == 0:
            require(length == 0, "bound-form")
            timestamp = INFINITY
        else:
            timestamp = begin[0] + encoded - 1
            require(timestamp < INFINITY, "timestamp-range")
        end = timestamp, prefix.ljust(ID_BYTES, b"\0")
        require(begin < end, "bound-order")
        mode = reader.varint()
        require(mode <= 2, "mode-unknown")
        one = Range(begin, end, ("skip", "fingerprint", "list")[mode])
        if mode == 1:
            one.fingerprint = reader.take(FINGERPRINT_BYTES)
        elif mode == 2:
            one.ids = reader.ids()
        ranges.append(one)
        begin = end
    return ranges


def read_findings(data: bytes) -> tuple[list[bytes], list[bytes]]:
    reader = Reader(data, 1)
    have, need = reader.ids(), reader.ids()
    require(reader.ended(), "trailing")
    return have, need


@dataclass
class Side:
    """One side of a reconciliation, to hold what it says against what it has. It splits no range that it was given a list of."""

    items: list[Item]
    # What its findings have to be, by the lists that it was given.
    have: set[bytes] = field(default_factory=set)
    need: set[bytes] = field(default_factory=set)
    told_have: list[bytes] = field(default_factory=list)
    told_need: list[bytes] = field(default_factory=list)
    frames: int = 0
    # Where the ranges may begin that it keeps to answer later; nothing lies there that it has said.
    keeps_from: Item | None = None

    def within(self, one: Range) -> list[Item]:
        return [item for item in self.items if one.begin <= item < one.end]

    def is_told(self, one: Range) -> None:
        """Takes in a range of the other side."""
        if one.mode == "list":
            ours = {identity for _, identity in self.within(one)}
            self.have |= ours - set(one.ids)
            self.need |= set(one.ids) - ours

    def check_says(self, one: Range) -> None:
        """A range of its own message says what it has."""
        ours = self.within(one)
        if one.mode == "fingerprint":
            assert one.fingerprint == fingerprint(ours), "a fingerprint is not that of the range"
        if one.mode == "list":
            assert one.ids == [identity for _, identity in ours], "a list is not that of the range"


class Conversation:
    """What two sides say to each other, frame by frame. A frame that says what is not so is an AssertionError."""

    def __init__(self, initiator: list[Item], responder: list[Item], limit: int):
        self.sides = {">": Side(sorted(initiator)), "<": Side(sorted(responder))}
        self.limit = limit
        self.word = ">"
        # Whether the last message ended in a skip to infinity.
        self.promised = False
        self.over = False

    def take(self, sender: str, data: bytes) -> None:
        """Raises Malformed where the receiver has to refuse the frame (section 1.4 has the order of the checks)."""
        side, other = self.sides[sender], self.sides["<" if sender == ">" else ">"]
        assert not self.over, "a frame after the end"
        side.frames += 1
        require(len(data) <= self.limit, "frame-too-large")
        require(side.frames <= MOST_FRAMES, "too-many-frames")
        require(len(data) > 0, "truncated")
        if data[0] == 0x00:
            require(len(data) <= 1 + STOP_BYTES, "trailing")
            require(re.fullmatch(rb"[a-z-]*", data[1:]) is not None, "frame-unknown")
            self.over = True
        elif data[0] == 0x01:
            have, need = read_findings(data)
            require(sender == self.word, "frame-out-of-turn")
            side.told_have += have
            side.told_need += need
            assert set(side.told_have) <= side.have and set(side.told_need) <= side.need, "findings that were not found"
        else:
            require(0x60 <= data[0] <= 0x6F, "frame-unknown")
            require(sender == self.word, "frame-out-of-turn")
            self.take_message(side, other, read_message(data))
            self.word = "<" if sender == ">" else ">"

    def take_message(self, side: Side, other: Side, ranges: list[Range]) -> None:
        for one in ranges:
            kept_again = one.mode != "skip" and other.keeps_from is not None and other.keeps_from < one.end
            require(not kept_again, "range-kept")
            require(len(one.ids) <= MOST_LISTED, "list-too-long")
            side.check_says(one)
            other.is_told(one)
        promises = bool(ranges) and ranges[-1].mode == "skip" and ranges[-1].end[0] == INFINITY
        if promises:
            side.keeps_from = ranges[-1].begin
        elif not self.promised:
            side.keeps_from = None
        self.over, self.promised = not ranges and not self.promised, promises

    def found(self) -> tuple[set[bytes], set[bytes]]:
        """What each side has that the other lacks."""
        assert self.over, "the reconciliation does not end"
        for side in self.sides.values():
            assert sorted(side.told_have) == sorted(side.have), "findings are not what was found"
            assert sorted(side.told_need) == sorted(side.need), "findings are not what was found"
        one, other = self.sides[">"], self.sides["<"]
        return one.have | other.need, other.have | one.need
