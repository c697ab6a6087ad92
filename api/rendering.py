"""The bodies of answers to orders, built from the record's bytes without reading them more than needed."""

from __future__ import annotations

import json

from flask import Response

from api import problems
from ledger.faults import LedgerFault
from ledger.refusals import Reason
from ledger.rules.records import is_accepted, read_record
from ledger.strict_json import dumps
from ledger.wire import Answer, AnswerStatus

_JSON = "application/json"
_RECORDED_AT = b'"recorded_at":"'
_INSTANT_BYTES = 27


def accepted_body(order_id: str, answer: Answer) -> bytes:
    """The members of an accepted outcome. `result` is cut out of the record's own bytes."""
    record = answer.record
    start = record.index(_RECORDED_AT) + len(_RECORDED_AT)
    recorded_at = record[start : start + _INSTANT_BYTES].decode("ascii")
    result = record[record.rindex(b',"result":') + 10 : -1].decode("ascii")
    replayed = "true" if answer.replayed else "false"
    return (
        f'{{"order":"{order_id}","outcome":"accepted","replayed":{replayed},"sequence":{answer.sequence},'
        f'"recorded_at":"{recorded_at}","result":{result},"record":{json.dumps(record.decode("ascii"))}}}'
    ).encode("ascii")


def refused_members(order_id: str, answer: Answer) -> dict[str, object]:
    """The members of a refused outcome: a problem, and the record that says so."""
    line = read_record(answer.record).members
    told = line["details"] if isinstance(line["details"], dict) else {}
    details = {str(name): str(value) for name, value in told.items()}
    members = problems.members_of(Reason(str(line["reason"])), details, problems.REFUSED)
    return members | {
        "order": order_id,
        "outcome": "refused",
        "replayed": answer.replayed,
        "sequence": answer.sequence,
        "recorded_at": line["recorded_at"],
        "record": answer.record.decode("ascii"),
    }


def respond(order_id: str, answer: Answer) -> Response:
    """The HTTP answer to one order."""
    if answer.status is AnswerStatus.FAULT:
        return problems.problem(answer.fault())
    if answer.status is AnswerStatus.ACCEPTED:
        response = Response(accepted_body(order_id, answer), 200 if answer.replayed else 201, content_type=_JSON)
    else:
        body = dumps(refused_members(order_id, answer))
        response = Response(body, problems.REFUSED, content_type=problems.MEDIA_TYPE)
    if answer.replayed:
        response.headers["Order-Replayed"] = "true"
    return response


def result_text(order_id: str, answer: Answer) -> str:
    """One order's part of a bulk answer: the status and body that it would have had alone."""
    if answer.status is AnswerStatus.ACCEPTED:
        status = 200 if answer.replayed else 201
        return f'{{"status":{status},{accepted_body(order_id, answer).decode("ascii")[1:]}'
    if answer.status is AnswerStatus.REFUSED:
        return dumps(refused_members(order_id, answer)).decode("ascii")
    return fault_text(answer.fault())


def fault_text(fault: LedgerFault) -> str:
    """A fault as one order's part of a bulk answer."""
    return dumps(problems.fault_members(fault)).decode("ascii")


def recorded(sequence: int, record: bytes) -> Answer:
    """A recorded outcome as the answer that its order got."""
    status = AnswerStatus.ACCEPTED if is_accepted(record) else AnswerStatus.REFUSED
    return Answer(status, replayed=True, sequence=sequence, record=record)
