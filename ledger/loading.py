"""What few orders name, looked up for them alone: journal entries, freezes, and how the ledger stands.

Payments between accounts that nobody froze cost no query here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from sqlalchemy import Connection

from ledger.instants import eat_day
from ledger.orders.genesis import Genesis
from ledger.rules.calendar import first_day
from ledger.rules.entries import entry_of
from ledger.rules.needs import Needs
from ledger.rules.records import read_record
from ledger.rules.state import State
from ledger.store import batch as rows
from ledger.store import standing
from ledger.store.head import count_holders, load_record

Name = TypeVar("Name")
Row = TypeVar("Row")


def fresh_state(connection: Connection, genesis: Genesis) -> State:
    """A state that holds nothing yet but what concerns the ledger as a whole."""
    close = standing.read_last_close(connection)
    return State(
        genesis,
        holders=count_holders(connection),
        rules=standing.read_rules(connection, genesis),
        log_keys=standing.read_log_keys(connection, genesis),
        day=_first_day(connection, genesis) if close is None else close.day + 1,
        day_first=0 if close is None else close.sequence + 1,
        day_refused=standing.read_day_refused(connection),
    )


def _first_day(connection: Connection, genesis: Genesis) -> int | None:
    """The first day that is ever closed: that of genesis, or that on which the rules for it were adopted."""
    first, adoption = first_day(genesis), standing.read_adoption(connection)
    if first is not None or adoption is None:
        return first
    return eat_day(read_record(load_record(connection, adoption)).recorded_us)


def fill(
    known: dict[Name, Row | None],
    names: Iterable[Name],
    load: Callable[[list[Name]], Mapping[Name, Row]],
) -> None:
    """Look up the names that memory does not hold; what is not in the store either is remembered as None."""
    missing = [name for name in names if name not in known]
    if missing:
        found = load(missing)
        for name in missing:
            known[name] = found.get(name)


def load_bills(connection: Connection, needs: Needs, state: State) -> None:
    """The bills at hand with their numbers, and what else orders about bills name. The keys were loaded before.

    A control number leads to a bill; a bill leads to the number that it has or asks for, which may lead to another one.
    """

    def numbers() -> None:
        wanted = needs.control_numbers
        fill(state.control_numbers, wanted, lambda names: rows.load_control_numbers(connection, names))
        needs.bills.update(name for number in wanted if (name := state.control_numbers[number]))
        fill(state.bills, needs.bills, lambda names: rows.load_bills(connection, names))

    parties = {kid: key.party for kid in needs.keys if (key := state.keys[kid]) is not None}
    own_ids = {(parties[kid], name) for kid, name in needs.bill_ids if kid in parties}
    fill(state.bill_ids, own_ids, lambda names: rows.load_bill_ids(connection, names))
    needs.bills.update(name for own in own_ids if (name := state.bill_ids[own]))
    numbers()
    bills = [bill for name in needs.bills if (bill := state.bills[name]) is not None]
    if more := {number for bill in bills for number in (bill.control_number, bill.reuses) if number}:
        needs.control_numbers |= more
        numbers()
    bills = [bill for name in needs.bills if (bill := state.bills[name]) is not None]
    needs.accounts.update(account for bill in bills for account in (bill.payee, *bill.payees))
    _load_bulks(connection, needs, parties, state)


def _load_bulks(connection: Connection, needs: Needs, parties: dict[str, str], state: State) -> None:
    """Receipts of payment providers and bulk approvals, by the parties that the keys at hand speak for."""
    receipts = {(parties[kid], name) for kid, name in needs.provider_receipts if kid in parties}
    fill(state.provider_receipts, receipts, lambda names: rows.load_provider_receipts(connection, names))
    lines = {(parties[kid], line) for kid, line in needs.bulk_lines if kid in parties}
    fill(state.bulk_lines, lines, lambda names: rows.load_bulk_lines(connection, names))
    bulks = {name for line in lines if (name := state.bulk_lines[line])}
    fill(state.bulks, bulks, lambda names: rows.load_bulks(connection, names))


def load_entries(connection: Connection, needs: Needs, state: State) -> None:
    """The entries that are given back or corrected, the payments behind refunds among them, and what they name."""
    _look_up(connection, {name for name in needs.entries if name not in state.journal}, state)
    behind = {
        entry.about
        for name in needs.entries
        if (entry := state.journal.get(name)) is not None and entry.about is not None
    }
    _look_up(connection, {name for name in behind if name not in state.journal}, state)
    needs.entries |= behind
    needs.follow(state)


def _look_up(connection: Connection, names: set[str], state: State) -> None:
    if not names:
        return
    wanted = list(names)
    found = rows.recall(connection, wanted)
    refunds, reversals = rows.load_refunds(connection, wanted), rows.load_reversals(connection, wanted)
    for name in wanted:
        entry = entry_of(found[name][2], state.genesis) if name in found else None
        if entry is not None and (name in refunds or name in reversals):
            entry = entry._replace(
                refunded=refunds.get(name, entry.refunded), reversed_by=reversals.get(name)
            )
        state.journal[name] = entry


def load_freezes(connection: Connection, addresses: Iterable[str], named: set[str], state: State) -> None:
    """The freezes of those accounts at hand that have some, and of those that are `named` for their freezes."""
    wanted = named | {
        address
        for address in addresses
        if (account := state.accounts[address]) is not None and account.freezes
    }
    missing = [address for address in wanted if address not in state.freezes]
    if missing:
        found = rows.load_freezes(connection, missing)
        for address in missing:
            state.freezes[address] = found.get(address, ())
