"""What a sandbox teaches with: its clock, its cases, and tokens of a day."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "help.sandbox.clock": ("Let time pass in the sandbox.", "Pitisha muda kwenye mazingira ya majaribio."),
    "help.sandbox.cases": (
        "Make a control number for each thing that can happen.",
        "Tengeneza namba ya malipo kwa kila linaloweza kutokea.",
    ),
    "argument.span": ("SPAN", "MUDA"),
    "argument.told.span": ("as in +3d, 12h or 90m", "kama +3d, 12h au 90m"),
    "help.option.token_life": (
        "Print a token that reads for so long, as in 24h (sandbox).",
        "Onesha tokeni ya kusoma ya muda huu, kama 24h (majaribio).",
    ),
    "help.option.with_code": ("Draw its QR code, to be scanned.", "Chora msimbo wake wa QR, uskaniwe."),
    "clock.moved": ("The sandbox's clock went ahead by {span}", "Saa ya majaribio imesogea mbele kwa {span}"),
    "clock.time": ("Time there", "Saa ya huko"),
    "clock.ahead": ("Moved ahead by", "Imesogezwa mbele kwa"),
    "api.token_told": (
        "It only reads. Send it as the header Authorization: Bearer TOKEN to {url}",
        "Inasoma tu. Itume kama kichwa Authorization: Bearer TOKENI kwa {url}",
    ),
    "cases.becomes": ("What becomes of a payment", "Malipo yanakuwaje"),
    "cases.open": ("accepted", "yanapokelewa"),
    "cases.expired": ("refused: bill_expired", "yanakataliwa: bill_expired"),
    "cases.paid": ("refused: bill_paid", "yanakataliwa: bill_paid"),
    "cases.cancelled": ("refused: bill_cancelled", "yanakataliwa: bill_cancelled"),
    "cases.frozen": ("refused: payee_frozen", "yanakataliwa: payee_frozen"),
    "cases.slow": ("accepted, answered after 5 s", "yanapokelewa, jibu baada ya sekunde 5"),
    "cases.dropped": ("posted, but its answer is lost", "yanaandikwa, lakini jibu linapotea"),
    "cases.unheard": ("accepted; its notice fails, and waits", "yanapokelewa; arifa haifiki, inasubiri"),
    "cases.try": ("Try: pochi pay {control_number}", "Jaribu: pochi lipa {control_number}"),
    "fault.span_form": (
        '"{typed}" is no span of time.',
        '"{typed}" si muda.',
    ),
    "fault.span_form.next": (
        "a number and a unit, as in 90s, 15m, 24h, 3d or 2w",
        "namba na kipimo, kama 90s, 15m, 24h, 3d au 2w",
    ),
    "fault.token_alone": (
        "--token stands without METHOD, PATH and --data.",
        "--token husimama bila NJIA, MAHALI na --data.",
    ),
    "fault.token_alone.next": ("leave one of the two out", "ondoa kimoja kati ya hivyo viwili"),
    "fault.token_not_sandbox": (
        "Tokens of hours are for sandboxes only: who has one reads all that you can.",
        "Tokeni ya saa nyingi ni ya majaribio tu: mwenye nayo husoma yote yako.",
    ),
    "fault.token_not_sandbox.next": ("pochi api GET PATH --curl", "pochi api GET MAHALI --curl"),
    "fault.token_long": (
        "{typed} is too long: a token is good for 24h at most.",
        "{typed} ni ndefu mno: tokeni hufaa kwa 24h tu.",
    ),
    "fault.token_long.next": ("ask for 24h or less", "omba 24h au pungufu"),
}
