"""`pochi contact`: people to pay, by names of one's own."""

from __future__ import annotations

import click

from ledger.addresses import parse_address
from ledger.faults import LedgerFault
from ledger.instants import instant_text
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.people import look_up
from wallet_cli.profile import Contact, update_config, with_contact, without_contact
from wallet_cli.running import command, group
from wallet_cli.session import Session


@command("add")
@click.argument("name")
@click.argument("address")
def add(session: Session, name: str, address: str) -> None:
    """Add somebody whose account the ledger knows."""
    profile, screen = session.profile, session.screen
    try:
        checked = parse_address(address.strip().lower(), prefix=profile.address_prefix)
    except LedgerFault as error:
        raise WalletFault("address_wrong", ExitCode.USAGE, typed=address[:60]) from error
    contact = Contact(checked, look_up(session, checked), instant_text(session.now_us()))
    update_config(
        session.home, lambda config: with_contact(config, profile=profile.name, name=name, contact=contact)
    )
    if contact.title:
        screen.tell(f"  {screen.say('contact.shown_as', title=contact.title)}")
    screen.done(screen.say("contact.added", name=name, address=checked))
    screen.show_json({"name": name, "address": checked, "title": contact.title})


@command("list")
def list_(session: Session) -> None:
    """List the contacts of the profile."""
    profile, screen = session.profile, session.screen
    if not profile.contacts:
        screen.tell(screen.say("contact.none"))
    else:
        headings = [screen.say(f"label.{name}") for name in ("contact", "holder", "address")]
        lines = [(name, who.title, who.address) for name, who in sorted(profile.contacts.items())]
        screen.show_table(headings, lines)
    rows = [
        {"name": name, "address": who.address, "title": who.title, "added_at": who.added_at}
        for name, who in sorted(profile.contacts.items())
    ]
    screen.show_json({"contacts": rows})


@command("remove")
@click.argument("name")
def remove(session: Session, name: str) -> None:
    """Take a contact out of the list."""
    profile, screen = session.profile, session.screen
    update_config(session.home, lambda config: without_contact(config, profile=profile.name, name=name))
    screen.done(screen.say("contact.removed", name=name))
    screen.show_json({"name": name, "removed": True})


contact = group("contact", add, list_, remove)
