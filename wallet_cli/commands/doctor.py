"""`pochi doctor`: everything that must be right before money moves, looked at in one go."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from typing import Literal, NamedTuple

import click

from ledger import __version__
from ledger.faults import LedgerFault
from wallet_cli import answers
from wallet_cli.client import LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.keystore import about_sealed
from wallet_cli.log_checks import prove_growth
from wallet_cli.log_memory import LogSeen, log_seen, notice_log
from wallet_cli.pinned import MetLedger, hold_log_keys, mark_of, meet_ledger, open_checkpoint_of
from wallet_cli.running import command
from wallet_cli.session import CLOCK_DIFFERENCE_MAX_S, Session
from wallet_cli.unlocking import key_content
from wallet_cli.web import route


class Finding(NamedTuple):
    """One thing looked at: how it is, in words, and the exit code if it is wrong."""

    what: str
    mark: Literal["done", "warn", "wrong"]
    told: str
    exit_code: ExitCode = ExitCode.DONE


@command("doctor")
def doctor(session: Session) -> None:
    """Look at everything, say how it is, and leave with the code of the first thing that is wrong."""
    screen = session.screen
    findings = [_version(session)]
    for look in (_keys, _ledger, _outbox, _terminal):
        findings += look(session)
    say: dict[str, Callable[[str], None]] = {"done": screen.done, "warn": screen.warn, "wrong": screen.wrong}
    for finding in findings:
        say[finding.mark](finding.told)
    screen.show_json(
        {"findings": [{"what": each.what, "mark": each.mark, "told": each.told} for each in findings]}
    )
    wrong = next((each.exit_code for each in findings if each.mark == "wrong"), ExitCode.DONE)
    if wrong is not ExitCode.DONE:
        raise click.exceptions.Exit(int(wrong))


def _version(session: Session) -> Finding:
    version = f"{__version__}, Python {platform.python_version()}"
    return Finding("version", "done", session.screen.say("doctor.version", version=version))


def _keys(session: Session) -> list[Finding]:
    """The two key files: there, private, whole, and of this profile."""
    profile, screen, home = session.profile, session.screen, session.home
    try:
        about = about_sealed(key_content(home, profile))
        session.read_key(profile)
    except WalletFault as fault:
        why = screen.say(f"fault.{fault.key}", **fault.details)
        told = screen.say("doctor.key_wrong", name=profile.name, why=why)
        return [Finding("key", "wrong", told, ExitCode.NOT_AUTHORISED)]
    if about.get("kid") != profile.order_kid:
        why = screen.say("fault.key_file_other", name=profile.name)
        told = screen.say("doctor.key_wrong", name=profile.name, why=why)
        return [Finding("key", "wrong", told, ExitCode.NOT_AUTHORISED)]
    return [Finding("key", "done", screen.say("doctor.key", name=profile.name))]


def _ledger(session: Session) -> list[Finding]:
    """Reachable, the pinned one, its clock, a log that grew from what was seen, and our key known to it."""
    screen, profile = session.screen, session.profile
    before, started = log_seen(session.home, profile), time.monotonic()
    try:
        met = meet_ledger(session.client(profile).get("/v1/ledger"))
    except WalletFault as fault:
        told = screen.say("doctor.ledger_unreachable", url=profile.ledger_url)
        return [Finding("ledger", "wrong", told, fault.exit_code)]
    milliseconds = round((time.monotonic() - started) * 1_000)
    told = screen.say("doctor.ledger", url=profile.ledger_url, milliseconds=milliseconds)
    findings = [Finding("ledger", "done", told)]
    if met.genesis.ledger_id != profile.ledger_id:
        told = _other_ledger(session, met)
        return [*findings, Finding("identity", "wrong", told, ExitCode.VERIFICATION_FAILED)]
    same = f"{screen.say('doctor.ledger_same')}, {mark_of(profile.ledger_id)}"
    findings.append(Finding("identity", "done", same))
    try:
        hold_log_keys(session.home, met)
    except WalletFault as fault:
        return [*findings, Finding("log_keys", "wrong", screen.say(f"fault.{fault.key}"), fault.exit_code)]
    findings.append(_clock(session, met))
    findings.append(_log(session, met, before))
    findings.append(_known(session))
    return findings


def _other_ledger(session: Session, met: MetLedger) -> str:
    """In plain words for a sandbox that was set up anew, as an alarm for anything else."""
    screen, fault = session.screen, session.other_ledger(met)
    if fault.key != "sandbox_reset":
        return screen.say("doctor.ledger_other")
    step = screen.say("fault.sandbox_reset.next", **fault.details)
    return f"{screen.say('fault.sandbox_reset', **fault.details)}\n{screen.say('next', step=step)}"


def _clock(session: Session, met: MetLedger) -> Finding:
    session.clock.ahead_us = met.ahead_us
    seconds, limit = session.seconds_ahead(met.time_us), CLOCK_DIFFERENCE_MAX_S
    told = session.screen.say("doctor.clock", seconds=f"{seconds:+d}", limit=limit)
    if abs(seconds) > limit:
        return Finding("clock", "wrong", told, ExitCode.TRY_AGAIN_LATER)
    return Finding("clock", "warn" if abs(seconds) > limit // 4 else "done", told)


def _log(session: Session, met: MetLedger, before: LogSeen) -> Finding:
    """That the log of today begins with the log that this wallet saw last: proven, not believed."""
    screen, size = session.screen, met.checkpoint.size
    if not before.checkpoint:
        return Finding("log", "done", screen.say("doctor.log", before=f"{0:,}", size=f"{size:,}"))
    seen = open_checkpoint_of(met.genesis, before.checkpoint)
    try:
        shorter = met.log_size < before.size
        prove_growth(session.client(session.profile), seen, met.checkpoint)
    except LedgerFault:
        shorter = True
    if shorter:
        told = screen.say("doctor.log_broken", before=f"{seen.size:,}", size=f"{size:,}")
        return Finding("log", "wrong", told, ExitCode.VERIFICATION_FAILED)
    size_now, text = met.log_size, met.checkpoint_text
    notice_log(session.home, session.profile, before=before, size=size_now, checkpoint=text)
    return Finding("log", "done", screen.say("doctor.log", before=f"{seen.size:,}", size=f"{size:,}"))


def _known(session: Session) -> Finding:
    """Whether the ledger still takes this wallet's read key."""
    screen, profile = session.screen, session.profile
    try:
        view = session.reader.get(route("v1", "keys", profile.order_kid))
        revoked = any(
            row.get("kid") == profile.order_kid and row.get("revoked") is not None
            for row in answers.tables(view, "keys")
        )
    except LedgerSaidNo as fault:
        told = f"{screen.say('doctor.registered_not')}: {fault.problem.title}"
        return Finding("registered", "wrong", told, ExitCode.NOT_AUTHORISED)
    except WalletFault as fault:
        return Finding("registered", "wrong", screen.say("doctor.registered_not"), fault.exit_code)
    if revoked:
        return Finding("registered", "wrong", screen.say("doctor.key_revoked"), ExitCode.NOT_AUTHORISED)
    return Finding("registered", "done", screen.say("doctor.registered"))


def _outbox(session: Session) -> list[Finding]:
    pending, screen = session.outbox.pending(profile=session.profile.name), session.screen
    findings = [
        Finding("outbox", "warn", screen.say("outbox.damaged", path=str(each.path)))
        for each in pending.damaged
    ]
    if pending.orders:
        told = screen.say("doctor.outbox_pending", count=len(pending.orders))
        return [*findings, Finding("outbox", "warn", told)]
    return [*findings, Finding("outbox", "done", screen.say("doctor.outbox_empty"))]


def _terminal(session: Session) -> list[Finding]:
    encoding = (getattr(sys.stderr, "encoding", None) or "ascii").lower().replace("-", "")
    key = "doctor.terminal" if encoding == "utf8" else "doctor.terminal_ascii"
    mark: Literal["done", "warn"] = "done" if encoding == "utf8" else "warn"
    return [Finding("terminal", mark, session.screen.say(key))]
