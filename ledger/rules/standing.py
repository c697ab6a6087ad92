"""Rules for the ledger as a whole: `adopt_rules`."""

from __future__ import annotations

from ledger.books.parties import Role
from ledger.orders.kinds import AdoptRules
from ledger.refusals import Reason, Refusal
from ledger.rules.acting import Acting
from ledger.rules.changes import Decision, Outcome, RulesAdopted
from ledger.rules.state import State


def adopt_rules(body: AdoptRules, acting: Acting, state: State) -> Outcome:
    """A later version of the rules, from the next record on. There is no way back: what was decided stays decided."""
    if reason := acting.lacks(roles=(Role.AUTHORITY,)):
        return Refusal(reason)
    if body.rules <= state.rules:
        return Refusal(Reason.RULES_NOT_NEWER, {"rules": str(state.rules)})
    return Decision((RulesAdopted(body.rules),), {"rules": str(body.rules)})
