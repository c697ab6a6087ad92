"""What became of an order, as an answer: built from the record's bytes without reading them more than needed."""

from __future__ import annotations

import json

from api import problems
from api.answers import JSON, NO_STORE, Answered
from api.asked import Asked
from ledger.faults import Fault, LedgerFault
from ledger.refusals import Reason
from ledger.rules.records import is_accepted, read_record
from ledger.strict_json import dumps
from ledger.wire import Answer, AnswerStatus

_RECORDED_AT = b'"recorded_at":"'
_RESULT = b',"result":'
_INSTANT_BYTES = 27
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


def result_text(order_id: str, answer: Answer, asked: Asked) -> str:
    """One order's part of a bulk answer: the status and body that it would have had alone."""
    alone = answered(order_id, answer, asked)
    return _with_status(alone)


def fault_text(fault: LedgerFault, asked: Asked) -> str:
    """A fault as one order's part of a bulk answer."""
    return _with_status(problems.problem(fault, asked))


def _with_status(alone: Answered) -> str:
    """Problems say their status themselves."""
    text = alone.body.decode("ascii")
    return text if alone.media_type == problems.MEDIA_TYPE else f'{{"status":{alone.status},{text[1:]}'
