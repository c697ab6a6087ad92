"""The floors of the house, as a table, and the rules that read it.

To add a room: put its dotted name on the lowest floor above everything that it imports. A room covers what lies inside
it, unless that has a line of its own. Rooms on one floor do not know each other; modules within one room may.
"""

from __future__ import annotations

import graphlib
import sys
from collections.abc import Iterable, Iterator, Mapping

from tests.architecture.house import PRODUCT, TESTS, Import, Module, edges

FLOORS: tuple[tuple[str, ...], ...] = (
    # Ground floor: the words that every room speaks.
    ("ledger", "ledger.faults", "ledger.refusals", "ledger.garbage"),
    ("ledger.money", "ledger.addresses", "ledger.instants", "ledger.strict_json"),
    ("ledger.words",),
    ("ledger.cli_words",),  # the sentences of the operator's command
    # First floor: two rooms that do not know each other.
    ("ledger.signing", "ledger.books"),
    # What people and institutions write: numbers, codes and times of the country.
    ("ledger.formats", "ledger.reconciling"),
    # People's data, sealed: apart from everything that is ordered, decided or recorded.
    ("ledger.directory",),
    # Second floor: what may be asked, and what anyone can check.
    ("ledger.orders", "ledger.proofs"),
    # Third floor: the rules, pure.
    ("ledger.rules",),
    # The books as outsiders read them: pure texts, from what the rules make of records.
    ("ledger.exports",),
    # Fourth floor: the only SQL.
    ("ledger.store",),
    # Top floor of the ledger: the only modules that wait.
    (
        "ledger.wire",
        "ledger.intake",
        "ledger.lifeline",
        "ledger.keys_folder",
        "ledger.logs",
        "ledger.directory_key",
        "ledger.receivers",
        "ledger.sandbox_clock",
    ),
    (
        "ledger.loading",
        "ledger.touched",
        "ledger.entry_views",
        "ledger.bill_views",
        "ledger.notices",
        "ledger.delivering",
    ),
    ("ledger.bookkeeper", "ledger.enquiries", "ledger.tallies"),
    (
        "ledger.opening",
        "ledger.statements",
        "ledger.billing",
        "ledger.previews",
        "ledger.starting",
        "ledger.directory_desk",
        "ledger.directory_enquiries",
    ),
    ("ledger.beside",),
    ("ledger.audit_walk",),
    (
        "ledger.sequencer",
        "ledger.notifying",
        "ledger.supervisor",
        "ledger.sandbox",
        "ledger.auditing",
        "ledger.founding",
        "ledger.handing_over",
    ),
    ("ledger.exporting", "ledger.verifying"),
    ("ledger.sandbox_wallets", "ledger.backups"),
    ("ledger.restoring",),
    ("ledger.cli_options",),
    ("ledger.cli_keys", "ledger.cli_keeping", "ledger.cli_books", "ledger.cli_notices"),
    ("ledger.cli",),
    # Beside the ledger: two houses that use it and never each other.
    ("api", "wallet_cli"),
    # Outside: what measures them.
    ("loadtests",),
)
"""From the ground up. A module may import its own room and every room below."""

_BELOW_THE_STORE = ("ledger", "ledger.faults", "ledger.refusals", "ledger.money", "ledger.addresses", "ledger.instants",
                    "ledger.strict_json", "ledger.words", "ledger.signing", "ledger.books", "ledger.formats",
                    "ledger.reconciling",
                    "ledger.orders", "ledger.proofs")  # fmt: skip

ONLY: Mapping[str, tuple[str, ...]] = {
    # A holder's machine has the means to sign and to check, and can never pull in the server.
    "wallet_cli": (*_BELOW_THE_STORE, "wallet_cli"),
    # A load generator is a customer: it signs, sends and checks. It also opens the sandbox that it loads, and the bench
    # holds the posting path against the same server doing less, and against the same rows written bare.
    "loadtests": (
        *_BELOW_THE_STORE, "ledger.garbage", "ledger.store.engine", "ledger.store.batch", "ledger.store.bulk",
        "ledger.store.rows", "ledger.store.sql", "ledger.wire", "ledger.keys_folder", "ledger.opening",
        "ledger.sandbox", "ledger.bookkeeper", "ledger.auditing", "api.config", "api.server", "api.asked",
        "api.outcomes", "loadtests",
    ),
    # The API parses, verifies, forwards, reads and renders. It decides nothing and writes nothing.
    "api": (
        *_BELOW_THE_STORE, "ledger.garbage", "ledger.rules.records", "ledger.store.engine", "ledger.wire",
        "ledger.intake", "ledger.lifeline", "ledger.logs", "ledger.enquiries", "ledger.sandbox_clock",
        "ledger.entry_views", "ledger.bill_views", "ledger.billing", "ledger.statements", "ledger.directory",
        "ledger.directory_key", "ledger.directory_enquiries", "ledger.store.bill_readings", "ledger.notices",
        "ledger.receivers", "ledger.rules.notices", "ledger.store.notices", "api",
    ),
}  # fmt: skip
"""Houses that may use less than what lies below them: their whole list."""

LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "cryptography": ("ledger.signing", "ledger.directory.sealing", "wallet_cli", "loadtests"),
    "nacl": ("ledger.signing", "loadtests"),
    "sqlalchemy": ("ledger.store",),
    "alembic": ("ledger.store.migrations",),
    "psycopg": ("ledger.store",),
    "flask": ("api",),
    "werkzeug": ("api",),
    "markupsafe": ("api",),
    "marshmallow": ("api",),
    "apispec": ("api",),
    "granian": ("api",),
    "segno": ("api", "wallet_cli"),
    "prometheus_client": ("api", "ledger.sequencer", "ledger.supervisor"),
    "click": (
        "wallet_cli",
        "ledger.cli",
        "ledger.cli_options",
        "ledger.cli_keys",
        "ledger.cli_keeping",
        "ledger.cli_books",
        "ledger.cli_notices",
        "ledger.cli_words",
    ),
    "locust": ("loadtests",),
    "gevent": ("loadtests",),
    "psutil": ("loadtests",),
}
"""Which rooms may use which library. What is not in the table is not used."""

HANDLES: Mapping[str, tuple[tuple[str, ...], frozenset[str]]] = {
    # Whoever waits holds a connection to hand it to the store, or names a table; statements stay in the store.
    "sqlalchemy": (
        (
            "ledger.loading",
            "ledger.entry_views",
            "ledger.bill_views",
            "ledger.billing",
            "ledger.notices",
            "ledger.beside",
            "ledger.bookkeeper",
            "ledger.enquiries",
            "ledger.statements",
            "ledger.opening",
            "ledger.auditing",
            "ledger.audit_walk",
            "ledger.backups",
            "ledger.restoring",
            "ledger.directory_desk",
            "ledger.directory_enquiries",
        ),
        frozenset({"Connection", "Engine", "Table"}),
    ),
}
"""Names of a library that more rooms may import, because they are only handed on."""

MAY_USE_TESTS = (
    "loadtests.served",  # `make load` and `make bench` run in a checkout and start PostgreSQL as the tests do
)


def room_of(name: str, rooms: Iterable[str] | None = None) -> str | None:
    """The room that a module lies in: the longest name in the table that covers it. The roof itself covers nothing."""
    table = [room for floor in FLOORS for room in floor] if rooms is None else list(rooms)
    found = [room for room in table if name == room or (room != "ledger" and name.startswith(f"{room}."))]
    return max(found, key=len, default=None)


def floor_of(room: str) -> int:
    """The number of a room's floor."""
    return next(number for number, floor in enumerate(FLOORS) if room in floor)


def homeless(modules: tuple[Module, ...]) -> Iterator[str]:
    """Modules that no line of the table covers."""
    return (f"{module.name}: not on any floor" for module in modules if room_of(module.name) is None)


def wrong_directions(modules: tuple[Module, ...]) -> Iterator[str]:
    """Imports that go up, or sideways into another room, or beyond a house's list."""
    for name, targets in edges(modules).items():
        room = room_of(name)
        if room is None:
            continue  # reported by `homeless`
        for target in sorted(targets):
            other = room_of(target)
            if other is None or other == room:
                continue
            if floor_of(other) >= floor_of(room):
                yield f"{name} imports {target}, which is not below it"
            elif room in ONLY and room_of(target, ONLY[room]) is None:
                yield f"{name} imports {target}, which is not on its list"


def cycles(modules: tuple[Module, ...]) -> Iterator[str]:
    """The first circle of modules that import each other, if there is one."""
    try:
        graphlib.TopologicalSorter(edges(modules)).prepare()
    except graphlib.CycleError as found:
        yield " -> ".join(found.args[1])


def foreign_libraries(module: Module) -> Iterator[str]:
    """Libraries in a room that may not use them, and the tests imported by what we ship."""
    for one in module.imports:
        if one.level or one.library in PRODUCT or one.library in sys.stdlib_module_names:
            continue
        if one.library == TESTS and module.within(*MAY_USE_TESTS):
            continue
        if one.library == TESTS:
            yield f"{module.name}:{one.line}: product code imports the tests"
        elif not module.within(*LIBRARIES.get(one.library, ())) and not _is_handle(module, one):
            yield f"{module.name}:{one.line}: {one.library} has no place in this room"


def _is_handle(module: Module, one: Import) -> bool:
    rooms, names = HANDLES.get(one.library, ((), frozenset()))
    return module.within(*rooms) and one.module == one.library and one.name in names


def roof_imports(module: Module) -> Iterator[str]:
    """`ledger/__init__.py` imports nothing, so that using one room never loads another."""
    if module.name == "ledger":
        yield from (f"{module.name}:{one.line}: imports {one.module}" for one in module.imports)
