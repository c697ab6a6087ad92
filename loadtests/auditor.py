"""The auditor: knows what must be true after a load, from what was signed and answered, and asks the ledger for proof.

1. Every order that was sent is asked again. Answered ones must replay at the very same place in the log; the others
   are settled by it, once. No place holds two orders. However often an order was sent, it was accepted once; of several
   contents under one id one was decided, and the others are a conflict.
2. The log itself is read (with an auditor's key): each order stands in it exactly once, where its answer said; no
   content that lost, and none whose signature was another's.
3. Every payer's balance is what the accepted orders make of its funding, and none is overdrawn; the sum has not
   changed; the books balance; as much money circulates as before.
4. A sample of receipts is checked offline, each with the log key of its size, of a chain that begins in record 0.
"""

from __future__ import annotations

import http.client
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.faults import LedgerFault
from ledger.signing.keys import PrivateKey
from loadtests.generator import Answer
from loadtests.http_ledger import HttpLedger, LedgerUnusable, Result
from loadtests.proving import NotProved, order_of, prove
from loadtests.visits import CONFLICT, CREATED
from loadtests.workload import CURRENCY, OUTSIDE, Payer, Payment, Workload

RECEIPTS_SAMPLED = 50
RECORDS_AT_ONCE = 1_000
FINDINGS_TOLD_MAX = 20
_DECIDED = frozenset({200, 201, 422})
TROUBLE = (LedgerUnusable, LedgerFault, OSError, http.client.HTTPException)
"""What breaks an audit off."""


class Finding(NamedTuple):
    """Something wrong: the kind, which is a sentence of `loadtests.words`, and its values."""

    kind: str
    values: dict[str, str]


class Place(NamedTuple):
    """Where an order stands in the log for good, and whether it was accepted."""

    sequence: int
    accepted: bool


class Before(NamedTuple):
    """How the ledger stood before the load."""

    log_size: int
    outstanding: str


@dataclass
class Audited:
    """What was checked, and everything that was found wrong."""

    asked_again: int = 0
    settled_late: int = 0
    balances: int = 0
    books_difference: str = ""
    receipts: int = 0
    own_records: int = 0
    """Records that no order caused: the ledger's own, as the close of a day."""
    records_read: int | None = None
    """None: nobody gave an auditor's key, so the log was not read record by record."""
    findings: list[Finding] = field(default_factory=list)

    def wrong(self, kind: str, **values: object) -> None:
        """Write a finding down."""
        self.findings.append(Finding(kind, {name: str(value) for name, value in values.items()}))

    def count(self, *kinds: str) -> int:
        """How many findings are of these kinds."""
        return sum(finding.kind in kinds for finding in self.findings)


@dataclass(frozen=True)
class Case:
    """What is audited: a ledger, what was prepared and signed, and how the ledger stood before the load.

    `auditor`: the key with which the log may be read record by record. `alone`: nobody else used the ledger meanwhile,
    so the log holds our orders and no others. `forged`: what was sent under a wrong signature.
    """

    ledger: HttpLedger
    workload: Workload
    payments: Sequence[Payment]
    before: Before
    auditor: PrivateKey | None
    alone: bool
    forged: frozenset[bytes] = frozenset()


def stand(ledger: HttpLedger) -> Before:
    """How the ledger stands now."""
    size = ledger.get("/v1/ledger")["log_size"]
    if type(size) is not int:
        raise LedgerUnusable(f"log_size: {size}")
    return Before(size, _outstanding(ledger))


def audit(case: Case, answers: Mapping[int, Sequence[Answer]]) -> Audited:
    """Check everything. `answers`: all answers to each order that was sent, by its place among the payments."""
    audited = Audited()
    try:
        places = _ask_again(case, answers, audited)
        _check_places(places, audited)
        if case.auditor is not None:
            _read_log(case, case.auditor, places, audited)
        _check_totals(case, places, audited)
    except TROUBLE as error:
        audited.wrong("unreadable", what=error)
    return audited


def audit_totals(case: Case, places: Mapping[int, Place]) -> Audited:
    """Check, without asking for each order again, what was answered: places, balances, books, a sample of receipts."""
    audited = Audited()
    try:
        _check_places(places, audited)
        _check_totals(case, places, audited)
    except TROUBLE as error:
        audited.wrong("unreadable", what=error)
    return audited


def _check_totals(case: Case, places: Mapping[int, Place], audited: Audited) -> None:
    grown = stand(case.ledger).log_size - case.before.log_size - audited.own_records
    if grown != len(places) and (case.alone or grown < len(places)):
        audited.wrong("log_grew", records=grown, orders=len(places))
    _check_balances(case, places, audited)
    _check_books(case, audited)
    _check_receipts(case, places, audited)


def _check_places(places: Mapping[int, Place], audited: Audited) -> None:
    """No place holds two orders."""
    for sequence, count in Counter(place.sequence for place in places.values()).items():
        if count > 1:
            audited.wrong("shared", sequence=sequence, count=count)


def _ask_again(case: Case, answers: Mapping[int, Sequence[Answer]], audited: Audited) -> dict[int, Place]:
    numbers = sorted(answers)
    results = dict(
        zip(numbers, case.ledger.post([case.payments[number].data for number in numbers]), strict=True)
    )
    audited.asked_again = len(numbers)
    rivals: defaultdict[str, list[int]] = defaultdict(list)
    for number in numbers:
        rivals[case.payments[number].order_id].append(number)
    places: dict[int, Place] = {}
    for order_id, contents in rivals.items():
        winners = [number for number in contents if results[number].status != CONFLICT]
        if len(winners) != 1:
            kind = "both" if winners else "lost"
            audited.wrong(kind, order=order_id, status=results[contents[0]].status)
        for number in winners[:1]:
            place = _settled(order_id, answers[number], results[number], audited)
            if place is not None:
                places[number] = place
        for number in set(contents) - set(winners):
            for answer in answers[number]:
                if answer.status in _DECIDED:
                    audited.wrong("conflict", order=order_id, status=answer.status)
    return places


def _settled(order_id: str, answers: Sequence[Answer], result: Result, audited: Audited) -> Place | None:
    """The place of one order, if its last answer agrees with all those before."""
    if result.sequence is None:
        audited.wrong("lost", order=order_id, status=result.status)
        return None
    accepted = result.status in (200, 201)
    decided = [answer for answer in answers if answer.status in _DECIDED]
    if not decided:
        audited.settled_late += 1
    elif not result.replayed or any((answer.status != 422) != accepted for answer in decided):
        audited.wrong("lost", order=order_id, status=result.status)
    for answer in decided:
        if answer.sequence != result.sequence:
            audited.wrong("moved", order=order_id, first=answer.sequence, second=result.sequence)
    created = sum(answer.status == CREATED for answer in answers)
    if created > 1:
        audited.wrong("twice", order=order_id, count=created)
    if any(answer.status == CONFLICT for answer in answers):
        audited.wrong("conflict", order=order_id, status=CONFLICT)
    return Place(result.sequence, accepted)


def _read_log(case: Case, auditor: PrivateKey, places: Mapping[int, Place], audited: Audited) -> None:
    """Each order stands in the log exactly once, where its answer said; if alone, nothing else does."""
    expected = {case.payments[number].data: place.sequence for number, place in places.items()}
    settled = {case.payments[number].order_id for number in places}
    lost = {one.data for one in case.payments if one.order_id in settled} - expected.keys()
    found: Counter[bytes] = Counter()
    for sequence, order in enumerate(_orders_of_log(case, auditor), case.before.log_size):
        if not order:
            audited.own_records += 1
        elif order in expected:
            found[order] += 1
            if expected[order] != sequence:
                audited.wrong("misplaced", sequence=sequence, expected=expected[order])
        elif order in case.forged or order in lost:
            audited.wrong("forged" if order in case.forged else "rival", sequence=sequence)
        elif case.alone:
            audited.wrong("strange", sequence=sequence)
    audited.records_read = sum(found.values())
    for order, sequence in expected.items():
        if found[order] != 1:
            audited.wrong("doubled" if found[order] else "missing", sequence=sequence, count=found[order])


def _orders_of_log(case: Case, auditor: PrivateKey) -> Iterator[bytes]:
    """The orders of all records since the load began, as an auditor reads them."""
    first = case.before.log_size
    while True:
        path = f"/v1/records?from={first}&limit={RECORDS_AT_ONCE}"
        records = case.ledger.get(path, key=auditor, ledger_id=case.workload.genesis.ledger_id)["records"]
        if not isinstance(records, list) or not records:
            return
        yield from (order_of(str(line)) for line in records)
        first += len(records)


def _check_balances(case: Case, places: Mapping[int, Place], audited: Audited) -> None:
    """Each balance is the funding less what was paid and more what was received, and nobody's is below zero."""
    payers, currency = case.workload.payers, case.workload.genesis.currencies[CURRENCY]
    expected = Counter({place: payer.funded_minor_units for place, payer in enumerate(payers)})
    for number, place in places.items():
        if place.accepted:
            payment = case.payments[number]
            expected[payment.payer] -= payment.minor_units
            expected[payment.payee] += payment.minor_units
    found_sum = 0
    for number, payer in enumerate(payers):
        if not _is_open(payer, places):
            continue
        path = f"/v1/accounts/{payer.account}"
        found = case.ledger.get(path, key=payer.key, ledger_id=case.workload.genesis.ledger_id)["balance"]
        audited.balances += 1
        if found != currency.text(expected[number]):
            wanted = currency.text(expected[number])
            audited.wrong("balance", account=payer.account, found=found, expected=wanted)
        if _minor_units(found) < 0:
            audited.wrong("overdrawn", account=payer.account, found=found)
        found_sum += _minor_units(found)
    wanted_sum = sum(expected.values()) - expected[OUTSIDE]
    if found_sum != wanted_sum:
        audited.wrong("sum", found=found_sum, expected=wanted_sum)


def _is_open(payer: Payer, places: Mapping[int, Place]) -> bool:
    """Whether an account is there: some are opened by the load itself, and not every order arrives."""
    return payer.opening is None or (payer.opening in places and places[payer.opening].accepted)


def _minor_units(text: object) -> int:
    """An amount with all its decimals, as a whole number."""
    return int(str(text).replace(".", ""))


def _check_books(case: Case, audited: Audited) -> None:
    """Debits equal credits in every currency, and as much money circulates as before."""
    books = case.ledger.get("/v1/trial-balance")
    lines = books["lines"] if isinstance(books["lines"], list) else []
    sums: Counter[str] = Counter()
    for line in lines:
        sums[str(line["currency"])] += _minor_units(line["debits"]) - _minor_units(line["credits"])
    for currency, difference in sums.items():
        text = f"{difference / 10 ** case.workload.genesis.currencies[currency].decimals:.2f}"
        if difference or books["balanced"] is not True:
            audited.wrong("books", currency=currency, difference=text)
        if difference or not audited.books_difference:
            audited.books_difference = text
    outstanding = _outstanding(case.ledger)
    if outstanding != case.before.outstanding:
        audited.wrong("supply", before=case.before.outstanding, after=outstanding)


def _outstanding(ledger: HttpLedger) -> str:
    """The money in circulation, currency by currency, as the ledger writes it."""
    rows = ledger.get("/v1/supply")["supply"]
    lines = rows if isinstance(rows, list) else []
    return ", ".join(sorted(f"{row['currency']} {row['outstanding']}" for row in lines))


def _check_receipts(case: Case, places: Mapping[int, Place], audited: Audited) -> None:
    """A sample of receipts holds offline, with the log key of its size, and is about the very order."""
    numbers = random.Random(len(places)).sample(sorted(places), min(RECEIPTS_SAMPLED, len(places)))
    genesis, log_keys = case.workload.genesis, case.ledger.log_keys(case.workload.genesis)
    for number in numbers:
        payment = case.payments[number]
        owner = payment.payee if payment.payer == OUTSIDE else payment.payer
        key, path = case.workload.payers[owner].key, f"/v1/orders/{payment.order_id}/receipt"
        data = case.ledger.get_bytes(path, key=key, ledger_id=genesis.ledger_id)
        try:
            sequence = prove(data, payment.data, ledger_id=genesis.ledger_id, log_keys=log_keys)
        except NotProved as fault:
            audited.wrong("receipt", order=payment.order_id, why=fault)
            continue
        audited.receipts += 1
        if sequence != places[number].sequence:
            audited.wrong("receipt", order=payment.order_id, why="sequence")
