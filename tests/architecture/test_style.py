"""Every module keeps the style of the house, and every rule of that style can fail."""

from __future__ import annotations

import pytest

from tests.architecture import style
from tests.architecture.house import Module, product_modules, test_modules

HEAD = '"""What it is."""\n\nfrom __future__ import annotations\n\n'

BAD: dict[style.Rule, list[tuple[str, str]]] = {
    style.short_functions: [("ledger.bad", "def long() -> None:\n" + "    x = 1\n" * 50)],
    style.short_modules: [("ledger.bad", "x = 1\n" * 401)],
    style.future_first: [
        ("ledger.bad", '"""What it is."""\n\nimport json\n'),
        ("ledger.bad", '"""What it is."""\n'),
        ("ledger.bad", '"""What it is."""\n\nfrom __future__ import generator_stop\n'),
    ],
    style.absolute_imports: [("ledger.bad", "from . import faults"), ("ledger.bad", "from ..api import app")],
    style.early_imports: [
        ("ledger.bad", "def late():\n    import json"),
        (
            "api.bad",
            "class Late:\n    def at_last(self):\n        if self:\n            from json import loads",
        ),
    ],
    style.docstrings: [
        ("ledger.bad", "x = 1"),
        ("ledger.bad", '"""What it is."""\n\ndef public(): ...'),
        ("ledger.bad", '"""What it is."""\n\nclass Public: ...'),
        (
            "ledger.bad",
            '"""What it is."""\n\nclass Public:\n    """A class."""\n    async def said(self): ...',
        ),
        ("tests.test_bad", '"""What it is."""\n\ndef test_something(): ...'),
    ],
    style.full_annotations: [
        ("ledger.bad", "def f(a) -> None: ..."),
        ("ledger.bad", "def f(a: int): ..."),
        ("ledger.bad", "def f(*a) -> None: ..."),
        ("ledger.bad", "def f(*, a) -> None: ..."),
        ("ledger.bad", "class C:\n    def f(self, a) -> None: ..."),
        ("ledger.bad", "class C:\n    @staticmethod\n    def f(a) -> None: ..."),
        ("ledger.bad", "def outer() -> None:\n    def inner(a) -> None: ..."),
    ],
    style.no_assert: [("ledger.bad", "assert True"), ("loadtests.bad", "def f():\n    assert f")],
    style.no_floats: [
        ("ledger.bad", "half = amount / 2"),
        ("ledger.bad", "amount /= 2"),
        ("ledger.bad", "part = amount / parts"),
        ("ledger.rules.bad", "half = float(amount)"),
    ],
    style.one_clock: [
        ("ledger.bad", "now = datetime.now(UTC)"),
        ("ledger.bad", "now = datetime.datetime.utcnow()"),
        ("api.bad", "now = time.time()"),
        ("api.bad", "clock = time.time_ns"),
        ("wallet_cli.bad", "from time import time"),
        ("ledger.rules.bad", "today = date.today()"),
    ],
    style.no_built_sql: [
        ("ledger.bad", 'connection.execute(f"SELECT * FROM {table}")'),
        ("ledger.bad", 'connection.exec_driver_sql("SELECT %s" % name)'),
        ("ledger.bad", 'cursor.executemany("INSERT INTO " + table, rows)'),
        ("ledger.bad", 'connection.execute("SELECT {}".format(name))'),
        ("ledger.bad", "connection.execute(text(statement))"),
        ("ledger.bad", 'statement = f"DELETE FROM {table}"'),
        ("ledger.bad", 'statement = "UPDATE names SET name = " + name'),
        ("ledger.bad", 'statement = "ALTER TABLE {} ADD n".format(table)'),
    ],
    style.quiet_rooms: [
        ("ledger.books.bad", 'print("hello")'),
        ("wallet_cli.sending", "def f():\n    print(f)"),
    ],
    style.telling_names: [
        ("ledger.utils", ""),
        ("ledger.order_helpers", ""),
        ("ledger.bad", "class PaymentManager: ..."),
        ("api.bad", "class Utils: ..."),
    ],
}

GOOD: dict[style.Rule, list[tuple[str, str]]] = {
    style.short_functions: [("ledger.good", "def long() -> None:\n" + "    x = 1\n" * 49)],
    style.short_modules: [("ledger.good", "x = 1\n" * 400)],
    style.future_first: [
        ("ledger.good", HEAD),
        ("ledger.good", "from __future__ import annotations\n\nimport json\n"),
    ],
    style.absolute_imports: [("ledger.good", "from ledger import faults")],
    style.early_imports: [
        ("ledger.good", "import json"),
        ("wallet_cli.good", "def late():\n    import json"),
    ],
    style.docstrings: [
        ("ledger.good", '"""What it is."""\n\ndef _private(): ...\n\nclass _Private:\n    def f(self): ...'),
        ("ledger.good", '"""What it is."""\n\ndef public():\n    """Say."""\n    def inner(): ...'),
    ],
    style.full_annotations: [
        ("ledger.good", "class C:\n    def f(self, a: int, *b: str, **c: object) -> None: ..."),
        ("ledger.good", "class C:\n    @classmethod\n    def f(cls) -> None: ..."),
    ],
    style.no_assert: [("tests.good", "assert True"), ("ledger.good", "require(True, 'so')")],
    style.no_floats: [
        ("ledger.good", 'half = amount // 2\nfile = folder / "name" / f"{n}.json"'),
        ("loadtests.good", "rate = float(count) / seconds"),
    ],
    style.one_clock: [
        ("ledger.instants", "now = time.time_ns()"),
        ("ledger.good", "from time import monotonic\nx = time.monotonic()\ny = clock.now()"),
    ],
    style.no_built_sql: [
        ("ledger.good", 'connection.execute(text("SELECT 1"))'),
        ("ledger.good", 'connection.execute("SELECT " "1", (2,))'),
        ("ledger.good", 'connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))'),
        ("ledger.good", 'line = f"Select your {language}"\nsum = a + b\namount = currency.text(minor_units)'),
    ],
    style.quiet_rooms: [("wallet_cli.screen", "print(1)"), ("ledger.books.good", "self.print(1)")],
    style.telling_names: [("ledger.handles_nothing", "class ServiceProvider: ...\nclass BillService: ...")],
}


def cases(table: dict[style.Rule, list[tuple[str, str]]]) -> list[object]:
    """One pytest case for each example, called by its rule."""
    return [
        pytest.param(rule, Module(name, text), id=f"{rule.__name__}-{number}")
        for rule, examples in table.items()
        for number, (name, text) in enumerate(examples)
    ]


@pytest.mark.parametrize("rule", style.RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule: style.Rule) -> None:
    """Every module that we ship keeps it."""
    found = [words for module in product_modules() for words in rule(module)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", style.RULES, ids=lambda rule: rule.__name__)
def test_the_tests_keep_the_rule(rule: style.Rule) -> None:
    """So does every module of the tests."""
    found = [words for module in test_modules() for words in rule(module)]
    assert not found, "\n".join(found)


def test_every_rule_has_examples() -> None:
    """No rule is without a bad example and a good one."""
    assert set(BAD) == set(GOOD) == set(style.RULES)


@pytest.mark.parametrize("rule, module", cases(BAD))
def test_a_bad_example_is_seen(rule: style.Rule, module: Module) -> None:
    """The rule finds it."""
    assert list(rule(module))


@pytest.mark.parametrize("rule, module", cases(GOOD))
def test_a_good_example_is_not_seen(rule: style.Rule, module: Module) -> None:
    """The rule leaves it alone."""
    assert list(rule(module)) == []


def test_a_door_plate_needs_no_future() -> None:
    """A package's `__init__` with a docstring and names alone is exempt; with a function in it, it is not."""
    plate = '"""What it is."""\n\nNAME = 1\n'
    assert not list(style.future_first(Module("ledger.good", plate, is_package=True)))
    assert list(style.future_first(Module("ledger.bad", plate + "def f(): ...\n", is_package=True)))
