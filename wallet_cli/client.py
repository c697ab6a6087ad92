"""The wallet's side of the ledger's API: callers' tokens, JSON read strictly, and every "no" as one typed fault.

Whoever asks about private matters proves who they are with a JWS that lives for two minutes, signed with the read key,
bound to this one ledger by its audience. Orders carry their own signature and need none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ledger.addresses import new_order_id
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND, Clock
from ledger.signing import base64url
from ledger.strict_json import dumps, loads
from ledger.words.languages import Language
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.web import ANSWER_BYTES_MAX, LostAnswer, Web, WebAnswer

if TYPE_CHECKING:
    from ledger.signing.keys import PrivateKey

CALLER_TYPE = "daftari-caller+jwt"
TOKEN_LIFE_S = 120
ANSWER_DEPTH_MAX = 16

_TEXT_CHARACTERS_MAX = 300
_NOT_AUTHORISED = frozenset({Fault.CALLER_UNKNOWN, Fault.CALLER_TOKEN_INVALID, Fault.UNKNOWN_KEY})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a registered key, and the ledger that the token is good for."""

    key: PrivateKey
    ledger_id: str
    clock: Clock

    def token(
        self, *, method: str = "", path: str = "", body: bytes | None = None, life_s: int = TOKEN_LIFE_S
    ) -> str:
        """A token that reads; with a body, one that allows exactly this one write, once."""
        # Here and not above: help and mistakes are told without the libraries of signing.
        from ledger.signing.jws import sign_compact

        now_us = self.clock.wall_us()
        now_s = now_us // MICROSECONDS_PER_SECOND
        claims: dict[str, object] = {"aud": self.ledger_id, "iat": now_s, "exp": now_s + life_s}
        if body is not None:
            digest = base64url.encode(hashlib.sha256(body).digest())
            claims |= {"htm": method, "htu": path, "bsh": digest, "jti": new_order_id(now_us)}
        return sign_compact(self.key, typ=CALLER_TYPE, payload=dumps(claims)).decode("ascii")


@dataclass(frozen=True, slots=True)
class Problem:
    """An RFC 9457 problem as the ledger told it. Texts are cut, and pass the screen's gate before they are seen."""

    status: int
    code: str
    title: str
    detail: str
    retryable: bool = False
    request_id: str = ""
    retry_after_s: int = 0
    details: Mapping[str, str] = field(default_factory=dict)


class LedgerSaidNo(WalletFault):
    """The ledger answered, and the answer was a problem."""

    def __init__(self, problem: Problem, key: str, exit_code: ExitCode, /, **details: str | int) -> None:
        # What a script can go by, beside what the sentence needs.
        told: dict[str, str | int] = {
            "problem": problem.code,
            "status": problem.status,
            "request_id": problem.request_id,
        }
        super().__init__(key, exit_code, **(told | details))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: its status, and its JSON object."""

    status: int
    members: dict[str, Any]
    headers: Mapping[str, str]


class LedgerClient:
    """Questions to one ledger, in the person's language, by one caller or by nobody in particular."""

    def __init__(self, web: Web, *, language: Language, caller: Caller | None = None) -> None:
        self.web = web
        self._language = language
        self._caller = caller

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at a path.

        Raises:
            WalletFault: `ledger_unreachable`, `answer_lost`, `answer_unreadable`, or a `LedgerSaidNo`.
        """
        answer = self._read(path)
        reply = self._reply(answer)
        if answer.status != 200:
            raise fault_of(problem_of(reply), url=self.web.place.url)
        return reply.members

    def get_text(self, path: str) -> str:
        """The plain text at a path. Raises as `get`."""
        answer = self._read(path)
        if answer.status != 200:
            raise fault_of(problem_of(self._reply(answer)), url=self.web.place.url)
        return answer.body.decode("utf-8", "replace")

    def post_order(self, order: bytes) -> Reply:
        """Send one signed order, once.

        Raises:
            WalletFault: `ledger_unreachable`: nothing was sent.
            LostAnswer: the ledger may have the order; also when the answer is not JSON, as from a gateway in between.
        """
        headers = self._headers() | {"Content-Type": "application/jose"}
        answer = self.web.ask("POST", "/v1/orders", headers=headers, body=order)
        try:
            return self._reply(answer)
        except WalletFault as fault:
            raise LostAnswer(f"HTTP {answer.status}") from fault

    def preview_order(self, order: bytes) -> Reply:
        """Ask what would become of one signed order. Raises as `get` where no whole answer comes."""
        headers = self._headers() | {"Content-Type": "application/jose"}
        return self._reply(self._asked("POST", "/v1/orders?dry_run=true", headers, order))

    def write(self, method: str, path: str, body: bytes) -> Reply:
        """Change something that lies beside the log, with a token for exactly this. Raises as `get`."""
        headers = self._headers() | {"Content-Type": "application/json"}
        if self._caller is not None:
            headers["Authorization"] = f"Bearer {self._caller.token(method=method, path=path, body=body)}"
        reply = self._reply(self._asked(method, path, headers, body))
        if reply.status not in (200, 201, 202, 204):
            raise fault_of(problem_of(reply), url=self.web.place.url)
        return reply

    def _read(self, path: str) -> WebAnswer:
        headers = self._headers()
        if self._caller is not None:
            headers["Authorization"] = f"Bearer {self._caller.token()}"
        try:
            return self.web.ask("GET", path, headers=headers)
        except LostAnswer:
            # Most likely a connection that the server had closed meanwhile; reading twice does no harm.
            return self._asked("GET", path, headers, None)

    def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> WebAnswer:
        try:
            return self.web.ask(method, path, headers=headers, body=body)
        except LostAnswer as error:
            url = self.web.place.url
            raise WalletFault(
                "answer_lost", ExitCode.TRY_AGAIN_LATER, url=url, why=str(error)[:200]
            ) from error

    def _headers(self) -> dict[str, str]:
        return {"Accept": "application/json", "Accept-Language": self._language, "User-Agent": "pochi"}

    def _reply(self, answer: WebAnswer) -> Reply:
        if not answer.body and answer.status == 204:
            return Reply(answer.status, {}, answer.headers)
        try:
            members = loads(answer.body, bytes_max=ANSWER_BYTES_MAX, depth_max=ANSWER_DEPTH_MAX)
        except LedgerFault as error:
            raise self._unreadable() from error
        if not isinstance(members, dict):
            raise self._unreadable()
        return Reply(answer.status, members, answer.headers)

    def _unreadable(self) -> WalletFault:
        return WalletFault("answer_unreadable", ExitCode.UNEXPECTED, url=self.web.place.url)


def problem_of(reply: Reply) -> Problem:
    """The problem in a reply that is none of the good ones. What is missing or of another kind is left empty."""

    def text(name: str) -> str:
        value = reply.members.get(name)
        return value[:_TEXT_CHARACTERS_MAX] if isinstance(value, str) else ""

    details = reply.members.get("details")
    told = details if isinstance(details, dict) else {}
    return Problem(
        status=reply.status,
        code=text("code"),
        title=text("title") or f"HTTP {reply.status}",
        detail=text("detail"),
        retryable=reply.members.get("retryable") is True,
        request_id=text("request_id"),
        retry_after_s=_seconds(reply.headers.get("retry-after", "")),
        details={name: str(value)[:_TEXT_CHARACTERS_MAX] for name, value in told.items()},
    )


def fault_of(problem: Problem, *, url: str) -> LedgerSaidNo:
    """The fault that a problem is to the person, with its exit code."""
    if problem.code == Fault.OTHER_LEDGER:
        found = problem.details.get("ledger", "")
        return LedgerSaidNo(problem, "other_ledger", ExitCode.VERIFICATION_FAILED, expected="", found=found)
    if problem.status in (401, 403) or problem.code in _NOT_AUTHORISED:
        return LedgerSaidNo(problem, "not_authorised", ExitCode.NOT_AUTHORISED)
    if problem.status == 404:
        return LedgerSaidNo(
            problem, "not_found_here", ExitCode.NOT_FOUND, detail=problem.detail or problem.title
        )
    if problem.status == 409:
        return LedgerSaidNo(problem, "conflict", ExitCode.CONFLICT, order=problem.details.get("order", ""))
    if problem.retryable or problem.status in (429, 502, 503, 504):
        seconds = max(problem.retry_after_s, 1)
        title, detail = problem.title, problem.detail
        later = ExitCode.TRY_AGAIN_LATER
        return LedgerSaidNo(problem, "ledger_later", later, title=title, detail=detail, seconds=seconds)
    return LedgerSaidNo(
        problem,
        "ledger_error",
        ExitCode.UNEXPECTED,
        title=problem.title,
        detail=problem.detail,
        request_id=problem.request_id or url,
    )


def _seconds(text: str) -> int:
    """`Retry-After` in seconds; 0 for anything else (a ledger does not use its date form)."""
    return min(int(text), 3_600) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
