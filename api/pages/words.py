"""Every sentence of the pages, in both languages, from this one place."""

from __future__ import annotations

from ledger.words.languages import Language

SENTENCES: dict[str, tuple[str, str]] = {
    "title": ("Daftari sandbox", "Daftari la majaribio"),
    "test_money": (
        "Test money only. No government institution is behind this.",
        "Fedha za majaribio tu. Hakuna taasisi ya serikali nyuma yake.",
    ),
    "institutions": ("Institutions", "Taasisi"),
    "no_institutions": ("There is no institution yet.", "Bado hakuna taasisi."),
    "bills": ("Bills", "Ankara"),
    "no_bills": ("There is no bill yet.", "Bado hakuna ankara."),
    "bill": ("Bill", "Ankara"),
    "control_number": ("Control number", "Namba ya malipo (Control Number)"),
    "service": ("Service", "Huduma"),
    "amount": ("Amount", "Kiasi"),
    "in_words": ("In words", "Kwa maneno"),
    "payable_until": ("Payable until", "Mwisho wa kulipa"),
    "status": ("Status", "Hali"),
    "raised": ("WAITS FOR APPROVAL", "INASUBIRI IDHINI"),
    "open": ("NOT YET PAID", "HAIJALIPWA"),
    "paid": ("PAID", "IMELIPWA"),
    "expired": ("EXPIRED", "IMEISHA MUDA"),
    "how_to_pay": ("How to pay", "Jinsi ya kulipa"),
    "collected": ("Collected", "Makusanyo"),
    "log_size": ("Records in the log", "Rekodi kwenye kumbukumbu"),
    "turns_by_itself": ("This page turns by itself.", "Ukurasa huu hujisasisha wenyewe."),
    "other_language": ("Kiswahili", "English"),
    "documentation": ("API documentation", "Nyaraka za API"),
    "errors": ("Errors and refusals", "Hitilafu na makatazo"),
    "code": ("Code", "Alama"),
    "meaning": ("Meaning", "Maana"),
    "what_next": ("What to do next", "Hatua inayofuata"),
    "http_status": ("HTTP status", "Hali ya HTTP"),
    "retryable": ("Send the same bytes again?", "Kutuma baiti zilezile tena?"),
    "yes": ("yes", "ndiyo"),
    "no": ("no", "hapana"),
    "method": ("Method", "Njia"),
    "path": ("Path", "Anwani"),
    "back": ("Back", "Rudi"),
    "skip": ("Skip to the content", "Ruka hadi kwenye maudhui"),
}


def say(key: str, language: Language) -> str:
    """The sentence in this language."""
    english, swahili = SENTENCES[key]
    return swahili if language == "sw" else english
