"""Sending money, paying bills, and orders that wait for their answer."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # send
    "send.ask": ("Send it?", "Andika ndiyo kutuma"),
    "send.done": ("Sent {amount} to {payee}", "Umetuma {amount} kwa {payee}"),
    "send.posted": (
        "order {order}\nposted {moment}, log entry {record}",
        "agizo {order}\nimeandikwa {moment}, ingizo la leja {record}",
    ),
    "send.receipt": ("Receipt: pochi receipt show {order}", "Stakabadhi: pochi stakabadhi onesha {order}"),
    # pay
    "pay.heading": ("Government payment · {institution}", "Malipo ya Serikali · {institution}"),
    "pay.ask": ("Pay this bill?", "Thibitisha malipo? Andika ndiyo"),
    "pay.done": ("Bill paid · receipt {order}", "Ankara imelipwa · stakabadhi {order}"),
    "pay.verify": (
        "Check it whenever you like, even without a network:\n  pochi receipt verify {path}",
        "Hakiki wakati wowote, hata bila mtandao:\n  pochi stakabadhi hakiki {path}",
    ),
    # Words for a person who pays out of an empty outbox or a full one.
    "outbox.empty": ("Nothing is waiting in the outbox.", "Hakuna kinachosubiri kwenye sanduku."),
    "outbox.saved": ("Signed and saved as order {order}.", "Limesainiwa na kuhifadhiwa: agizo {order}."),
    "outbox.waiting": (
        "{count} orders wait for their answer.",
        "Maagizo {count} yanasubiri jibu.",
    ),
    "outbox.retrying": (
        "Sending order {order} again, the same bytes.",
        "Linatumwa tena agizo {order}, baiti zilezile.",
    ),
    "outbox.accepted": ("Order {order} is posted.", "Agizo {order} limeandikwa."),
    "outbox.refused": (
        "Order {order} was refused: {reason}",
        "Agizo {order} limekataliwa: {reason}",
    ),
    "outbox.still_unknown": (
        "Order {order} still has no answer.",
        "Agizo {order} bado halina jibu.",
    ),
    "outbox.damaged": (
        "This file cannot be read as an order: {path}",
        "Faili hili halisomeki kama agizo: {path}",
    ),
    "outbox.ask_drop": (
        "Do you know that order {order} was not posted?",
        "Unajua kuwa agizo {order} halikuandikwa? Andika ndiyo",
    ),
    "outbox.dropped": (
        "Order {order} is given up. It lies in the folder dropped/.",
        "Agizo {order} limeachwa. Limo kwenye folda dropped/.",
    ),
}
