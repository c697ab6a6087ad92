"""The way of an order: signed, saved, sent, answered, and the answer checked before it is believed.

The signed bytes are on disk before the first of them leaves. Whatever happens then (a lost answer, a busy ledger,
Ctrl-C, a power cut), the same bytes are sent again and the ledger gives the same outcome again; nothing here ever signs
a second order for the same wish.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ledger.addresses import new_order_id
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_SECOND
from ledger.money import Currency
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Body, Order
from ledger.orders.signed import sign_order
from ledger.proofs.receipt import Receipt
from ledger.refusals import Reason
from ledger.signing.keys import PrivateKey
from ledger.strict_json import dumps, loads_object
from ledger.words.languages import Language
from ledger.words.sentences import sentence
from wallet_cli import answers
from wallet_cli.client import LedgerClient, Reply, fault_of, problem_of
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.figures import money
from wallet_cli.log_memory import log_seen, notice_log
from wallet_cli.outbox import SavedOrder, Summary
from wallet_cli.pinned import knows_signer
from wallet_cli.profile import Profile
from wallet_cli.receipts import ReadReceipt, check_receipt, keep_receipt, receipt_of
from wallet_cli.session import Session
from wallet_cli.web import LostAnswer, route

ORDER_LIFE_US = 5 * 60 * MICROSECONDS_PER_SECOND
"""How long after signing the ledger may still post it. A lost order is soon void, which asking again then proves."""

PAUSES_S = (0.3, 1.0, 2.0)
"""Before the second, third and fourth attempt, with the same bytes each time."""

PAUSE_MAX_S = 5
RECORD_BYTES_MAX = 256 * 1024
RECORD_DEPTH_MAX = 12


class Outcome(NamedTuple):
    """The ledger's final answer to one order, checked against the bytes that were sent."""

    order_id: str
    accepted: bool
    replayed: bool
    sequence: int
    recorded_us: int
    result: dict[str, Any]
    reason: str
    details: dict[str, str]
    record: str
    members: dict[str, Any]
    """The answer as it came."""


class Settled(NamedTuple):
    """An outcome, and its receipt if the ledger gave one just now."""

    outcome: Outcome
    receipt: ReadReceipt | None
    path: Path | None


class FetchedReceipt(NamedTuple):
    """A receipt as it travels, and as it reads."""

    receipt: Receipt
    read: ReadReceipt


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose orders these are, for which ledger. `client` is asked for receipts by a key of the same party."""

    session: Session
    profile: Profile
    genesis: Genesis
    client: LedgerClient

    def place(self, body: Body, key: PrivateKey, *, summary: Summary, order_id: str | None = None) -> Settled:
        """Sign an order, save it, send it, and see it through to its outcome.

        Raises:
            WalletFault: `outcome_unknown` (exit 9: it waits in the outbox); `ledger_unreachable` (exit 75: nothing was
                sent, and it waits nowhere); `never_recorded` or `id_taken`: it is given up; `may_be_tried`: the ledger
                did not take it, and it waits in the outbox; `answer_forged` or `receipt_invalid` (exit 10).
        """
        now_us = self.session.now_us()
        order_id = order_id or new_order_id(now_us)
        data = sign_order(Order(order_id, now_us + ORDER_LIFE_US, body), key, self.genesis)
        outbox = self.session.outbox
        saved = outbox.save(order_id, data, summary=summary, profile=self.profile.name, now_us=now_us)
        try:
            return self.settle(saved)
        except WalletFault as fault:
            # Only what certainly left no record is given up; all else waits in the outbox for its answer.
            if fault.key in NOTHING_POSTED:
                outbox.drop(order_id, nothing_was_posted=True)
            raise

    def settle(self, saved: SavedOrder) -> Settled:
        """Send the saved bytes until the ledger says what became of them, then fetch and check the receipt."""
        home = self.session.home
        before = log_seen(home, self.profile)
        outcome = send(self.client, saved, sleep=time.sleep)
        if outcome.reason != Reason.RULES_NOT_ADOPTED:  # whose details are counts, not amounts
            outcome = outcome._replace(details=_in_figures(outcome.details, self.profile))
        fetched = fetch_receipt(self.session, self.client, outcome, self.genesis)
        path = None
        if fetched is not None:
            if not outcome.replayed:  # a repeated answer comes with the receipt of long ago
                size, text = fetched.receipt.size, fetched.receipt.checkpoint
                notice_log(home, self.profile, before=before, size=size, checkpoint=text)
            path = keep_receipt(home, self.profile, fetched.receipt, fetched.read)
        self.session.outbox.mark_answered(saved.order_id, outcome.members, now_us=self.session.now_us())
        return Settled(outcome, fetched.read if fetched is not None else None, path)


def own_sender(session: Session) -> Sender:
    """The sender of this run's profile, whose read key asks for receipts."""
    return Sender(session, session.profile, session.genesis, session.reader)


_AMOUNTS = frozenset({"balance", "needed", "outstanding", "refundable", "supply_max"})
"""Details of a refusal that are amounts in the currency of the paying account."""


def _in_figures(details: Mapping[str, str], profile: Profile) -> dict[str, str]:
    """The details with amounts as people write them: the record has them as `10000.00`."""
    currency, told = Currency(profile.currency, profile.decimals), dict(details)
    for name in _AMOUNTS & told.keys():
        try:
            units = currency.parse(told[name])
        except LedgerFault:
            continue  # zero, or what another ledger put there: as it came
        told[name] = money(units, decimals=currency.decimals, currency=currency.code)
    return told


NOTHING_POSTED = frozenset({"ledger_unreachable", "never_recorded", "id_taken"})
"""Faults after which no copy of these bytes can ever be posted, not even one that is still on its way."""

_DECIDED_BY_THE_BYTES = frozenset(
    {
        Fault.MALFORMED,
        Fault.TOO_LARGE,
        Fault.UNSUPPORTED_MEDIA_TYPE,
        Fault.KEY_UNACCEPTABLE,
        Fault.SIGNATURE_INVALID,
        Fault.POSSESSION_INVALID,
    }
)
"""A "no" that the same bytes get whenever they arrive. Any other may turn into a yes while the order lives: clocks go
on, and keys are registered."""


def send(client: LedgerClient, saved: SavedOrder, *, sleep: Callable[[float], None]) -> Outcome:
    """Send the same bytes a few times, until there is an answer that settles them.

    Raises:
        WalletFault: `outcome_unknown`; `ledger_unreachable` if not one byte was ever sent; `never_recorded`;
            `id_taken`; `may_be_tried`; `answer_forged`.
    """
    asked, unreachable = False, None
    for pause_s in (*PAUSES_S, None):
        wait_s = 0
        try:
            reply = client.post_order(saved.order)
        except LostAnswer:
            asked = True
        except WalletFault as fault:
            unreachable = fault
        else:
            outcome = read_reply(reply, saved, url=client.web.place.url, first=not asked)
            if outcome is not None:
                return outcome
            asked, wait_s = True, problem_of(reply).retry_after_s
        if pause_s is not None:
            sleep(min(max(pause_s, wait_s), PAUSE_MAX_S))
    if unreachable is not None and not asked:
        raise unreachable
    raise WalletFault("outcome_unknown", ExitCode.OUTCOME_UNKNOWN)


def read_reply(reply: Reply, saved: SavedOrder, *, url: str, first: bool) -> Outcome | None:
    """The outcome in a reply; None if the same bytes should be sent again.

    `first` says that no earlier attempt was left without an answer, so that a "no" to the form of the order means that
    nothing was ever posted.

    Raises:
        WalletFault: `never_recorded`; `id_taken`: the id stands for another order for ever, so that this one can
            never be recorded; `may_be_tried`: a copy that comes later may still be taken; a `LedgerSaidNo`;
            `answer_forged` if the answer is about something else.
    """
    if "outcome" in reply.members and reply.status in (200, 201, 422):
        return checked_outcome(reply, saved)
    problem = problem_of(reply)
    if reply.status >= 500 or reply.status in (408, 425, 429):
        return None
    if problem.code == Fault.ID_IN_USE:
        raise WalletFault("id_taken", ExitCode.CONFLICT, order=saved.order_id)
    by_the_bytes = problem.code in _DECIDED_BY_THE_BYTES
    if problem.code == Fault.OTHER_LEDGER or (by_the_bytes and not first):
        raise fault_of(problem, url=url)
    ahead = problem.code == Fault.CLOCK_AHEAD
    exit_code = ExitCode.TRY_AGAIN_LATER if ahead else fault_of(problem, url=url).exit_code
    key = "never_recorded" if by_the_bytes else "may_be_tried"
    raise WalletFault(key, exit_code, title=problem.title, detail=problem.detail)


def checked_outcome(reply: Reply, saved: SavedOrder) -> Outcome:
    """The outcome in an answer whose record holds exactly the bytes that were signed here.

    Raises:
        WalletFault: `proof_invalid` (exit 10). The order stays in the outbox.
    """
    members = reply.members
    try:
        record = answers.text(members, "record")
        line = loads_object(record.encode("utf-8"), bytes_max=RECORD_BYTES_MAX, depth_max=RECORD_DEPTH_MAX)
        outcome = answers.text(members, "outcome")
        same = (
            answers.table(line, "cause") == {"order": saved.order.decode("ascii")}
            and answers.text(line, "outcome") == outcome
            and answers.whole(line, "sequence") == answers.whole(members, "sequence")
            and members.get("order") == saved.order_id
            and outcome in ("accepted", "refused")
        )
        if not same:
            raise _forged()
        return _outcome(reply, saved, line, record)
    except LedgerFault as error:
        raise _forged() from error
    except WalletFault as error:
        raise _forged() from error


def _outcome(reply: Reply, saved: SavedOrder, line: Mapping[str, Any], record: str) -> Outcome:
    accepted = line.get("outcome") == "accepted"
    return Outcome(
        order_id=saved.order_id,
        accepted=accepted,
        replayed=reply.members.get("replayed") is True,
        sequence=answers.whole(line, "sequence"),
        recorded_us=answers.instant(line, "recorded_at"),
        result=answers.table(line, "result") if accepted else {},
        reason="" if accepted else answers.text(line, "reason"),
        details={}
        if accepted
        else {name: str(told) for name, told in answers.table(line, "details").items()},
        record=record,
        members=reply.members,
    )


def fetch_receipt(
    session: Session, client: LedgerClient, outcome: Outcome, genesis: Genesis
) -> FetchedReceipt | None:
    """The receipt of an outcome, checked; None if the ledger does not give it now, which changes nothing.

    Raises:
        WalletFault: `receipt_invalid` (exit 10): the ledger answered, but cannot prove it.
    """
    try:
        members = client.get(route("v1", "orders", outcome.order_id, "receipt"))
    except WalletFault:
        session.screen.warn(session.screen.say("receipt.later", order=outcome.order_id))
        return None
    data = dumps(members)
    known = genesis if knows_signer(genesis, data) else session.genesis_for(data)
    read = check_receipt(data, known, session.screen, name=outcome.order_id)
    receipt = receipt_of(data, name=outcome.order_id)
    if receipt.record != outcome.record:
        why = session.screen.say("receipt.why_other_record")
        raise WalletFault("receipt_invalid", ExitCode.VERIFICATION_FAILED, why=why)
    return FetchedReceipt(receipt, read)


def require_accepted(outcome: Outcome, language: Language) -> None:
    """Stop at a refusal, with the ledger's reason.

    Raises:
        WalletFault: `refused` (exit 6).
    """
    if not outcome.accepted:
        title, detail = reason_words(outcome.reason, outcome.details, language)
        raise WalletFault("refused", ExitCode.REFUSED, title=title, detail=detail, reason=outcome.reason)


def reason_words(reason: str, details: Mapping[str, str], language: Language) -> tuple[str, str]:
    """Title and detail of a refusal, in our own words: what a server says of it is not needed.

    For a reason that this wallet does not know, the bare code.
    """
    if reason not in set(Reason):
        return reason, ""
    return sentence(Reason(reason), language, details)


def _forged() -> WalletFault:
    return WalletFault("answer_forged", ExitCode.VERIFICATION_FAILED)
