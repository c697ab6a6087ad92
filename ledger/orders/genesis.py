"""Genesis: record 0, which fixes what a ledger is. Its SHA-256 is the ledger's id, so nothing in it can change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ledger.addresses import PREFIX, chart_address
from ledger.books.accounts import Account, AccountClass
from ledger.books.bills import CONTROL_NUMBER_PREFIX
from ledger.books.chart import ChartLine
from ledger.books.parties import Key, Party, Role, Scope, Title
from ledger.faults import Fault, LedgerFault
from ledger.instants import instant_text
from ledger.money import Currency
from ledger.orders import fields
from ledger.signing import base64url
from ledger.signing.keys import PublicKey
from ledger.signing.log_keys import LogKey
from ledger.strict_json import dumps, loads

RULES_VERSION = 3
"""The version of the rules that a new ledger starts with."""

RULES_KNOWN = (1, 2, 3)
"""Every version by which this software can decide. 1: accounts, payments, bills. 2: corrections, freezes, roles, and
the day's close. 3: bills in full."""

GENESIS_BYTES_MAX = 256 * 1024
NONCE_BYTES = 16


class GenesisParty(NamedTuple):
    """A party that exists from the first record on, with its roles and public keys."""

    party: str
    title: Title
    roles: tuple[Role, ...]
    keys: tuple[tuple[PublicKey, tuple[Scope, ...]], ...]


@dataclass(frozen=True)
class Genesis:
    """What record 0 says. `record` are its very bytes; amounts are minor units."""

    record: bytes
    recorded_at: str
    nonce: str
    name: str
    sandbox: bool
    prefix: str
    control_number_prefix: str
    currencies: Mapping[str, Currency]
    parties: tuple[GenesisParty, ...]
    chart: tuple[ChartLine, ...]
    supply_max: Mapping[str, int]
    holders_max: int
    log_key: PublicKey
    rules: int
    """The version of the rules by which it began."""
    later_log_keys: tuple[LogKey, ...] = ()
    """Not of record 0: log keys that orders brought since, as far as whoever holds this has verified their chain."""

    @property
    def log_keys(self) -> tuple[LogKey, ...]:
        """Every log key that is known here, in order, that of record 0 first."""
        return (LogKey(self.log_key), *self.later_log_keys)

    @cached_property
    def ledger_id(self) -> str:
        """base64url SHA-256 of record 0."""
        return base64url.encode(hashlib.sha256(self.record).digest())

    @cached_property
    def backing(self) -> Mapping[str, str]:
        """Per currency the address of its backing account."""
        lines = (line for line in self.chart if line.account_class is AccountClass.BACKING)
        return {line.currency: self.address_of(line.code) for line in lines}

    def address_of(self, code: str) -> str:
        """The address of an account of the chart."""
        return chart_address(prefix=self.prefix, ledger_id=self.ledger_id, code=code)

    def opening(self) -> Opening:
        """The register as it is after record 0."""
        parties, keys = [], []
        for row in self.parties:
            full = sum(Scope.ALL in scopes for _, scopes in row.keys)
            parties.append(Party(row.party, row.roles, 0, row.title, (), full))
            keys += [
                Key(key.kid, row.party, dumps(key.jwk()).decode(), scopes, 0) for key, scopes in row.keys
            ]
        accounts = [
            Account(self.address_of(line.code), line.party, line.account_class, line.currency, 0, line.code)
            for line in self.chart
        ]
        return Opening(parties, keys, accounts)


class Opening(NamedTuple):
    """Parties, keys and accounts that genesis brings."""

    parties: list[Party]
    keys: list[Key]
    accounts: list[Account]


def genesis_record(document: Mapping[str, object], *, now_us: int, rules: int = RULES_VERSION) -> bytes:
    """Record 0 for a genesis document, checked.

    Raises:
        LedgerFault: GENESIS_INVALID with `what`.
    """
    record = dumps(
        {
            "sequence": 0,
            "recorded_at": instant_text(now_us),
            "rules": rules,
            "cause": {"genesis": dict(document)},
            "outcome": "accepted",
            "postings": [],
            "result": {},
        }
    )
    read_genesis(record)
    return record


def read_genesis(record: bytes) -> Genesis:
    """Read record 0.

    Raises:
        LedgerFault: GENESIS_INVALID with `what`.
    """
    try:
        whole = loads(record, bytes_max=GENESIS_BYTES_MAX, depth_max=12)
        names = frozenset({"sequence", "recorded_at", "rules", "cause", "outcome", "postings", "result"})
        line = fields.exact(whole, required=names, what="record")
        cause = fields.exact(line["cause"], required=frozenset({"genesis"}), what="cause")
        return _read_document(cause["genesis"], record, line)
    except LedgerFault as fault:
        raise LedgerFault(Fault.GENESIS_INVALID, what=fault.details.get("what", fault.fault.value)) from fault


_DOCUMENT = frozenset(
    {
        "nonce", "name", "sandbox", "prefix", "control_number_prefix", "currencies", "parties", "chart", "bounds",
        "log_key",
    }
)  # fmt: skip


def _read_document(value: object, record: bytes, line: fields.Members) -> Genesis:
    members = fields.exact(value, required=_DOCUMENT, what="genesis")
    currencies = _read_currencies(members["currencies"])
    parties = tuple(_read_party(row) for row in _rows(members["parties"], "parties"))
    chart = tuple(_read_line(row, currencies, parties) for row in _rows(members["chart"], "chart"))
    bounds = fields.exact(members["bounds"], required=frozenset({"supply_max", "holders_max"}), what="bounds")
    _require_whole(currencies, parties, chart)
    return Genesis(
        record=record,
        recorded_at=str(line["recorded_at"]),
        nonce=fields.matching(fields.NONCE, "nonce")(members["nonce"]),
        name=fields.title_text(members["name"]),
        sandbox=_boolean(members["sandbox"]),
        prefix=fields.matching(PREFIX, "prefix")(members["prefix"]),
        control_number_prefix=_control_number_prefix(members),
        currencies=currencies,
        parties=parties,
        chart=chart,
        supply_max=_read_supply_max(bounds["supply_max"], currencies),
        holders_max=_positive(bounds["holders_max"]),
        log_key=_log_key(members["log_key"]),
        rules=_rules(line["rules"]),
    )


def _rows(value: object, what: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise fields.malformed(what)
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise fields.malformed("sandbox")
    return value


def _rules(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value not in RULES_KNOWN:
        raise fields.malformed("rules")
    return value


def _positive(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise fields.malformed("bounds")
    return value


def _control_number_prefix(members: fields.Members) -> str:
    prefix = fields.matching(CONTROL_NUMBER_PREFIX, "control_number_prefix")(members["control_number_prefix"])
    if members["sandbox"] is True and prefix == "99":
        raise fields.malformed("control_number_prefix")  # a real citizen could pay a real one
    return prefix


def _log_key(value: object) -> PublicKey:
    key = fields.registrable_key(value)
    if key.algorithm != "Ed25519":
        raise fields.malformed("log_key")
    return key


def _read_currencies(value: object) -> dict[str, Currency]:
    currencies = {}
    for row in _rows(value, "currencies"):
        members = fields.exact(row, required=frozenset({"code", "decimals"}), what="currencies")
        code, decimals = fields.matching(fields.CURRENCY, "currencies")(members["code"]), members["decimals"]
        if (
            not isinstance(decimals, int)
            or isinstance(decimals, bool)
            or not 0 <= decimals <= 8
            or code in currencies
        ):
            raise fields.malformed("currencies")
        currencies[code] = Currency(code, decimals)
    return currencies


def _read_party(row: object) -> GenesisParty:
    members = fields.exact(row, required=frozenset({"party", "title", "roles", "keys"}), what="parties")
    roles = tuple(fields.choice(Role, role, "roles") for role in _list(members["roles"], "roles"))
    keys = []
    for entry in _rows(members["keys"], "keys"):
        parts = fields.exact(entry, required=frozenset({"key", "scopes"}), what="keys")
        scopes = tuple(fields.choice(Scope, word, "scopes") for word in _rows(parts["scopes"], "scopes"))
        keys.append((fields.registrable_key(parts["key"]), scopes))
    return GenesisParty(fields.party_id(members["party"]), fields.title(members["title"]), roles, tuple(keys))


def _list(value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise fields.malformed(what)
    return value


def _read_line(
    row: object, currencies: Mapping[str, Currency], parties: tuple[GenesisParty, ...]
) -> ChartLine:
    names = frozenset({"code", "class", "currency", "party", "title"})
    members = fields.exact(row, required=names, what="chart")
    currency, party = members["currency"], fields.party_id(members["party"])
    if (
        not isinstance(currency, str)
        or currency not in currencies
        or party not in {known.party for known in parties}
    ):
        raise fields.malformed("chart")
    account_class = fields.choice(AccountClass, members["class"], "class")
    code = fields.matching(fields.CHART_CODE, "chart")(members["code"])
    return ChartLine(code, account_class, currency, party, fields.title(members["title"]))


def _read_supply_max(value: object, currencies: Mapping[str, Currency]) -> dict[str, int]:
    members = fields.exact(value, required=frozenset(currencies), what="bounds")
    return {code: currency.parse(members[code]) for code, currency in currencies.items()}


def _require_whole(
    currencies: Mapping[str, Currency], parties: tuple[GenesisParty, ...], chart: tuple[ChartLine, ...]
) -> None:
    """Unique names, the roles that a ledger cannot live without, and one backing account per currency."""
    kids = [key.kid for party in parties for key, _ in party.keys]
    roles = {role for party in parties for role in party.roles}
    backing = sorted(line.currency for line in chart if line.account_class is AccountClass.BACKING)
    whole = (
        len(set(kids)) == len(kids)
        and len({party.party for party in parties}) == len(parties)
        and len({line.code for line in chart}) == len(chart)
        and roles >= {Role.ISSUER, Role.REGISTRAR, Role.AUTHORITY, Role.SUPERVISOR, Role.AUDITOR}
        and backing == sorted(currencies)
    )
    if not whole:
        raise fields.malformed("genesis")
