"""Every sentence of the pages, in both languages, from this one place."""

from __future__ import annotations

from ledger.words.languages import Language

TEST_MONEY = "MFANO – SI FEDHA HALISI / TEST – NOT MONEY"
"""On every page, bill and receipt of a sandbox, in both languages at once, on screen and on paper."""

SENTENCES: dict[str, tuple[str, str]] = {
    # The frame.
    "title": ("Daftari sandbox", "Leja ya majaribio ya Daftari"),
    "title_ledger": ("Daftari ledger", "Leja ya Daftari"),
    "front": ("Overview", "Mwanzo"),
    "check_receipt": ("Check a receipt", "Hakiki stakabadhi"),
    "documentation": ("API documentation", "Nyaraka za API"),
    "other_language": ("Kiswahili", "English"),
    "skip": ("Skip to the content", "Ruka hadi kwenye maudhui"),
    "no_affiliation": (
        "A sandbox with invented institutions. No government institution is behind it.",
        "Mazingira ya majaribio yenye taasisi za kubuni. Hakuna taasisi ya serikali nyuma yake.",
    ),
    "turns_by_itself": ("This page turns by itself.", "Ukurasa huu hujisasisha wenyewe."),
    "print": ("Print this page to keep it.", "Chapisha ukurasa huu ili uutunze."),
    "yes": ("yes", "ndiyo"),
    "no": ("no", "hapana"),
    # The front page.
    "books": ("Do the books balance?", "Je, vitabu vinalingana?"),
    "books_balance": ("debits equal credits", "debiti ni sawa na krediti"),
    "books_differ": ("debits and credits differ", "debiti na krediti zinatofautiana"),
    "circulation": ("Money in circulation", "Fedha kwenye mzunguko"),
    "issued": ("issued: {amount}", "zilizotolewa: {amount}"),
    "log": ("Records in the log", "Rekodi kwenye kumbukumbu"),
    "last_checkpoint": ("Last checkpoint: {root}", "Alama ya mwisho ya ukaguzi: {root}"),
    "raw_data": ("data", "data ghafi"),
    "pay_a_bill": ("Pay a bill", "Lipa ankara"),
    "show_bill": ("Show the bill", "Onesha ankara"),
    "number_form": (
        '"{typed}" is not a control number: it has twelve digits. Compare it with your bill.',
        '"{typed}" si namba ya malipo: huwa na tarakimu kumi na mbili. Linganisha na ankara yako.',
    ),
    "number_slip": (
        "There is a slip in {typed}: the digits do not fit together. Compare every digit with your bill.",
        "Kuna kosa kwenye {typed}: tarakimu haziendani. Linganisha kila tarakimu na ankara yako.",
    ),
    "number_unknown": (
        "No open bill has the control number {typed}. Compare the number with your bill.",
        "Hakuna ankara ya kulipwa yenye namba ya malipo {typed}. Linganisha namba na ankara yako.",
    ),
    "institutions": ("Institutions", "Taasisi"),
    "no_institutions": ("There is no institution yet.", "Bado hakuna taasisi."),
    "latest_payments": ("Latest payments", "Malipo ya karibuni"),
    "no_payments": ("Nothing was paid yet.", "Bado hakuna malipo."),
    "time": ("Time", "Wakati"),
    "what": ("What", "Nini"),
    "kind_pay": ("payment", "malipo"),
    "kind_pay_bill": ("bill paid", "ankara iliyolipwa"),
    "kind_issue": ("money issued", "fedha zilizotolewa"),
    "kind_redeem": ("money redeemed", "fedha zilizokombolewa"),
    "kind_refund": ("refund", "marejesho"),
    "kind_reverse": ("correction", "marekebisho"),
    # Bills.
    "no_bills": ("There is no bill yet.", "Bado hakuna ankara."),
    "bills_told": ("Paid: {paid} of {all}.", "Zilizolipwa: {paid} kati ya {all}."),
    "bills_newest": ("The newest {count} bills are shown.", "Ankara {count} za karibuni zinaoneshwa."),
    "bill": ("Bill", "Ankara"),
    "control_number": ("Control number", "Namba ya malipo (Control Number)"),
    "control_number_hint": ("12 digits, as on the bill", "Tarakimu 12, kama zilivyo kwenye ankara"),
    "bill_id": ("Bill number", "Namba ya ankara"),
    "service": ("Purpose", "Huduma"),
    "amount": ("Amount", "Kiasi"),
    "in_words": ("In words", "Kwa maneno"),
    "pay_before": ("Pay before", "Mwisho wa kulipa"),
    "raised": ("WAITS FOR APPROVAL", "INASUBIRI IDHINI"),
    "open": ("NOT YET PAID", "HAIJALIPWA"),
    "paid": ("PAID", "IMELIPWA"),
    "refunded": ("PAID AND REFUNDED", "ILILIPWA NA KUREJESHWA"),
    "expired": ("EXPIRED", "MUDA UMEKWISHA"),
    "how_to_pay": ("To pay, type:", "Kulipa, andika:"),
    "qr": ("The bill as a QR code (TAN-QR)", "Ankara kama msimbo wa QR (TAN-QR)"),
    # Receipts.
    "receipt": ("Receipt", "Stakabadhi"),
    "receipt_file": ("Receipt file (.json)", "Faili la stakabadhi (.json)"),
    "receipt_how": (
        "Choose a receipt that was saved with: pochi receipt save. It is checked and shown, and not kept.",
        "Chagua stakabadhi iliyohifadhiwa kwa: pochi stakabadhi hifadhi. Itahakikiwa na kuoneshwa, haitatunzwa.",
    ),
    "check": ("Check", "Hakiki"),
    "genuine": ("GENUINE: this record is in the log.", "HALALI: rekodi hii imo kwenye kumbukumbu."),
    "not_genuine": ("NOT GENUINE", "SI HALALI"),
    "not_a_receipt": ("This file is not a receipt.", "Faili hili si stakabadhi."),
    "why_signature": (
        "The checkpoint is not signed by this ledger.",
        "Alama ya ukaguzi haikusainiwa na leja hii.",
    ),
    "why_log_key": (
        "No log key of this ledger signed it.",
        "Hakuna ufunguo wa kumbukumbu wa leja hii ulioisaini.",
    ),
    "why_ledger": ("It was given by another ledger.", "Imetolewa na leja nyingine."),
    "why_proof": (
        "The record is not in the log that was signed.",
        "Rekodi haimo kwenye kumbukumbu iliyosainiwa.",
    ),
    "do_not_accept": (
        "Do not accept it as proof of payment.",
        "Usiikubali kama uthibitisho wa malipo.",
    ),
    "no_file": ("Choose a file first.", "Chagua faili kwanza."),
    "accepted": ("ACCEPTED", "IMEKUBALIWA"),
    "refused": ("REFUSED", "IMEKATALIWA"),
    "recorded_at": ("Posted", "Imeandikwa"),
    "record": ("Log entry", "Ingizo la leja"),
    "order": ("Order", "Agizo"),
    "payer": ("From account", "Kutoka akaunti"),
    "payee": ("To account", "Kwenda akaunti"),
    "reference": ("Reference", "Rejea"),
    "reason": ("Reason", "Sababu"),
    "checkpoint": ("Checkpoint", "Alama ya ukaguzi"),
    "checkpoint_of": ("log of {size} records", "kumbukumbu ya rekodi {size}"),
    "another": ("Check another receipt", "Hakiki stakabadhi nyingine"),
    # Statements.
    "statement": ("Account statement", "Taarifa ya akaunti"),
    "account": ("Account", "Akaunti"),
    "period": ("Period", "Kipindi"),
    "period_runs": ("the period is not over", "kipindi hakijaisha"),
    "opening_balance": ("Opening balance", "Salio la kuanzia"),
    "closing_balance": ("Closing balance", "Salio la kufungia"),
    "brought_forward": ("Brought forward", "Limeletwa kutoka ukurasa uliotangulia"),
    "carried_forward": ("Carried forward", "Linapelekwa ukurasa unaofuata"),
    "total_credits": ("Received in all", "Jumla iliyoingia"),
    "total_debits": ("Paid out in all", "Jumla iliyotoka"),
    "entries": ("Entries", "Maingizo"),
    "entries_told": (
        "Entries of the period: {count}. All amounts in",
        "Maingizo ya kipindi: {count}. Kiasi chote kwa",
    ),
    "other_side": ("To or from", "Kwa au kutoka"),
    "credit": ("In", "Kuingia"),
    "debit": ("Out", "Kutoka"),
    "balance": ("Balance", "Salio"),
    "next_page": ("Next page", "Ukurasa unaofuata"),
    "statement_seen": (
        "Made from the first {size} records of the log.",
        "Imetengenezwa kutoka rekodi {size} za kwanza za kumbukumbu.",
    ),
    # Problems, for a person with a browser.
    "request_id": ("Request id", "Utambulisho wa ombi"),
    # The documentation.
    "errors": ("Errors and refusals", "Hitilafu na makatazo"),
    "braces": (
        "What stands in braces, as {{needed}}, is filled in by each case: an amount, a time, a name.",
        "Kilicho kwenye mabano, kama {{needed}}, hujazwa na kila tukio: kiasi, wakati, jina.",
    ),
    "code": ("Code", "Alama"),
    "meaning": ("Meaning", "Maana"),
    "what_next": ("What to do next", "Hatua inayofuata"),
    "http_status": ("HTTP status", "Hali ya HTTP"),
    "retryable": ("Send the same bytes again?", "Kutuma baiti zilezile tena?"),
    "who": ("Who may ask", "Anayeruhusiwa kuuliza"),
    "who_public": ("everybody", "kila mtu"),
    "who_order": ("everybody; the order's signature counts", "kila mtu; saini ya agizo ndiyo inayohesabika"),
    "who_caller": ("every registered key, so many times", "kila ufunguo uliosajiliwa, kwa kiasi maalumu"),
    "who_owner": (
        "the party itself; auditor and supervisor",
        "mshiriki mwenyewe; mkaguzi na msimamizi",
    ),
    "who_self": ("the party itself, with its full key", "mshiriki mwenyewe, kwa ufunguo wake kamili"),
    "who_official": (
        "auditor, supervisor and authority, with a token for this request",
        "mkaguzi, msimamizi na mamlaka, kwa tokeni ya ombi hili",
    ),
    "who_overseer": ("auditor and supervisor", "mkaguzi na msimamizi"),
    "who_books": (
        "auditor, supervisor and issuer; everybody in a sandbox",
        "mkaguzi, msimamizi na mtoaji; kila mtu katika majaribio",
    ),
    "who_sandbox": ("everybody, in a sandbox", "kila mtu, katika majaribio"),
    "parameters": ("Parameters", "Vigezo"),
    "answer": ("Answer", "Jibu"),
}


def say(key: str, language: Language) -> str:
    """The sentence in this language."""
    english, swahili = SENTENCES[key]
    return swahili if language == "sw" else english
