"""Payment notices: webhooks, and listening."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "webhook.added": ("Notices are sent to {url}.", "Arifa zitatumwa kwa {url}."),
    "webhook.keep_secret": (
        "The secret is not shown again: give it to the receiver.",
        "Siri haitaoneshwa tena: mpe mpokeaji.",
    ),
    "webhook.rotated": (
        "A new secret signs; the old one as well, for 24 hours.",
        "Siri mpya inasaini; ya zamani pia, kwa saa 24.",
    ),
    "webhook.removed": ("{webhook} gets no notices any more.", "{webhook} haipati arifa tena."),
    "webhook.none": (
        "No webhook yet: pochi webhook add URL, or pochi webhook listen",
        "Bado hakuna webhook: pochi arifa ongeza URL, au pochi arifa sikiliza",
    ),
    "webhook.sent": ("{event} is sent to {webhook}.", "{event} inatumwa kwa {webhook}."),
    "webhook.backlog": ("{count} notices wait", "arifa {count} zinasubiri"),
    "webhook.problem": ("{problem}, {count} times in a row", "{problem}, mara {count} mfululizo"),
    "webhook.forwarding": (
        "Handing notices on to {url}, signed with this secret:\n{secret}",
        "Arifa zinapelekwa kwa {url}, zikisainiwa kwa siri hii:\n{secret}",
    ),
    "webhook.not_taken": ("Not taken ({why}); trying again.", "Haikupokelewa ({why}); inajaribu tena."),
    "label.webhook_webhook": ("Webhook", "Utambulisho"),
    "label.webhook_url": ("Receiver", "Mpokeaji"),
    "label.webhook_secret": ("Secret", "Siri"),
    "label.webhook_key": ("Ledger's key", "Ufunguo wa leja"),
    "label.webhook_backlog": ("Waiting", "Zinasubiri"),
    "label.webhook_problem": ("Last problem", "Tatizo la mwisho"),
    "fault.webhook_missing": ("There is no webhook yet.", "Bado hakuna webhook."),
    "fault.webhook_missing.next": ("pochi webhook add URL", "pochi arifa ongeza URL"),
    "fault.webhook_which": ("There are several webhooks: {names}.", "Kuna webhook kadhaa: {names}."),
    "fault.webhook_which.next": ("name one with --to", "taja moja kwa --to"),
    "fault.notice_unproved": (
        "The receipt inside {event} proves something else than it says.",
        "Stakabadhi iliyo ndani ya {event} inathibitisha jambo jingine.",
    ),
    "fault.notice_unproved.next": (
        "believe nothing of it; tell the operator and the auditor",
        "usiiamini; mwambie mwendeshaji na mkaguzi",
    ),
    "fault.notice_not_taken": (
        "The program at {url} did not take a notice: {why}",
        "Programu iliyo {url} haikupokea arifa: {why}",
    ),
    "fault.notice_not_taken.next": (
        "mend it and listen again: notices come in order",
        "irekebishe, kisha sikiliza tena: arifa huja kwa mpangilio",
    ),
    "fault.forward_elsewhere": (
        "{url} is not this machine; notices are handed on to this machine alone.",
        "{url} si mashine hii; arifa hupelekwa kwa mashine hii tu.",
    ),
    "fault.forward_elsewhere.next": (
        "pochi webhook listen --forward http://127.0.0.1:8000/",
        "pochi arifa sikiliza --forward http://127.0.0.1:8000/",
    ),
    "help.webhook": ("Notices of an institution's payments.", "Arifa za malipo ya taasisi."),
    "help.webhook.add": ("Have notices sent to a URL.", "Agiza arifa zitumwe kwa URL."),
    "help.webhook.list": ("List webhooks and what waits.", "Orodhesha webhook na zinazosubiri."),
    "help.webhook.listen": ("Fetch notices as they come.", "Chukua arifa zinapokuja."),
    "help.webhook.resend": ("Have an event sent once more.", "Agiza arifa itumwe tena."),
    "help.webhook.rotate": ("Make a new secret.", "Tengeneza siri mpya."),
    "help.webhook.trigger": ("Have a test event sent.", "Agiza arifa ya jaribio."),
    "help.webhook.remove": ("Send nothing there any more.", "Usitume tena kitu huko."),
    "help.option.forward": (
        "Hand each on to a URL on this machine.",
        "Peleka kila moja kwa URL ya mashine hii.",
    ),
    "help.option.after": ("Begin behind this event.", "Anza baada ya arifa hii."),
    "help.option.once": ("Take what is there, and end.", "Chukua zilizopo, kisha maliza."),
    "help.option.webhook": ("The webhook's id.", "Utambulisho wa webhook."),
    "argument.url": ("URL", "KIUNGO"),
    "argument.told.url": ("https://, where notices are taken", "https://, mahali pa kupokea arifa"),
    "argument.webhook": ("WEBHOOK", "UTAMBULISHO"),
    "argument.told.webhook": (
        "a webhook's id: see pochi webhook list",
        "utambulisho: tazama pochi arifa orodha",
    ),
    "argument.event": ("EVENT", "ARIFA"),
    "argument.told.event": ("an event's id, as in evt_17_0", "utambulisho wa arifa, kama evt_17_0"),
    "example.webhook.add": (
        "pochi webhook add https://agency.example/notices",
        "pochi arifa ongeza https://taasisi.example/arifa",
    ),
    "example.webhook.list": ("pochi webhook list", "pochi arifa orodha"),
    "example.webhook.listen": (
        "pochi webhook listen --forward http://127.0.0.1:8000/",
        "pochi arifa sikiliza --forward http://127.0.0.1:8000/",
    ),
    "example.webhook.resend": ("pochi webhook resend evt_17_0", "pochi arifa peleka evt_17_0"),
    "example.webhook.rotate": (
        "pochi webhook rotate wh_0123456789abcdef",
        "pochi arifa badilisha wh_0123456789abcdef",
    ),
    "example.webhook.trigger": ("pochi webhook trigger", "pochi arifa jaribu"),
    "example.webhook.remove": (
        "pochi webhook remove wh_0123456789abcdef",
        "pochi arifa ondoa wh_0123456789abcdef",
    ),
}
