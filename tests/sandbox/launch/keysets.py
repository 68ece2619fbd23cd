"""Where tools keep their keys: the only thing that the sandbox ever fetches.

It asks loopback addresses only. A tool that calls itself `https://labs.example.com` can be found
there all the same: a control route tells where it really runs.
"""

from __future__ import annotations

import ipaddress
import json
import urllib.request
from urllib.parse import urlsplit

from ..service import Service

_TIMEOUT = 5
_LARGEST = 1_000_000
_plainly = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoKeys(Exception):
    """There are no keys at that address; the text says why."""


def tell_host(service: Service, origin: str, address: str) -> None:
    """Remember that what calls itself `origin` (`https://host`) runs at the loopback `address`."""
    if not _is_loopback(address):
        raise ValueError(f"{address} is not a loopback address.")
    _hosts(service)[origin.rstrip("/")] = address.rstrip("/")


def real_address(service: Service, url: str) -> str:
    """Return where `url` is really found."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    return url.replace(origin, _hosts(service).get(origin, origin), 1)


def fetch_keys(service: Service, url: str) -> list[dict]:
    """Return the keys of the key set at `url`. Raises `NoKeys`."""
    address = real_address(service, url)
    if not _is_loopback(address):
        raise NoKeys(f"The sandbox asks loopback addresses only, and was not told where {url} really is.")
    try:
        with _plainly.open(address, timeout=_TIMEOUT) as answer:
            found = json.loads(answer.read(_LARGEST))
    except (OSError, ValueError) as error:
        raise NoKeys(f"There is no key set at {url}: {error}") from error
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or not all(isinstance(one, dict) for one in keys):
        raise NoKeys(f"What is at {url} is not a list of keys under the name keys.")
    return keys


def _hosts(service: Service) -> dict[str, str]:
    return service.memory["launch"].setdefault("hosts", {})


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    try:
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False
