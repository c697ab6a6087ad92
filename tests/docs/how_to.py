"""The operator's pages, replayed: what a page tells a person to type is typed, in its order, in an empty folder.

`console` blocks are typed and compared as in `tests.docs.consoles`. In `sh` blocks `export NAME=value` holds from
there on, and `daftari serve ...` is started at `<!-- the server is started -->` and ended at `<!-- the server is
stopped -->`. `sql` blocks are what the owner of the database server types. Any other line in an `sh` block would be a
promise that nobody tries, so there is none.
"""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.docs.consoles import STOPPED, Reader, differences, shown_in

STARTED = "<!-- the server is started -->"
START_SECONDS_MAX = 60.0
_BLOCK = re.compile(r"^```(sh|sql)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    """Something that a page says, and the line on which it stands."""

    line: int
    kind: str
    words: str
    expected: tuple[str, ...] = ()


def steps_of(page: str) -> list[Step]:
    """Everything that a page tells a person to do, in its order.

    Raises:
        ValueError: a line in an `sh` block that would not be tried.
    """
    found = [Step(shown.line, "type", shown.command, shown.expected) for shown in shown_in(page)]
    for block in _BLOCK.finditer(page):
        line = page.count("\n", 0, block.start()) + 1
        if block[1] == "sql":
            found.append(Step(line, "sql", block[2]))
        else:
            found += _shell_steps(block[2], line)
    for number, text in enumerate(page.splitlines(), 1):
        if text.strip() in (STARTED, STOPPED):
            found.append(Step(number, "start" if text.strip() == STARTED else "stop", ""))
    return sorted(found, key=lambda step: step.line)


def _shell_steps(block: str, line: int) -> Iterator[Step]:
    for number, text in enumerate(block.splitlines(), line + 1):
        if text.startswith("export "):
            yield Step(number, "export", text.removeprefix("export "))
        elif text.startswith("daftari serve"):
            yield Step(number, "serve", text)
        elif text and not text.startswith("#"):
            raise ValueError(f"line {number}: {text}: nobody tries this")


class Operator:
    """Follows a page in a folder. `put` says what stands in the page for what this machine has."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], put: Mapping[str, str], port: int
    ) -> None:
        self.folder = folder
        self.environment = dict(environment)
        self._put = put
        self._port = port
        self._serve = ""
        self._server: subprocess.Popen[bytes] | None = None

    def follow(self, step: Step) -> str:
        """Do what the step says. Returns how what was shown differs from the page; nothing if all is well."""
        words = self._in_place(step.words)
        match step.kind:
            case "export":
                name, _, value = words.partition("=")
                self.environment[name] = shlex.split(value)[0]
            case "serve":
                self._serve = words
            case "start":
                self._start()
            case "stop":
                self.stop()
            case _:
                return self._type(words, step.expected)
        return ""

    def _type(self, words: str, expected: tuple[str, ...]) -> str:
        reader = Reader(self.folder, self.environment, passphrase="")
        _, printed = reader.types(words)
        wrong = differences(tuple(self._in_place(line) for line in expected), printed)
        screen = "\n".join(printed)
        return f"$ {words}\n{wrong}\n\n{screen}" if wrong else ""

    def _in_place(self, text: str) -> str:
        for sample, real in self._put.items():
            text = text.replace(sample, real)
        return text

    def _start(self) -> None:
        with (self.folder / "serve.log").open("ab") as log:
            self._server = subprocess.Popen(
                [*shlex.split(self._serve), "--port", str(self._port)], cwd=self.folder, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._ready():
            if time.monotonic() > deadline or self._server.poll() is not None:
                raise TimeoutError((self.folder / "serve.log").read_text()[-4_000:])
            time.sleep(0.1)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/readyz", timeout=2) as answer:
                return int(answer.status) == 200
        except OSError:
            return False

    def stop(self) -> None:
        """End the server, if there is one, as Ctrl-C would."""
        server, self._server = self._server, None
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
