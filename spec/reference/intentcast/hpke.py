"""HPKE in base mode (RFC 9180) for the one suite of page 4: X25519, HKDF-SHA256, ChaCha20-Poly1305, one message a context."""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEM_SUITE = b"KEM\x00\x20"
SUITE = b"HPKE\x00\x20\x00\x01\x00\x03"


def derive_key_pair(ikm: bytes) -> tuple[bytes, bytes]:
    """(private, public) by RFC 9180 section 7.1.3."""
    private = _labeled_expand(KEM_SUITE, _labeled_extract(KEM_SUITE, b"", b"dkp_prk", ikm), b"sk", b"", 32)
    return private, public_key(private)


def public_key(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def seal(public: bytes, aad: bytes, plaintext: bytes, ephemeral_ikm: bytes) -> tuple[bytes, bytes]:
    """(encapsulated key, ciphertext). The ephemeral ikm is 32 random bytes, never used twice."""
    ephemeral, enc = derive_key_pair(ephemeral_ikm)
    key, nonce = _schedule(_shared_secret(ephemeral, public, enc, public))
    return enc, ChaCha20Poly1305(key).encrypt(nonce, plaintext, aad)


def open_sealed(
    private: bytes, public: bytes, enc: bytes, aad: bytes, ciphertext: bytes, info: bytes = b""
) -> bytes | None:
    """The plaintext, or None where it does not decrypt."""
    try:
        key, nonce = _schedule(_shared_secret(private, enc, enc, public), info)
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)
    except (ValueError, InvalidTag):  # ValueError: X25519 gave zero (RFC 7748 section 6.1)
        return None


def hkdf_extract(salt: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), ikm, hashlib.sha256)


def hkdf_expand(prk: bytes, info: bytes, length: int) -> bytes:
    output, block = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.digest(prk, block + info + bytes([counter]), hashlib.sha256)
        output += block
    return output[:length]


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hkdf_extract(salt, b"HPKE-v1" + suite + label + ikm)


def _labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return hkdf_expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)


def _shared_secret(private: bytes, other: bytes, enc: bytes, recipient: bytes) -> bytes:
    dh = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(other))
    prk = _labeled_extract(KEM_SUITE, b"", b"eae_prk", dh)
    return _labeled_expand(KEM_SUITE, prk, b"shared_secret", enc + recipient, 32)


def _schedule(shared_secret: bytes, info: bytes = b"") -> tuple[bytes, bytes]:
    psk_id_hash = _labeled_extract(SUITE, b"", b"psk_id_hash", b"")
    info_hash = _labeled_extract(SUITE, b"", b"info_hash", info)
    context = b"\x00" + psk_id_hash + info_hash
    secret = _labeled_extract(SUITE, shared_secret, b"secret", b"")
    return _labeled_expand(SUITE, secret, b"key", context, 32), _labeled_expand(SUITE, secret, b"base_nonce", context, 12)
