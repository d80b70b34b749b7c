"""The parts of messages.cddl that its rules are built of, as predicates over values of the wire profile."""

import re

from .paths import is_path
from .profile import INTEGER

# X25519 public keys that give zero whatever the other key (page 4, section 4), with bit 255 cleared.
ZERO_KEYS = frozenset(
    bytes.fromhex(key)
    for key in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def integer(least: int, most: int):
    return lambda value: type(value) is int and least <= value <= most


def octets(length: int):
    return lambda value: isinstance(value, bytes) and len(value) == length


def text(pattern: str, least: int, most: int):
    """A text that matches as a whole, of so many bytes of UTF-8."""
    whole = re.compile(pattern)
    return lambda value: (
        isinstance(value, str) and least <= len(value.encode("utf-8")) <= most and whole.fullmatch(value) is not None
    )


def one_of(*values: str):
    return lambda value: isinstance(value, str) and value in values


def list_of(item, least: int, most: int):
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(map(item, value))


def record(required: dict, optional: dict | None = None):
    """A map that has every required field and, besides them, optional ones only."""
    fields = {**required, **(optional or {})}
    return lambda value: (
        isinstance(value, dict)
        and required.keys() <= value.keys() <= fields.keys()
        and all(fields[name](field) for name, field in value.items())
    )


def either(*shapes):
    return lambda value: any(shape(value) for shape in shapes)


def boolean(value) -> bool:
    return type(value) is bool


def true(value) -> bool:
    return value is True


def byte_string(value) -> bool:
    return isinstance(value, bytes)


LINE = r"[^\x00-\x1f\x7f-\x9f]+"
PROSE = r"[^\x00-\x09\x0b-\x1f\x7f-\x9f]+"


def line(most: int):
    return text(LINE, 1, most)


def prose(most: int):
    return text(PROSE, 1, most)


uint53 = integer(0, INTEGER)
int53 = integer(-INTEGER, INTEGER)
id32 = key32 = octets(32)
time = amount = uint53
label = line(200)
label70 = line(70)

currency = text(r"[A-Z]{3}", 3, 3)
country = text(r"[A-Z]{2}", 2, 2)
language = text(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", 2, 35)
path = is_path
token = text(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", 1, 64)
unit = text(r"[A-Z0-9]{2,3}", 2, 3)
domain = text(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", 1, 253)
link = text(r"https://[!-~]+", 1, 500)
iri = text(r"[a-z][a-z0-9+.-]*:[!-~]+", 1, 300)
relay_address = text(r"wss?://[!-~]+", 1, 200)
gtin = text(r"[0-9]{8}|[0-9]{12}|[0-9]{13}|[0-9]{14}", 8, 14)

scale = integer(1, 9)
quantity = record({"value": integer(1, INTEGER), "unit": unit}, {"scale": scale})
condition = one_of("new", "refurbished", "used", "damaged")
delivery_method = one_of("pickup", "parcel", "courier", "locker", "download", "onsite")
period = record({}, {"from": time, "until": time})


def reply_key(value) -> bool:
    return key32(value) and value[:31] + bytes([value[31] & 127]) not in ZERO_KEYS


reply = record({"mailbox": key32, "key": reply_key}, {"relays": list_of(relay_address, 1, 8)})

extension_name = text(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+", 1, 120)


def extension(value) -> bool:
    # An extension's value is any value of the wire profile.
    return isinstance(value, list) and len(value) == 2 and extension_name(value[0])


extensions = list_of(extension, 1, 16)
