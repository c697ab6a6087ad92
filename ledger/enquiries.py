"""The only reader: balances, entries, bills, outcomes, proofs.

Each answer comes from one state of the database, read in one short transaction, and names the size of the log in it.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from ledger.bill_views import BillView, bill_numbered, bill_views, public_key_of
from ledger.books.accounts import Account
from ledger.books.attestations import Attestation
from ledger.books.freezes import Freeze
from ledger.books.parties import Holder, Key, Party
from ledger.books.trial_balance import TrialBalance
from ledger.directory.sealing import DirectoryKey
from ledger.entry_views import EntryView, entry_view, require_entry
from ledger.loading import load_entries
from ledger.orders.genesis import Genesis, read_genesis
from ledger.orders.signed import VerifiedOrder, open_order, vouched
from ledger.proofs.merkle import consistency_proof, inclusion_proof
from ledger.proofs.receipt import Receipt
from ledger.rules.needs import Needs, parties_named
from ledger.rules.records import read_record
from ledger.rules.state import State
from ledger.signing.keys import PublicKey
from ledger.signing.log_keys import LogKey
from ledger.store import batch, head, readings, standing
from ledger.store.accounts import read_trial_balance
from ledger.store.directory import read_names
from ledger.store.engine import reading
from ledger.store.head import LogHead


class OutcomeView(NamedTuple):
    """The recorded outcome of an order, and the parties that may read it."""

    sequence: int
    record: bytes
    parties: frozenset[str]


class AccountView(NamedTuple):
    """An account as it is now, with every freeze that was not lifted."""

    account: Account
    log_size: int
    freezes: tuple[Freeze, ...] = ()


class EntriesView(NamedTuple):
    """A page of an account's entries, and whose the accounts at their other ends are, by address."""

    entries: list[EntryView]
    others: dict[str, Holder]
    older: bool
    """Whether there are entries before this page's last; `newer`: after its first."""
    newer: bool
    log_size: int


class KeyView(NamedTuple):
    """A key's party with all its keys and accounts: what a wallet restored from words needs."""

    party: Party
    keys: list[Key]
    accounts: list[Account]
    log_size: int


class SupplyRow(NamedTuple):
    """Money of one currency, in minor units."""

    currency: str
    issued: int
    redeemed: int
    outstanding: int
    supply_max: int
    attested: Attestation | None
    """What an auditor said last of the latest day: what lies behind this money outside the ledger."""


class SupplyView(NamedTuple):
    """What circulates."""

    rows: list[SupplyRow]
    log_size: int


class TrialBalanceView(NamedTuple):
    """The books."""

    balance: TrialBalance
    log_size: int


class DayClosesView(NamedTuple):
    """Closed days, each with the record that closed it."""

    days: list[tuple[int, bytes]]
    began: int | None
    """The first day that was ever closed; every day since then was."""
    later: bool
    """Whether more days were closed after these."""


class Enquiries:
    """Answers from a reading engine; made after a fork, never before."""

    def __init__(self, engine: Engine, directory_key: DirectoryKey | None = None) -> None:
        self._engine = engine
        self.directory_key = directory_key
        """Without it people have no names."""

    @property
    def engine(self) -> Engine:
        """What it reads from, for the readers beside it."""
        return self._engine

    def close(self) -> None:
        """Close the connections to the database."""
        self._engine.dispose()

    @cached_property
    def _genesis(self) -> Genesis:
        with reading(self._engine) as connection:
            return read_genesis(head.load_record(connection, 0))

    def genesis(self) -> Genesis:
        """What record 0 says."""
        return self._genesis

    def head(self) -> LogHead:
        """Size, root and checkpoint of the log."""
        with reading(self._engine) as connection:
            return head.read_head(connection)

    def rules(self) -> int:
        """The version of the rules in force."""
        genesis = self._genesis
        with reading(self._engine) as connection:
            return standing.read_rules(connection, genesis)

    def log_keys(self) -> tuple[LogKey, ...]:
        """Every key of the log, in order, that of genesis first."""
        genesis = self._genesis
        with reading(self._engine) as connection:
            return standing.read_log_keys(connection, genesis)

    def day_close(self, day: int) -> bytes | None:
        """The record that closed a day in East Africa Time, in days since 1970-01-01."""
        with reading(self._engine) as connection:
            close = standing.read_close(connection, day)
            return None if close is None else head.load_record(connection, close.sequence)

    def day_closes(self, first: int, limit: int) -> DayClosesView:
        """The records that closed at most `limit` days from day `first` on, oldest first."""
        with reading(self._engine) as connection:
            closes = standing.read_closes(connection, first, limit + 1)
            records = readings.records_at(connection, {close.sequence for close in closes[:limit]})
            began = standing.read_first_close(connection)
        told = [(close.day, records[close.sequence]) for close in closes[:limit]]
        return DayClosesView(told, None if began is None else began.day, len(closes) > limit)

    def attestations(self, currency: str) -> list[Attestation]:
        """What auditors stated of the backing of a currency, oldest first."""
        with reading(self._engine) as connection:
            return standing.read_attestations(connection, currency)

    def checkpoint(self) -> str:
        """The newest signed checkpoint."""
        return self.head().checkpoint

    def checkpoint_of(self, size: int) -> str | None:
        """The signed checkpoint of a batch that ended at this size of the log; None for any other size."""
        with reading(self._engine) as connection:
            return readings.checkpoint_of(connection, size)

    def key(self, kid: str) -> Key | None:
        """A registered key, revoked or not."""
        with reading(self._engine) as connection:
            return batch.load_keys(connection, [kid]).get(kid)

    def public_key(self, kid: str) -> PublicKey | None:
        """The bytes of a registered key, revoked or not."""
        key = self.key(kid)
        return None if key is None else public_key_of(key)

    def party(self, party: str) -> Party | None:
        """A party."""
        with reading(self._engine) as connection:
            return batch.load_parties(connection, [party]).get(party)

    def institutions(self) -> list[Party]:
        """Every registered institution."""
        with reading(self._engine) as connection:
            return readings.institutions(connection)

    def name(self, party: str) -> str | None:
        """The display name that a person gave."""
        with reading(self._engine) as connection:
            return read_names(connection, self.directory_key, [party]).get(party)

    def key_view(self, kid: str) -> KeyView | None:
        """Everything around a key."""
        with reading(self._engine) as connection:
            key = batch.load_keys(connection, [kid]).get(kid)
            if key is None:
                return None
            party = batch.load_parties(connection, [key.party])[key.party]
            keys = readings.keys_of(connection, key.party)
            accounts = readings.accounts_of(connection, key.party)
            return KeyView(party, keys, accounts, head.read_head(connection).size)

    def account(self, address: str) -> AccountView | None:
        """An account."""
        with reading(self._engine) as connection:
            account = batch.load_accounts(connection, [address]).get(address)
            if account is None:
                return None
            placed = batch.load_freezes(connection, [address]) if account.freezes else {}
            freezes = tuple(freeze for freeze in placed.get(address, ()) if freeze.lifted is None)
            return AccountView(account, head.read_head(connection).size, freezes)

    def entries(
        self,
        address: str,
        *,
        before: tuple[int, int] | None = None,
        after: tuple[int, int] | None = None,
        limit: int,
    ) -> EntriesView:
        """A page of an account's entries, newest first: older than `before` (sequence, n), or newer than `after`.

        At most one of the two is given, and an entry of the account is there: where another page began or ended.

        Raises:
            LedgerFault: CURSOR_INVALID.
        """
        with reading(self._engine) as connection:
            size = head.read_head(connection).size
            for parameter, place in (("before", before), ("after", after)):
                require_entry(connection, address, place, parameter)
            if after is None:
                rows = readings.entries(connection, address, before=before, limit=limit + 1)
                older, newer = len(rows) > limit, before is not None
                rows = rows[:limit]
            else:
                rows = readings.entries_after(connection, address, after=after, until=size, limit=limit + 1)
                older, newer = True, len(rows) > limit
                rows = rows[:limit][::-1]
            others = readings.holders_of(
                connection, {entry.counterparty for entry, _ in rows}, self.directory_key
            )
        views = [entry_view(entry, record, self._genesis) for entry, record in rows]
        return EntriesView(views, others, older, newer, size)

    def outcome(self, order_id: str) -> OutcomeView | None:
        """The recorded outcome of an order."""
        genesis = self._genesis
        with reading(self._engine) as connection:
            found = batch.recall(connection, [order_id]).get(order_id)
            if found is None:
                return None
            sequence, _, record = found
            order = vouched(open_order(read_record(record).order or b"", genesis))
            state = _state_around(order, State(genesis), connection)
            return OutcomeView(sequence, record, parties_named(order, state))

    def receipt(self, order_id: str) -> Receipt | None:
        """The receipt of an order: its record, its place in the log, and its own batch's checkpoint."""
        with reading(self._engine) as connection:
            found = batch.recall(connection, [order_id]).get(order_id)
            if found is None:
                return None
            sequence, _, record = found
            size, checkpoint = readings.checkpoint_after(connection, sequence)
            hashes = inclusion_proof(index=sequence, size=size, read_tile=head.tile_reader(connection))
            return Receipt(record.decode("ascii"), sequence, size, tuple(hashes), checkpoint)

    def bill(self, control_number: str) -> BillView | None:
        """The bill behind a control number."""
        genesis = self._genesis
        with reading(self._engine) as connection:
            return bill_numbered(connection, control_number, genesis)

    def accounts_of(self, party: str) -> list[Account]:
        """The accounts of a party, oldest first."""
        with reading(self._engine) as connection:
            return readings.accounts_of(connection, party)

    def bills_of(self, party: str, *, limit: int) -> list[BillView]:
        """An institution's newest bills."""
        genesis = self._genesis
        with reading(self._engine) as connection:
            return bill_views(connection, readings.bills_of(connection, party, limit=limit), genesis)

    def supply(self) -> SupplyView:
        """What was issued and what circulates, per currency."""
        genesis = self._genesis
        with reading(self._engine) as connection:
            backing = batch.load_accounts(connection, list(genesis.backing.values()))
            size = head.read_head(connection).size
            stated = {code: standing.read_attestations(connection, code) for code in genesis.backing}
        rows = []
        for currency, address in sorted(genesis.backing.items()):
            account = backing[address]
            issued, redeemed, supply_max = (
                account.debits_posted,
                account.credits_posted,
                genesis.supply_max[currency],
            )
            latest = max(stated[currency], key=lambda one: (one.date, one.sequence), default=None)
            rows.append(SupplyRow(currency, issued, redeemed, account.balance, supply_max, latest))
        return SupplyView(rows, size)

    def trial_balance(self) -> TrialBalanceView:
        """The books by class."""
        with reading(self._engine) as connection:
            return TrialBalanceView(read_trial_balance(connection), head.read_head(connection).size)

    def tile(self, level: int, index: int, width: int) -> bytes | None:
        """The first `width` hashes of a tile; None if the log does not have them yet."""
        with reading(self._engine) as connection:
            hashes = head.read_tile(connection, level, index)
        return hashes[: 32 * width] if len(hashes) >= 32 * width > 0 else None

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that record `index` is in the log of `size`."""
        with reading(self._engine) as connection:
            return inclusion_proof(index=index, size=size, read_tile=head.tile_reader(connection))

    def consistency(self, older: int, newer: int) -> list[bytes]:
        """The proof that the log of size `newer` only grew from that of size `older`."""
        with reading(self._engine) as connection:
            return consistency_proof(old_size=older, new_size=newer, read_tile=head.tile_reader(connection))

    def records(self, first: int, limit: int) -> list[bytes]:
        """Records from sequence `first` on."""
        with reading(self._engine) as connection:
            return readings.records(connection, first, limit)


def _state_around(order: VerifiedOrder, state: State, connection: Connection) -> State:
    """As much state as it takes to say whom an order names."""
    needs = Needs()
    needs.add(order, state.genesis)
    load_entries(connection, needs, state)
    state.keys.update(batch.load_keys(connection, list(needs.keys)))
    state.control_numbers.update(batch.load_control_numbers(connection, list(needs.control_numbers)))
    bills = needs.bills | {bill for bill in state.control_numbers.values() if bill is not None}
    state.bills.update(batch.load_bills(connection, list(bills)))
    state.accounts.update(batch.load_accounts(connection, list(needs.accounts)))
    return state
