"""Between rows and the words of the books: how each noun lies in its table, both ways."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ledger.books.accounts import Account, AccountClass, Side
from ledger.books.bills import (
    ApprovedChange,
    Bill,
    BillItem,
    BillPart,
    BillPayment,
    CancelReason,
    PayOption,
    PendingChange,
)
from ledger.books.freezes import Freeze, FreezeReason, FreezeScope
from ledger.books.journal import AccountEntry
from ledger.books.parties import BillService, Key, Party, Role, Scope, Title
from ledger.signing.keys import public_key_from_jwk
from ledger.signing.log_keys import LogKey

Row = Sequence[Any]

# Thousands a batch: a look in a dictionary, not a call of the enumeration.
_CLASSES = {account_class.value: account_class for account_class in AccountClass}
_SIDES = {side: side.value for side in Side}


def account_row(account: Account) -> tuple[Any, ...]:
    """`accounts`."""
    return (
        account.address, account.party, account.account_class.value, account.currency, account.opened, account.code,
        account.debits_posted, account.credits_posted, account.freezes, account.closed,
    )  # fmt: skip


def account_of(row: Row) -> Account:
    """`accounts`, read."""
    address, party, word, *rest = row
    return Account(address, party, _CLASSES[word], *rest)


def entry_row(entry: AccountEntry) -> tuple[Any, ...]:
    """`entries`. A word of an enumeration is no plain text to SQLite's driver, which then looks for an adapter."""
    address, sequence, n, side, amount, balance_after, counterparty = entry
    return address, sequence, n, _SIDES[side], amount, balance_after, counterparty


def entry_of(row: Row) -> AccountEntry:
    """`entries`, read."""
    address, sequence, n, side, amount, balance_after, counterparty = row
    return AccountEntry(address, sequence, n, Side(side), amount, balance_after, counterparty)


def party_row(party: Party) -> tuple[Any, ...]:
    """`parties`."""
    services = [[service.code, service.title.en, service.title.sw] for service in party.services]
    title = party.title or (None, None)
    return (
        party.party, " ".join(role.value for role in party.roles), party.registered, title[0], title[1],
        json.dumps(services, separators=(",", ":")), party.full_keys,
    )  # fmt: skip


def party_of(row: Row) -> Party:
    """`parties`, read."""
    party, roles, registered, title_en, title_sw, services, full_keys = row
    return Party(
        party,
        tuple(Role(word) for word in roles.split()),
        registered,
        None if title_en is None else Title(title_en, title_sw),
        tuple(BillService(code, Title(en, sw)) for code, en, sw in json.loads(services)),
        full_keys,
    )


def key_row(key: Key) -> tuple[Any, ...]:
    """`keys`."""
    return key.kid, key.party, key.jwk, " ".join(scope.value for scope in key.scopes), key.added, key.revoked


def key_of(row: Row) -> Key:
    """`keys`, read."""
    kid, party, jwk, scopes, added, revoked = row
    return Key(kid, party, jwk, tuple(Scope(word) for word in scopes.split()), added, revoked)


def bill_row(bill: Bill) -> tuple[Any, ...]:
    """`bills`: the table has the fields in their order."""
    return tuple(
        bill._replace(
            option=bill.option.value,  # type: ignore[arg-type]
            items=_compact(bill.items),  # type: ignore[arg-type]
            reusable=int(bill.reusable),  # type: ignore[arg-type]
            cancel_reason=None if bill.cancel_reason is None else bill.cancel_reason.value,  # type: ignore[arg-type]
            pending=None if bill.pending is None else _compact(bill.pending),  # type: ignore[arg-type]
            changes=_compact(bill.changes),  # type: ignore[arg-type]
        )
    )


def changed_bill_row(bill: Bill) -> tuple[Any, ...]:
    """What of `bills` may change, then the name of the row."""
    row = Bill(*bill_row(bill))
    return (
        row.amount_minor_units, row.payable_until_us, row.checker, row.control_number, row.paid_by, row.refunded,
        row.minimum, row.paid, row.items, row.approved, row.cancelled, row.cancel_reason, row.pending, row.content,
        row.changes, row.bill,
    )  # fmt: skip


def bill_of(row: Row) -> Bill:
    """`bills`, read."""
    bill = Bill(*row)
    reason, pending = bill.cancel_reason, bill.pending
    return bill._replace(
        option=PayOption(bill.option),
        items=_items(json.loads(str(bill.items))),
        reusable=bool(bill.reusable),
        cancel_reason=None if reason is None else CancelReason(reason),
        pending=None if pending is None else _pending(json.loads(str(pending))),
        changes=tuple(ApprovedChange(*change) for change in json.loads(str(bill.changes))),
    )


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _items(rows: list[list[Any]]) -> tuple[BillItem, ...]:
    return tuple(BillItem(*row) for row in rows)


def _pending(row: list[Any]) -> PendingChange:
    order, maker, until, amount, items, reason = row
    return PendingChange(
        order,
        maker,
        until,
        amount,
        None if items is None else _items(items),
        None if reason is None else CancelReason(reason),
    )


def payment_row(payment: BillPayment) -> tuple[Any, ...]:
    """`bill_payments`: the table has the fields in their order."""
    return tuple(payment._replace(parts=_compact(payment.parts)))  # type: ignore[arg-type]


def payment_of(row: Row) -> BillPayment:
    """`bill_payments`, read."""
    payment = BillPayment(*row)
    return payment._replace(parts=tuple(BillPart(*part) for part in json.loads(str(payment.parts))))


def freeze_row(freeze: Freeze) -> tuple[Any, ...]:
    """`freezes`: the table has the fields in their order."""
    return freeze._replace(scope=freeze.scope.value, reason=freeze.reason.value)  # type: ignore[arg-type]


def freeze_of(row: Row) -> Freeze:
    """`freezes`, read."""
    account, name, scope, reason, *rest = row
    return Freeze(account, name, FreezeScope(scope), FreezeReason(reason), *rest)


def log_key_row(log_key: LogKey) -> tuple[Any, ...]:
    """`log_keys`."""
    jwk = json.dumps(log_key.key.jwk(), separators=(",", ":"))
    return log_key.first_size, jwk, log_key.order, log_key.endorsement


def log_key_of(row: Row) -> LogKey:
    """`log_keys`, read."""
    first_size, jwk, order, endorsement = row
    return LogKey(public_key_from_jwk(json.loads(jwk)), first_size, order, bytes(endorsement))
