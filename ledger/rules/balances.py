"""What decisions leave in the accounts of whoever signed."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.orders.signed import VerifiedOrder
from ledger.rules.changes import Decision
from ledger.rules.state import State, present


def balances_of_signer(
    order: VerifiedOrder, decisions: Iterable[Decision], state: State
) -> dict[str, tuple[str, int]]:
    """Currency and minor units of each account of the signer's party that the decisions moved, by address.

    Nobody else's: an order shows its payee whom it pays, never what they have.
    """
    key = state.keys.get(order.kid)
    moved = {
        address
        for decision in decisions
        for posting in decision.postings
        for address in (posting.debit, posting.credit)
    }
    accounts = (present(state.accounts, address) for address in sorted(moved))
    party = None if key is None else key.party
    return {row.address: (row.currency, row.balance) for row in accounts if row.party == party}
