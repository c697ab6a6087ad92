"""What became of an order, as an answer: built from the record's bytes without reading them more than needed."""

from __future__ import annotations

import json

from api import problems
from api.answers import JSON, NO_STORE, Answered
from api.asked import Asked
from ledger.faults import Fault, LedgerFault
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Order
from ledger.refusals import Reason
from ledger.rules.records import is_accepted, read_record
from ledger.strict_json import dumps
from ledger.wire import Answer, AnswerStatus, Preview

_RECORDED_AT = b'"recorded_at":"'
_RESULT = b',"result":'
_INSTANT_BYTES = 27
_OF_THE_RECORD = frozenset({"sequence", "recorded_at", "record"})
_REPLAYED = ("Order-Replayed", "true")


def answered(order_id: str, answer: Answer, asked: Asked) -> Answered:
    """The HTTP answer to one posted order. It never raises: the order may be recorded, and nothing may hide that."""
    try:
        return _answered(order_id, answer, asked)
    except Exception as error:  # noqa: BLE001 - whatever it is, "nothing was recorded" would be a lie
        return problems.bug(error, asked, Fault.OUTCOME_UNKNOWN)


def _answered(order_id: str, answer: Answer, asked: Asked) -> Answered:
    if answer.status is AnswerStatus.FAULT:
        return problems.problem(answer.fault(), asked)
    headers = (NO_STORE, _REPLAYED) if answer.replayed else (NO_STORE,)
    if answer.status is AnswerStatus.ACCEPTED:
        return Answered(200 if answer.replayed else 201, accepted_body(order_id, answer), JSON, headers)
    body = dumps(refused_members(order_id, answer, asked))
    return Answered(problems.REFUSED, body, problems.MEDIA_TYPE, headers)


def recorded(order_id: str, sequence: int, record: bytes, asked: Asked) -> Answered:
    """A recorded outcome that somebody reads: the body that its order got, as a success."""
    status = AnswerStatus.ACCEPTED if is_accepted(record) else AnswerStatus.REFUSED
    answer = Answer(status, replayed=True, sequence=sequence, record=record)
    if status is AnswerStatus.ACCEPTED:
        return Answered(200, accepted_body(order_id, answer))
    return Answered(200, dumps(refused_members(order_id, answer, asked)))


def accepted_body(order_id: str, answer: Answer) -> bytes:
    """The members of an accepted outcome. `result` is cut out of the record's own bytes."""
    record = answer.record
    start = record.index(_RECORDED_AT) + len(_RECORDED_AT)
    recorded_at = record[start : start + _INSTANT_BYTES].decode("ascii")
    result = record[record.rindex(_RESULT) + len(_RESULT) : -1].decode("ascii")
    replayed = "true" if answer.replayed else "false"
    return (
        f'{{"order":"{order_id}","outcome":"accepted","replayed":{replayed},"sequence":{answer.sequence},'
        f'"recorded_at":"{recorded_at}","result":{result},"record":{json.dumps(record.decode("ascii"))}}}'
    ).encode("ascii")


def refused_members(order_id: str, answer: Answer, asked: Asked) -> dict[str, object]:
    """The members of a refused outcome: a problem, and the record that says so."""
    line = read_record(answer.record).members
    told = line["details"] if isinstance(line["details"], dict) else {}
    details = {str(name): str(value) for name, value in told.items()}
    return problems.members_of(Reason(str(line["reason"])), details, asked) | {
        "order": order_id,
        "outcome": "refused",
        "replayed": answer.replayed,
        "sequence": answer.sequence,
        "recorded_at": line["recorded_at"],
        "record": answer.record.decode("ascii"),
    }


def previewed(order: Order, preview: Preview, genesis: Genesis, asked: Asked) -> Answered:
    """What would become of an order. One that is recorded gets its outcome again, which is no preview any more.

    Accepted: 200, and in it the `status` that the order itself would get; refused: just what it would get, but for
    the record that is not made.
    """
    answer = preview.answer
    if answer.status is AnswerStatus.FAULT or answer.replayed:
        return answered(order.order_id, answer, asked)
    if answer.status is AnswerStatus.REFUSED:
        told = refused_members(order.order_id, answer, asked)
        members = {name: value for name, value in told.items() if name not in _OF_THE_RECORD}
        return Answered(
            problems.REFUSED, dumps(members | {"dry_run": True}), problems.MEDIA_TYPE, (NO_STORE,)
        )
    line = read_record(answer.record).members
    text = genesis.currencies
    balances = [
        {"account": address, "currency": code, "balance": text[code].text(balance)}
        for address, (code, balance) in preview.balances.items()
    ]
    members = {
        "status": 201,
        "dry_run": True,
        "order": order.order_id,
        "outcome": "accepted",
        "replayed": False,
        "postings": line["postings"],
        "result": line["result"],
        "balances": balances,
    }
    return Answered(200, dumps(members), JSON, (NO_STORE,))


def result_text(order_id: str, answer: Answer, asked: Asked) -> str:
    """One order's part of a bulk answer: the status and body that it would have had alone."""
    alone = answered(order_id, answer, asked)
    return with_status(alone)


def fault_text(fault: LedgerFault, asked: Asked) -> str:
    """A fault as one order's part of a bulk answer."""
    return with_status(problems.problem(fault, asked))


def with_status(alone: Answered) -> str:
    """An answer as part of a bulk answer. Problems and previews say their status themselves."""
    text = alone.body.decode("ascii")
    return (
        text
        if alone.media_type == problems.MEDIA_TYPE or text.startswith('{"status":')
        else f'{{"status":{alone.status},{text[1:]}'
    )
