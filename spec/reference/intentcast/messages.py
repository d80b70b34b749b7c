"""The body of every kind: its shape (messages.cddl), then its rules (page 1)."""

from .errors import require
from .shapes import (
    amount,
    boolean,
    condition,
    country,
    currency,
    delivery_method,
    domain,
    either,
    extensions,
    gtin,
    id32,
    int53,
    integer,
    iri,
    key32,
    label,
    label70,
    language,
    line,
    link,
    list_of,
    octets,
    one_of,
    path,
    period,
    prose,
    quantity,
    record,
    relay_address,
    reply,
    scale,
    time,
    token,
    true,
    unit,
)

OPEN_KINDS = ("intent", "close", "profile")
SEALED_KINDS = ("offer", "counter", "decline", "award", "order", "update", "receipt", "note")
KINDS = OPEN_KINDS + SEALED_KINDS

note500 = prose(500)
operators = ("eq", "ne", "lt", "le", "gt", "ge", "in")
line_number = integer(0, 15)

# `price` and `requirement` leave to their rules what these say of the choice between their fields: page 1 has codes for it.
price = record(
    {"currency": currency},
    {"max": amount, "firm": amount, "curve": list_of(record({"at": time, "price": amount}), 1, 16)},
)
requirement = record(
    {
        "attribute": token,
        "operator": one_of(*operators),
        "value": either(int53, label, boolean, list_of(either(int53, label), 1, 16)),
    },
    {"scale": scale, "unit": unit, "must": true, "weight": integer(1, 100)},
)
wanted_line = record(
    {"category": path, "quantity": quantity},
    {
        "gtin": gtin,
        "mpn": label70,
        "name": label,
        "condition": list_of(condition, 1, 4),
        "requirements": list_of(requirement, 1, 32),
        "optional": true,
        "substitutes": true,
    },
)
attribute = record({"attribute": token, "value": either(int53, label, boolean)}, {"scale": scale, "unit": unit})
offered_line = record(
    {"line": line_number, "name": label, "quantity": quantity, "price": amount},
    {
        "part": integer(1, 15),
        "category": path,
        "sku": label70,
        "gtin": gtin,
        "mpn": label70,
        "brand": label70,
        "condition": condition,
        "attributes": list_of(attribute, 1, 32),
        "url": link,
        "substitute": true,
    },
)
promised_delivery = record({"method": delivery_method}, {"from": time, "until": time, "place": label})
address = record(
    {"streetAddress": label, "addressLocality": label, "addressCountry": country},
    {"addressRegion": label, "postalCode": line(20)},
)


def _body(required: dict, optional: dict, thread: bool = False):
    head = {"nonce": octets(16), "issued": time}
    if thread:
        head |= {"thread": id32, "prev": id32, "to": key32}
    return record({**head, **required}, {"ext": extensions, **optional})


SHAPES = {
    "intent": _body(
        {"expires": time, "want": list_of(wanted_line, 1, 16), "reply": reply},
        {
            "where": list_of(path, 1, 8),
            "delivery": list_of(delivery_method, 1, 6),
            "when": period,
            "price": price,
            "award": record({}, {"deadline": time, "winners": integer(1, 16)}),
            "terms": list_of(record({"iri": iri, "sha256": id32, "must": boolean}), 1, 8),
            "commission": integer(0, 10_000),
            "languages": list_of(language, 1, 8),
            "note": note500,
        },
    ),
    "close": _body({"expires": time, "thread": id32, "reason": one_of("awarded", "withdrawn")}, {}),
    "profile": _body(
        {"expires": time, "name": label},
        {
            "description": prose(1000),
            "domains": list_of(domain, 1, 8),
            "categories": list_of(path, 1, 64),
            "areas": list_of(path, 1, 64),
            "languages": list_of(language, 1, 16),
            "payment": list_of(token, 1, 16),
            "capabilities": list_of(token, 1, 16),
            "relays": list_of(relay_address, 1, 8),
        },
    ),
    "offer": _body(
        {
            "expires": time,
            "seller": label,
            "lines": list_of(offered_line, 1, 32),
            "currency": currency,
            "total": amount,
            "breakdown": record(
                {"goods": amount}, {"delivery": amount, "tax": amount, "fees": amount, "discount": amount}
            ),
            "reply": reply,
        },
        {
            "domain": line(253),
            "delivery": promised_delivery,
            "payment": list_of(token, 1, 16),
            "terms": list_of(id32, 1, 8),
            "note": note500,
        },
        thread=True,
    ),
    "counter": _body(
        {
            "expires": time,
            "change": record(
                {},
                {
                    "total": amount,
                    "delivery": delivery_method,
                    "deliveredUntil": time,
                    "quantities": list_of(record({"line": line_number, "quantity": quantity}), 1, 16),
                },
            ),
        },
        {"note": note500},
        thread=True,
    ),
    "decline": _body(
        {
            "reason": one_of(
                "price",
                "terms",
                "delivery",
                "out-of-stock",
                "expired",
                "awarded-elsewhere",
                "withdrawn",
                "duplicate",
                "other",
            )
        },
        {"note": note500},
        thread=True,
    ),
    "award": _body(
        {},
        {
            "payment": token,
            "disclosure": record(
                {},
                {
                    "name": label,
                    "email": line(254),
                    "telephone": line(40),
                    "address": address,
                    "instructions": note500,
                },
            ),
            "note": note500,
        },
        thread=True,
    ),
    "order": _body(
        {"number": label70, "currency": currency, "total": amount},
        {
            "payment": record(
                {"method": token}, {"url": link, "reference": label, "instructions": note500, "due": time}
            ),
            "delivery": promised_delivery,
            "note": note500,
        },
        thread=True,
    ),
    "update": _body(
        {
            "status": one_of(
                "OrderPaymentDue",
                "OrderProcessing",
                "OrderPickupAvailable",
                "OrderInTransit",
                "OrderDelivered",
                "OrderProblem",
                "OrderCancelled",
                "OrderReturned",
            )
        },
        {"tracking": record({"carrier": label70, "number": label70}, {"url": link}), "note": note500},
        thread=True,
    ),
    "receipt": _body(
        {
            "paid": record(
                {"currency": currency, "total": amount, "at": time}, {"method": token, "reference": label}
            )
        },
        {
            "delivered": time,
            "serials": list_of(record({"line": line_number, "serial": label70}), 1, 64),
            "warranty": record({"until": time}, {"terms": iri}),
            "note": note500,
        },
        thread=True,
    ),
    "note": _body({"text": prose(2000)}, {}, thread=True),
}


def validate(kind: str, body: dict) -> None:
    """Refuses a body that has not the shape of its kind (`body-shape`), or breaks a rule of page 1."""
    require(SHAPES[kind](body), "body-shape")
    if "expires" in body:
        require(body["expires"] > body["issued"], "lifetime-negative")
    if kind == "intent":
        _intent(body)
    elif kind == "profile":
        for name in ("domains", "categories", "areas", "languages", "payment", "capabilities"):
            _distinct(body.get(name, []))
    elif kind == "offer":
        _offer(body)
    elif kind == "counter":
        _distinct([entry["line"] for entry in body["change"].get("quantities", [])])
        require(bool(body["change"]) or "note" in body, "counter-empty")


def _intent(body: dict) -> None:
    if "price" in body:
        forms = [form for form in ("max", "firm", "curve") if form in body["price"]]
        require(len(forms) == 1, "price-form")
        at = [point["at"] for point in body["price"].get("curve", [])]
        require(all(earlier < later for earlier, later in zip(at, at[1:])), "curve-order")
    requirements = [entry for wanted in body["want"] for entry in wanted.get("requirements", [])]
    for entry in requirements:
        require(_fits(entry), "requirement-form")
    for entry in requirements:
        require(("must" in entry) != ("weight" in entry), "requirement-force")
    when = body.get("when", {})
    if "from" in when and "until" in when:
        require(when["from"] <= when["until"], "time-order")
    for wanted in body["want"]:
        _check_digit(wanted)
    for name in ("where", "delivery", "languages"):
        _distinct(body.get(name, []))
    _distinct([term["sha256"] for term in body.get("terms", [])])
    for wanted in body["want"]:
        _distinct(wanted.get("condition", []))


def _offer(body: dict) -> None:
    lines = body["lines"]
    for offered in lines:
        _check_digit(offered)
    for name in ("terms", "payment"):
        _distinct(body.get(name, []))
    _distinct([(offered["line"], offered.get("part", 0)) for offered in lines], "line-twice")
    breakdown = body["breakdown"]
    require(sum(offered["price"] for offered in lines) == breakdown["goods"], "line-sum")
    plus = sum(breakdown.get(name, 0) for name in ("goods", "delivery", "tax", "fees"))
    require(plus - breakdown.get("discount", 0) == body["total"], "breakdown-sum")


def _fits(entry: dict) -> bool:
    """Whether operator, value, scale and unit of a requirement go together."""
    value, operator = entry["value"], entry["operator"]
    if isinstance(value, list) != (operator == "in"):
        return False
    values = value if isinstance(value, list) else [value]
    integers = all(type(item) is int for item in values)
    if operator in ("lt", "le", "gt", "ge") and not integers:
        return False
    return integers or not ("scale" in entry or "unit" in entry)


def _check_digit(line_of_either: dict) -> None:
    digits = [int(digit) for digit in reversed(line_of_either.get("gtin", ""))]
    require(sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0, "gtin-check-digit")


def _distinct(items: list, code: str = "list-duplicate") -> None:
    require(all(item not in items[:place] for place, item in enumerate(items)), code)
