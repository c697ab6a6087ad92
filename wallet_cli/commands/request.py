"""`pochi request [AMOUNT]`: a payment request to show or to send, as a URI and a QR code. No network is needed."""

from __future__ import annotations

import click

from ledger.orders.fields import REFERENCE
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.requests import request_uri
from wallet_cli.running import command
from wallet_cli.screen import Row, parse_amount_input
from wallet_cli.session import Session

QUIET_MODULES = 2
_BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""Upper and lower module, dark or light. Light is drawn, as terminals are dark; phones read it either way."""


@command("request")
@click.argument("amount", required=False)
@click.option("-r", "--reference")
@click.option("--no-qr", is_flag=True)
def request(session: Session, *, amount: str | None, reference: str | None, no_qr: bool) -> None:
    """Show how somebody can pay this wallet: the URI on standard output, the code beside it."""
    profile, currency, screen = session.profile, session.currency, session.screen
    minor_units = None
    if amount is not None:
        minor_units = parse_amount_input(amount, decimals=currency.decimals, currency=currency.code)
    if reference is not None and REFERENCE.fullmatch(reference) is None:
        raise WalletFault("reference_form", ExitCode.USAGE, typed=reference[:40])
    uri = request_uri(profile, minor_units=minor_units, reference=reference)
    rows = [Row(screen.say("label.to"), profile.account)]
    if minor_units is not None:
        rows.append(Row(screen.say("label.amount"), session.money(minor_units), session.words(minor_units)))
    if reference is not None:
        rows.append(Row(screen.say("label.reference"), reference))
    if profile.sandbox:
        rows.append(Row("", screen.say("banner.sandbox")))
    screen.tell_rows(rows)
    if not no_qr and screen.shows("█▀▄"):
        screen.tell(terminal_code(uri))
    screen.show(uri)
    screen.tell(screen.say("request.told"))
    screen.show_json(
        {
            "uri": uri,
            "account": profile.account,
            "currency": currency.code,
            "amount": None if minor_units is None else currency.text(minor_units),
            "reference": reference,
        }
    )


def terminal_code(text: str) -> str:
    """The QR code of a text, two modules to a character's height."""
    import segno

    matrix = [[bool(module) for module in row] for row in segno.make(text, micro=False, error="l").matrix]
    side = len(matrix) + 2 * QUIET_MODULES
    framed = [[False] * side for _ in range(QUIET_MODULES)]
    framed += [[False] * QUIET_MODULES + row + [False] * QUIET_MODULES for row in matrix]
    framed += [[False] * side for _ in range(QUIET_MODULES)]
    if len(framed) % 2:
        framed.append([True] * side)  # below the last light row the terminal's own dark
    return "\n".join(
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True)).rstrip()
        for upper, lower in zip(framed[::2], framed[1::2], strict=True)
    )
