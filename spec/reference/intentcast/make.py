"""Makes an intent, and an offer that holds what an intent asks: enough to take part in a deal."""

import secrets

from . import keys
from .envelope import Signed, seal, write_signed


def intent(seed: bytes, number: int, issued: int, expires: int, want: list[dict], **fields) -> bytes:
    """A signed intent number `number` of this buyer; `fields` are further fields of its body."""
    mailbox = keys.intent_mailbox(seed, number)
    relays = fields.pop("relays", None)
    body = {
        "nonce": secrets.token_bytes(16),
        "issued": issued,
        "expires": expires,
        "want": want,
        "reply": _reply(mailbox, relays),
        **fields,
    }
    return write_signed("intent", body, keys.intent_secret(seed, number))


def offer(seed: bytes, asked: Signed, issued: int, expires: int, total: int, seller: str, relays=None) -> bytes:
    """An offer for all that the intent asks, sealed to its mailbox."""
    intent_body = asked.body
    lines = [_answer(place, wanted) for place, wanted in enumerate(intent_body["want"])]
    lines[0]["price"] = total
    body = {
        "nonce": secrets.token_bytes(16),
        "issued": issued,
        "expires": expires,
        "thread": asked.id,
        "prev": asked.id,
        "to": intent_body["reply"]["mailbox"],
        "seller": seller,
        "lines": lines,
        "currency": intent_body.get("price", {}).get("currency", "USD"),
        "total": total,
        "breakdown": {"goods": total},
        "reply": _reply(keys.thread_mailbox(seed, asked.id), relays),
    }
    required = [term["sha256"] for term in intent_body.get("terms", []) if term["must"]]
    if required:
        body["terms"] = required
    delivery = _delivery(intent_body)
    if delivery:
        body["delivery"] = delivery
    signed = write_signed("offer", body, keys.seller_secret(seed))
    reply = intent_body["reply"]
    return seal(signed, reply["mailbox"], reply["key"], issued, expires, secrets.token_bytes(32))


def _reply(mailbox: keys.Mailbox, relays: list[str] | None) -> dict:
    return {"mailbox": mailbox.name, "key": mailbox.key, **({"relays": relays} if relays else {})}


def _answer(place: int, wanted: dict) -> dict:
    line = {
        "line": place,
        "name": wanted.get("name", wanted["category"]),
        "quantity": wanted["quantity"],
        "price": 0,
    }
    for name in ("gtin", "mpn"):
        if name in wanted:
            line[name] = wanted[name]
    if "condition" in wanted:
        line["condition"] = wanted["condition"][0]
    attributes = [_statement(entry) for entry in wanted.get("requirements", []) if "must" in entry]
    if attributes:
        line["attributes"] = attributes
    return line


def _statement(requirement: dict) -> dict:
    """What satisfies the requirement."""
    value, operator = requirement["value"], requirement["operator"]
    if operator == "in":
        value = value[0]
    elif operator == "ne":
        value = not value if isinstance(value, bool) else f"not {value}"
    elif operator in ("lt", "gt"):
        value += 1 if operator == "gt" else -1
    units = {name: requirement[name] for name in ("scale", "unit") if name in requirement and type(value) is int}
    return {"attribute": requirement["attribute"], "value": value, **units}


def _delivery(intent_body: dict) -> dict | None:
    until = intent_body.get("when", {}).get("until")
    if "delivery" not in intent_body and until is None:
        return None
    method = intent_body.get("delivery", ["parcel"])[0]
    return {"method": method, **({} if until is None else {"until": until})}
