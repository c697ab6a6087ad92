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
    # bill and approve
    "bill.ask_raise": ("Raise this bill?", "Andaa ankara hii? Andika ndiyo"),
    "bill.raised": (
        "Bill {bill} is raised and waits for approval",
        "Ankara {bill} imeandaliwa, inasubiri idhini",
    ),
    "bill.next_approve": ("Now a checker: pochi approve {bill}", "Sasa mhakiki: pochi idhinisha {bill}"),
    "bill.none": ("There are no such bills.", "Hakuna ankara za namna hiyo."),
    "bill.ask_change": ("Ask for this?", "Omba badiliko hili? Andika ndiyo"),
    "bill.change_asked": (
        "Asked: bill {bill} waits for approval",
        "Imeombwa: ankara {bill} inasubiri idhini",
    ),
    "bill.cancelled": ("Bill {bill} is cancelled", "Ankara {bill} imefutwa"),
    "bill.watch_silent": (
        "The ledger does not answer; the watch goes on.",
        "Leja haijibu; ufuatiliaji unaendelea.",
    ),
    "bill.paid": ("Bill {bill} is paid", "Ankara {bill} imelipwa"),
    "bill.to_cancel": ("cancel it", "ifutwe"),
    "bill.to_last": ("payable until {moment}", "ilipwe hadi {moment}"),
    "approve.ask": ("Approve this?", "Idhinisha? Andika ndiyo"),
    "approve.done": (
        "Bill {bill} is approved; its control number:",
        "Ankara {bill} imeidhinishwa; namba yake ya malipo:",
    ),
    # services
    "services.ask": (
        "Control number to pay, or Enter:",
        "Namba ya malipo ya kulipa, au Enter:",
    ),
    "services.pay": ("To pay: pochi pay CONTROL-NUMBER", "Kulipa: pochi lipa NAMBA-YA-MALIPO"),
    "services.none": ("There is no such service.", "Hakuna huduma ya namna hiyo."),
    # reconcile
    "reconcile.done": ("{day}: every row matches ({count})", "{day}: kila mstari unalingana ({count})"),
    "reconcile.listed": ("Your list", "Orodha yako"),
    "reconcile.posted": ("The ledger", "Leja"),
    "reconcile.given_back": ("Given back that day", "Zilizorejeshwa siku hiyo"),
    "reconcile.more": ("and {count} more; --csv shows all", "na mingine {count}; --csv huonesha yote"),
    "reconcile.slip": ("line {line}: {what}", "mstari wa {line}: {what}"),
    "slip.columns": (
        "the columns control_number and amount are needed",
        "safu za control_number na amount zinahitajika",
    ),
    "slip.encoding": ("this is not UTF-8", "hii si UTF-8"),
    "slip.formula": ("a cell begins like a formula", "kisanduku kinaanza kama fomula"),
    "slip.control_number": ("this is no control number", "hii si namba ya malipo"),
    "slip.amount": ("this is no amount", "hiki si kiasi"),
    "standing.matched": ("matched", "inalingana"),
    "standing.missing_here": ("in your list, not on the ledger", "kwenye orodha yako, haiko kwenye leja"),
    "standing.missing_there": ("on the ledger, not in your list", "kwenye leja, haiko kwenye orodha yako"),
    "standing.amount_differs": ("amount differs", "kiasi kinatofautiana"),
    "standing.late": ("late: on a day beside this one", "imechelewa: ni ya siku jirani"),
    "standing.duplicate": ("in your list twice", "imerudiwa kwenye orodha yako"),
    "column.standing": ("standing", "hali"),
    "column.line": ("line", "mstari"),
    "column.control_number": ("control number", "namba ya malipo"),
    "column.listed": ("in your list", "kwenye orodha"),
    "column.posted": ("on the ledger", "kwenye leja"),
    "column.order": ("order", "agizo"),
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
    # Orders that may still be posted, and those that never can.
    "fault.may_be_tried": (
        (
            "The ledger did not take it now: {title}\n{detail}\n"
            "It may still be posted until it expires, and stays in the outbox."
        ),
        (
            "Leja haikulipokea sasa: {title}\n{detail}\n"
            "Huenda likaandikwa hadi muda wake uishe; linabaki kwenye sanduku."
        ),
    ),
    "fault.may_be_tried.next": (
        "pochi outbox retry (it cannot pay twice)",
        "pochi sanduku rudia (hailipi mara mbili)",
    ),
    "fault.id_taken": (
        "Order {order} can never be posted:\nits id stands for another order. Nothing was paid by it.",
        "Agizo {order} haliwezi kuandikwa kamwe:\nutambulisho wake ni wa agizo jingine. Halikulipa chochote.",
    ),
    "fault.id_taken.next": (
        "run the same command again: it makes a new order",
        "rudia amri ileile: itatengeneza agizo jipya",
    ),
    "outbox.may_be_tried": (
        "Until an order expires it may still be posted: do not pay anew before.",
        "Hadi muda wa agizo uishe huenda likaandikwa: usilipe upya kabla.",
    ),
    "outbox.expired": (
        "Order {order} has expired. Ask once more: pochi outbox retry {order}",
        "Muda wa agizo {order} umeisha. Uliza tena: pochi sanduku rudia {order}",
    ),
    "outbox.id_taken": (
        (
            "Order {order} can never be posted:\n"
            "its id stands for another order. Nothing was paid by it.\n"
            "Give it up: pochi outbox drop {order}"
        ),
        (
            "Agizo {order} haliwezi kuandikwa kamwe:\n"
            "utambulisho wake ni wa agizo jingine. Halikulipa chochote.\n"
            "Liache: pochi sanduku acha {order}"
        ),
    ),
    "outbox.dropped_taken": (
        (
            "Order {order} is given up:\n"
            "its id stands for another order. Nothing was paid by it.\n"
            "It lies in the folder dropped/."
        ),
        (
            "Agizo {order} limeachwa:\n"
            "utambulisho wake ni wa agizo jingine. Halikulipa chochote.\n"
            "Limo kwenye folda dropped/."
        ),
    ),
    "outbox.dropped_expired": (
        "Order {order} expired and was never posted.\nIt is given up, and lies in the folder dropped/.",
        "Muda wa agizo {order} umeisha bila kuandikwa.\nLimeachwa, na limo kwenye folda dropped/.",
    ),
}
