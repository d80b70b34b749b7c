"""Frames between relays: of gossip (page 9, section 2.2), of a sync beside its reconciliation (section 3), of a peer exchange (4)."""

from . import ed25519
from .errors import require
from .frames import frame_value, named_frame
from .profile import encode
from .shapes import byte_string, id32, integer, key32, list_of, octets, record, text, time

GOSSIP_BYTES = 33_288
SYNC_BYTES = 1_048_576

gossip_frame = list_of(byte_string, 1, 32)

topic = text(r"close|profile|intent:[01][0-9a-f]|mail:[0-7]", 5, 9)

SYNC_FRAMES = {
    "topic": (topic,),
    "want": (list_of(id32, 1, 1024),),
    "messages": (integer(1, 1024), list_of(byte_string, 0, 1024)),
    "end": (),
}


def decode_gossip_frame(data: bytes) -> list[bytes]:
    frame = frame_value(data, GOSSIP_BYTES)
    require(gossip_frame(frame), "frame-malformed")
    return frame


def decode_sync_frame(data: bytes) -> list:
    # Unlike between client and relay, an unknown name has no code of its own.
    return named_frame(data, SYNC_BYTES, SYNC_FRAMES, "frame-malformed")

RECORD_BYTES = 4096
PEERS_BYTES = 32 * (RECORD_BYTES + 3) + 3

peers_frame = list_of(byte_string, 0, 32)

statement = record(
    {
        "network": text(r"[a-z0-9][a-z0-9-]{0,62}", 1, 63),
        "addresses": list_of(text(r"(/[A-Za-z0-9_.:-]+)+", 2, 256), 1, 8),
        "issued": time,
        "expires": time,
    },
    {"carries": list_of(topic, 1, 42)},
)


def decode_peers_frame(data: bytes) -> list[bytes]:
    frame = frame_value(data, PEERS_BYTES)
    require(peers_frame(frame), "frame-malformed")
    return frame


def read_relay_record(data: bytes) -> tuple[bytes, dict]:
    """The key and the statement of a record; who is told it looks at its addresses and times (section 4.2)."""
    value = frame_value(data, RECORD_BYTES)
    require(isinstance(value, list) and len(value) == 3, "frame-malformed")
    key, said, signature = value
    require(key32(key) and statement(said) and octets(64)(signature), "frame-malformed")
    ed25519.verify(signature, encode(["intentcast.v1 relay", key, said]), key)
    return key, said
