"""The floors hold: directions, circles, libraries."""

from __future__ import annotations

import pytest

from tests.architecture import floors
from tests.architecture.house import PRODUCT, ROOT, Module, module_at, product_modules, test_modules


def invented(**texts: str) -> tuple[Module, ...]:
    """Modules that do not exist, by name (`__` stands for a dot) and text."""
    return tuple(Module(name.replace("__", "."), text) for name, text in texts.items())


def test_the_house_is_read() -> None:
    """The rules look at the real modules: every folder that we ship has some, and so have the tests."""
    names = {module.name for module in product_modules()}
    assert {"ledger.faults", "ledger.books.journal", "wallet_cli.screen"} <= names
    assert {name.split(".")[0] for name in names} <= set(PRODUCT)
    assert module_at(ROOT / "tests" / "architecture" / "test_floors.py") in test_modules()


def test_every_module_is_on_a_floor() -> None:
    """No module is outside the table: a new one has been given its place."""
    assert not (found := list(floors.homeless(product_modules()))), "\n".join(found)


def test_every_room_of_the_table_once() -> None:
    """No room stands on two floors."""
    rooms = [room for floor in floors.FLOORS for room in floor]
    assert len(rooms) == len(set(rooms))


def test_imports_only_go_down() -> None:
    """A room uses only the rooms below it, and a house only what is on its list."""
    assert not (found := list(floors.wrong_directions(product_modules()))), "\n".join(found)


def test_no_circles() -> None:
    """No two modules import each other, by any way."""
    assert list(floors.cycles(product_modules())) == []
    assert list(floors.cycles(test_modules())) == []


def test_libraries_stay_in_their_rooms() -> None:
    """SQL has one room, HTTP has one room, the terminal has one room; below the store there is `cryptography` alone."""
    found = [words for module in product_modules() for words in floors.foreign_libraries(module)]
    assert not found, "\n".join(found)


def test_the_roof_imports_nothing() -> None:
    """Importing `ledger` loads no other module."""
    assert [words for module in product_modules() for words in floors.roof_imports(module)] == []


@pytest.mark.parametrize(
    "modules",
    [
        invented(ledger__rules__bad="import ledger.store.engine", ledger__store__engine=""),
        invented(ledger__books__bad="from ledger.signing import keys", ledger__signing__keys=""),
        invented(ledger__signing__bad="from ledger.books.journal import Entry", ledger__books__journal=""),
        invented(api__bad="import wallet_cli.screen", wallet_cli__screen=""),
        invented(wallet_cli__bad="def late():\n    import api.app", api__app=""),
        invented(wallet_cli__bad="from ledger.store import schema", ledger__store__schema=""),
        invented(wallet_cli__bad="import ledger.enquiries", ledger__enquiries=""),
        invented(api__bad="from ledger.bookkeeper import Bookkeeper", ledger__bookkeeper=""),
        invented(api__bad="import ledger.rules.decide", ledger__rules__decide=""),
        invented(loadtests__bad="import ledger.store.guards", ledger__store__guards=""),
        invented(loadtests__bad="import wallet_cli.screen", wallet_cli__screen=""),
        invented(api__bad="import loadtests.figures", loadtests__figures=""),
        invented(ledger__faults="import ledger.refusals", ledger__refusals=""),
    ],
    ids=lambda modules: f"{modules[0].name}->{modules[1].name}",
)
def test_a_wrong_direction_is_seen(modules: tuple[Module, ...]) -> None:
    """Each kind of wrong import is found."""
    assert len(list(floors.wrong_directions(modules))) == 1


def test_a_right_direction_is_not_seen() -> None:
    """Imports that go down, and imports within a room, are left alone."""
    modules = invented(
        ledger__rules__good="from ledger.orders import kinds\nimport ledger.rules.state",
        ledger__orders__kinds="",
        ledger__rules__state="",
        wallet_cli__good="from ledger.proofs.receipt import Receipt",
        ledger__proofs__receipt="",
    )
    assert list(floors.wrong_directions(modules)) == []


def test_a_circle_is_seen() -> None:
    """Three modules in a ring are found, even if one import stands inside a function."""
    modules = invented(
        ledger__rules__a="import ledger.rules.b",
        ledger__rules__b="from ledger.rules import c",
        ledger__rules__c="def late():\n    import ledger.rules.a",
    )
    assert len(list(floors.cycles(modules))) == 1


def test_a_homeless_module_is_seen() -> None:
    """A new module on the top floor must be put on the table."""
    assert len(list(floors.homeless(invented(ledger__surprise="")))) == 1


@pytest.mark.parametrize(
    "name, text",
    [
        ("ledger.rules.bad", "import sqlalchemy"),
        ("ledger.books.bad", "from nacl.bindings import crypto_sign"),
        ("ledger.orders.bad", "from cryptography.hazmat.primitives import hashes"),
        ("ledger.enquiries", "from sqlalchemy import select"),
        ("ledger.enquiries", "import flask"),
        ("ledger.sequencer", "from sqlalchemy import Connection"),
        ("api.bad", "import click"),
        ("wallet_cli.bad", "def late():\n    import sqlalchemy"),
        ("wallet_cli.bad", "import requests"),
        ("ledger.cli", "from tests import strategies"),
    ],
)
def test_a_foreign_library_is_seen(name: str, text: str) -> None:
    """A library in the wrong room is found, and so is one that nobody knows."""
    assert len(list(floors.foreign_libraries(Module(name, text)))) == 1


@pytest.mark.parametrize(
    "name, text",
    [
        ("ledger.store.bad", "import sqlalchemy.exc"),
        ("ledger.enquiries", "from sqlalchemy import Engine"),
        ("ledger.signing.keys", "import nacl.bindings\nimport cryptography\nimport hashlib"),
        ("ledger.cli", "import click"),
    ],
)
def test_a_library_at_home_is_not_seen(name: str, text: str) -> None:
    """A library in its own room is left alone."""
    assert list(floors.foreign_libraries(Module(name, text))) == []


def test_an_import_in_the_roof_is_seen() -> None:
    """An import in `ledger/__init__.py` is found."""
    assert (
        len(list(floors.roof_imports(Module("ledger", "from ledger.money import Amount", is_package=True))))
        == 1
    )
