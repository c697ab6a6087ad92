"""The directory's only writer, inside the sequencer: changes, erasures, numbers given, look-ups written down."""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path
from typing import assert_never

from sqlalchemy import Connection

from ledger.addresses import new_order_id
from ledger.bookkeeper import Bookkeeper
from ledger.directory.kinds import HASHED, SALT_BYTES, Kind, Lookup, sealed_note
from ledger.directory.sealing import DirectoryKey
from ledger.directory.wishes import Answered, Change, Erase, GiveNumber, LookUp, Outcome, Wish, WriteNote
from ledger.directory_key import DIRECTORY_KEY, directory_key_path, make_directory_key, read_directory_key
from ledger.faults import Fault, LedgerFault
from ledger.formats.lipa_namba import BODIES, lipa_namba_of
from ledger.instants import Clock
from ledger.store import directory as rows

_DRAWS_MAX = 64
"""How often a free Lipa Namba is sought: with one in ten taken, all 64 are taken once in 10^64 times."""


class DirectoryDesk:
    """What is done for a person, one wish at a time, each in one transaction beside the log."""

    def __init__(self, bookkeeper: Bookkeeper, key: DirectoryKey, clock: Clock) -> None:
        self._bookkeeper = bookkeeper
        self._key = key
        self._clock = clock

    def answer(self, wish: Wish) -> Answered:
        """Do what is wished, unless its token was used before."""
        return self._bookkeeper.beside(partial(self._answer, wish, self._clock.wall_us()))

    def _answer(self, wish: Wish, now_us: int, connection: Connection) -> Answered:
        token = wish.token
        if not rows.use_token(
            connection, token_id=token.token_id, expires_us=token.expires_us, now_us=now_us
        ):
            return Answered(Outcome.TOKEN_USED)
        match wish:
            case Change():
                return self._change(wish, now_us, connection)
            case Erase():
                rows.erase_person(connection, wish.party)
                return Answered(Outcome.DONE)
            case GiveNumber():
                return self._give_number(wish, now_us, connection)
            case WriteNote():
                return self._write_note(wish, now_us, connection)
            case LookUp():
                return self._look_up(wish, now_us, connection)
            case _:
                assert_never(wish)

    def _change(self, wish: Change, now_us: int, connection: Connection) -> Answered:
        hashes = {
            kind: self._key.hash_of(kind, value)
            for kind, value in wish.values.items()
            if value is not None and kind in HASHED
        }
        for kind, digest in hashes.items():
            found = rows.find_hash(connection, digest, kind)
            if found is not None and found.party != wish.party:
                return Answered(Outcome.TAKEN, kind=kind.value)
        person = rows.ensure_person(connection, self._key, wish.party, now_us)
        for kind, value in wish.values.items():
            if value is None:
                rows.drop_entry(connection, wish.party, kind)
                continue
            rows.put_entry(connection, person, party=wish.party, kind=kind, value=value, now_us=now_us)
            if kind in hashes:
                account = wish.account if kind is Kind.PHONE else None
                rows.put_hash(connection, hashes[kind], kind, party=wish.party, account=account)
        rows.forget_if_empty(connection, wish.party)
        return Answered(Outcome.DONE)

    def _give_number(self, wish: GiveNumber, now_us: int, connection: Connection) -> Answered:
        party, kind = wish.party, Kind.LIPA_NAMBA
        number = rows.read_person(connection, self._key, party).get(kind) or self._free_number(connection)
        if number is None:
            return Answered(Outcome.NONE_LEFT)
        person = rows.ensure_person(connection, self._key, party, now_us)
        rows.put_entry(connection, person, party=party, kind=kind, value=number, now_us=now_us)
        rows.put_hash(connection, self._key.hash_of(kind, number), kind, party=party, account=wish.account)
        return Answered(Outcome.DONE, number=number)

    def _write_note(self, wish: WriteNote, now_us: int, connection: Connection) -> Answered:
        party, kind = wish.party, Kind.NOTE
        if wish.text is None:
            rows.drop_entry(connection, party, kind, about=wish.order)
            rows.forget_if_empty(connection, party)
            return Answered(Outcome.DONE)
        person = rows.ensure_person(connection, self._key, party, now_us)
        content = sealed_note(wish.text, secrets.token_bytes(SALT_BYTES))
        rows.put_entry(
            connection, person, party=party, kind=kind, value=content, about=wish.order, now_us=now_us
        )
        return Answered(Outcome.DONE)

    def _free_number(self, connection: Connection) -> str | None:
        """Drawn and not counted, so that nobody walks from one number to the next."""
        kind = Kind.LIPA_NAMBA
        drawn = (lipa_namba_of(secrets.randbelow(BODIES)) for _ in range(_DRAWS_MAX))
        free = (
            one for one in drawn if rows.find_hash(connection, self._key.hash_of(kind, one), kind) is None
        )
        return next(free, None)

    def _look_up(self, wish: LookUp, now_us: int, connection: Connection) -> Answered:
        """A look-up that finds nobody is written down too."""
        party = wish.value
        if wish.kind is not None:
            found = rows.find_hash(connection, self._key.hash_of(wish.kind, wish.value), wish.kind)
            party = found.party if found is not None else ""
        lookup = Lookup(new_order_id(now_us), party, wish.official, wish.kid, wish.reason, wish.case, now_us)
        rows.record_lookup(connection, lookup)
        return Answered(Outcome.DONE, lookup=lookup.lookup, party=party)


def open_desk(bookkeeper: Bookkeeper, keys: Path, clock: Clock) -> DirectoryDesk:
    """Open the directory for writing. A new one gets its key here; names in plain text are sealed and taken away.

    Raises:
        LedgerFault: KEY_FILE_INVALID; KEY_FILE_MISSING if there are data that only the missing key can open.
    """
    path = directory_key_path(keys)
    if path.exists():
        key = read_directory_key(path)
    elif bookkeeper.beside(rows.holds_data):
        raise LedgerFault(Fault.KEY_FILE_MISSING, name=DIRECTORY_KEY, folder=str(keys))
    else:
        key = make_directory_key(keys)
    bookkeeper.beside(partial(_seal_plain_names, key))
    return DirectoryDesk(bookkeeper, key, clock)


def _seal_plain_names(key: DirectoryKey, connection: Connection) -> None:
    rows.forget_thoroughly(connection)
    for party, name, updated_us in rows.take_plain_names(connection):
        person = rows.ensure_person(connection, key, party, updated_us)
        rows.put_entry(connection, person, party=party, kind=Kind.NAME, value=name, now_us=updated_us)
