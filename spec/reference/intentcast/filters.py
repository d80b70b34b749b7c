"""Filters (page 7): which messages a subscriber is given."""

from .envelope import Sealed, Signed
from .paths import contains
from .shapes import (
    amount,
    boolean,
    currency,
    either,
    id32,
    int53,
    key32,
    label,
    line,
    list_of,
    one_of,
    path,
    period,
    record,
    token,
)
from .text import fold, words

words_of_filter = list_of(line(64), 1, 256)

filter_shape = record(
    {},
    {
        "kinds": list_of(one_of("intent", "close", "profile", "sealed"), 1, 4),
        "authors": list_of(key32, 1, 256),
        "mailboxes": list_of(key32, 1, 256),
        "categories": list_of(path, 1, 256),
        "places": list_of(path, 1, 256),
        "prices": list_of(record({"currency": currency, "least": amount}), 1, 16),
        "attributes": list_of(
            record({"attribute": token, "values": list_of(either(int53, label, boolean), 1, 256)}), 1, 16
        ),
        "words": record({}, {"all": words_of_filter, "any": words_of_filter}),
        "terms": list_of(id32, 1, 256),
        "issued": period,
    },
)


def matches(described: dict, message: Signed | Sealed) -> bool:
    if isinstance(message, Sealed):
        # Only a filter with mailboxes describes a sealed message (page 7, "Sealed messages").
        if "mailboxes" not in described:
            return False
        fields, issued = {"kinds": _kind_sealed, "mailboxes": _mailboxes, "issued": _issued}, message.issued
    else:
        fields, issued = OPEN_FIELDS, message.body["issued"]
    return all(name in fields and fields[name](value, message, issued) for name, value in described.items())


def _kind_sealed(kinds, _message, _issued) -> bool:
    return "sealed" in kinds


def _mailboxes(mailboxes, message, _issued) -> bool:
    return message.to in mailboxes


def _issued(bounds, _message, issued) -> bool:
    return bounds.get("from", 0) <= issued <= bounds.get("until", issued)


def _kinds(kinds, message, _issued) -> bool:
    return message.kind in kinds


def _authors(authors, message, _issued) -> bool:
    return message.author in authors


def _categories(paths, message, _issued) -> bool:
    if message.kind == "intent":
        categories = [wanted["category"] for wanted in message.body["want"]]
    else:
        categories = message.body.get("categories", []) if message.kind == "profile" else []
    return _any_contains(paths, categories)


def _places(paths, message, _issued) -> bool:
    name = {"intent": "where", "profile": "areas"}.get(message.kind)
    return _any_contains(paths, message.body.get(name, []))


def _any_contains(outer, inner) -> bool:
    return any(contains(one, other) for one in outer for other in inner)


def _prices(prices, message, _issued) -> bool:
    if message.kind != "intent":
        return False
    if "price" not in message.body:
        return True
    price = message.body["price"]
    if "curve" in price:
        most = max(point["price"] for point in price["curve"])
    else:
        most = price["max"] if "max" in price else price["firm"]
    return any(entry["currency"] == price["currency"] and most >= entry["least"] for entry in prices)


def _attributes(entries, message, _issued) -> bool:
    if message.kind != "intent":
        return False
    demanded = [
        (requirement["attribute"], value)
        for wanted in message.body["want"]
        for requirement in wanted.get("requirements", [])
        for value in _demanded(requirement)
    ]
    return all(
        any(entry["attribute"] == name and _same(value, wish) for name, value in demanded for wish in entry["values"])
        for entry in entries
    )


def _demanded(requirement) -> list:
    if requirement["operator"] not in ("eq", "in"):
        return []
    value = requirement["value"]
    values = value if isinstance(value, list) else [value]
    if "scale" not in requirement:
        return values
    power = 10 ** requirement["scale"]
    return [value // power for value in values if value % power == 0]


def _same(one, other) -> bool:
    return type(one) is type(other) and one == other


def _words(wanted, message, _issued) -> bool:
    if message.kind == "intent":
        texts = [line_wanted["name"] for line_wanted in message.body["want"] if "name" in line_wanted]
        for line_wanted in message.body["want"]:
            for requirement in line_wanted.get("requirements", []):
                value = requirement["value"]
                texts += [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
    elif message.kind == "profile":
        texts = [message.body[name] for name in ("name", "description") if name in message.body]
    else:
        return False
    there = {word for one in texts for word in words(one)}
    return all(fold(word) in there for word in wanted.get("all", [])) and (
        "any" not in wanted or any(fold(word) in there for word in wanted["any"])
    )


def _terms(accepted, message, _issued) -> bool:
    return message.kind == "intent" and all(
        term["sha256"] in accepted for term in message.body.get("terms", []) if term["must"]
    )


OPEN_FIELDS = {
    "kinds": _kinds,
    "authors": _authors,
    "categories": _categories,
    "places": _places,
    "prices": _prices,
    "attributes": _attributes,
    "words": _words,
    "terms": _terms,
    "issued": _issued,
}
