"""The wire profile (page 2): decoding with the code of the first breach, encoding, diagnostic notation."""

import json
import re

from .errors import Refusal, require

DEPTH = 16
INTEGER = 2**53 - 1
BODY_BYTES = 16_384
FRAME_BYTES = 65_536
BUNDLE_BYTES = 1_048_576

KEY = re.compile(r"[a-z][A-Za-z0-9]*")

# Values: int, bytes, str, list, dict (keys in the order of the encoding), True, False.


def decode(data: bytes, max_bytes: int):
    """The value of an item of the profile; refuses everything else with the code of section 5."""
    require(len(data) <= max_bytes, "cbor-size")
    reader = _Reader(data)
    value = reader.item(1)
    require(reader.at == len(data), "cbor-trailing-bytes")
    return value


class _Reader:
    def __init__(self, data: bytes):
        self.data = data
        self.at = 0

    def item(self, depth: int, key: bool = False):
        # The order of these checks is that of section 5, item 2.
        require(self.at < len(self.data), "cbor-truncated")
        require(depth <= DEPTH, "cbor-depth")
        major, info = self.data[self.at] >> 5, self.data[self.at] & 31
        self.at += 1
        require(not key or major == 3, "cbor-key-type")
        require(info not in (28, 29, 30) and not (info == 31 and major in (0, 1, 6)), "cbor-reserved")
        require(info != 31, "cbor-indefinite-length")
        require(major != 6, "cbor-tag")
        if major == 7:
            require(info not in (25, 26, 27), "cbor-float")
            require(info in (20, 21), "cbor-simple")
            return info == 21
        argument = self.argument(info)
        if major in (0, 1):
            value = argument if major == 0 else -1 - argument
            require(abs(value) <= INTEGER, "cbor-integer-range")
            return value
        if major == 2:
            return self.take(argument)
        if major == 3:
            return self.text(argument, key)
        if major == 4:
            return [self.item(depth + 1) for _ in range(argument)]
        return self.map(argument, depth)

    def argument(self, info: int) -> int:
        if info < 24:
            return info
        length = 1 << (info - 24)
        value = int.from_bytes(self.take(length), "big")
        require(value >= (24 if length == 1 else 1 << (4 * length)), "cbor-not-shortest")
        return value

    def take(self, length: int) -> bytes:
        require(length <= len(self.data) - self.at, "cbor-truncated")
        self.at += length
        return self.data[self.at - length : self.at]

    def text(self, length: int, key: bool) -> str:
        try:
            text = self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal("cbor-key-form" if key else "cbor-utf8") from None
        require(not key or KEY.fullmatch(text) is not None, "cbor-key-form")
        return text

    def map(self, count: int, depth: int) -> dict:
        value, before = {}, b""
        for _ in range(count):
            start = self.at
            key = self.item(depth + 1, key=True)
            encoded = self.data[start : self.at]
            require(encoded != before, "cbor-key-duplicate")
            require(encoded > before, "cbor-key-order")
            before = encoded
            value[key] = self.item(depth + 1)
        return value


def head(major: int, argument: int) -> bytes:
    """The initial byte and the argument, in the shortest form."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for info, length in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * length):
            return bytes([major << 5 | info]) + argument.to_bytes(length, "big")
    raise ValueError("an argument beyond 64 bits")


def bstr(content: bytes) -> bytes:
    return head(2, len(content)) + content


def tstr(content: str) -> bytes:
    encoded = content.encode("utf-8")
    return head(3, len(encoded)) + encoded


def encode(value) -> bytes:
    """The one encoding of a value; what is not in the profile is a ValueError."""
    if value is True or value is False:
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int) and abs(value) <= INTEGER:
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return bstr(value)
    if isinstance(value, str):
        return tstr(value)
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, dict) and all(KEY.fullmatch(key) for key in value):
        pairs = sorted((tstr(key), encode(item)) for key, item in value.items())
        return head(5, len(pairs)) + b"".join(key + item for key, item in pairs)
    raise ValueError("not a value of the wire profile")


def diagnostic(value) -> str:
    """Diagnostic notation (RFC 8949 section 8), non-ASCII characters as escapes."""
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, list):
        return "[" + ", ".join(diagnostic(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {diagnostic(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)
