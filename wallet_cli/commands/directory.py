"""`pochi directory`: one's own data beside the log: given, seen, erased, and who looked at them.

What is given is asked for and never typed as a word of the command, where it would stay in the shell's history.
"""

from __future__ import annotations

from typing import Any

import click

from ledger.faults import Fault, LedgerFault
from ledger.formats.lipa_namba import lipa_namba_shown
from ledger.formats.nida import nida_masked, parse_nida
from ledger.formats.phone import parse_phone
from ledger.formats.tin import parse_tin
from ledger.instants import eat_day, parse_instant
from ledger.strict_json import dumps
from wallet_cli import answers
from wallet_cli.aliases import wrong_form
from wallet_cli.client import LedgerSaidNo
from wallet_cli.commands.send import consent
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.running import command, group
from wallet_cli.screen import Row, moment_text
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock
from wallet_cli.web import route

KINDS = ("name", "phone", "tin", "nida")
_ME, _NUMBER = "/v1/directory/me", "/v1/directory/me/lipa-namba"


@command("set")
@click.argument("kind", type=click.Choice(KINDS))
def set_(session: Session, kind: str) -> None:
    """Ask for a value and keep it, sealed."""
    screen = session.screen
    typed = screen.ask(screen.say(f"directory.ask_{kind}")).strip()
    value = _checked(session, kind, typed)
    told: dict[str, object] = {kind: value}
    if kind == "phone":
        told["account"] = session.profile.account
    kept = write_own(session, "PUT", _ME, told)
    screen.done(screen.say("directory.kept", kind=screen.say(f"directory.{kind}")))
    screen.show_json(kept)


@command("show")
def show(session: Session) -> None:
    """What the directory keeps of the profile's holder."""
    screen, kept = session.screen, session.read(_ME)
    rows = [Row(screen.say(f"directory.{kind}"), _shown(kind, kept)) for kind in (*KINDS, "lipa_namba")]
    rows = [row for row in rows if row.value]
    if rows:
        screen.show_rows(rows)
    else:
        screen.tell(screen.say("directory.nothing"))
    screen.show_json(kept)


@command("erase")
@click.argument("kind", type=click.Choice(KINDS), required=False)
def erase(session: Session, kind: str | None) -> None:
    """Erase one value, or everything for good."""
    screen = session.screen
    if kind is not None:
        write_own(session, "PUT", _ME, {kind: None})
        screen.done(screen.say("directory.forgotten", kind=screen.say(f"directory.{kind}")))
    else:
        screen.tell(screen.say("directory.erase_what"))
        consent(session, "directory.ask_erase")
        write_own(session, "DELETE", _ME, None)
        screen.done(screen.say("directory.erased"))
    screen.show_json({"erased": kind or "all"})


@command("number")
def number_(session: Session) -> None:
    """Get the Lipa Namba that pays the profile's account."""
    screen = session.screen
    kept = write_own(session, "PUT", _NUMBER, {"account": session.profile.account})
    number = answers.text(kept, "lipa_namba")
    screen.done(screen.say("directory.number", number=lipa_namba_shown(number)))
    screen.show_json({"lipa_namba": number, "account": session.profile.account})


@command("lookups")
def lookups(session: Session) -> None:
    """Which officials looked at the data of the profile's holder, and why."""
    screen, told = session.screen, session.read(route("v1", "directory", "me", "lookups"))
    found = answers.tables(told, "lookups")
    if not found:
        screen.tell(screen.say("directory.no_lookups"))
    else:
        headings = [screen.say(f"directory.{name}") for name in ("when", "official", "reason", "case")]
        screen.show_table(headings, [_lookup_line(session, row) for row in found])
    screen.show_json(told)


def _checked(session: Session, kind: str, typed: str) -> str:
    """The value in its one form, before it goes anywhere; what a name may be, the ledger says.

    Raises:
        WalletFault: `data_form`.
    """
    try:
        match kind:
            case "phone":
                return parse_phone(typed)
            case "tin":
                return parse_tin(typed)
            case "nida":
                return parse_nida(typed, today=eat_day(session.now_us()))
            case _:
                return typed
    except LedgerFault as fault:
        raise wrong_form(fault, session.screen) from fault


def write_own(session: Session, method: str, path: str, told: dict[str, object] | None) -> dict[str, Any]:
    """Change one's own data, with the full key.

    Raises:
        WalletFault: `alias_taken`, `data_form`, and what unlocking and asking raise.
    """
    session.check_ledger()
    key = unlock(session, session.profile)
    client = session.client(session.profile, caller=key)
    try:
        return client.write(method, path, b"" if told is None else dumps(told)).members
    except LedgerSaidNo as fault:
        if fault.problem.code == Fault.ALIAS_TAKEN:
            raise WalletFault("alias_taken", ExitCode.CONFLICT) from fault
        if fault.problem.code == Fault.MALFORMED:
            raise wrong_form(LedgerFault(Fault.MALFORMED, **fault.problem.details), session.screen) from fault
        raise


def _shown(kind: str, kept: dict[str, Any]) -> str:
    """A value on a screen that others may see: of a NIDA number the last four digits."""
    value = kept.get(kind)
    if not isinstance(value, str):
        return ""
    if kind == "nida":
        return nida_masked(value.replace("-", ""))
    return lipa_namba_shown(value) if kind == "lipa_namba" else value


def _lookup_line(session: Session, row: dict[str, Any]) -> tuple[str, str, str, str]:
    language = session.screen.language
    title = row.get("official_title")
    official = answers.text(title, language) if isinstance(title, dict) else answers.text(row, "official")
    moment = moment_text(parse_instant(answers.text(row, "looked_at")), language)
    return (
        moment,
        official,
        session.screen.say(f"lookup.{answers.text(row, 'reason')}"),
        answers.text(row, "case"),
    )


directory = group("directory", set_, show, erase, number_, lookups)
