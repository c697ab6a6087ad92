"""The style of the house as rules: each takes one module and tells what is wrong with it, line by line.

What ruff and mypy can say, they say; here stands what they cannot, or what must hold whatever their settings are.
A rule is a function from a module to sentences, in `RULES`; `test_style.py` shows a bad example of each.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from tests.architecture.house import Module

FUNCTION_LINES_MAX = 50
MODULE_LINES_MAX = 400

CLOCKS = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
)
MAY_TELL_TIME = ("ledger.instants", "loadtests", "tests")

MAY_PRINT = ("wallet_cli.screen", "ledger.cli", "ledger.cli_words", "loadtests", "tests")

# Accept-Language's weights, token buckets and a child's waiting time are no money.
MAY_USE_FLOATS = (
    "ledger.words.languages",
    "ledger.intake",
    "ledger.notifying",
    "ledger.sequencer",
    "ledger.supervisor",
    "ledger.wire",
)

# Imports inside functions keep the wallet's start under 200 ms.
MAY_IMPORT_LATE = ("wallet_cli", "tests")

# CREATE TRIGGER takes no parameters; what is put together here comes from the schema beside it, never from outside.
# Tests that attack the database go through all its tables by name.
MAY_BUILD_SQL = ("ledger.store.guards", "tests")

SQL_CALLS = frozenset({"execute", "executemany", "executescript", "exec_driver_sql", "text", "DDL"})
SQL_VERBS = re.compile(
    r"\s*(SELECT|INSERT (INTO|OR)|UPDATE \w+ SET|DELETE FROM|CREATE (TABLE|INDEX|UNIQUE|TRIGGER|FUNCTION|DATABASE|ROLE)"
    r"|DROP (TABLE|INDEX|TRIGGER|DATABASE|ROLE)|ALTER (TABLE|ROLE)|TRUNCATE|PRAGMA|VACUUM|GRANT|REVOKE)\b"
)

# "Service" is missing: here it is a noun of the trade, what an institution raises bills for.
EMPTY_NAMES = re.compile(r"(^|_)(process|handle|handler|manager|utils?|helpers?)$")

Rule = Callable[[Module], Iterator[str]]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def short_functions(module: Module) -> Iterator[str]:
    """No function is longer than a screen."""
    for function in module.functions:
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield f"{module.name}:{function.lineno}: {function.name} has {lines} lines"


def short_modules(module: Module) -> Iterator[str]:
    """No module is longer than what one reads in a sitting."""
    lines = module.text.count("\n")
    if lines > MODULE_LINES_MAX:
        yield f"{module.name}: {lines} lines"


def future_first(module: Module) -> Iterator[str]:
    """`from __future__ import annotations` opens every module; a package's door plate needs none."""
    body = module.tree.body[1:] if ast.get_docstring(module.tree) is not None else module.tree.body
    if module.is_package and not any(isinstance(node, (*_FUNCTIONS, ast.ClassDef)) for node in body):
        return
    first = body[0] if body else None
    if (
        not isinstance(first, ast.ImportFrom)
        or first.module != "__future__"
        or first.names[0].name != "annotations"
    ):
        yield f"{module.name}:1: does not begin with `from __future__ import annotations`"


def absolute_imports(module: Module) -> Iterator[str]:
    """An import names its room in full."""
    yield from (f"{module.name}:{one.line}: relative import" for one in module.imports if one.level)


def early_imports(module: Module) -> Iterator[str]:
    """Imports stand at the head of the module."""
    if not module.within(*MAY_IMPORT_LATE):
        yield from (
            f"{module.name}:{one.line}: import inside a function" for one in module.imports if one.local
        )


def docstrings(module: Module) -> Iterator[str]:
    """Every module, public class and public function says what it is for; every test says what it shows."""
    if not ast.get_docstring(module.tree):
        yield f"{module.name}:1: the module has no docstring"
    for node in _public(module.tree):
        if not ast.get_docstring(node):
            yield f"{module.name}:{node.lineno}: {node.name} has no docstring"


def _public(
    node: ast.Module | ast.ClassDef,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public classes and functions, and what is public in those classes; what a function holds is its own affair."""
    for child in node.body:
        if isinstance(child, (*_FUNCTIONS, ast.ClassDef)) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)


def full_annotations(module: Module) -> Iterator[str]:
    """Every parameter and every result has a type."""
    methods = {
        id(node) for owner in ast.walk(module.tree) if isinstance(owner, ast.ClassDef) for node in owner.body
    }
    for function in module.functions:
        given = function.args
        named = [*given.posonlyargs, *given.args]
        if id(function) in methods and not _is_static(function):
            named = named[1:]
        extra = [one for one in (given.vararg, given.kwarg) if one is not None]
        bare = [one.arg for one in (*named, *given.kwonlyargs, *extra) if one.annotation is None]
        if bare:
            yield f"{module.name}:{function.lineno}: {function.name} leaves {', '.join(bare)} without a type"
        if function.returns is None:
            yield f"{module.name}:{function.lineno}: {function.name} does not say what it returns"


def _is_static(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)


def no_assert(module: Module) -> Iterator[str]:
    """Product code uses `require`: `python -O` drops asserts."""
    if not module.is_test:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Assert):
                yield f"{module.name}:{node.lineno}: assert"


def no_floats(module: Module) -> Iterator[str]:
    """In the ledger nothing is divided with `/` or made a float, for it could be money; paths may be joined."""
    if not module.within("ledger") or module.within(*MAY_USE_FLOATS):
        return
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.BinOp | ast.AugAssign)
            and isinstance(node.op, ast.Div)
            and not _joins_path(node)
        ):
            yield f"{module.name}:{node.lineno}: true division"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield f"{module.name}:{node.lineno}: float()"


def _joins_path(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether a `/` has text on a side: a number cannot."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    texts = (ast.Constant, ast.JoinedStr)
    return any(isinstance(side, texts) and not _is_number(side) for side in sides)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)


def one_clock(module: Module) -> Iterator[str]:
    """Time is handed in; only `ledger/instants.py` reads the wall clock."""
    if module.within(*MAY_TELL_TIME):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in CLOCKS:
            yield f"{module.name}:{node.lineno}: {ast.unparse(node)}"
    for one in module.imports:
        if one.module == "time" and one.name in {"time", "time_ns"}:
            yield f"{module.name}:{one.line}: from time import {one.name}"


def no_built_sql(module: Module) -> Iterator[str]:
    """A statement is written down whole; values travel beside it."""
    if module.within(*MAY_BUILD_SQL):
        return
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and node.args
            and _called(node) in SQL_CALLS
            and _is_built(node.args[0])
        ):
            yield f"{module.name}:{node.lineno}: SQL put together from pieces"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text":
            if not isinstance(node.args[0], ast.Constant):
                yield f"{module.name}:{node.lineno}: text() of something that is not written here"
        elif isinstance(node, ast.expr) and _is_built(node) and SQL_VERBS.match(_first_words(node)):
            yield f"{module.name}:{node.lineno}: SQL put together from pieces"


def _called(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_built(node: ast.expr) -> bool:
    """Whether a text comes about at run time: f-string, `%`, `+`, `format`, `join`, `replace`."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod | ast.Add)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"format", "format_map", "join", "replace"}
        and not ast.unparse(node.func.value).startswith("sql.SQL(")  # psycopg's own, which quotes identifiers
    )


def _first_words(node: ast.expr) -> str:
    """The text with which a built text begins, as far as it is written down."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return _first_words(node.values[0]) if node.values else ""
    if isinstance(node, ast.BinOp):
        return _first_words(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _first_words(node.func.value)
    return ""


def quiet_rooms(module: Module) -> Iterator[str]:
    """Only the rooms that own a terminal print."""
    if not module.within(*MAY_PRINT):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                yield f"{module.name}:{node.lineno}: print"


def telling_names(module: Module) -> Iterator[str]:
    """No module and no class of ours is called by a word that says nothing."""
    if EMPTY_NAMES.search(module.name.split(".")[-1]):
        yield f"{module.name}: the name says nothing"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(_snake(node.name)):
            yield f"{module.name}:{node.lineno}: the name {node.name} says nothing"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


RULES: tuple[Rule, ...] = (
    short_functions,
    short_modules,
    future_first,
    absolute_imports,
    early_imports,
    docstrings,
    full_annotations,
    no_assert,
    no_floats,
    one_clock,
    no_built_sql,
    quiet_rooms,
    telling_names,
)
