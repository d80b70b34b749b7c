"""Keys from one seed (page 3): BIP 39 words, derivation, mailboxes, did:key names."""

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache

from . import ed25519, hpke
from .errors import require
from .text import WHITE_SPACE

INTENT_MAX = 2**53 - 1
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True)
class Mailbox:
    """`secret` signs at relays and its public key names the mailbox; `private` opens what was sealed to `key`."""

    secret: bytes
    private: bytes
    key: bytes

    @property
    def name(self) -> bytes:
        return ed25519.public_key(self.secret)


def derive(seed: bytes, name: str) -> bytes:
    return hpke.hkdf_expand(hpke.hkdf_extract(b"", seed), b"intentcast/v1/" + name.encode("ascii"), 32)


def intent_secret(seed: bytes, number: int) -> bytes:
    """What signs intent `number`, and whatever the buyer says about it."""
    if not 0 <= number <= INTENT_MAX:
        raise ValueError("the number of an intent")
    return derive(seed, f"intent/{number}/sign")


def intent_mailbox(seed: bytes, number: int) -> Mailbox:
    return _mailbox(seed, f"intent/{number}")


def seller_secret(seed: bytes) -> bytes:
    return derive(seed, "seller/sign")


def thread_mailbox(seed: bytes, thread: bytes) -> Mailbox:
    return _mailbox(seed, f"thread/{thread.hex()}")


def _mailbox(seed: bytes, name: str) -> Mailbox:
    private, public = hpke.derive_key_pair(derive(seed, f"{name}/hpke"))
    return Mailbox(derive(seed, f"{name}/mailbox"), private, public)


def did_key(key: bytes) -> str:
    number, digits = int.from_bytes(b"\xed\x01" + key, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return f"did:key:z{digits}"


@cache
def word_list() -> list[str]:
    """The 2048 English words of BIP 39, from Debian's python3-mnemonic."""
    from mnemonic import Mnemonic

    return Mnemonic("english").wordlist


def seed_to_words(seed: bytes, words: list[str]) -> str:
    bits = int.from_bytes(seed + hashlib.sha256(seed).digest()[:1], "big")
    return " ".join(words[bits >> shift & 2047] for shift in range(253, -1, -11))


def words_to_seed(phrase: str, words: list[str]) -> bytes:
    text = unicodedata.normalize("NFKD", phrase).lower()
    chosen = [word for word in WHITE_SPACE.split(text) if word]
    require(len(chosen) == 24 and all(word in words for word in chosen), "seed-form")
    bits = 0
    for word in chosen:
        bits = bits << 11 | words.index(word)
    entropy = bits.to_bytes(33, "big")
    require(hashlib.sha256(entropy[:32]).digest()[:1] == entropy[32:], "seed-form")
    return entropy[:32]
