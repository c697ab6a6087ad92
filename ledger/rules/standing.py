"""Rules for the ledger as a whole: `adopt_rules`, `rotate_log_key`, `attest_backing`."""

from __future__ import annotations

from ledger.books.attestations import Attestation
from ledger.books.parties import Role
from ledger.instants import day_text, eat_day
from ledger.orders.kinds import AdoptRules, AttestBacking, RotateLogKey
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.calendar import RULES_THAT_CLOSE_DAYS
from ledger.rules.changes import BackingAttested, Decision, LogKeyRotated, Outcome, RulesAdopted
from ledger.rules.state import State
from ledger.signing.log_keys import LogKey, endorsed


def adopt_rules(body: AdoptRules, acting: Acting, state: State) -> Outcome:
    """A later version of the rules, from the next record on. There is no way back: what was decided stays decided."""
    if reason := acting.lacks(roles=(Role.AUTHORITY,)):
        return Refusal(reason)
    if body.rules <= state.rules:
        return Refusal(Reason.RULES_NOT_NEWER, {"rules": str(state.rules)})
    closes = body.rules >= RULES_THAT_CLOSE_DAYS
    day = eat_day(acting.now_us) if closes and state.day is None else state.day
    return Decision((RulesAdopted(body.rules, day),), {"rules": str(body.rules)})


def rotate_log_key(body: RotateLogKey, acting: Acting, state: State) -> Outcome:
    """A new key for the log, which the one in force vouches for: who trusts the old one may trust the new one."""
    if reason := acting.lacks(roles=(Role.AUTHORITY,)):
        return Refusal(reason)
    if any(row.key == body.key for row in state.log_keys):
        return Refusal(Reason.LOG_KEY_IN_USE)
    in_force, ledger_id = state.log_keys[-1].key, state.genesis.ledger_id
    if not endorsed(body.endorsement, in_force, body.key, ledger_id=ledger_id, order_id=acting.order_id):
        return Refusal(Reason.ENDORSEMENT_INVALID)
    log_key = LogKey(body.key, 0, acting.order_id, body.endorsement)
    return Decision((LogKeyRotated(log_key),), {"kid": body.key.kid})


def attest_backing(body: AttestBacking, acting: Acting, _: State) -> Outcome:
    """What lies in the settlement account at the end of a day that has begun. A later word on that day corrects it."""
    if reason := acting.lacks(roles=(Role.AUDITOR,)):
        return Refusal(reason)
    today = day_text(eat_day(acting.now_us))
    if body.date > today:
        return Refusal(Reason.DATE_IN_FUTURE, {"today": today})
    stated = Attestation(
        body.currency, 0, body.date, body.amount_minor_units, body.reference, acting.party_id
    )
    return Decision((BackingAttested(stated),), {"date": body.date})
