"""What an order names: what must be looked up before it can be decided, and who may read its outcome afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.books.bills import control_number_candidates
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import (
    AddKey,
    ApproveBill,
    ApproveBulk,
    BillLine,
    Body,
    CancelBill,
    ChangeBill,
    CloseAccount,
    FreezeAccount,
    GrantRole,
    Issue,
    OpenAccount,
    Pay,
    PayBill,
    RaiseBill,
    Redeem,
    Refund,
    RegisterParty,
    Reverse,
    RevokeKey,
    Unfreeze,
    WithdrawRole,
)
from ledger.orders.signed import VerifiedOrder
from ledger.rules.state import State
from ledger.signing import base64url


@dataclass
class Needs:
    """Names to look up. Parties follow from keys and bills, payees of bills from the bills."""

    keys: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    bills: set[str] = field(default_factory=set)
    control_numbers: set[str] = field(default_factory=set)
    bill_ids: set[tuple[str, str]] = field(default_factory=set)
    """(kid of the signer, the institution's own bill id); the party follows from the key."""
    provider_receipts: set[tuple[str, str]] = field(default_factory=set)
    """(kid of the signer, the provider's own number for a payment); the party follows from the key."""
    bulk_lines: set[tuple[str, str]] = field(default_factory=set)
    """(kid of the signer, content hash of an order); the party follows from the key."""
    entries: set[str] = field(default_factory=set)
    """Order ids of journal entries that are given back or corrected; accounts and bills follow from them."""
    freezes: set[str] = field(default_factory=set)
    """Accounts whose freezes are wanted even if none stands."""

    def add(self, order: VerifiedOrder, genesis: Genesis) -> None:
        """Everything that this order names."""
        self.keys.add(order.kid)
        match order.order.body:
            case Pay(payer, _, legs):
                self.accounts.add(payer)
                self.accounts.update(leg.payee for leg in legs)
            case PayBill(payer, control_number, provider_receipt=receipt):
                self.accounts.add(payer)
                self.control_numbers.add(control_number)
                self.provider_receipts.update(() if receipt is None else ((order.kid, receipt),))
            case Issue(payee, currency):
                self.accounts.update((payee, genesis.backing[currency]))
            case RaiseBill() | ApproveBill() | ChangeBill() | CancelBill() | ApproveBulk():
                self._add_billing(order, genesis)
            case OpenAccount(party=party):
                self.parties.update(() if party is None else (party,))
            case RegisterParty(key=key) | AddKey(key=key):
                self.keys.add(key.kid)
            case RevokeKey(kid):
                self.keys.add(kid)
            case body:
                self._add_later(body, genesis)

    def _add_billing(self, order: VerifiedOrder, genesis: Genesis) -> None:
        """What an institution's orders about bills name."""
        match order.order.body:
            case RaiseBill(bill_id=bill_id, payee=payee, items=items, reuse=reuse):
                self.accounts.add(payee)
                self._add_payees(items)
                self.bill_ids.add((order.kid, bill_id))
                self.bulk_lines.add((order.kid, base64url.encode(order.content)))
                self._add_candidates(order.order.order_id, genesis)
                self.control_numbers.update(() if reuse is None else (reuse,))
            case ApproveBill(bill):
                self.bills.add(bill)
                self._add_candidates(bill, genesis)
            case ChangeBill(bill, items=items):
                self.bills.add(bill)
                self._add_payees(items)
            case CancelBill(bill):
                self.bills.add(bill)
            case ApproveBulk(lines=lines):
                self.bulk_lines.update((order.kid, line) for line in lines)
            case _:
                pass

    def _add_payees(self, items: tuple[BillLine, ...]) -> None:
        self.accounts.update(item.payee for item in items if item.payee is not None)

    def _add_candidates(self, bill: str, genesis: Genesis) -> None:
        prefix = genesis.control_number_prefix
        self.control_numbers.update(
            control_number_candidates(ledger_id=genesis.ledger_id, bill=bill, prefix=prefix)
        )

    def _add_later(self, body: Body, genesis: Genesis) -> None:
        """What the kinds of version 2 name."""
        match body:
            case Redeem(payer, currency):
                self.accounts.update((payer, genesis.backing[currency]))
            case Refund(payment=entry) | Reverse(entry=entry):
                self.entries.add(entry)
            case FreezeAccount(account=address) | Unfreeze(account=address):
                self.accounts.add(address)
                self.freezes.add(address)
            case CloseAccount(account=address):
                self.accounts.add(address)
            case GrantRole(party=party) | WithdrawRole(party=party):
                self.parties.add(party)
            case _:
                pass

    def follow(self, state: State) -> None:
        """What the entries that were found name in their turn."""
        for name in self.entries:
            entry = state.journal.get(name)
            if entry is not None:
                self.accounts.update(entry.addresses)
                self.bills.update(() if entry.bill is None else (entry.bill,))


def parties_named(order: VerifiedOrder, state: State) -> frozenset[str]:
    """The parties that signed an order or are named in it: they may read its outcome, all of it."""
    key = state.keys.get(order.kid)
    parties = {order.order.order_id} if key is None else {key.party}
    needs = Needs()
    needs.add(order, state.genesis)
    needs.follow(state)
    parties.update(needs.parties)
    accounts = [state.accounts.get(address) for address in needs.accounts]
    body = order.order.body
    if isinstance(body, Refund) and (payment := state.journal.get(body.payment)) is not None:
        accounts = [state.accounts.get(address) for address in (body.payer, payment.postings[0].debit)]
    bills = [state.bills.get(bill) for bill in needs.bills]
    bills += [state.bill_of(number) for number in needs.control_numbers]
    parties.update(row.party for row in (*accounts, *bills) if row is not None)
    return frozenset(parties)
