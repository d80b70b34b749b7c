#!/usr/bin/python3
"""Reads every vector, gives its verdict, and says where it differs from what the vector expects."""

import sys
from pathlib import Path

from intentcast import ed25519, keys
from intentcast.errors import Refusal
from intentcast.judge import verdict
from intentcast.profile import BUNDLE_BYTES, decode, encode

VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def read_vector(path: Path) -> tuple[dict, bytes]:
    headers, _, digits = path.read_text("utf-8").partition("\n\n")
    pairs = (line.partition(":") for line in headers.splitlines())
    return {name: value.strip() for name, _, value in pairs}, bytes.fromhex(digits)


def judge(folder: str, headers: dict, data: bytes) -> dict:
    """The verdict, with every header that the folder's vectors have of what was accepted."""
    if folder == "decode":
        return verdict("item", data, int(headers["maxBytes"]).to_bytes(8, "big"))
    if folder in ("signature", "open"):
        names = {"signature": ("message", "key"), "open": ("mailbox", "privateKey", "key")}[folder]
        return verdict(folder, data, *(bytes.fromhex(headers[name]) for name in names))
    if folder == "keys":
        return judge_keys(headers, data)
    if folder == "filter":
        described, message = decode(data, BUNDLE_BYTES)
        return verdict("filter", encode(described), message)
    return verdict({"deal": "bundle", "validate": "signed"}.get(folder, "message"), data)


def judge_keys(headers: dict, seed: bytes) -> dict:
    words = keys.word_list()
    try:
        if keys.words_to_seed(headers["words"], words) != seed:
            return {"expect": "another seed"}
    except Refusal as refusal:
        return {"expect": str(refusal)}
    if headers["words"] == " ".join(headers["words"].lower().split()):
        if keys.seed_to_words(seed, words) != headers["words"]:
            return {"expect": "other words"}
    told = {"expect": "accepted"}
    if "intent" in headers:
        number = int(headers["intent"])
        told["signer"] = ed25519.public_key(keys.intent_secret(seed, number)).hex()
        mailbox = keys.intent_mailbox(seed, number)
    elif "thread" in headers:
        mailbox = keys.thread_mailbox(seed, bytes.fromhex(headers["thread"]))
    else:
        seller = ed25519.public_key(keys.seller_secret(seed))
        return told | {"signer": seller.hex(), "did": keys.did_key(seller)}
    return told | {"mailbox": mailbox.name.hex(), "hpke": mailbox.key.hex()}


# Headers that are given to the judge, and not told by it.
GIVEN = {
    "decode": ("maxBytes",),
    "signature": ("key", "message"),
    "open": ("mailbox", "key", "privateKey"),
    "keys": ("words", "intent", "thread"),
}


def differences(folder: str, headers: dict, told: dict) -> list[str]:
    left_out = ("comment", *GIVEN.get(folder, ()))
    if headers["expect"] != "accepted" and folder == "validate":
        left_out += ("kind",)
    expected = {name: value for name, value in headers.items() if name not in left_out}
    return [
        f"{name}: expected {value}, found {told.get(name)}" for name, value in expected.items() if told.get(name) != value
    ]


def main() -> int:
    failed = []
    for folder in sorted(path for path in VECTORS.iterdir() if path.is_dir()):
        same = 0
        vectors = sorted(folder.glob("*.txt"))
        for path in vectors:
            headers, data = read_vector(path)
            found = differences(folder.name, headers, judge(folder.name, headers, data))
            same += not found
            failed += [f"{folder.name}/{path.stem}: {difference}" for difference in found]
        print(f"{folder.name}: {same} of {len(vectors)} vectors")
    for difference in failed:
        print(difference)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
