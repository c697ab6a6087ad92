"""What goes wrong between the wallet and a ledger, and what a ledger's "no" looks like to its holder."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "fault.url_invalid": ("This is not the URL of a ledger: {url}", "Hii si URL ya leja: {url}"),
    "fault.url_invalid.next": (
        "write it like http://127.0.0.1:8470",
        "iandike kama http://127.0.0.1:8470",
    ),
    "fault.ledger_unreachable": (
        "The ledger does not answer at {url} ({why}).\nNothing was sent.",
        "Leja haipatikani kwa {url} ({why}).\nHakuna kilichotumwa.",
    ),
    "fault.ledger_unreachable.next": (
        "check your network, then run the same command again",
        "kagua mtandao wako, kisha rudia amri ileile",
    ),
    "fault.ledger_unreachable_here": (
        "The ledger does not answer at {url} ({why}).\nNothing was sent.",
        "Leja haipatikani kwa {url} ({why}).\nHakuna kilichotumwa.",
    ),
    "fault.ledger_unreachable_here.next": (
        "is the ledger running? (make run)   then the same command again",
        "je, leja inaendelea? (make run)   kisha rudia amri ileile",
    ),
    "fault.ledger_silent": (
        "The ledger does not answer at {url} ({why}).",
        "Leja haipatikani kwa {url} ({why}).",
    ),
    "fault.ledger_silent.next": (
        "check your network, then run the same command again",
        "kagua mtandao wako, kisha rudia amri ileile",
    ),
    "fault.ledger_silent_here": (
        "The ledger does not answer at {url} ({why}).",
        "Leja haipatikani kwa {url} ({why}).",
    ),
    "fault.ledger_silent_here.next": (
        "is the ledger running? (make run)   then the same command again",
        "je, leja inaendelea? (make run)   kisha rudia amri ileile",
    ),
    "fault.ledger_busy": (
        "The ledger is busy and did not take the order.",
        "Leja ina kazi nyingi na haikupokea agizo.",
    ),
    "fault.ledger_busy.next": (
        "in {seconds} s: pochi outbox retry (it cannot pay twice)",
        "baada ya sekunde {seconds}: pochi sanduku rudia (hailipi mara mbili)",
    ),
    "fault.outcome_unknown": (
        (
            "No answer from the ledger. Your payment may or may not be posted.\n"
            "It is saved and signed; sending it again cannot pay twice."
        ),
        (
            "Leja haijajibu. Malipo huenda yameandikwa au la.\n"
            "Yamehifadhiwa yakiwa na saini; kuyatuma tena hakulipi mara mbili."
        ),
    ),
    "fault.outcome_unknown.next": ("pochi outbox retry", "pochi sanduku rudia"),
    "fault.answer_lost": (
        "The ledger at {url} was asked, and no whole answer came ({why}).",
        "Leja ya {url} imeulizwa, na jibu kamili halikufika ({why}).",
    ),
    "fault.answer_lost.next": (
        "check your network, then run the same command again",
        "kagua mtandao wako, kisha rudia amri ileile",
    ),
    "fault.ledger_later": ("The ledger says: {title}\n{detail}", "Leja inasema: {title}\n{detail}"),
    "fault.ledger_later.next": (
        "try again in {seconds} s",
        "jaribu tena baada ya sekunde {seconds}",
    ),
    "fault.not_found_here": (
        "The ledger does not know it, or does not show it to you.\n{detail}",
        "Leja haikijui, au haikuoneshi wewe.\n{detail}",
    ),
    "fault.not_found_here.next": ("check it letter by letter", "kagua herufi kwa herufi"),
    "fault.answer_unreadable": (
        "The answer from {url} is not a ledger's.",
        "Jibu kutoka {url} si la leja.",
    ),
    "fault.answer_unreadable.next": (
        "check the URL: pochi profile show",
        "kagua URL: pochi wasifu onesha",
    ),
    "fault.ledger_error": (
        "The ledger answered: {title}\n{detail}",
        "Leja imejibu: {title}\n{detail}",
    ),
    "fault.ledger_error.next": (
        "tell the ledger's operator this request id: {request_id}",
        "mpe mwendeshaji wa leja namba hii ya ombi: {request_id}",
    ),
    "fault.refused": ("Not done: {title}\n{detail}", "Haijafanyika: {title}\n{detail}"),
    "fault.refused.next": (
        "the answer is final; mend the cause, then order anew",
        "jibu hili ni la mwisho; rekebisha sababu, kisha agiza upya",
    ),
    "fault.refused_funds": (
        "Not sent: the balance is too low.\nYou have {have}; this needs {need} (short {short}).",
        "Haijatumwa: salio halitoshi.\nUna {have}; yanahitajika {need} (pungufu {short}).",
    ),
    "fault.refused_funds.next": (
        "send less, or wait until money arrives",
        "tuma kidogo zaidi, au subiri fedha ziingie",
    ),
    "fault.conflict": (
        "The ledger knows another order by the id {order}.\nNothing was posted for this one.",
        "Leja ina agizo jingine lenye kitambulisho {order}.\nHili halikuandikwa.",
    ),
    "fault.conflict.next": ("run the same command again", "rudia amri ileile"),
    "fault.not_found": ("The ledger knows no {what}.", "Leja haina {what}."),
    "fault.not_found.next": ("check it letter by letter", "kagua herufi kwa herufi"),
    "fault.bill_unknown": (
        "There is no bill with the control number {control_number}.",
        "Hakuna ankara yenye namba ya malipo {control_number}.",
    ),
    "fault.bill_unknown.next": ("compare the number with your bill", "linganisha namba na ankara yako"),
    "fault.bill_not_payable": (
        "The bill {control_number} cannot be paid: {state}.",
        "Ankara {control_number} hailipiki: {state}.",
    ),
    "fault.own_bill_unknown": (
        "Your institution has no bill {typed}.",
        "Taasisi yako haina ankara {typed}.",
    ),
    "fault.own_bill_unknown.next": ("see pochi bill list", "tazama pochi ankara orodha"),
    "fault.bill_ended": (
        "Nothing more is awaited of bill {bill}: {state}.",
        "Ankara {bill} haisubiriwi tena: {state}.",
    ),
    "fault.bill_ended.next": ("pochi bill show {bill}", "pochi ankara onesha {bill}"),
    "fault.bill_not_ended": (
        "After {seconds} seconds bill {bill} stands so: {state}.",
        "Baada ya sekunde {seconds} ankara {bill} bado iko hivi: {state}.",
    ),
    "fault.bill_not_ended.next": ("pochi bill watch {bill}", "pochi ankara fuatilia {bill}"),
    "fault.no_institution": (
        "This profile is not an institution's.",
        "Wasifu huu si wa taasisi.",
    ),
    "fault.no_institution.next": ("name one with --profile", "taja mmoja kwa --profile"),
    "fault.nothing_to_approve": (
        "The bill is approved already; its control number is {control_number}.",
        "Ankara imekwisha kuidhinishwa; namba yake ya malipo ni {control_number}.",
    ),
    "fault.nothing_to_approve.next": ("nothing waits for a yes", "hakuna kinachosubiri idhini"),
    "fault.items_sum": (
        "The items do not come to {amount}.",
        "Vipengele havifikii {amount}.",
    ),
    "fault.items_sum.next": ("correct an item or --amount", "sahihisha kipengele au --amount"),
    "fault.minimum_form": (
        "A minimum goes with --option partial and is not above the bill.",
        "Kima cha chini huendana na --option partial, na hakizidi ankara.",
    ),
    "fault.minimum_form.next": ("correct --minimum or --option", "sahihisha --minimum au --option"),
    "fault.item_form": (
        "{typed} is no item.",
        "{typed} si kipengele.",
    ),
    "fault.item_form.next": (
        "write GFS-CODE:AMOUNT, as in 142201660128:42,500",
        "andika NAMBA-YA-GFS:KIASI, kama 142201660128:42,500",
    ),
    "fault.date_form": ("{typed} is no date.", "{typed} si tarehe."),
    "fault.date_form.next": ("write it as 2026-12-31", "iandike kama 2026-12-31"),
    "fault.does_not_reconcile": (
        "{day}: {count} rows do not match.",
        "{day}: mistari {count} hailingani.",
    ),
    "fault.does_not_reconcile.next": ("look into each row above", "chunguza kila mstari hapo juu"),
    "fault.day_to_come": ("{day} has not begun.", "{day} bado haijaanza."),
    "fault.day_to_come.next": ("name today or a day before", "taja leo au siku iliyopita"),
    "fault.list_unreadable": ("The file {path} cannot be read.", "Faili {path} halisomeki."),
    "fault.list_unreadable.next": ("check its name and rights", "kagua jina na ruhusa zake"),
    "fault.list_wrong": (
        "{count} lines of {path} are wrong; nothing was compared.",
        "Mistari {count} ya {path} ina makosa; hakuna kilicholinganishwa.",
    ),
    "fault.list_wrong.next": ("correct them all and run it again", "sahihisha yote kisha rudia"),
    "fault.bill_amount": (
        "The bill takes at least {least} and at most {most} now.",
        "Ankara inapokea angalau {least} na isiyozidi {most} kwa sasa.",
    ),
    "fault.bill_amount.next": (
        "leave out --amount to pay all that is outstanding",
        "ondoa --amount ili ulipe chote kinachodaiwa",
    ),
    "fault.bill_not_payable.next": (
        "ask the institution that raised it",
        "iulize taasisi iliyoitoa",
    ),
    "fault.not_authorised": (
        "The ledger does not let this key see or do that.",
        "Leja haiuruhusu ufunguo huu kuona au kufanya hilo.",
    ),
    "fault.not_authorised.next": ("pochi doctor", "pochi kagua"),
    "fault.other_ledger": (
        "This is another ledger than the one in your profile:\nexpected {expected}\nfound {found}",
        "Hii si leja iliyo kwenye wasifu wako:\ninatakiwa {expected}\nimepatikana {found}",
    ),
    "fault.other_ledger.next": (
        "do not pay here; if the ledger was set up anew: pochi init",
        "usilipe hapa; kama leja imeanzishwa upya: pochi anza",
    ),
    "fault.proof_invalid": (
        "What the ledger showed does not prove itself: {what}",
        "Kilichooneshwa na leja hakijithibitishi: {what}",
    ),
    "fault.proof_invalid.next": (
        "do not rely on it; tell the ledger's supervisor",
        "usikitegemee; mjulishe msimamizi wa leja",
    ),
    "fault.not_a_sandbox": (
        "This ledger is not a sandbox: it gives no test money.",
        "Leja hii si ya majaribio: haitoi fedha za mfano.",
    ),
    "fault.not_a_sandbox.next": ("pochi profile use NAME", "pochi wasifu tumia JINA"),
}
