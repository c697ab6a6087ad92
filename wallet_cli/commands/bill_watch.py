"""`pochi bill watch BILL`: stay with a bill of one's own institution until it is paid, or never will be."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import click

from ledger.instants import instant_text
from wallet_cli.bills import OwnBill, own_bill
from wallet_cli.commands.bill import STATES, bill_members
from wallet_cli.commands.history import when
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.printable import columns, pad
from wallet_cli.running import command
from wallet_cli.session import Session

TIME_COLUMNS = len("30 Nov, 23:59:59")
STATE_COLUMNS = len("NOT YET APPROVED")
AMOUNT_COLUMNS_MIN = len("Kilicholipwa")
PAUSE_S = 2
PAUSE_S_MAX = 3_600
SECONDS_MAX = 604_800
_PAID = "paid"
_ENDS = frozenset({_PAID, "refunded", "cancelled", "expired"})
_PASSING = frozenset({"ledger_unreachable", "answer_lost", "ledger_later"})
"""Faults of a ledger that is away for a while: no reason to stop watching."""


@command("watch")
@click.argument("bill_named")
@click.option("--every", type=click.IntRange(1, PAUSE_S_MAX), default=PAUSE_S)
@click.option("--timeout", "seconds", type=click.IntRange(1, SECONDS_MAX))
def watch(session: Session, *, bill_named: str, every: int, seconds: int | None) -> None:
    """Watch a bill: exit 0 once it is paid, 6 if it ends in another way, 75 if it has not ended in time."""
    session.check_ledger()
    watching = _Watching(session, own_bill(session, bill_named))
    watching.note()
    until = None if seconds is None else time.monotonic() + seconds
    while not watching.over:
        pause_s: float = max(every, watching.asked_pause_s)
        if until is not None:
            pause_s = min(pause_s, until - time.monotonic())
        if pause_s <= 0:
            break
        time.sleep(pause_s)
        watching.look()
    session.screen.show_json(watching.members())
    watching.leave(seconds)


@dataclass
class _Watching:
    """A bill as it was last seen, and every change that was seen of it."""

    session: Session
    row: OwnBill
    seen: list[tuple[int, OwnBill]] = field(default_factory=list)
    silence: WalletFault | None = None
    """Why the last look told nothing."""

    @property
    def over(self) -> bool:
        """Whether nothing more is awaited of the bill."""
        return self.row.shown.status in _ENDS

    @property
    def asked_pause_s(self) -> int:
        """How long a busy ledger asked to be left alone."""
        return int(self.silence.details.get("seconds", 0)) if self.silence is not None else 0

    def look(self) -> None:
        """Ask the ledger once; a ledger that is away for a while is told of once."""
        screen = self.session.screen
        try:
            self.row = own_bill(self.session, self.row.shown.bill_id)
        except WalletFault as fault:
            if fault.key not in _PASSING:
                raise
            if self.silence is None:
                screen.warn(screen.say("bill.watch_silent"))
            self.silence = fault
            return
        self.silence = None
        self.note()

    def note(self) -> None:
        """Tell of the bill if its state or what is outstanding is another than last time."""
        bill = self.row.shown
        if self.seen:
            last = self.seen[-1][1].shown
            if (last.status, last.outstanding) == (bill.status, bill.outstanding):
                return
        session, now_us = self.session, self.session.now_us()
        if not self.seen:
            self._show(
                *(session.screen.say(f"label.{name}") for name in ("time", "state", "paid", "outstanding"))
            )
        self.seen.append((now_us, self.row))
        amounts = session.money(bill.minor_units - bill.outstanding), session.money(bill.outstanding)
        self._show(when(session, now_us), self._state(), *amounts)

    def members(self) -> dict[str, object]:
        """The bill as `pochi bill show` has it, and the changes."""
        currency = self.session.genesis.currencies[self.row.shown.currency]
        changes = [
            {
                "seen_at": instant_text(at_us),
                "status": row.shown.status,
                "paid": currency.text(row.shown.minor_units - row.shown.outstanding),
                "outstanding": currency.text(row.shown.outstanding),
            }
            for at_us, row in self.seen
        ]
        return bill_members(self.session, self.row) | {"changes": changes}

    def leave(self, seconds: int | None) -> None:
        """Say how it ended.

        Raises:
            WalletFault: `bill_ended` (exit 6), `bill_not_ended` (exit 75), or why the ledger told nothing.
        """
        name, screen = self.row.shown.bill_id, self.session.screen
        if self.row.shown.status == _PAID:
            screen.done(screen.say("bill.paid", bill=name))
            return
        if self.over:
            raise WalletFault("bill_ended", ExitCode.REFUSED, bill=name, state=self._state())
        if self.silence is not None:
            raise self.silence
        raise WalletFault(
            "bill_not_ended", ExitCode.TRY_AGAIN_LATER, bill=name, state=self._state(), seconds=seconds or 0
        )

    def _show(self, moment: str, state: str, paid: str, outstanding: str) -> None:
        """A line in columns that hold without knowing what comes after it."""
        room = max(AMOUNT_COLUMNS_MIN, columns(self.session.money(self.row.shown.minor_units)))
        cells = pad(moment, TIME_COLUMNS), pad(state, STATE_COLUMNS), pad(paid, room), outstanding
        self.session.screen.show("  ".join(cells))

    def _state(self) -> str:
        return self.session.screen.say(STATES.get(self.row.shown.status, "state.unknown"))
