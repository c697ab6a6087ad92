"""`pochi sandbox`: test money from the faucet, and invented institutions with bills. Only where money is not money."""

from __future__ import annotations

import re
import secrets
import unicodedata
from pathlib import Path

import click

from ledger.books.parties import BillService, PartyKind, Title
from ledger.instants import instant_text
from ledger.orders import fields
from ledger.orders.kinds import Leg, Pay
from ledger.refusals import Reason
from wallet_cli import opening
from wallet_cli.agencies import (
    FAUCET,
    Bill,
    control_number_in,
    faucet_account,
    make_agency,
    raise_and_approve,
    sandbox_key,
)
from wallet_cli.bills import grouped
from wallet_cli.commands.sandbox_cases import cases
from wallet_cli.commands.sandbox_clock import clock
from wallet_cli.commands.send import settled_members
from wallet_cli.commands.start import LEDGER_URL
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.profile import PROFILE_NAME
from wallet_cli.running import command, group
from wallet_cli.screen import Row, money, parse_amount_input
from wallet_cli.sending import own_sender, require_accepted
from wallet_cli.session import Session

DAYS = 30
DAYS_MAX = 3_650
_SERVICES = (
    BillService("LESENI", Title("Business licence", "Leseni ya biashara")),
    BillService("KODI", Title("Property tax", "Kodi ya jengo")),
)


@command("fund")
@click.argument("amount")
@click.option("--faucet-key", type=click.Path(path_type=Path), envvar="POCHI_FAUCET_KEY")
def fund(session: Session, amount: str, faucet_key: Path | None) -> None:
    """Test money into the profile's account: an ordinary payment, signed with the faucet's key."""
    profile, currency, screen = session.profile, session.currency, session.screen
    if not profile.sandbox:
        raise WalletFault("not_a_sandbox", ExitCode.USAGE)
    minor_units = parse_amount_input(amount, decimals=currency.decimals, currency=currency.code)
    key = sandbox_key(session, FAUCET, faucet_key)
    session.check_ledger()
    payer = faucet_account(session.genesis, key)
    body = Pay(payer, currency.code, (Leg(profile.account, minor_units),))
    summary: dict[str, str | int] = {"kind": "pay", "payee": profile.account, "amount": minor_units}
    settled = own_sender(session).place(body, key, summary=summary)
    if settled.outcome.reason == Reason.INSUFFICIENT_FUNDS:
        asked = session.money(minor_units)
        raise WalletFault("faucet_empty", ExitCode.REFUSED, asked=asked, reason=settled.outcome.reason)
    require_accepted(settled.outcome, screen.language)
    screen.done(screen.say("sandbox.funded", amount=session.money(minor_units)))
    screen.tell(f"  {screen.say('banner.sandbox')}")
    screen.show_json(settled_members(settled) | {"amount": currency.text(minor_units)})


@command("agency")
@click.argument("title")
@click.option("--title-sw")
@click.option("--service", "services", multiple=True)
@click.option("--ledger", "ledger_url", default=LEDGER_URL, envvar="POCHI_LEDGER")
def agency(
    session: Session, title: str, title_sw: str | None, services: tuple[str, ...], ledger_url: str
) -> None:
    """An invented institution with maker, checker and a collection account."""
    screen = session.screen
    met = opening.meet(session, ledger_url)
    if not met.genesis.sandbox:
        raise WalletFault("not_a_sandbox", ExitCode.USAGE)
    titles = _title(title, title_sw or title)
    offered = tuple(_service(text) for text in services) or _SERVICES
    registrant = opening.Registrant(PartyKind.INSTITUTION, titles, offered)
    name = session.named or slug(title)
    profile = make_agency(session, name, met, ledger_url, registrant)
    shown = titles.sw if screen.language == "sw" else titles.en
    screen.done(screen.say("sandbox.agency_made", title=shown))
    code = offered[0].code
    screen.tell(f"  {screen.say('sandbox.try_bill', agency=name, service=code)}")
    screen.show_rows(
        [Row(screen.say("label.profile"), profile.name), Row(screen.say("label.address"), profile.account)]
    )
    told = [{"code": each.code, "title": each.title._asdict()} for each in offered]
    screen.show_json({"profile": name, "party": profile.party, "account": profile.account, "services": told})


@command("bill")
@click.option("--agency", "agency_name", default="")
@click.option("--service", "service_code", default="")
@click.option("--amount", "bill_amount", default="")
@click.option("--bill-id")
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=DAYS)
def bill(
    session: Session, *, agency_name: str, service_code: str, bill_amount: str, bill_id: str | None, days: int
) -> None:
    """A bill, raised by the agency's maker and approved by its checker. Prints the control number."""
    screen = session.screen
    needed = {"--agency": agency_name, "--service": service_code, "--amount": bill_amount}
    if missing := ", ".join(name for name, given in needed.items() if not given):
        raise WalletFault(
            "usage_missing_options", ExitCode.USAGE, names=missing, command="pochi sandbox bill"
        )
    name = agency_name if agency_name in session.config.profiles else slug(agency_name)
    if name not in session.config.profiles:
        raise WalletFault("profile_unknown", ExitCode.NOT_FOUND, name=agency_name[:40])
    owner = session.config.profiles[name]
    opening.meet(session, owner.ledger_url)
    minor_units = parse_amount_input(bill_amount, decimals=owner.decimals, currency=owner.currency)
    number = bill_id or _new_bill_id(session, service_code)
    for value, form in ((number, fields.REFERENCE), (service_code, fields.SERVICE_CODE)):
        if form.fullmatch(value) is None:
            raise WalletFault("code_form", ExitCode.USAGE, typed=value[:40])
    raised, approved = raise_and_approve(session, name, Bill(service_code, minor_units, number, days))
    control_number = control_number_in(approved)
    amount = money(minor_units, decimals=owner.decimals, currency=owner.currency)
    screen.done(screen.say("sandbox.bill_made", bill=number, amount=amount))
    screen.tell(f"  {screen.say('sandbox.try_pay', control_number=grouped(control_number))}")
    screen.show(control_number)
    screen.show_json(
        {
            "control_number": control_number,
            "bill": raised.order_id,
            "bill_id": number,
            "amount": f"{amount.rpartition(' ')[2].replace(',', '')}",
            "institution": owner.party,
        }
    )


def slug(title: str) -> str:
    """A profile's name out of an institution's title: `Halmashauri ya Mfano` gives `halmashauri-ya-mfano`.

    Raises:
        WalletFault: `profile_name`.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", plain))[:24].strip("-")
    if PROFILE_NAME.fullmatch(name) is None:
        raise WalletFault("profile_name", ExitCode.USAGE, name=title[:40])
    return name


def _title(english: str, swahili: str) -> Title:
    for text in (english, swahili):
        if fields.TITLE.fullmatch(text) is None:
            raise WalletFault("title_form", ExitCode.USAGE, typed=text[:40])
    return Title(english, swahili)


def _service(text: str) -> BillService:
    """`LESENI:Business licence:Leseni ya biashara`."""
    code, _, titles = text.partition(":")
    english, _, swahili = titles.partition(":")
    if fields.SERVICE_CODE.fullmatch(code) is None:
        raise WalletFault("code_form", ExitCode.USAGE, typed=code[:40])
    return BillService(code, _title(english, swahili or english))


def _new_bill_id(session: Session, service: str) -> str:
    """An institution's own number for a bill: the service, the day, and something that nobody else has."""
    day = instant_text(session.now_us())[:10].replace("-", "")
    return f"{service}/{day}/{secrets.token_hex(3).upper()}"


sandbox = group("sandbox", fund, agency, bill, cases, clock)
