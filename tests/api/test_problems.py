"""Problems: every fault has a status, every problem the same form, nothing of the inside shows."""

from __future__ import annotations

import json

import pytest

from api import problems
from api.answer_schemas import ProblemSchema
from api.asked import Asked, asked
from ledger.faults import Fault, LedgerFault
from ledger.refusals import Reason
from ledger.words.sentences import sentence
from tests.api.world import World, ask

ENGLISH, SWAHILI = Asked("en", "request-1"), Asked("sw", "request-1")
PROBLEM = ProblemSchema()


def test_every_fault_has_a_status() -> None:
    """The table is total, and holds client and server errors only."""
    assert set(problems.STATUS) == set(Fault)
    assert all(400 <= status < 600 for status in problems.STATUS.values())


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.value)
def test_every_fault_becomes_a_problem(fault: Fault) -> None:
    """RFC 9457 members, the stable code, sentences in the language asked for, the same without details."""
    answered = problems.problem(LedgerFault(fault), SWAHILI)
    members = json.loads(answered.body)
    assert not PROBLEM.validate(members)
    assert (members["title"], members["detail"]) == sentence(fault, "sw", {})
    assert (members["code"], members["status"]) == (fault.value, answered.status)
    assert members["type"] == problems.type_of(fault)
    assert members["retryable"] is fault.retryable
    assert answered.media_type == "application/problem+json"


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.value)
def test_who_may_try_again_is_told_when(fault: Fault) -> None:
    """429 and 503 carry Retry-After, 401 says how to prove who one is."""
    answered = problems.problem(LedgerFault(fault), ENGLISH)
    names = {name for name, _ in answered.headers}
    assert ("Retry-After" in names) == (answered.status in (429, 503))
    assert ("WWW-Authenticate" in names) == (answered.status == 401)


def test_retryable_faults_are_those_that_a_client_should_repeat() -> None:
    """What is retryable has a status after which clients repeat; a final fault has none of them."""
    for fault, status in problems.STATUS.items():
        if fault.retryable:
            assert status in (400, 429, 500, 503, 504), fault
        if status in (429, 504):
            assert fault.retryable, fault


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.value)
def test_every_reason_becomes_a_refusal(reason: Reason) -> None:
    """A refusal is 422, never retryable with the same bytes, and says whether a new order may help."""
    members = problems.members_of(reason, {}, ENGLISH)
    assert (members["status"], members["retryable"]) == (422, False)
    assert members["retry_with_new_order"] is reason.retry_with_new_order


def test_the_operators_details_stay_inside() -> None:
    """Where the database is, and what its driver said, is in the log and not in the answer."""
    fault = LedgerFault(Fault.STORE_UNREACHABLE, database="postgresql://inside:5432/x", why="secret")
    assert b"inside" not in problems.problem(fault, ENGLISH).body
    assert b"secret" not in problems.problem(fault, ENGLISH).body


def test_a_bug_shows_its_request_id_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """The traceback is in the log, next to the id that the caller was told."""
    answered = problems.bug(ValueError("the inside"), ENGLISH)
    assert answered.status == 500
    assert b"the inside" not in answered.body
    assert [vars(record)["request_id"] for record in caplog.records] == ["request-1"]
    assert "the inside" in caplog.text


@pytest.mark.parametrize(
    "offered, kept",
    [("abc-1.2_3", True), ("x" * 64, True), ("x" * 65, False), ("", False), ("a b", False), ("a\x1b", False)],
)
def test_request_ids(offered: str, kept: bool) -> None:
    """An id in a fit form is the request's; any other is replaced by one of ours."""
    found = asked({"request-id": offered}.get, "").request_id
    assert (found == offered) is kept
    assert len(found) >= 1
    assert found.isprintable()


@pytest.mark.parametrize(
    "query, accepted, language",
    [
        ("", None, "en"),
        ("", "sw", "sw"),
        ("", "sw-TZ,sw;q=0.9,en;q=0.8", "sw"),
        ("lang=sw", "en", "sw"),
        ("lang=en", "sw", "en"),
        ("x=1&lang=sw&y=2", None, "sw"),
        ("lang=fr", "sw", "sw"),
        ("language=sw", None, "en"),
    ],
)
def test_languages(query: str, accepted: str | None, language: str) -> None:
    """`?lang=` comes before Accept-Language, which comes before English."""
    assert asked({"accept-language": accepted}.get, query).language == language


@pytest.mark.parametrize(
    "method, path, status, code",
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/%00", 404, "not_found"),
        ("GET", "/v1/orders", 405, "method_not_allowed"),
        ("DELETE", "/v1/ledger", 405, "method_not_allowed"),
        ("BREW", "/v1/ledger", 405, "method_not_allowed"),
        ("POST", "/v1/orders", 415, "unsupported_media_type"),
        ("GET", "/v1/ledger?unknown=1", 400, "query_invalid"),
        ("GET", "/v1/ledger?lang=sw&lang=en", 400, "query_invalid"),
        ("GET", "/v1/accounts/x", 401, "caller_unknown"),
    ],
)
def test_every_way_out_is_a_problem(world: World, method: str, path: str, status: int, code: str) -> None:
    """Wrong paths, methods and media types too, with all the headers of a good answer."""
    got = ask(world.url, method, path, Request_Id="mine", Accept_Language="sw")
    assert (got.status, got.json["code"], got.json["request_id"]) == (status, code, "mine")
    assert not PROBLEM.validate(got.json)
    assert got.headers["content-type"] == "application/problem+json"
    assert got.headers["content-language"] == "sw"
    assert got.headers["request-id"] == "mine"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in got.headers["content-security-policy"]


def test_a_method_that_is_not_there_says_which_are(world: World) -> None:
    """405 names the allowed methods."""
    assert "POST" in ask(world.url, "GET", "/v1/orders").headers["allow"]


def test_a_person_with_a_browser_gets_a_page(world: World) -> None:
    """Outside /v1 a browser is told in HTML, with the same status and code."""
    got = world.get("/bills/123456789012?lang=sw", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert got.status == 404
    assert got.headers["content-type"].startswith("text/html")
    assert "Hakuna kitu chako hapa." in got.text
    assert world.get("/v1/x", Accept="text/html").headers["content-type"] == "application/problem+json"
