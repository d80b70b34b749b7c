"""Addresses of relays, and the names that relays may have there (page 8, sections 1 and 5)."""

from urllib.parse import urlsplit

from .errors import require

DEFAULT_PORTS = {"ws": 80, "wss": 443}


def check_name(address: str, name: str) -> None:
    """Refuses an address that is none, and a name that is not that of a relay reached at it."""
    host, port, default = _parts(address)
    allowed = {f"{host}:{port}"} | ({host} if port == default else set())
    require(name.lower() in allowed, "relay-mistrusted")


def _parts(address: str) -> tuple[str, int, int]:
    require(len(address.encode()) <= 200, "relay-address")
    url = urlsplit(address)
    require(url.scheme in DEFAULT_PORTS and bool(url.hostname), "relay-address")
    require("@" not in url.netloc and "#" not in address, "relay-address")
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    default = DEFAULT_PORTS[url.scheme]
    return host, url.port or default, default
