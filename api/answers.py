"""Whole HTTP answers as values: status, media type, body and headers, before any framework sees them.

Two ways lead out of an API process, Flask's and the posting lane's (`api.front`); both send what is made here.
"""

from __future__ import annotations

from typing import NamedTuple

from api.asked import Asked

JSON = "application/json"
JOSE = "application/jose"

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Vary", "Accept, Accept-Language"),
)
NOTHING_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""The policy of whatever is no page: nothing may be loaded, run or framed."""

NO_STORE = ("Cache-Control", "no-store")


class Answered(NamedTuple):
    """One answer. `headers` are those of this answer alone; `headers_of_all` come on top."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    def with_headers(self, *headers: tuple[str, str]) -> Answered:
        """The same answer with more headers."""
        return self._replace(headers=self.headers + headers)


def headers_of_all(asked: Asked) -> tuple[tuple[str, str], ...]:
    """The headers that every answer carries."""
    return (("Request-Id", asked.request_id), ("Content-Language", asked.language), *_ALWAYS)
