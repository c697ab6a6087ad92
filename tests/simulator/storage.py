"""The bookkeeper's connection, handed in: the real one, except that beginning and COMMIT may go wrong."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from tests.simulator.faults import Fate, Place


class Crash(BaseException):
    """The ledger's process ends here. No code of the ledger may catch it, as none catches a kill -9."""


class ShakyConnection:
    """Everything is done by the real connection; fate has a word at the beginning and at the end of a transaction."""

    def __init__(self, real: Connection, fate: Fate) -> None:
        self.real = real
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked, the real connection answers."""
        return getattr(self.real, name)

    def begin(self) -> object:
        """Begin a transaction, or fail to."""
        form = self._fate.draw(Place.BEGIN)
        if form is not None:
            form.strike(self.real)
        return self.real.begin()

    def commit(self) -> None:
        """Commit, or fail to, or commit and never say so."""
        form = self._fate.draw(Place.COMMIT)
        if form is None:
            self.real.commit()
        else:
            form.strike(self.real)
