"""The one Ed25519 rule (page 4, section 3), computed in integers; signing by the library."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .errors import require

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)

# The y coordinates of the points of small order, little-endian.
SMALL_ORDER_Y = frozenset(
    int.from_bytes(bytes.fromhex(y), "little")
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def verify(signature: bytes, message: bytes, key: bytes) -> None:
    """Refuses with the code of the first line of the table that does not hold."""
    require(len(key) == 32 and len(signature) == 64, "signature-invalid")
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    require(_y(key) < P, "key-not-canonical")
    require(_y(key) not in SMALL_ORDER_Y, "key-small-order")
    require(_y(r) < P, "signature-r-not-canonical")
    require(_y(r) not in SMALL_ORDER_Y, "signature-r-small-order")
    require(s < L, "signature-s-range")
    require(_equation(key, r, s, message), "signature-invalid")


def public_key(secret: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(secret: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


def _y(encoded: bytes) -> int:
    return int.from_bytes(encoded, "little") & (2**255 - 1)


def _equation(key: bytes, r: bytes, s: int, message: bytes) -> bool:
    a = _decompress(key)
    if a is None:
        return False
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    x, y, z, t = a
    return _compress(_two_products(s, BASE, h, (-x % P, y, z, -t % P))) == r


# Points are in extended coordinates (RFC 8032 section 5.1.4): x = X/Z, y = Y/Z, xy = T/Z.


def _decompress(encoded: bytes):
    y, sign = _y(encoded), encoded[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_1 % P
        if v * x * x % P != u:
            return None
    if x % 2 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _compress(point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return ((y * inverse % P) | (x * inverse % P % 2) << 255).to_bytes(32, "little")


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(p):
    a, b, c = p[0] * p[0] % P, p[1] * p[1] % P, 2 * p[2] * p[2] % P
    h = a + b
    e = h - (p[0] + p[1]) ** 2 % P
    g = a - b
    f = c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _two_products(m: int, p, n: int, q):
    """[m]p + [n]q, with the doublings done once for both."""
    both, result = _add(p, q), (0, 1, 1, 0)
    for bit in range(max(m.bit_length(), n.bit_length()) - 1, -1, -1):
        result = _double(result)
        choice = (m >> bit & 1, n >> bit & 1)
        if choice != (0, 0):
            result = _add(result, {(1, 0): p, (0, 1): q, (1, 1): both}[choice])
    return result


BASE = _decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
