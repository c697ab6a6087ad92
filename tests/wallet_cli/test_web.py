"""Asking a server: URLs, what counts as sent, limits, and problems told apart."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet_cli.client import LedgerClient, LedgerSaidNo, Reply, fault_of, problem_of
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.web import ANSWER_BYTES_MAX, LostAnswer, Web, parse_place, route


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """A server that reads one request per connection and answers these bytes, one after the other; then it hangs up."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()
        thread.join(5)


def http(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """An answer in HTTP/1.1."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def client(url: str) -> LedgerClient:
    """Nobody in particular, in English."""
    return LedgerClient(Web(parse_place(url), answer_timeout_s=2), language="en")


@pytest.mark.parametrize(
    "typed, url, private",
    [
        ("http://127.0.0.1:8470", "http://127.0.0.1:8470", True),
        ("http://127.0.0.1:8470/", "http://127.0.0.1:8470", True),
        ("https://ledger.example.org", "https://ledger.example.org", True),
        ("https://ledger.example.org:443/pilot/", "https://ledger.example.org/pilot", True),
        ("http://[::1]:8470", "http://[::1]:8470", True),
        ("http://ledger.example.org", "http://ledger.example.org", False),
    ],
)
def test_a_ledgers_url_has_one_form(typed: str, url: str, private: bool) -> None:
    """Without a default port or a slash at the end; plain HTTP across a network is known for what it is."""
    assert parse_place(typed).url == url
    assert parse_place(url) == parse_place(typed)
    assert parse_place(typed).private == private


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ledger",
        "ftp://example.org",
        "http://",
        "http://user:pass@example.org",
        "http://example.org?x=1",
        "http://example.org/#x",
        "http://exa mple.org",
        "http://example.org/\r\nHost: other",
        "http://example.org:notaport",
        "http://example.org:99999",
        "http://[::1",
        f"http://{'a' * 300}.org",
    ],
)
def test_what_is_no_url_is_refused(typed: str) -> None:
    """Exit 2, never an exception of the parser's."""
    with pytest.raises(WalletFault) as fault:
        parse_place(typed)
    assert (fault.value.key, fault.value.exit_code) == ("url_invalid", ExitCode.USAGE)


def test_paths_are_quoted() -> None:
    """Whatever an id holds, it stays one part of the path."""
    assert route("v1", "bills", "a/b?c#d é") == "/v1/bills/a%2Fb%3Fc%23d%20%C3%A9"
    assert route("v1", "x", limit=3, before=None) == "/v1/x?limit=3"


def test_nobody_there_means_nothing_sent() -> None:
    """A refused connection is `ledger_unreachable`, exit 75, for reading and for orders."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    for ask in (lambda: client(url).get("/v1/ledger"), lambda: client(url).post_order(b"x")):
        with pytest.raises(WalletFault) as fault:
            ask()
        assert (fault.value.key, fault.value.exit_code) == ("ledger_unreachable", ExitCode.TRY_AGAIN_LATER)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        http(b"<html>bad gateway</html>", "502 Bad Gateway", "text/html"),
        http(b"not json"),
        http(b"[1]"),
        http(b'{"a":1,"a":2}'),
        http(b"[" * 100_000),
    ],
)
def test_an_order_without_a_whole_answer_is_lost_not_failed(answer: bytes) -> None:
    """The request left, so nobody knows: `LostAnswer`, whatever came back instead of an answer."""
    with answering(answer) as url, pytest.raises(LostAnswer):
        client(url).post_order(b"x")


def test_reading_is_tried_twice_and_then_told() -> None:
    """A closed connection is no news; two are exit 75."""
    with answering(b"", http(b'{"a": 1}')) as url:
        assert client(url).get("/x") == {"a": 1}
    with answering(b"", b"") as url, pytest.raises(WalletFault) as fault:
        client(url).get("/x")
    assert (fault.value.key, fault.value.exit_code) == ("answer_lost", ExitCode.TRY_AGAIN_LATER)


def test_an_endless_answer_is_cut_off() -> None:
    """More than the limit is not read into memory."""
    body = b'"' + b"a" * ANSWER_BYTES_MAX + b'"'
    with answering(http(body), http(body)) as url, pytest.raises(WalletFault) as fault:
        client(url).get("/x")
    assert fault.value.key == "answer_lost"


@pytest.mark.parametrize(
    "status, code, key, exit_code",
    [
        (401, "caller_unknown", "not_authorised", ExitCode.NOT_AUTHORISED),
        (403, "", "not_authorised", ExitCode.NOT_AUTHORISED),
        (404, "not_found", "not_found_here", ExitCode.NOT_FOUND),
        (409, "id_in_use", "conflict", ExitCode.CONFLICT),
        (400, "other_ledger", "other_ledger", ExitCode.VERIFICATION_FAILED),
        (400, "clock_ahead", "ledger_error", ExitCode.UNEXPECTED),
        (429, "too_many_requests", "ledger_later", ExitCode.TRY_AGAIN_LATER),
        (503, "busy", "ledger_later", ExitCode.TRY_AGAIN_LATER),
        (504, "outcome_unknown", "ledger_later", ExitCode.TRY_AGAIN_LATER),
        (418, "teapot", "ledger_error", ExitCode.UNEXPECTED),
    ],
)
def test_problems_become_faults(status: int, code: str, key: str, exit_code: ExitCode) -> None:
    """Each status and code has its sentence and its exit code."""
    reply = Reply(status, {"code": code, "title": "T", "detail": "D"}, {"retry-after": "7"})
    fault = fault_of(problem_of(reply), url="http://x")
    assert isinstance(fault, LedgerSaidNo)
    assert (fault.key, fault.exit_code) == (key, exit_code)
    if key == "ledger_later":
        assert fault.details["seconds"] == 7


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = ["code", "title", "detail", "retryable", "request_id", "details"]


@pytest.mark.property
@given(
    status=st.integers(200, 599),
    members=st.dictionaries(st.sampled_from(MEMBERS), json_values),
    retry_after=st.text(max_size=8),
)
def test_any_problem_can_be_told(status: int, members: dict[str, object], retry_after: str) -> None:
    """Members missing, of another kind or endless: a fault comes out, and its details are texts and numbers."""
    problem = problem_of(Reply(status, members, {"retry-after": retry_after}))
    fault = fault_of(problem, url="http://x")
    assert all(isinstance(value, str | int) for value in fault.details.values())
    assert 0 <= problem.retry_after_s <= 3_600
