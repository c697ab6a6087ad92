"""What an answer must know of whoever asked: the language to speak, and the id of the request."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from ledger.words.languages import LANGUAGES, Language, choose_language

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_LANG = re.compile(r"(?:^|&)lang=([a-z]{2})(?:&|$)", re.ASCII)
_RANDOM_BYTES = 12

Header = Callable[[str], str | None]
"""Looks up a request header by its lower-case name."""


class Asked(NamedTuple):
    """How to answer."""

    language: Language
    request_id: str


def asked(header: Header, query: str) -> Asked:
    """Read it from a request: `?lang=`, else `Accept-Language`; `Request-Id` if it has a fit form, else one of ours."""
    return Asked(_language(header, query), _request_id(header))


def _language(header: Header, query: str) -> Language:
    wish = _LANG.search(query) if query else None
    chosen = next((one for one in LANGUAGES if wish is not None and one == wish[1]), None)
    return chosen or _chosen(header("accept-language"))


@lru_cache(maxsize=1_024)
def _chosen(accepted: str | None) -> Language:
    """Remembered: the same clients send the same wish over and over."""
    return choose_language(accepted)


def _request_id(header: Header) -> str:
    offered = header("request-id") or ""
    return offered if _REQUEST_ID.fullmatch(offered) else secrets.token_hex(_RANDOM_BYTES)
