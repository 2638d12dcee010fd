"""One HTTP request to a provider, with the standard library: no redirect, no waiting for ever."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from notifications.channels.message import Permanent, Transient

TIMEOUT = 5  # seconds for each step of the connection
LONGEST_ANSWER = 64 * 1024  # bytes


def post_json(url: str, payload: Any, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Send JSON; what a 2xx answered, as JSON. See `request` for what it raises."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return request("POST", url, body, {**kind, **(headers or {})})


def request(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The answer's JSON object, {} for anything else that came with a 2xx.

    Raises Permanent for a request the provider will never take (400, 404, 410, 422) and Transient
    for everything else: no answer, a 5xx, a limit, a key that is refused until somebody mends it.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connection = (HTTPSConnection if secure else HTTPConnection)(parts.netloc, timeout=TIMEOUT)
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        status, text = answer.status, answer.read(LONGEST_ANSWER)
    except (OSError, HTTPException) as error:
        # The class alone: the words of such an error hold the address, which may be a password.
        raise Transient(type(error).__name__) from None
    finally:
        connection.close()
    if status in {400, 404, 410, 422}:
        raise Permanent(f"http {status}")
    if not 200 <= status < 300:
        raise Transient(f"http {status}")
    return _object(text)


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
