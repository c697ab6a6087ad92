"""What the wallet does not believe, does not do, or does only with a remark."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # The ledger is not what it should be.
    "fault.answer_member": (
        'The ledger\'s answer has no proper "{member}".',
        'Jibu la leja halina "{member}" sahihi.',
    ),
    "fault.answer_member.next": ("pochi doctor", "pochi kagua"),
    "fault.answer_forged": (
        "The ledger's answer is not about the order that was signed here.\nThe order stays in the outbox.",
        "Jibu la leja halihusu agizo lililosainiwa hapa.\nAgizo linabaki kwenye sanduku.",
    ),
    "fault.answer_forged.next": (
        "do not pay again; tell the ledger's supervisor",
        "usilipe tena; mjulishe msimamizi wa leja",
    ),
    "fault.ledger_not_itself": (
        "The ledger cannot prove that it is the one it says it is.",
        "Leja haiwezi kuthibitisha kuwa ndiyo inayosema.",
    ),
    "fault.ledger_not_itself.next": ("check the URL, and pay nothing there", "kagua URL, na usilipe hapo"),
    "fault.ledger_not_pinned": (
        "What this wallet pinned of its ledger is missing or changed:\n{path}",
        "Kumbukumbu ya utambulisho wa leja haipo au imebadilishwa:\n{path}",
    ),
    "fault.ledger_not_pinned.next": (
        "pochi init --restore with your 24 words, under another profile name",
        "pochi anza --restore kwa maneno yako 24, kwa jina jingine la wasifu",
    ),
    "fault.ledger_file_unreadable": (
        "This file does not describe a ledger:\n{path}",
        "Faili hili halielezi leja:\n{path}",
    ),
    "fault.ledger_file_unreadable.next": (
        "save the answer of: pochi api GET /v1/ledger",
        "hifadhi jibu la: pochi api GET /v1/ledger",
    ),
    "fault.sandbox_reset": (
        (
            "This sandbox was set up anew since the wallet was made: {mark}\n"
            "is another test ledger than {mark_before}. Its accounts and test money\n"
            "ended with it. That is usual for a sandbox; your wallet is in order."
        ),
        (
            "Leja hii ya majaribio imeanzishwa upya tangu pochi itengenezwe: {mark}\n"
            "si ile ya {mark_before}. Akaunti na fedha zake za mfano\n"
            "ziliisha nayo. Ni kawaida kwa majaribio; pochi yako iko sawa."
        ),
    ),
    "fault.sandbox_reset.next": (
        "pochi profile remove {profile}   then   pochi init --profile {profile}",
        "pochi wasifu ondoa {profile}   kisha   pochi anza --profile {profile}",
    ),
    "fault.clock_differs": (
        "This machine's clock is {seconds} s from the ledger's (limit {limit} s).",
        "Saa ya mashine hii imeachana na leja: sekunde {seconds} (ukomo {limit}).",
    ),
    "fault.clock_differs.next": (
        "set the clock, then run the same command again",
        "rekebisha saa, kisha rudia amri ileile",
    ),
    "fault.url_not_private": (
        "Anybody on the way could read along: {url}",
        "Yeyote njiani anaweza kusoma: {url}",
    ),
    "fault.url_not_private.next": ("use https://", "tumia https://"),
    "fault.never_recorded": (
        "The ledger did not take it: {title}\n{detail}",
        "Leja haikuipokea: {title}\n{detail}",
    ),
    "fault.never_recorded.next": (
        "nothing was posted; mend that, then run the same command again",
        "hakuna kilichoandikwa; rekebisha hilo, kisha rudia amri ileile",
    ),
    # Bills and payees.
    "fault.bill_forged": (
        "This bill is not what its institution signed. It is not paid.",
        "Ankara hii sivyo ilivyosainiwa na taasisi. Haijalipwa.",
    ),
    "fault.bill_forged.next": (
        "ask the institution that raised it",
        "iulize taasisi iliyoitoa",
    ),
    "fault.control_number_form": (
        '"{typed}" is not a control number: it has twelve digits.',
        '"{typed}" si namba ya malipo: huwa na tarakimu kumi na mbili.',
    ),
    "fault.control_number_form.next": ("compare it with your bill", "linganisha na ankara yako"),
    "fault.control_number_slip": (
        "There is a slip in {typed}: the digits do not fit together.",
        "Kuna kosa kwenye {typed}: tarakimu haziendani.",
    ),
    "fault.control_number_slip.next": (
        "compare every digit with your bill",
        "linganisha kila tarakimu na ankara yako",
    ),
    "fault.address_wrong": (
        'There is a slip in the address "{typed}", or it is of another ledger.',
        'Kuna kosa kwenye anwani "{typed}", au ni ya leja nyingine.',
    ),
    "fault.address_wrong.next": (
        "copy it once more from whom you want to pay",
        "inakili tena kutoka kwa unayetaka kumlipa",
    ),
    "fault.payee_unknown": (
        "The ledger has no account with this address:\n{address}",
        "Leja haina akaunti yenye anwani hii:\n{address}",
    ),
    "fault.payee_unknown.next": ("ask the payee for the address", "muulize mlipwaji anwani yake"),
    "fault.payee_is_you": ("That is your own account.", "Hiyo ni akaunti yako mwenyewe."),
    "fault.payee_is_you.next": ("name another payee", "taja mlipwaji mwingine"),
    "fault.reference_form": (
        '"{typed}" cannot be a reference:\nA-Z a-z 0-9 . / - without spaces, at most 35.',
        '"{typed}" haifai kuwa kumbukumbu:\nA-Z a-z 0-9 . / - bila nafasi, zisizidi 35.',
    ),
    "fault.reference_form.next": ("write it like INV-2026/17", "iandike kama INV-2026/17"),
    "payee.name_changed": (
        "{contact} was shown as {before}, and is shown as {now} today.",
        "{contact} alioneshwa kama {before}, na leo anaoneshwa kama {now}.",
    ),
    "contact.shown_as": ("The ledger shows this holder as {title}.", "Leja humuonesha kama {title}."),
    "person.you": ("you", "wewe"),
    # Wallets and files.
    "fault.wallet_unfinished": (
        'The wallet "{name}" was begun and not finished.',
        'Pochi "{name}" ilianzishwa na haikumalizika.',
    ),
    "fault.wallet_unfinished.next": (
        "pochi init --profile {name}   (it goes on where it stopped)",
        "pochi anza --profile {name}   (itaendelea ilipoishia)",
    ),
    "fault.key_file_other": (
        'The key file of "{name}" holds another key than the profile names.',
        'Faili la ufunguo la "{name}" lina ufunguo mwingine, si wa wasifu.',
    ),
    "fault.key_file_other.next": (
        "put the right file back, or: pochi init --restore",
        "rudisha faili sahihi, au: pochi anza --restore",
    ),
    "fault.file_exists": (
        "There is another file of this name:\n{path}",
        "Lipo faili jingine la jina hili:\n{path}",
    ),
    "fault.file_exists.next": ("name another with --to", "taja jingine kwa --to"),
    "fault.name_form": ("A name has 1 to 60 letters.", "Jina lina herufi 1 hadi 60."),
    "fault.name_form.next": ('write it like --name "Asha Mwinyi"', 'liandike kama --name "Asha Mwinyi"'),
    "fault.quick_not_sandbox": (
        "--quick is for sandboxes only, and this ledger is none.",
        "--quick ni ya majaribio tu, na leja hii siyo.",
    ),
    "fault.quick_not_sandbox.next": ("pochi init", "pochi anza"),
    "fault.quick_restore": (
        "--quick makes new keys and --restore brings old ones back.",
        "--quick hutengeneza funguo mpya na --restore hurejesha za zamani.",
    ),
    "fault.quick_restore.next": ("give one of the two", "weka moja kati ya hizo"),
    "fault.path_form": ('"{typed}" is not a path of the API.', '"{typed}" si mahali pa API.'),
    "fault.path_form.next": ("write it like /v1/ledger", "iandike kama /v1/ledger"),
    "init.resumed": (
        'Going on with the wallet "{name}", which was not finished.',
        'Tunaendelea na pochi "{name}", ambayo haikumalizika.',
    ),
    "init.words_later": (
        "Your 24 recovery words: pochi profile words",
        "Maneno yako 24 ya kurejesha: pochi wasifu maneno",
    ),
    "unlock.quick": (
        "Passphrase read from {path} (sandbox only)",
        "Nenosiri limesomwa kutoka {path} (majaribio tu)",
    ),
    "profile.mark": ("Its mark", "Alama yake"),
    "profile.folder": ("Folder", "Folda"),
    "profile.remove_told": (
        'The profile "{name}" is taken out of this wallet.\nIts account {address} stays as it is.',
        'Wasifu "{name}" unaondolewa kwenye pochi hii.\nAkaunti yake {address} inabaki ilivyo.',
    ),
    "profile.ask_remove": ("Remove it?", "Uondolewe? Andika ndiyo"),
    "profile.removed": (
        'The profile "{name}" is removed. Its keys were moved to\n{path}',
        'Wasifu "{name}" umeondolewa. Funguo zake zimehamishiwa\n{path}',
    ),
    # The sandbox.
    "fault.faucet_key_missing": (
        "The faucet's key was not found (looked last at {path}).",
        "Ufunguo wa bomba haukupatikana (mwisho umetafutwa {path}).",
    ),
    "fault.faucet_key_missing.next": (
        "name it: POCHI_FAUCET_KEY=var/keys/faucet.key",
        "utaje: POCHI_FAUCET_KEY=var/keys/faucet.key",
    ),
    "fault.faucet_empty": (
        "Not done: the sandbox's faucet does not hold {asked} any more.",
        "Haijafanyika: bomba la majaribio halina {asked} tena.",
    ),
    "fault.faucet_empty.next": (
        "ask for less; it is the faucet's money that ran short, not yours",
        "omba kidogo zaidi; zilizopungua ni fedha za bomba, si zako",
    ),
    "fault.faucet_key_unreadable": (
        "This is not a faucet's key:\n{path}",
        "Huu si ufunguo wa bomba:\n{path}",
    ),
    "fault.faucet_key_unreadable.next": (
        "name the file that the sandbox made",
        "taja faili lililotengenezwa na leja ya majaribio",
    ),
    "fault.faucet_key_other": (
        "This key has no account on this ledger.",
        "Ufunguo huu hauna akaunti kwenye leja hii.",
    ),
    "fault.faucet_key_other.next": (
        "name the faucet's key of this very sandbox",
        "taja ufunguo wa bomba la leja hii hii",
    ),
    "fault.title_form": (
        '"{typed}" cannot be a public title: plain letters and figures, at most 60.',
        '"{typed}" haifai kuwa jina la umma: herufi na tarakimu, zisizidi 60.',
    ),
    "fault.title_form.next": ("write it like Halmashauri ya Mfano", "liandike kama Halmashauri ya Mfano"),
    "fault.code_form": ('"{typed}" is not a proper code.', '"{typed}" si namba sahihi.'),
    "fault.code_form.next": (
        "services like LESENI, bills like LESENI/2026/17",
        "huduma kama LESENI, ankara kama LESENI/2026/17",
    ),
    "sandbox.try_bill": (
        "Try: pochi sandbox bill --agency {agency} \\\n       --service {service} --amount 15,000",
        "Jaribu: pochi majaribio ankara --agency {agency} \\\n       --service {service} --amount 15,000",
    ),
    "sandbox.bill_made": (
        "The bill {bill} over {amount} is raised and approved.",
        "Ankara {bill} ya {amount} imetolewa na kuidhinishwa.",
    ),
    "sandbox.try_pay": ("Pay it: pochi pay {control_number}", "Ilipe: pochi lipa {control_number}"),
    # Paying, waiting, proving.
    "send.dry_run": (
        "The ledger would accept this. Nothing was posted.",
        "Leja ingekubali hili. Hakuna kilichoandikwa.",
    ),
    "note.by_the_ledger": ("(says the ledger)", "(kwa mujibu wa leja)"),
    "fault.dry_run_ignored": (
        "The ledger took the dry run for an order. Order {order} may be posted.",
        "Leja imechukulia jaribio kuwa agizo. Agizo {order} huenda limeandikwa.",
    ),
    "fault.dry_run_ignored.next": (
        "look with pochi history, and do not trust this ledger with a dry run",
        "angalia kwa pochi miamala, na usifanye jaribio tena kwenye leja hii",
    ),
    "pay.posted": ("posted {moment}, log entry {record}", "imeandikwa {moment}, ingizo la leja {record}"),
    "pay.signed": ("(signed by the institution)", "(imesainiwa na taasisi)"),
    "fault.bill_paid": (
        "The bill {control_number} is paid already. Nothing was sent.",
        "Ankara {control_number} imeshalipwa. Hakuna kilichotumwa.",
    ),
    "fault.bill_paid.next": ("there is nothing left to pay", "hakuna kilichobaki kulipwa"),
    "fault.bill_paid_by_you": (
        "You have paid the bill {control_number}. Nothing was sent again.",
        "Umeshalipa ankara {control_number}. Hakuna kilichotumwa tena.",
    ),
    "fault.bill_paid_by_you.next": (
        "pochi receipt show {control_number}",
        "pochi stakabadhi onesha {control_number}",
    ),
    "history.heading_receipt": ("Receipt", "Stakabadhi"),
    "outbox.hint": (
        "Send them again: pochi outbox retry (it cannot pay twice)",
        "Yatume tena: pochi sanduku rudia (hailipi mara mbili)",
    ),
    "fault.outbox_recorded": (
        "The ledger has an answer to order {order}. It is not given up.",
        "Leja ina jibu la agizo {order}. Haliachwi.",
    ),
    "fault.outbox_recorded.next": ("pochi outbox retry {order}", "pochi sanduku rudia {order}"),
    "receipt.later": (
        "The receipt did not come. Get it later: pochi receipt show {order}",
        "Stakabadhi haikufika. Ipate baadaye: pochi stakabadhi onesha {order}",
    ),
    "receipt.why_other_record": ("it is about another order", "inahusu agizo jingine"),
    "fault.receipt_unknown": (
        'There is no receipt "{named}" of yours.',
        'Huna stakabadhi "{named}".',
    ),
    "fault.receipt_unknown.next": ("pochi history", "pochi miamala"),
    "fault.receipt_file_missing": (
        'There is no file "{path}", and no receipt of that name.',
        'Hakuna faili "{path}", wala stakabadhi ya jina hilo.',
    ),
    "fault.receipt_file_missing.next": (
        "name a file that is there, or a receipt: pochi history",
        "taja faili lililopo, au stakabadhi: pochi miamala",
    ),
    "fault.receipt_ambiguous": (
        '"{named}" fits {count} receipts.',
        '"{named}" inalingana na stakabadhi {count}.',
    ),
    "fault.receipt_ambiguous.next": ("write more of it", "andika zaidi yake"),
    "fault.receipt_of_refusal": (
        "Nothing was paid. The receipt proves that the order was refused:\n{reason}",
        "Hakuna kilicholipwa. Stakabadhi inathibitisha kuwa agizo lilikataliwa:\n{reason}",
    ),
    "fault.receipt_of_refusal.next": (
        "do not accept it as proof of payment",
        "usiikubali kama uthibitisho wa malipo",
    ),
    "doctor.log_broken": (
        "log         does NOT grow from {before} to {size} entries: history was changed",
        "ingizo      HALIKUI kutoka {before} hadi {size}: historia imebadilishwa",
    ),
    "doctor.registered": ("registered  the ledger knows this key", "usajili     leja inaujua ufunguo huu"),
    "doctor.registered_not": (
        "registered  the ledger does not answer to this key",
        "usajili     leja haiujibu ufunguo huu",
    ),
    "doctor.key_revoked": ("registered  this key was revoked", "usajili     ufunguo huu umebatilishwa"),
}
