"""The directory in the database: kept, found, erased so that nothing opens again, and every look-up written down."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from ledger.auditing import audit_ledger
from ledger.backups import make_backup
from ledger.directory.kinds import Kind, LookupReason
from ledger.directory.sealing import DirectoryKey
from ledger.directory.wishes import (
    Answered,
    Change,
    Erase,
    GiveNumber,
    LookUp,
    Outcome,
    Token,
    WriteNote,
    read_wish,
    wish_members,
)
from ledger.directory_desk import DirectoryDesk, open_desk
from ledger.directory_enquiries import DirectoryEnquiries
from ledger.directory_key import directory_key_path, make_directory_key, read_directory_key
from ledger.faults import Fault
from ledger.formats.lipa_namba import parse_lipa_namba
from ledger.instants import MachineClock
from ledger.store import beside_schema
from ledger.store import directory as rows
from ledger.store.engine import reading
from tests.refused import refused
from tests.stored import MONEY, StoredLedger

TABLES = (beside_schema.directory_keys, beside_schema.directory_entries, beside_schema.directory_hashes)
PHONE, TIN, NIDA = "255712345678", "121207079", "19900101123456789012"
NEVER_US = 2**60


@dataclass
class Office:
    """A stored ledger with a directory open on it."""

    ledger: StoredLedger
    desk: DirectoryDesk
    key: DirectoryKey
    tokens: int = 0

    @property
    def asking(self) -> DirectoryEnquiries:
        """Its reader."""
        return DirectoryEnquiries(self.ledger.enquiries.engine, self.key)

    def token(self) -> Token:
        """A fresh one."""
        self.tokens += 1
        return Token(f"token-{self.tokens}", NEVER_US)

    def keep(self, party: str, values: dict[Kind, str | None], account: str | None = None) -> Answered:
        """Keep values of a person."""
        return self.desk.answer(Change(party, values, account, self.token()))

    def erase(self, party: str) -> None:
        """Erase a person."""
        assert self.desk.answer(Erase(party, self.token())).outcome is Outcome.DONE

    def rows(self) -> int:
        """How many rows there are."""
        with reading(self.ledger.enquiries.engine) as connection:
            return sum(
                connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES
            )


def fold(folder: Path) -> None:
    """Have SQLite bring what its write-ahead log holds into the file itself, as it does from time to time."""
    for path in folder.glob("*.sqlite"):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def files_with(folder: Path, content: bytes) -> list[Path]:
    """The files of the database in which these bytes stand."""
    return [path for path in folder.glob("*.sqlite*") if content in path.read_bytes()]


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """A ledger, and its directory."""
    ledger = StoredLedger.create(database_url, tmp_path / "keys")
    desk = open_desk(ledger.bookkeeper, tmp_path / "keys", MachineClock())
    yield Office(ledger, desk, read_directory_key(directory_key_path(tmp_path / "keys")))
    ledger.close()


def test_data_are_kept_changed_and_forgotten_one_by_one(office: Office) -> None:
    """The last value counts; with the last one gone the person's key is gone too."""
    assert (
        office.keep("p", {Kind.NAME: "Asha", Kind.PHONE: PHONE, Kind.TIN: TIN}, "tzst1").outcome
        is Outcome.DONE
    )
    assert office.asking.person("p") == {Kind.NAME: "Asha", Kind.PHONE: PHONE, Kind.TIN: TIN}
    office.keep("p", {Kind.NAME: "Asha wa Juma ‘É’", Kind.PHONE: None})
    assert office.asking.person("p") == {Kind.NAME: "Asha wa Juma ‘É’", Kind.TIN: TIN}
    assert office.asking.account_of(Kind.PHONE, PHONE) is None
    office.keep("p", {Kind.NAME: None, Kind.TIN: None})
    assert office.asking.person("p") == {}
    assert office.rows() == 0


def test_what_is_stored_tells_nothing(office: Office, tmp_path: Path) -> None:
    """Neither a value nor a plain hash of it is in any file of the database or of a backup."""
    import gzip

    values = {Kind.NAME: "Asha Mwinyi", Kind.PHONE: PHONE, Kind.TIN: TIN, Kind.NIDA: NIDA}
    office.keep("p", dict(values), "tzst1")
    make_backup(office.ledger.url, tmp_path / "backup", MachineClock())
    files = [gzip.decompress(path.read_bytes()) for path in (tmp_path / "backup").glob("*.gz")]
    files += [path.read_bytes() for path in tmp_path.glob("*.sqlite*")]
    assert len(files) >= len(TABLES)
    for value in values.values():
        told = (
            value.encode(),
            hashlib.sha256(value.encode()).digest(),
            hashlib.sha256(value.encode()).hexdigest().encode(),
        )
        assert not [file for file in files for form in told if form in file]


def test_an_erased_person_is_opened_by_nobody(office: Office, tmp_path: Path) -> None:
    """With the key's row gone, a copy of the sealed rows opens with nothing that there is; the books still hold."""
    ledger = office.ledger
    account = ledger.enquiries.account(ledger.person("asha", money=MONEY))
    assert account is not None
    party, keys, entries = (
        account.account.party,
        beside_schema.directory_keys,
        beside_schema.directory_entries,
    )
    office.keep(party, {Kind.NAME: "Asha", Kind.PHONE: PHONE}, account.account.address)
    with reading(ledger.enquiries.engine) as connection:
        sealed = connection.execute(select(entries)).all()
        wrapped = bytes(connection.execute(select(keys.c.wrapped)).scalar_one())
    records = ledger.enquiries.records(0, 1_000)
    fold(tmp_path)
    assert files_with(tmp_path, wrapped) or not ledger.url.startswith("sqlite")
    office.erase(party)
    assert office.rows() == 0
    assert office.asking.person(party) == {}
    assert office.asking.account_of(Kind.PHONE, PHONE) is None
    # The person comes again, with a new key; and somebody had kept the sealed rows.
    office.keep(party, {Kind.TIN: TIN})
    with reading(ledger.enquiries.engine) as connection:
        person = rows.person_key(connection, office.key, party)
    assert person is not None
    assert len(sealed) == 2
    assert [person.open(Kind(row.kind), "", bytes(row.sealed)) for row in sealed] == [None, None]
    assert ledger.enquiries.records(0, 1_000) == records
    assert audit_ledger(ledger.url).records == len(records)
    ledger.close()
    assert not files_with(tmp_path, wrapped)


def test_a_value_belongs_to_one_person_at_a_time(office: Office) -> None:
    """Another's telephone number, TIN or NIDA number is refused whole; erased, it is free again."""
    office.keep("p", {Kind.PHONE: PHONE, Kind.NIDA: NIDA}, "tzst1p")
    for kind, value in ((Kind.PHONE, PHONE), (Kind.NIDA, NIDA)):
        assert office.keep("q", {Kind.NAME: "Juma", kind: value}) == Answered(Outcome.TAKEN, kind=kind.value)
    assert office.asking.person("q") == {}
    assert office.keep("p", {Kind.PHONE: PHONE}, "tzst1other").outcome is Outcome.DONE
    assert office.asking.account_of(Kind.PHONE, PHONE) == "tzst1other"
    office.erase("p")
    assert office.keep("q", {Kind.PHONE: PHONE}, "tzst1q").outcome is Outcome.DONE
    assert office.asking.account_of(Kind.PHONE, PHONE) == "tzst1q"


def test_a_lipa_namba_is_given_once_and_may_move(office: Office) -> None:
    """It holds its check digit, stays when the person asks again, and then pays the account named last."""
    given = office.desk.answer(GiveNumber("p", "tzst1a", office.token()))
    assert parse_lipa_namba(given.number) == given.number
    assert office.asking.account_of(Kind.LIPA_NAMBA, given.number) == "tzst1a"
    assert office.desk.answer(GiveNumber("p", "tzst1b", office.token())).number == given.number
    assert office.asking.account_of(Kind.LIPA_NAMBA, given.number) == "tzst1b"
    assert office.desk.answer(GiveNumber("q", "tzst1c", office.token())).number != given.number


def test_notes_are_kept_by_order_with_their_salts(office: Office) -> None:
    """One of each party about each order, found for those asked about; the last one counts; erased with the person."""

    def write(party: str, order: str, text: str | None) -> None:
        assert office.desk.answer(WriteNote(party, order, text, office.token())).outcome is Outcome.DONE

    write("p", "o1", "Rent")
    write("p", "o2", "Fish")
    write("q", "o1", "Thank you")
    office.keep("p", {Kind.NAME: "Asha"})
    write("p", "o1", "Rent of November")
    found = office.asking.notes(["p", "q"], "o1")
    assert {note.party: note.text for note in found} == {"p": "Rent of November", "q": "Thank you"}
    assert office.asking.notes(["q"], "o2") == []
    salts = {note.salt for note in found}
    assert [len(salt) for salt in salts] == [16, 16]
    for note in found:
        assert note.note_hash == hashlib.sha256(note.salt + note.text.encode()).digest()
    assert office.asking.person("p") == {Kind.NAME: "Asha"}, "notes are no part of what a person is"
    office.keep("p", {Kind.NAME: None})
    assert len(office.asking.notes(["p"], "o2")) == 1, "the key stays while there is a note"
    write("q", "o1", None)
    office.erase("p")
    assert office.rows() == 0


def test_a_full_directory_gives_no_number(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets a number that another has."""
    monkeypatch.setattr("ledger.directory_desk.secrets.randbelow", lambda _: 7)
    assert office.desk.answer(GiveNumber("p", "tzst1a", office.token())).outcome is Outcome.DONE
    assert office.desk.answer(GiveNumber("q", "tzst1b", office.token())).outcome is Outcome.NONE_LEFT


def test_a_token_works_once(office: Office) -> None:
    """A replayed token changes nothing, and writes no look-up down."""
    first = Change("p", {Kind.NAME: "Asha"}, None, office.token())
    office.desk.answer(first)
    office.keep("p", {Kind.NAME: "Juma"})
    assert office.desk.answer(first).outcome is Outcome.TOKEN_USED
    assert office.asking.person("p") == {Kind.NAME: "Juma"}


def test_expired_tokens_are_forgotten(office: Office) -> None:
    """The table holds what could still be replayed, and no more."""

    def use(token: str, now_us: int) -> bool:
        return office.ledger.bookkeeper.beside(
            lambda connection: rows.use_token(
                connection, token_id=token, expires_us=now_us + 300, now_us=now_us
            )
        )

    assert use("1", 1_000)
    assert not use("1", 1_300)
    assert use("2", 1_301)
    with reading(office.ledger.enquiries.engine) as connection:
        assert connection.execute(select(beside_schema.used_tokens.c.jti)).scalars().all() == ["2"]


def test_look_ups_are_written_down_with_whom_they_found(office: Office) -> None:
    """Found by any value or by the party; who is not found is written down as well. What was seen is not."""
    office.keep("p", {Kind.PHONE: PHONE, Kind.TIN: TIN, Kind.NIDA: NIDA}, "tzst1")
    sought = [(Kind.PHONE, PHONE), (Kind.TIN, TIN), (Kind.NIDA, NIDA), (None, "p"), (Kind.TIN, "999999999")]
    for kind, value in sought:
        answered = office.desk.answer(
            LookUp("auditor", "kid", LookupReason.COURT_ORDER, "HC/12", kind, value, office.token())
        )
        assert answered.party == ("" if value == "999999999" else "p")
        assert answered.lookup
    found = office.asking.lookups_of("p", limit=10)
    assert [one.lookup for one in found] == sorted((one.lookup for one in found), reverse=True)
    assert {one[1:6] for one in found} == {("p", "auditor", "kid", LookupReason.COURT_ORDER, "HC/12")}
    assert len(found) == 4
    office.erase("p")
    assert len(office.asking.lookups(before=None, limit=10)) == 5
    assert len(office.asking.lookups(before=found[0].lookup, limit=10)) == 3


@pytest.mark.parametrize("wish", [
    Change("p", {Kind.NAME: "Asha", Kind.TIN: None}, "a", Token("t", 1)), Erase("p", Token("t", 1)),
    GiveNumber("p", "a", Token("t", 1)), LookUp("o", "k", LookupReason.TAX, "c", Kind.TIN, "v", Token("t", 1)),
    LookUp("o", "k", LookupReason.TAX, "c", None, "v", Token("t", 1)),
], ids=["change", "erase", "number", "look up", "look up a party"])  # fmt: skip
def test_wishes_cross_the_socket(wish: Change | Erase | GiveNumber | LookUp) -> None:
    """As JSON and back."""
    import json

    assert read_wish(json.loads(json.dumps(wish_members(wish)))) == wish


def test_plain_names_of_an_earlier_version_are_sealed_when_the_ledger_is_opened(
    office: Office, tmp_path: Path
) -> None:
    """They are told as before, and no byte of them is left in the file."""

    def plain(connection: Connection) -> None:
        connection.execute(
            insert(beside_schema.names).values(party="old", name="Zuhura Khalfani", updated_us=1)
        )

    office.ledger.bookkeeper.beside(plain)
    fold(tmp_path)
    assert files_with(tmp_path, b"Zuhura") or not office.ledger.url.startswith("sqlite")
    open_desk(office.ledger.bookkeeper, tmp_path / "keys", MachineClock())
    enquiries = office.ledger.enquiries
    enquiries.directory_key = office.key
    assert enquiries.name("old") == "Zuhura Khalfani"
    with reading(enquiries.engine) as connection:
        assert connection.execute(select(beside_schema.names)).all() == []
    office.ledger.close()
    assert not files_with(tmp_path, b"Zuhura")


def test_a_directory_whose_key_is_missing_is_not_opened(office: Office, tmp_path: Path) -> None:
    """No new key is made over data that it could not open. With one that an operator made, those data are gone."""
    office.keep("p", {Kind.NAME: "Asha"})
    keys = tmp_path / "keys"
    directory_key_path(keys).unlink()
    with refused(Fault.KEY_FILE_MISSING, name="directory", folder=str(keys)):
        open_desk(office.ledger.bookkeeper, keys, MachineClock())
    office.key = make_directory_key(keys)
    office.desk = open_desk(office.ledger.bookkeeper, keys, MachineClock())
    assert office.asking.person("p") == {}
    office.keep("p", {Kind.TIN: TIN})
    assert office.asking.person("p") == {Kind.TIN: TIN}
    assert office.rows() == 3


def test_a_key_file_is_read_strictly(tmp_path: Path) -> None:
    """Nobody else may read it, and it holds 32 bytes; what is in it is never repeated."""
    key, path = make_directory_key(tmp_path), directory_key_path(tmp_path)
    assert read_directory_key(path).key_id == key.key_id
    with refused(Fault.ALREADY_EXISTS, path=str(path)):
        make_directory_key(tmp_path)
    path.chmod(0o640)
    with refused(Fault.KEY_FILE_INVALID, path=str(path), why="mode_wider_than_0600"):
        read_directory_key(path)
    path.chmod(0o600)
    for content in ("", "{}", '{"kty":"oct","k":"AAAA"}', '{"kty":"OKP","k":"%s"}' % ("A" * 43)):
        path.write_text(content)
        with refused(Fault.KEY_FILE_INVALID, path=str(path), why="form"):
            read_directory_key(path)
    path.unlink()
    with refused(Fault.KEY_FILE_INVALID, path=str(path), why="unreadable"):
        read_directory_key(path)
