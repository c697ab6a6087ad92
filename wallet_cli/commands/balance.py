"""`pochi balance`: how much there is."""

from __future__ import annotations

from wallet_cli import answers
from wallet_cli.running import command
from wallet_cli.screen import Row, moment_text
from wallet_cli.session import Session
from wallet_cli.web import route


def balance_of(session: Session) -> int:
    """What the profile's account holds now, in minor units."""
    members = session.read(route("v1", "accounts", session.profile.account))
    return answers.minor_units(members, "balance", session.currency)


@command("balance")
def balance(session: Session) -> None:
    """Show the balance of the profile's account."""
    members = session.read(route("v1", "accounts", session.profile.account))
    screen, profile = session.screen, session.profile
    held = answers.minor_units(members, "balance", session.currency)
    size = answers.whole(members, "log_size")
    moment = moment_text(session.now_us(), screen.language)
    screen.show_rows([Row(screen.say("label.balance"), session.money(held))])
    screen.tell(f"  {screen.say('balance.as_of', record=f'{size - 1:,}', moment=moment)}")
    if profile.sandbox:
        screen.tell(f"  {screen.say('banner.sandbox')}")
    screen.show_json(
        {
            "account": profile.account,
            "currency": profile.currency,
            "balance": session.currency.text(held),
            "log_size": size,
        }
    )
