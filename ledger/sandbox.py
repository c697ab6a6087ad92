"""A sandbox: a test ledger whose role keys lie beside it, with a faucet that pays test money to anybody."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from ledger.addresses import new_order_id
from ledger.books.parties import Role, Title
from ledger.faults import Fault, LedgerFault
from ledger.instants import MICROSECONDS_PER_DAY, Clock
from ledger.keys_folder import LOG_KEY, key_path, read_private_key, write_private_key
from ledger.opening import create_ledger, open_bookkeeper
from ledger.orders.genesis import Genesis
from ledger.orders.kinds import Issue, Order
from ledger.orders.signed import open_order, sign_order, verify_order
from ledger.signing import base64url
from ledger.signing.keys import PrivateKey
from ledger.wire import AnswerStatus

DATABASE_NAME = "daftari.db"
FAUCET = "faucet"
FAUCET_CODE = "2900"
FAUCET_MINOR_UNITS = 10_000_000_000_00
SUPPLY_MAX_TEXT = "1000000000000"
HOLDERS_MAX = 1_000_000
PREFIX = "tzst"
CONTROL_NUMBER_PREFIX = "88"
"""Not 99, with which real control numbers begin."""

_PARTIES: tuple[tuple[str, Role, Title], ...] = (
    ("issuer", Role.ISSUER, Title("Sandbox Central Bank", "Benki Kuu ya Majaribio")),
    ("registrar", Role.REGISTRAR, Title("Sandbox Registrar", "Msajili wa Majaribio")),
    ("authority", Role.AUTHORITY, Title("Sandbox Authority", "Mamlaka ya Majaribio")),
    ("supervisor", Role.SUPERVISOR, Title("Sandbox Supervisor", "Msimamizi wa Majaribio")),
    ("auditor", Role.AUDITOR, Title("Sandbox Auditor", "Mkaguzi wa Majaribio")),
)
_FAUCET_TITLE = Title("Sandbox Faucet (test money)", "Bomba la Fedha za Majaribio")


def create_sandbox(url: str, keys: Path, clock: Clock) -> Genesis:
    """A new sandbox ledger: keys of every role under `keys`, record 0, and a faucet full of test money.

    Raises:
        LedgerFault: ALREADY_EXISTS if there are keys or a ledger already.
    """
    names = [LOG_KEY, FAUCET, *(party for party, _, _ in _PARTIES)]
    for name in names:
        if key_path(keys, name).exists():
            raise LedgerFault(Fault.ALREADY_EXISTS, path=str(key_path(keys, name)))
    pairs = {name: PrivateKey.generate("Ed25519") for name in names}
    for name, key in pairs.items():
        write_private_key(keys, name, key)
    genesis = create_ledger(url, _document(pairs), pairs[LOG_KEY], now_us=clock.wall_us())
    _fill_faucet(url, keys, genesis, clock)
    return genesis


def make_sandbox_in(folder: Path, clock: Clock) -> None:
    """A sandbox in this folder, as `daftari.db` and `keys`, unless it is there: made beside them and moved when whole.

    Whatever cuts this short, the next call begins again or ends it.

    Raises:
        LedgerFault: ALREADY_EXISTS if there are other keys already.
    """
    database, keys, making = (folder.joinpath(name) for name in (DATABASE_NAME, "keys", "sandbox.unfinished"))
    made = making.joinpath(DATABASE_NAME)
    if not database.exists():
        if not _only_the_move_is_missing(making):
            if keys.is_dir() and any(keys.iterdir()):
                raise LedgerFault(Fault.ALREADY_EXISTS, path=str(keys))
            shutil.rmtree(making, ignore_errors=True)
            create_sandbox(f"sqlite:///{made}", making.joinpath("keys"), clock)
            making.joinpath("keys").rename(keys)
        made.rename(database)
    shutil.rmtree(making, ignore_errors=True)


def _only_the_move_is_missing(making: Path) -> bool:
    """The keys are moved first, so a database without keys beside it is whole."""
    return making.joinpath(DATABASE_NAME).exists() and not making.joinpath("keys").exists()


def _document(pairs: dict[str, PrivateKey]) -> dict[str, object]:
    rows = [_party(name, (role,), title, pairs[name]) for name, role, title in _PARTIES]
    return {
        "nonce": base64url.encode(secrets.token_bytes(16)),
        "name": "Daftari sandbox",
        "sandbox": True,
        "prefix": PREFIX,
        "control_number_prefix": CONTROL_NUMBER_PREFIX,
        "currencies": [{"code": "TZS", "decimals": 2}],
        "parties": [*rows, _party(FAUCET, (), _FAUCET_TITLE, pairs[FAUCET])],
        "chart": [
            _line(
                "1000",
                "backing",
                "issuer",
                Title("Backing of digital shillings", "Dhamana ya shilingi za kidijiti"),
            ),
            _line(FAUCET_CODE, "distribution", FAUCET, _FAUCET_TITLE),
        ],
        "bounds": {"supply_max": {"TZS": SUPPLY_MAX_TEXT}, "holders_max": HOLDERS_MAX},
        "log_key": pairs[LOG_KEY].public.jwk(),
    }


def _title(title: Title) -> dict[str, str]:
    return {"en": title.en, "sw": title.sw}


def _party(name: str, roles: tuple[Role, ...], title: Title, key: PrivateKey) -> dict[str, object]:
    keys = [{"key": key.public.jwk(), "scopes": ["all"]}]
    return {"party": name, "title": _title(title), "roles": [role.value for role in roles], "keys": keys}


def _line(code: str, account_class: str, party: str, title: Title) -> dict[str, object]:
    return {"code": code, "class": account_class, "currency": "TZS", "party": party, "title": _title(title)}


def _fill_faucet(url: str, keys: Path, genesis: Genesis, clock: Clock) -> None:
    """An ordinary `issue`, signed by the issuer: there is no second door for money."""
    key, now_us = read_private_key(keys, "issuer"), clock.wall_us()
    body = Issue(genesis.address_of(FAUCET_CODE), "TZS", FAUCET_MINOR_UNITS)
    order = Order(new_order_id(now_us), now_us // 1_000 * 1_000 + MICROSECONDS_PER_DAY // 24, body)
    opened = open_bookkeeper(url, keys, lease_seconds=5)
    signed = open_order(sign_order(order, key, genesis), genesis)
    (answer,) = opened.bookkeeper.settle([verify_order(signed, key.public, genesis)], now_us=now_us)
    opened.bookkeeper.close()
    if answer.status is not AnswerStatus.ACCEPTED:
        raise LedgerFault(Fault.GENESIS_INVALID, what="faucet")
