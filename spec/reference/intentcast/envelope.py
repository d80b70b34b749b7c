"""Signed and sealed messages (page 4): reading, opening, signing, sealing."""

import hashlib
import re
from dataclasses import dataclass

from . import ed25519, hpke
from .errors import Refusal, require
from .messages import KINDS, OPEN_KINDS, validate
from .profile import BODY_BYTES, INTEGER, bstr, decode, encode, head, tstr

PLAINTEXT_BYTES = (1024, 2048, 4096, 8192, 16384, 32768)
TAG_BYTES = 16
TYP = re.compile(r"application/intentcast\.([a-z]{1,32})\+cbor")


@dataclass(frozen=True)
class Signed:
    kind: str
    author: bytes
    body: dict
    id: bytes
    bytes: bytes


@dataclass(frozen=True)
class Sealed:
    to: bytes
    issued: int
    expires: int
    id: bytes
    enc: bytes
    protected: bytes
    ciphertext: bytes
    bytes: bytes


def read_message(data: bytes) -> Signed | Sealed:
    """What a relay may be sent: a signed message of an open kind, or a sealed one."""
    if data[:1] == b"\xd0":
        return read_sealed(data)
    require(data[:1] == b"\xd2", "envelope-form")
    return _read_signed(data, sealed_too=False)


def read_signed(data: bytes) -> Signed:
    """A signed message of any kind, as in a bundle."""
    return _read_signed(data, sealed_too=True)


def _read_signed(data: bytes, sealed_too: bool) -> Signed:
    form = _SignedForm(data)
    require(form.end == len(data), "envelope-form")
    body = form.verified_body()
    require(sealed_too or form.kind in OPEN_KINDS, "sealed-only")
    validate(form.kind, body)
    return form.message(body)


def read_sealed(data: bytes) -> Sealed:
    cursor = _Cursor(data)
    cursor.expect(b"\xd0\x83")
    protected_length = cursor.head(2)
    start = cursor.at
    cursor.expect(b"\xa4\x01\x18\x2a\x04\x58\x20")
    to = cursor.take(32)
    cursor.expect(b"\x0f\xa2\x04")
    expires = cursor.head(0)
    cursor.expect(b"\x06")
    issued = cursor.head(0)
    cursor.expect(b"\x10" + tstr("application/intentcast.sealed+cbor"))
    require(cursor.at - start == protected_length, "envelope-form")
    protected = data[start : cursor.at]
    cursor.expect(b"\xa1\x23\x58\x20")
    enc = cursor.take(32)
    ciphertext = cursor.take(cursor.head(2))
    require(len(ciphertext) - TAG_BYTES in PLAINTEXT_BYTES, "envelope-form")
    require(cursor.at == len(data) and max(issued, expires) <= INTEGER, "envelope-form")
    require(expires > issued, "lifetime-negative")
    return Sealed(to, issued, expires, hashlib.sha256(data).digest(), enc, protected, ciphertext, data)


def open_sealed(sealed: Sealed, mailbox: bytes, private: bytes, key: bytes) -> Signed:
    """The message inside, for who holds the mailbox, in the order of page 4's "Opening"."""
    require(sealed.to == mailbox, "not-for-us")
    plaintext = hpke.open_sealed(private, key, sealed.enc, _aad(sealed.protected), sealed.ciphertext)
    if plaintext is None:
        raise Refusal("undecryptable")
    form = _SignedForm(plaintext)
    require(not any(plaintext[form.end :]) and len(plaintext) == _padded(form.end), "padding-form")
    body = form.verified_body()
    require(form.kind not in OPEN_KINDS, "inner-kind")
    validate(form.kind, body)
    require(body["to"] == sealed.to, "inner-mailbox")
    return form.message(body)


def write_signed(kind: str, body: dict, secret: bytes) -> bytes:
    validate(kind, body)
    author = ed25519.public_key(secret)
    typ = tstr(f"application/intentcast.{kind}+cbor")
    protected = b"\xa3\x01\x32\x04\x58\x20" + author + b"\x10" + typ
    payload = encode(body)
    if len(payload) > BODY_BYTES:
        raise ValueError("a body of more than 16,384 bytes")
    signature = ed25519.sign(secret, _sig_structure(protected, payload))
    return b"\xd2\x84" + bstr(protected) + b"\xa0" + bstr(payload) + bstr(signature)


def seal(signed: bytes, mailbox: bytes, key: bytes, issued: int, expires: int, ephemeral_ikm: bytes) -> bytes:
    claims = b"\x0f\xa2\x04" + head(0, expires) + b"\x06" + head(0, issued)
    typ = tstr("application/intentcast.sealed+cbor")
    protected = b"\xa4\x01\x18\x2a\x04\x58\x20" + mailbox + claims + b"\x10" + typ
    plaintext = signed.ljust(_padded(len(signed)), b"\0")
    enc, ciphertext = hpke.seal(key, _aad(protected), plaintext, ephemeral_ikm)
    return b"\xd0\x83" + bstr(protected) + b"\xa1\x23\x58\x20" + enc + bstr(ciphertext)


class _SignedForm:
    """The form of a signed message at the start of some bytes: page 4 section 2, refusals 1 to 4."""

    def __init__(self, data: bytes):
        cursor = _Cursor(data)
        cursor.expect(b"\xd2\x84")
        protected_length = cursor.head(2)
        start = cursor.at
        cursor.expect(b"\xa3\x01\x32\x04\x58\x20")
        self.author = cursor.take(32)
        cursor.expect(b"\x10")
        typ = TYP.fullmatch(cursor.take(cursor.head(3)).decode("latin-1"))
        if typ is None:
            raise Refusal("envelope-form")
        require(cursor.at - start == protected_length, "envelope-form")
        protected = data[start : cursor.at]
        cursor.expect(b"\xa0")
        self.kind = typ[1]
        require(self.kind in KINDS, "envelope-kind")
        length = cursor.head(2)
        require(length <= BODY_BYTES, "cbor-size")
        self.payload = cursor.take(length)
        cursor.expect(b"\x58\x40")
        self.signature = cursor.take(64)
        self.end = cursor.at
        self.bytes = data[: self.end]
        self.signed = _sig_structure(protected, self.payload)

    def verified_body(self) -> dict:
        """Refusals 5 and 6."""
        body = decode(self.payload, BODY_BYTES)
        require(isinstance(body, dict), "body-not-map")
        ed25519.verify(self.signature, self.signed, self.author)
        return body

    def message(self, body: dict) -> Signed:
        return Signed(self.kind, self.author, body, hashlib.sha256(self.signed).digest(), self.bytes)


class _Cursor:
    """Reads a fixed form; every difference is `envelope-form`."""

    def __init__(self, data: bytes):
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        require(length <= len(self.data) - self.at, "envelope-form")
        self.at += length
        return self.data[self.at - length : self.at]

    def expect(self, literal: bytes) -> None:
        require(self.take(len(literal)) == literal, "envelope-form")

    def head(self, major: int) -> int:
        """The argument of a head of this major type, in its shortest form."""
        start = self.at
        info = self.take(1)[0] & 31
        require(info < 28, "envelope-form")
        argument = info if info < 24 else int.from_bytes(self.take(1 << (info - 24)), "big")
        require(self.data[start : self.at] == head(major, argument), "envelope-form")
        return argument


def _sig_structure(protected: bytes, payload: bytes) -> bytes:
    return b"\x84" + tstr("Signature1") + bstr(protected) + b"\x40" + bstr(payload)


def _aad(protected: bytes) -> bytes:
    return b"\x83" + tstr("Encrypt0") + bstr(protected) + b"\x40"


def _padded(length: int) -> int:
    return next(size for size in PLAINTEXT_BYTES if size >= length)
