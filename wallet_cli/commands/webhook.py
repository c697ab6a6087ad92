"""`pochi webhook`: an institution's payment notices: where they are sent, and how to listen without being called."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import click

from ledger.strict_json import dumps
from wallet_cli import answers
from wallet_cli.client import Reply
from wallet_cli.commands.history import when
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.receipts import check_receipt
from wallet_cli.running import command, group
from wallet_cli.screen import Row
from wallet_cli.session import Session
from wallet_cli.unlocking import unlock
from wallet_cli.web import LOOPBACK, LostAnswer, Web, parse_place, route

WEBHOOKS = "/v1/webhooks"
PAUSE_S = 2.0
PAGE_ROWS = 20
SECRET_BYTES = 32
_GOOD = range(200, 300)


class _Forwarding(NamedTuple):
    """Where notices are handed on to, on this machine, and the secret that signs them there."""

    web: Web
    secret: bytes


@command("add")
@click.argument("url")
def add(session: Session, url: str) -> None:
    """Have notices sent to a URL; its secret is shown this once."""
    made = _changed(session, "POST", WEBHOOKS, {"url": url}).members
    screen = session.screen
    screen.done(screen.say("webhook.added", url=answers.text(made, "url")))
    _show_secret(session, made)


@command("list")
def list_(session: Session) -> None:
    """The webhooks, and what waits for each."""
    screen, found = session.screen, session.read(WEBHOOKS)
    rows = answers.tables(found, "webhooks")
    for row in rows:
        screen.show_rows(_rows(session, row))
    if not rows:
        screen.tell(screen.say("webhook.none"))
    screen.show_json(found)


@command("rotate")
@click.argument("webhook")
def rotate(session: Session, webhook: str) -> None:
    """A new secret; the old one signs as well for a day."""
    made = _changed(session, "POST", route("v1", "webhooks", webhook, "rotate")).members
    session.screen.done(session.screen.say("webhook.rotated"))
    _show_secret(session, made)


@command("remove")
@click.argument("webhook")
def remove(session: Session, webhook: str) -> None:
    """Send nothing there any more."""
    _changed(session, "DELETE", route("v1", "webhooks", webhook))
    session.screen.done(session.screen.say("webhook.removed", webhook=webhook))
    session.screen.show_json({"webhook": webhook, "removed": True})


@command("resend")
@click.argument("event")
@click.option("--to", "webhook")
def resend(session: Session, event: str, webhook: str | None) -> None:
    """Have an event sent once more."""
    _send(session, event, webhook)


@command("trigger")
@click.option("--to", "webhook")
def trigger(session: Session, webhook: str | None) -> None:
    """Have a test event sent."""
    _send(session, "test", webhook)


@command("listen")
@click.option("--forward")
@click.option("--after")
@click.option("--once", is_flag=True)
def listen(session: Session, *, forward: str | None, after: str | None, once: bool) -> None:
    """Fetch notices as they come, check each receipt, and hand them on to a program on this machine."""
    forwarding = None if forward is None else _forwarding(session, forward)
    screen, told = session.screen, list[dict[str, Any]]()
    while True:
        page = session.read(route("v1", "events", limit=PAGE_ROWS, after=after))
        for event in answers.tables(page, "events"):
            _check(session, event)
            if forwarding is not None:
                _hand_on(session, forwarding, event, once=once)
            _show(session, event)
            after = answers.text(answers.table(event, "data"), "event")
            if once:
                told.append(event)
        if not page.get("more"):
            if once:
                screen.show_json({"events": told, "next": after})
                return
            time.sleep(PAUSE_S)


def _changed(session: Session, method: str, path: str, body: dict[str, object] | None = None) -> Reply:
    """Ask for a change, with the full key."""
    key = unlock(session, session.profile)
    data = b"" if body is None else dumps(body)
    return session.client(session.profile, caller=key).write(method, path, data)


def _send(session: Session, event: str, webhook: str | None) -> None:
    name = _named(session) if webhook is None else webhook
    sent = _changed(session, "POST", route("v1", "webhooks", name, "send"), {"event": event}).members
    session.screen.done(session.screen.say("webhook.sent", event=answers.text(sent, "event"), webhook=name))
    session.screen.show_json(sent)


def _named(session: Session) -> str:
    """The one webhook that there is.

    Raises:
        WalletFault: `webhook_missing`, `webhook_which`.
    """
    names = [answers.text(row, "webhook") for row in answers.tables(session.read(WEBHOOKS), "webhooks")]
    if not names:
        raise WalletFault("webhook_missing", ExitCode.NOT_FOUND)
    if len(names) > 1:
        raise WalletFault("webhook_which", ExitCode.USAGE, names=", ".join(names))
    return names[0]


def _show_secret(session: Session, made: dict[str, Any]) -> None:
    screen = session.screen
    names = ("webhook", "secret", "key")
    screen.show_rows([Row(screen.say(f"label.webhook_{name}"), answers.text(made, name)) for name in names])
    screen.tell(f"  {screen.say('webhook.keep_secret')}")
    screen.show_json(made)


def _rows(session: Session, row: dict[str, Any]) -> list[Row]:
    screen, problem = session.screen, row.get("last_problem")
    waiting = screen.say("webhook.backlog", count=answers.whole(row, "backlog"))
    rows = [
        Row(screen.say("label.webhook_webhook"), answers.text(row, "webhook")),
        Row(screen.say("label.webhook_url"), answers.text(row, "url")),
        Row(screen.say("label.webhook_backlog"), waiting),
    ]
    if isinstance(problem, str):
        said = screen.say("webhook.problem", problem=problem, count=answers.whole(row, "attempts"))
        rows.append(Row(screen.say("label.webhook_problem"), said))
    return rows


def _check(session: Session, event: dict[str, Any]) -> None:
    """A notice is worth what its receipt proves: that this very record is in the log.

    Raises:
        WalletFault: what `check_receipt` raises; `notice_unproved` if the receipt proves something else.
    """
    data = answers.table(event, "data")
    receipt = dumps(answers.table(data, "receipt"))
    name = answers.text(data, "event")
    read = check_receipt(receipt, session.genesis_for(receipt), session.screen, name=name)
    found = (read.order_id, read.verified.sequence, read.accepted)
    if found != (answers.text(data, "order"), answers.whole(data, "sequence"), True):
        raise WalletFault("notice_unproved", ExitCode.VERIFICATION_FAILED, event=name)


def _show(session: Session, event: dict[str, Any]) -> None:
    data, kind = answers.table(event, "data"), answers.text(event, "type")
    moment = when(session, answers.instant(event, "timestamp"))
    amount = f"{answers.text(data, 'currency')} {answers.text(data, 'amount')}"
    names = (kind, answers.text(data, "control_number"), amount, answers.text(data, "event"))
    session.screen.show("  ".join((moment, *names)))


def _forwarding(session: Session, url: str) -> _Forwarding:
    """A program on this machine that gets the notices, signed with a secret of this run.

    Raises:
        WalletFault: `forward_elsewhere`, `url_invalid`.
    """
    import secrets

    from ledger.signing.notices import secret_text

    place = parse_place(url)
    if place.host not in LOOPBACK:
        raise WalletFault("forward_elsewhere", ExitCode.USAGE, url=place.url)
    secret = secrets.token_bytes(SECRET_BYTES)
    session.screen.tell(session.screen.say("webhook.forwarding", url=place.url, secret=secret_text(secret)))
    return _Forwarding(session.web(place), secret)


def _hand_on(session: Session, forwarding: _Forwarding, event: dict[str, Any], *, once: bool) -> None:
    """Hand a notice on until it is taken, so that they stay in order; with `once` a "no" ends the run.

    Raises:
        WalletFault: `notice_not_taken`.
    """
    while True:
        why = _tried(forwarding, event)
        if not why:
            return
        fault = WalletFault(
            "notice_not_taken", ExitCode.TRY_AGAIN_LATER, url=forwarding.web.place.url, why=why
        )
        if once:
            raise fault
        session.screen.warn(session.screen.say("webhook.not_taken", why=why))
        time.sleep(PAUSE_S)


def _tried(forwarding: _Forwarding, event: dict[str, Any]) -> str:
    """Why the program did not take it; nothing if it did."""
    from ledger.instants import MICROSECONDS_PER_SECOND, MachineClock
    from ledger.signing.notices import signed_headers

    body, name = dumps(event), answers.text(answers.table(event, "data"), "event")
    now_s = MachineClock().wall_us() // MICROSECONDS_PER_SECOND  # as the ledger does: the program's own time
    headers = signed_headers(name, body, now_s=now_s, secrets=[forwarding.secret])
    try:
        answer = forwarding.web.ask(
            "POST", "", headers=headers | {"Content-Type": "application/json"}, body=body
        )
    except (WalletFault, LostAnswer) as error:
        return str(error)[:100]
    return "" if answer.status in _GOOD else f"HTTP {answer.status}"


webhook = group("webhook", add, list_, listen, resend, rotate, trigger, remove)
