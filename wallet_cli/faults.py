"""What goes wrong in the wallet: one class, with the key of its sentence and its exit code."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What `pochi` leaves behind for a script. The numbers are a promise and never change their meaning."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    DECLINED = 3
    NOT_AUTHORISED = 4
    NOT_FOUND = 5
    REFUSED = 6
    CONFLICT = 7
    PARTIAL = 8
    OUTCOME_UNKNOWN = 9
    VERIFICATION_FAILED = 10
    HISTORY_CHANGED = 11
    TRY_AGAIN_LATER = 75
    INTERRUPTED = 130


class WalletFault(Exception):
    """The wallet cannot go on, and the person is told why and what to do next.

    `key` names the sentences `fault.<key>` and `fault.<key>.next` of the catalogue; `details` fill their
    places. Details are shown to the person: never a passphrase, a recovery word or a private key.
    """

    def __init__(self, key: str, exit_code: ExitCode, /, **details: str | int) -> None:
        self.key = key
        self.wording = key
        """The sentences to tell it with, where they depend on who asked; the key, a script's, stays the same."""
        self.exit_code = exit_code
        self.details = details
        told = ", ".join(f"{name}={value}" for name, value in details.items())
        super().__init__(f"{key}: {told}" if told else key)
