"""What few orders name, looked up for them alone: journal entries, freezes, and how the ledger stands.

Payments between accounts that nobody froze cost no query here.
"""

from __future__ import annotations

from collections.abc import Iterable

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
    adoption = standing.read_adoption(connection)
    if adoption is None:
        return first_day(genesis)
    return eat_day(read_record(load_record(connection, adoption)).recorded_us)


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
