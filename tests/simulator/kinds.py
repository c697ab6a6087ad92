"""How orders of each kind are thought of. A new kind joins by one decorated function; a test names what is missing.

Each function gives a wish that is mostly sensible and now and then wrong on purpose, or None if there is nothing to
wish for yet. It decides by `town.chance` alone, so that a seed replays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ledger.books.accounts import AccountClass
from ledger.books.bills import PayOption, control_number_candidates
from ledger.books.parties import PartyKind, Scope, Title
from ledger.orders.kinds import (
    AddKey,
    ApproveBill,
    BillLine,
    Issue,
    Leg,
    OpenAccount,
    Pay,
    PayBill,
    RaiseBill,
    RegisterParty,
    RevokeKey,
)
from ledger.orders.signed import prove_possession
from ledger.signing.keys import PublicKey
from tests.simulator.town import HALVES, INSTITUTIONS, KIDS, PERSONS, Town, Wish
from tests.strategies import HOUR_US, SERVICE, key_of

Draw = Callable[[Town], Wish | None]

CURRENCIES = ("TZS", "TZS", "TZS", "TZS", "USD")


class KindForm(NamedTuple):
    """How often orders of a kind are thought of, beside the others, and how."""

    weight: int
    draw: Draw


KINDS: dict[type, KindForm] = {}


def wishes_for(body: type, *, weight: int) -> Callable[[Draw], Draw]:
    """Register how orders with this body are thought of."""

    def register(draw: Draw) -> Draw:
        if body in KINDS:
            raise ValueError(body.__name__)
        KINDS[body] = KindForm(weight, draw)
        return draw

    return register


def wish(town: Town) -> Wish:
    """Somebody's next wish."""
    weights = [form.weight for form in KINDS.values()]
    while True:
        (form,) = town.chance.choices(list(KINDS.values()), weights)
        drawn = form.draw(town)
        if drawn is not None:
            break
    if town.percent(8):
        return drawn._replace(signer=town.anybody())
    return drawn


def with_possession(
    town: Town, key: str, make: Callable[[PublicKey, bytes], AddKey | RegisterParty]
) -> Callable[[str, str], AddKey | RegisterParty]:
    """A body that needs the new key's proof for this order and its signer."""

    def body(order_id: str, signer: str) -> AddKey | RegisterParty:
        registrant = key_of(signer).public.kid
        proof = prove_possession(key_of(key), genesis=town.genesis, order_id=order_id, registrant=registrant)
        return make(key_of(key).public, proof)

    return body


@wishes_for(RegisterParty, weight=3)
def register_party(town: Town) -> Wish | None:
    """A person or an institution registers itself, or a registrar registers it."""
    name = town.pick(town.unregistered((*PERSONS, *INSTITUTIONS)) or PERSONS)
    institution = name in INSTITUTIONS
    kind = PartyKind.INSTITUTION if institution else PartyKind.PERSON
    title = Title(f"Office {name}", f"Ofisi ya {name}") if institution else None
    services = (SERVICE,) if institution else ()
    if town.percent(70):
        return Wish(name, RegisterParty(kind, key_of(name).public, title, services))
    return Wish(
        "registrar",
        with_possession(town, name, lambda key, proof: RegisterParty(kind, key, title, services, proof)),
    )


@wishes_for(OpenAccount, weight=4)
def open_account(town: Town) -> Wish | None:
    """An account for oneself, or by the registrar for another."""
    owners = town.registered((*PERSONS, *INSTITUTIONS))
    if not owners:
        return None
    name = town.pick(owners)
    right = name in INSTITUTIONS
    collection = right != town.percent(10)
    account_class = AccountClass.COLLECTION if collection else AccountClass.WALLET
    currency = town.pick(CURRENCIES)
    if town.percent(20):
        party = town.party(town.pick((*PERSONS, *INSTITUTIONS)))
        return Wish("registrar", OpenAccount(currency, account_class, party))
    return Wish(name, OpenAccount(currency, account_class))


@wishes_for(AddKey, weight=4)
def add_key(town: Town) -> Wish | None:
    """An institution's maker, checker and reader, and second keys of persons."""
    institutions = town.registered(INSTITUTIONS)
    if institutions and town.percent(60):
        name, half = town.pick(institutions), town.pick(HALVES)
        scopes = {"maker": (Scope.MAKE,), "checker": (Scope.CHECK,), "reader": (Scope.READ,)}[half]
        key = f"{name}-{half}"
    else:
        name = town.pick(PERSONS[:4])
        key, scopes = f"{name}-2", town.pick(((Scope.ALL,), (Scope.READ,)))
    return Wish(name, with_possession(town, key, lambda public, proof: AddKey(public, scopes, proof)))


@wishes_for(RevokeKey, weight=2)
def revoke_key(town: Town) -> Wish | None:
    """A second key or a half is revoked by its party; now and then anybody's by anybody."""
    if town.percent(40):
        signer = town.anybody()
        kid = town.pick(list(KIDS)) if town.percent(80) else "A" * 43
        return Wish(signer, RevokeKey(kid))
    names = [name for name in KIDS.values() if "-" in name]
    name = town.pick(town.registered(names) or names)
    return Wish(name.split("-")[0], RevokeKey(key_of(name).public.kid))


@wishes_for(Issue, weight=5)
def issue(town: Town) -> Wish | None:
    """New money by the issuer, sometimes beyond the pilot's bound."""
    currency = town.pick(CURRENCIES)
    amount = town.amount() if town.percent(85) else town.chance.randrange(400_000, 2_000_000)
    payee = town.address(currency if town.percent(90) else None)
    reference = "RTGS/2026-11-24/7" if town.percent(30) else None
    return Wish("issuer", Issue(payee, currency, amount, reference))


@wishes_for(Pay, weight=40)
def pay(town: Town) -> Wish | None:
    """A payment to one or several."""
    found = town.payer()
    if found is None:
        return None
    name, account = found
    same = account.currency if town.percent(95) else None
    legs = []
    for _ in range(town.pick((1, 1, 1, 2, 3))):
        reference = town.pick((None, "INV/7", "rent-11"))
        legs.append(Leg(town.address(same), town.amount(account), reference))
    purpose = town.pick((None, None, "SALA", "GOVT"))
    payer = account.address if town.percent(97) else town.address()
    return Wish(name, Pay(payer, account.currency, tuple(legs), purpose))


@wishes_for(RaiseBill, weight=14)
def raise_bill(town: Town) -> Wish | None:
    """A maker raises a bill into a collection account."""
    name = town.pick(INSTITUTIONS)
    party = town.party(name)
    mine = town.accounts(party=party, account_class=AccountClass.COLLECTION)
    payee = town.pick(mine).address if mine and town.percent(90) else town.address()
    makers = town.registered((f"{name}-maker", name))
    if not makers:
        return None
    bill_id = f"B/{town.chance.randrange(400)}"
    service = SERVICE.code if town.percent(95) else "TAX"
    account = town.state().accounts.get(payee)
    currency = account.currency if account is not None and town.percent(95) else "USD"
    until_us = town.now_us + town.chance.randrange(-2, 40) * HOUR_US // 8
    amount = town.chance.randrange(1, 3_000)
    body = RaiseBill(bill_id, service, payee, currency, amount, until_us)
    if town.percent(60):
        body = _in_full(town, body, party)
    return Wish(makers[0] if town.percent(85) else town.pick(makers), body)


def _in_full(town: Town, body: RaiseBill, party: str) -> RaiseBill:
    """The same bill with an option, mostly with items, some for the other institution, some with an earlier number."""
    option = town.pick(tuple(PayOption))
    amount = body.amount_minor_units
    minimum = (
        town.chance.randrange(1, amount + 1) if option is PayOption.PARTIAL and town.percent(50) else None
    )
    others = town.accounts(account_class=AccountClass.COLLECTION, currency=body.currency)
    first = amount * 85 // 100
    items: tuple[BillLine, ...] = ()
    if others and 0 < first < amount:
        items = (
            BillLine("142201660128", first),
            BillLine("142201660008", amount - first, town.pick(others).address),
        )
    willing = town.percent(80)
    lent = town.bills(
        lambda bill: bill.reusable == willing and bill.control_number is not None and bill.party == party
    )
    reuse = town.pick(lent[-4:]).control_number if lent and town.percent(25) else None
    return body._replace(
        option=option, minimum_minor_units=minimum, items=items, reusable=town.percent(50), reuse=reuse
    )


@wishes_for(ApproveBill, weight=16)
def approve_bill(town: Town) -> Wish | None:
    """A checker approves what a maker raised; sometimes it is approved already, or another's, or no bill at all."""
    name = town.pick(INSTITUTIONS)
    checkers = town.registered((f"{name}-checker", name))
    if not checkers:
        return None
    if town.percent(4) and town.sent:
        return Wish(town.pick(checkers), ApproveBill(town.pick(town.sent)))
    party = town.party(name)
    if town.percent(85):
        bills = town.bills(
            lambda bill: bill.party == party and (bill.control_number is None or bill.pending is not None)
        )
    else:
        bills = town.bills(lambda bill: bill.control_number is not None or bill.party != party)
    checker = checkers[0] if town.percent(85) else town.pick(checkers)
    if not bills:
        return None
    bill = town.pick(bills[-6:])
    change = bill.pending.order if bill.pending is not None and town.percent(90) else None
    if town.percent(3) and town.sent:
        change = town.pick(town.sent)
    return Wish(checker, ApproveBill(bill.bill, change))


@wishes_for(PayBill, weight=22)
def pay_bill(town: Town) -> Wish | None:
    """A citizen pays a bill by its control number, or a provider for one: what is outstanding, or a part of it."""
    found = town.payer()
    bills = town.bills(lambda bill: bill.control_number is not None)
    if found is None or not bills:
        return None
    name, account = found
    unpaid = [bill for bill in bills if bill.paid_by is None and bill.currency == account.currency]
    bill = town.pick(unpaid[-4:]) if unpaid and town.percent(75) else town.pick(bills)
    left = bill.outstanding or bill.amount_minor_units
    amount = left + (0 if town.percent(92) else town.chance.randrange(1, 9))
    if bill.option is PayOption.PARTIAL and town.percent(60):
        amount = town.chance.randrange(1, left + 1)
    currency = account.currency if town.percent(97) else bill.currency
    number = bill.control_number or ""
    if town.percent(2):
        nowhere = f"{town.chance.randrange(1 << 32)}"
        genesis = town.genesis
        (number, *_) = control_number_candidates(
            ledger_id=genesis.ledger_id, bill=nowhere, prefix=genesis.control_number_prefix
        )
    body = PayBill(account.address, number, currency, amount)
    if town.percent(25):
        body = body._replace(channel="USSD", provider_receipt=f"MP/{town.chance.randrange(4)}")
    return Wish(name, body)
