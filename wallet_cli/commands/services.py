"""`pochi services`, in Swahili `pochi huduma`: who bills for what, in one list, payable from here."""

from __future__ import annotations

import click

from wallet_cli import answers
from wallet_cli.commands.pay import pay_bill_numbered
from wallet_cli.running import command
from wallet_cli.session import Session
from wallet_cli.web import route


@command("services")
@click.argument("search_words", nargs=-1)
@click.option("--pay", "number_to_pay")
def services(session: Session, search_words: tuple[str, ...], number_to_pay: str | None) -> None:
    """List the services that hold these words. Whoever types a control number then pays its bill at once."""
    if number_to_pay is not None:
        pay_bill_numbered(session, number_to_pay)
        return
    screen = session.screen
    words = " ".join(search_words)[:60]
    answer = session.read(route("v1", "services", search=words or None))
    found = answers.tables(answer, "services")
    lines = [
        (
            answers.text(answers.table(answers.table(row, "institution"), "title"), screen.language),
            answers.text(answers.table(row, "title"), screen.language),
            answers.text(row, "code"),
        )
        for row in found
    ]
    if lines:
        screen.show_table([screen.say(f"label.{name}") for name in ("institution", "purpose", "code")], lines)
        if screen.can_ask and (typed := screen.ask(screen.say("services.ask")).strip()):
            pay_bill_numbered(session, typed)
            return
        screen.tell(f"  {screen.say('services.pay')}")
    else:
        screen.tell(screen.say("services.none"))
    screen.show_json({"services": found})
