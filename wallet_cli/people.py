"""Who is who on a screen: names for addresses, and addresses for names."""

from __future__ import annotations

from typing import NamedTuple

from ledger.addresses import parse_address
from ledger.faults import LedgerFault
from ledger.instants import parse_instant
from wallet_cli import answers
from wallet_cli.aliases import is_alias, read_alias
from wallet_cli.client import LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.profile import Contact, Profile
from wallet_cli.screen import Screen, day_text
from wallet_cli.session import Session
from wallet_cli.web import route

_HEAD, _TAIL = 8, 6


class Payee(NamedTuple):
    """Somebody to pay, as the ledger shows them: a person's name masked, an institution's title."""

    address: str
    name: str
    contact: str
    """The contact's name, if the payee is one."""
    note: str

    @property
    def shown(self) -> str:
        """The best name there is: one's own for them first."""
        return self.contact or self.name or short_address(self.address)

    @property
    def described(self) -> str:
        """All that tells this payee from another: one's own name for them, the ledger's, and the address's ends."""
        parts = [self.contact, self.name, short_address(self.address)]
        return " · ".join(part for part in parts if part)


def short_address(address: str) -> str:
    """`tzst1qa7…x2kd9a`: its two ends, which is what people compare."""
    return f"{address[:_HEAD]}…{address[-_TAIL:]}" if len(address) > _HEAD + _TAIL + 1 else address


def address_named(profile: Profile, named: str) -> tuple[str, str, Contact | None]:
    """The address that a contact's name or an address stands for, and the contact.

    Raises:
        WalletFault: `contact_unknown`, `address_wrong` for one with a slip in it.
    """
    if named in profile.contacts:
        return profile.contacts[named].address, named, profile.contacts[named]
    try:
        address = parse_address(named.strip().lower(), prefix=profile.address_prefix)
    except LedgerFault as error:
        if named.strip().lower().startswith(f"{profile.address_prefix}1"):
            raise WalletFault("address_wrong", ExitCode.USAGE, typed=named[:60]) from error
        raise WalletFault("contact_unknown", ExitCode.NOT_FOUND, name=named[:40]) from error
    known = next(
        ((name, who) for name, who in profile.contacts.items() if who.address == address), ("", None)
    )
    return address, *known


def look_up(session: Session, address: str) -> str:
    """What the ledger calls the holder of an account; empty if it has no name for them.

    Raises:
        WalletFault: `payee_unknown` if there is no such account.
    """
    try:
        members = session.read(route("v1", "accounts", address, "payee"))
    except LedgerSaidNo as fault:
        if fault.problem.status == 404:
            raise WalletFault("payee_unknown", ExitCode.NOT_FOUND, address=address) from fault
        raise
    return answers.text(members, "name")


def look_up_alias(session: Session, named: str) -> tuple[str, str]:
    """The address that a telephone number or a Lipa Namba stands for, and what the ledger calls its holder.

    Raises:
        WalletFault: `data_form`; `alias_unknown` if it stands for none.
    """
    alias = read_alias(named, session.screen)
    try:
        members = session.read(route("v1", "aliases", alias))
    except LedgerSaidNo as fault:
        if fault.problem.status == 404:
            raise WalletFault("alias_unknown", ExitCode.NOT_FOUND, alias=alias) from fault
        raise
    return answers.text(members, "account"), answers.text(members, "name")


def payee_named(session: Session, named: str) -> Payee:
    """Whom a contact's name, an address or an alias stands for, as the ledger shows them now. Warns of a change."""
    screen = session.screen
    if named not in session.profile.contacts and is_alias(named):
        address, name = look_up_alias(session, named)
        address, contact, known = address_named(session.profile, address)
    else:
        address, contact, known = address_named(session.profile, named)
        name = look_up(session, address)
    if known is None:
        return Payee(address, name, "", f"({screen.say('note.new_payee')})")
    if known.title and name != known.title:
        screen.warn(screen.say("payee.name_changed", contact=contact, before=known.title, now=name))
    return Payee(address, name, contact, _since(known, screen))


def _since(contact: Contact, screen: Screen) -> str:
    try:
        day = day_text(parse_instant(contact.added_at), screen.language)
    except LedgerFault:
        return ""
    return f"({screen.say('note.contact_since', day=day)})"


def known_as(profile: Profile | None, address: str, screen: Screen, title: str = "") -> str:
    """The name of an address on a screen: yourself, a contact, a title, or its two ends."""
    if profile is not None and address == profile.account:
        return screen.say("person.you")
    contacts = profile.contacts.items() if profile is not None else ()
    name = next((name for name, who in contacts if who.address == address), "")
    return name or title or short_address(address)
