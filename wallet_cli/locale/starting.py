"""The first run, test money, profiles, contacts, and the check-up."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # init
    "init.welcome": (
        "Welcome to your wallet.",
        "Karibu kwenye pochi yako.",
    ),
    "init.welcome_sandbox": (
        "Welcome to a test wallet.   (there is no real money here)",
        "Karibu kwenye pochi ya majaribio.   (hakuna fedha halisi hapa)",
    ),
    "init.step_language": ("1/4 Language          English", "1/4 Lugha             Kiswahili"),
    "init.step_ledger": ("2/4 Ledger            {url}", "2/4 Leja              {url}"),
    "init.ledger_mark": ("    Its mark:         {mark}", "    Alama yake:       {mark}"),
    "init.ask_ledger": ("    Is that right?", "    Je, ni sahihi? Andika ndiyo"),
    "init.step_key": ("3/4 Key               name: {name}", "3/4 Ufunguo           jina: {name}"),
    "init.step_words": (
        "4/4 24 recovery words. Write them on paper; take no photograph.",
        "4/4 Maneno 24 ya kurejesha. Andika kwenye karatasi; usipige picha.",
    ),
    "init.words_told": (
        "    24 recovery words. Write them on paper; take no photograph.",
        "    Maneno 24 ya kurejesha. Andika kwenye karatasi; usipige picha.",
    ),
    "init.words_english": (
        "    Whoever has these words has the money.",
        "    Maneno ni ya Kiingereza. Mwenye maneno haya ndiye mwenye fedha.",
    ),
    "init.ask_word": ("    Word {place}?", "    Neno la {place}?"),
    "init.word_other": (
        "Word {place} is another one: look at your paper and try again.",
        "Neno la {place} ni jingine: tazama karatasi yako, kisha jaribu tena.",
    ),
    "init.ask_written": ("    Written down?", "    Umeyaandika? Andika ndiyo"),
    "init.ask_words": (
        "Your 24 recovery words (four letters of each are enough):",
        "Maneno yako 24 ya kurejesha (herufi nne za kila neno zinatosha):",
    ),
    "init.done": ("Ready. Your address: {address}", "Tayari. Anwani yako: {address}"),
    "init.try_fund": (
        "Try: pochi sandbox fund 100,000   then   pochi balance",
        "Jaribu: pochi majaribio jaza 100,000   kisha   pochi salio",
    ),
    "init.quick": (
        (
            "Made in a hurry: the key has a passphrase that lies beside it.\n"
            "Good for trying out in a sandbox, and for nothing else."
        ),
        (
            "Imetengenezwa haraka: nenosiri la ufunguo limewekwa kando yake.\n"
            "Inafaa kujaribia kwenye leja ya majaribio, si zaidi ya hapo."
        ),
    ),
    "init.restored": (
        "Restored: {accounts} accounts found with these words.",
        "Imerejeshwa: akaunti {accounts} zimepatikana kwa maneno haya.",
    ),
    "init.restored_nothing": (
        "The words are right, but this ledger knows no account of theirs.",
        "Maneno ni sahihi, lakini leja hii haina akaunti yake.",
    ),
    # sandbox
    "sandbox.funded": (
        "{amount} of test money is in your account.",
        "{amount} za mfano zimeingia kwenye akaunti yako.",
    ),
    "sandbox.agency_made": (
        "The institution {title} can raise bills now.",
        "Taasisi {title} sasa inaweza kutoa ankara.",
    ),
    # contact
    "contact.added": (
        "{name} is among your contacts: {address}",
        "{name} yumo kwenye anwani zako: {address}",
    ),
    "contact.removed": ("{name} is no longer among your contacts.", "{name} hayumo tena kwenye anwani zako."),
    "contact.none": ("You have no contacts yet.", "Bado huna anwani za watu."),
    # profile
    "profile.used": ('From now on the profile "{name}" is used.', 'Kuanzia sasa wasifu "{name}" unatumika.'),
    "profile.none": ("There are no profiles yet.", "Bado hakuna wasifu."),
    # doctor: one line per thing looked at, behind ✓, ! or ✗
    "doctor.ledger": ("ledger      {url}, {milliseconds} ms", "leja        {url}, ms {milliseconds}"),
    "doctor.ledger_unreachable": ("ledger      no answer at {url}", "leja        haipatikani kwa {url}"),
    "doctor.ledger_same": (
        "identity    the ledger pinned on the first day",
        "utambulisho leja ileile ya siku ya kwanza",
    ),
    "doctor.ledger_other": (
        "identity    ANOTHER ledger than the one pinned",
        "utambulisho leja NYINGINE, si iliyowekwa",
    ),
    "doctor.clock": (
        "clock       {seconds} s from the ledger's (limit {limit} s)",
        "saa         sekunde {seconds} kutoka ya leja (ukomo {limit})",
    ),
    "doctor.key": (
        "key {name}    sealed (Argon2id), mode 0600",
        "ufunguo {name}   umefungwa (Argon2id), ruhusa 0600",
    ),
    "doctor.key_wrong": ("key {name}    {why}", "ufunguo {name}   {why}"),
    "doctor.outbox_empty": ("outbox      empty", "sanduku     tupu"),
    "doctor.outbox_pending": (
        "outbox      {count} orders without an answer → pochi outbox retry",
        "sanduku     maagizo {count} bila jibu → pochi sanduku rudia",
    ),
    "doctor.outbox_damaged": ("outbox      damaged file: {path}", "sanduku     faili lililoharibika: {path}"),
    "doctor.terminal": ("terminal    shows every sign", "skrini      inaonesha alama zote"),
    "doctor.terminal_ascii": (
        "terminal    no UTF-8 locale; using ASCII marks",
        "skrini      hakuna UTF-8; alama za ASCII zinatumika",
    ),
    "doctor.log": (
        "log         grew from {before} to {size} entries",
        "maingizo    yamekua kutoka {before} hadi {size}",
    ),
    "doctor.version": ("version     pochi {version}", "toleo       pochi {version}"),
}
