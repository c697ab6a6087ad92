"""Payment requests, waiting, settings, completion, and the raw call as a curl command."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "request.told": (
        "Whoever is to pay scans the code, or types:\n  pochi send 'URI'",
        "Anayelipa achanganue msimbo huu, au aandike:\n  pochi tuma 'URI'",
    ),
    "refund.ask": ("Give it back?", "Andika ndiyo kurejesha"),
    "refund.done": ("Gave {amount} back to {payee}", "Umerejesha {amount} kwa {payee}"),
    "refund.payment": ("Payment", "Malipo"),
    "refund.paid": ("{amount} came in", "ziliingia {amount}"),
    "refund.given_back": ("{amount} given back already", "zimesharejeshwa {amount}"),
    "fault.refund_above_rest": (
        "Of {paid} only {left} can still be given back.",
        "Kati ya {paid}, zinazoweza bado kurejeshwa ni {left} tu.",
    ),
    "fault.refund_above_rest.next": (
        "leave the amount out to give back the rest",
        "acha kiasi ili kurejesha kilichobaki",
    ),
    "fault.refund_nothing_left": (
        "This payment of {paid} was given back already, all of it.",
        "Malipo haya ya {paid} yamesharejeshwa yote.",
    ),
    "fault.refund_nothing_left.next": ("pochi history", "pochi miamala"),
    "fault.refund_unknown": (
        'No payment "{named}" came into this account, or more than one fits.',
        'Hakuna malipo "{named}" yaliyoingia hapa, au zaidi ya moja yanalingana.',
    ),
    "fault.refund_unknown.next": (
        "pochi history, and write what stands in its last column",
        "pochi miamala, na uandike kilicho kwenye safu yake ya mwisho",
    ),
    "fault.refund_above": (
        "That is more than was paid: {paid}.",
        "Hicho kinazidi kilicholipwa: {paid}.",
    ),
    "fault.refund_above.next": (
        "leave the amount out to give back all of it",
        "acha kiasi ili kurejesha chote",
    ),
    "help.refund": ("Give a payment back, or a part of it.", "Rejesha malipo, au sehemu yake."),
    "tx.accepted": ("Order {order} is posted.", "Agizo {order} limeandikwa kwenye leja."),
    "config.set": ("{name} is now {value}", "{name} sasa ni {value}"),
    "completion.told": (
        "Put this line into your settings:\n  {line}",
        "Weka mstari huu kwenye mipangilio yako:\n  {line}",
    ),
    "api.curl_told": (
        "The token in it is good for two minutes, and only for this.",
        "Tokeni iliyomo inafaa kwa dakika mbili, na kwa jambo hili tu.",
    ),
    # What goes wrong.
    "fault.request_form": (
        "This is not a payment request that can be trusted ({what}).",
        "Hili si ombi la malipo la kuaminika ({what}).",
    ),
    "fault.request_form.next": (
        "ask for a new one, made with: pochi request",
        "omba jipya, lililotengenezwa kwa: pochi omba",
    ),
    "fault.request_unknown": (
        'The payment request has a part "{name}" that this wallet does not know.',
        'Ombi la malipo lina sehemu "{name}" isiyojulikana na pochi hii.',
    ),
    "fault.request_unknown.next": (
        "nothing was paid; a newer pochi may know it, or ask for a plain request",
        "hakuna kilicholipwa; huenda toleo jipya linaijua, au omba ombi la kawaida",
    ),
    "fault.request_other_ledger": (
        "This payment request is for another ledger than this wallet's.",
        "Ombi hili la malipo ni la leja nyingine, si ya pochi hii.",
    ),
    "fault.request_other_ledger.next": (
        "use the profile of that ledger: pochi profile list",
        "tumia wasifu wa leja hiyo: pochi wasifu orodha",
    ),
    "fault.request_currency": (
        'This payment request is in "{currency}", and this account holds {own}.',
        'Ombi hili la malipo ni la "{currency}", na akaunti hii ni ya {own}.',
    ),
    "fault.request_currency.next": (
        "use a profile with an account in that currency",
        "tumia wasifu wenye akaunti ya sarafu hiyo",
    ),
    "fault.request_differs": (
        "The payment request says {asked}, and you typed something else.",
        "Ombi la malipo linasema {asked}, nawe umeandika kitu kingine.",
    ),
    "fault.request_differs.next": (
        "leave yours out, or pay the address without the request",
        "acha ulichoandika, au lipa kwa anwani bila ombi",
    ),
    "fault.order_unknown": (
        'The ledger has no order "{order}" of yours, and the outbox neither.',
        'Leja haina agizo lako "{order}", wala sanduku halina.',
    ),
    "fault.order_unknown.next": (
        "pochi history, and write the whole id",
        "pochi miamala, na uandike kitambulisho chote",
    ),
    "fault.setting_language": (
        '"{typed}" is not a language of this wallet: en or sw.',
        '"{typed}" si lugha ya pochi hii: en au sw.',
    ),
    "fault.setting_language.next": ("pochi config set language en", "pochi mipangilio weka language sw"),
    "fault.curl_body": (
        "A body in a printed command would be seen: name a file, or standard input.",
        "Maudhui ya amri inayoandikwa huenda ni siri: taja faili, au ingizo.",
    ),
    "fault.curl_body.next": ("--data @FILE, or --data -", "--data @FAILI, au --data -"),
    "fault.usage_value_choice": ("{name} is one of: {choices}.", "{name} ni mojawapo ya: {choices}."),
    "fault.usage_value_choice.next": ("see: {command} --help", "tazama: {command} --help"),
    "fault.usage_value_range": (
        "{name} is a whole number from {least} to {most}.",
        "{name} ni namba kamili kuanzia {least} hadi {most}.",
    ),
    "fault.usage_value_range.next": ("see: {command} --help", "tazama: {command} --help"),
    # Help.
    "help.example": ("Example", "Mfano"),
    "help.request": ("Ask to be paid: a link and a QR code.", "Omba ulipwe: kiungo na msimbo wa QR."),
    "help.tx": ("Orders on their way.", "Maagizo yaliyo njiani."),
    "help.tx.wait": ("Wait for an order's outcome.", "Subiri matokeo ya agizo."),
    "help.config": ("Settings.", "Mipangilio."),
    "help.config.get": ("Print settings.", "Onesha mipangilio."),
    "help.config.set": ("Change a setting.", "Badilisha mpangilio."),
    "help.config.path": ("Where the settings lie.", "Mahali mipangilio ilipo."),
    "help.completion": ("Let your shell complete commands.", "Wezesha shell ikamilishe amri."),
    "help.option.no_qr": ("The URI alone, without the code.", "URI pekee, bila msimbo."),
    "help.option.timeout": ("Seconds to wait.", "Sekunde za kusubiri."),
    "help.option.curl": (
        "Print a signed curl command instead.",
        "Onesha amri ya curl iliyosainiwa badala yake.",
    ),
    "argument.setting": ("SETTING", "MPANGILIO"),
    "argument.told.setting": ("language, ledger_url or current", "language, ledger_url au current"),
    "argument.value": ("VALUE", "THAMANI"),
    "argument.told.value": ("what it is to be", "iwe nini"),
    "argument.shell": ("SHELL", "SHELL_YAKO"),
    "argument.told.shell": ("bash, zsh or fish", "bash, zsh au fish"),
}
