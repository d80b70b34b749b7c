"""Dialogues with a relay (spec/vectors/README.md): what can be judged of them without one, the messages that are published."""

import re

from .judge import verdict

PUBLISH = re.compile(r"([A-Z]) sends \[\"publish\", (\d+), h'([0-9a-f]*)'\]")
ACCEPTED = re.compile(r"([A-Z]) hears \[\"accepted\", (\d+), \{\"id\": h'([0-9a-f]*)'")
REJECTED = re.compile(r'([A-Z]) hears \["rejected", (\d+), "([a-z-]+)", "([a-z-]+)"')
# Stages of a relay's own, some of them before it reads a message: they say nothing of it.
RELAY = ("frame", "session", "admit", "store")


def differences(lines: list[str]) -> list[str]:
    """The answers of the relay that a published message does not deserve."""
    waiting: dict[tuple[str, str], list[dict]] = {}
    found = []
    for line in lines:
        if sent := PUBLISH.fullmatch(line):
            client, ref, data = sent.groups()
            waiting.setdefault((client, ref), []).append(verdict("message", bytes.fromhex(data)))
        elif heard := ACCEPTED.match(line):
            client, ref, ident = heard.groups()
            own = waiting[client, ref].pop(0)
            if (own["expect"], own.get("id")) != ("accepted", ident):
                found.append(f"{client} {ref}: expected {ident}, found {own}")
        elif heard := REJECTED.match(line):
            client, ref, stage, code = heard.groups()
            own = waiting[client, ref].pop(0) if waiting.get((client, ref)) else None
            if own is not None and stage not in RELAY and own["expect"] != f"{stage}/{code}":
                found.append(f"{client} {ref}: expected {stage}/{code}, found {own}")
    return found
