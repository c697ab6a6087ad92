"""The words of the pages: the wallet's names for the same things, code that looks like code, and no riddles."""

from __future__ import annotations

import re

from api.pages.frame import coded
from api.pages.words import SENTENCES, say
from ledger.instants import parse_instant
from ledger.words.languages import LANGUAGES
from tests.api.test_pages import Page
from tests.api.world import World
from wallet_cli.figures import clock_text, day_text, money
from wallet_cli.locale.catalogue import SENTENCES as WALLET_SENTENCES


def test_what_stands_between_backticks_is_code(world: World) -> None:
    """In the documentation, in both languages; nothing that a sentence says becomes a tag."""
    assert coded("with `dry_run`, <b>") == "with <code>dry_run</code>, &lt;b&gt;"
    for path in ("/docs", "/docs/errors"):
        for language in ("en", "sw"):
            shown = world.get(f"{path}?lang={language}").text
            assert "`" not in re.sub(r"<pre.*?</pre>", "", shown, flags=re.DOTALL)
    assert "<code>dry_run</code>" in world.get("/docs").text


def test_the_page_of_errors_says_what_braces_are(world: World) -> None:
    """One line above the table, and above each error's sentences."""
    for path in ("/docs/errors", "/docs/errors/insufficient_funds"):
        for language in ("en", "sw"):
            text = Page(world.get(f"{path}?lang={language}").text).text
            assert say("braces", language).format() in text
            assert "{{" not in text


def test_what_leads_to_raw_data_says_so(world: World) -> None:
    """Beside both links of the front page that lead to no page."""
    for language, words in (("en", "(data)"), ("sw", "(data ghafi)")):
        shown = world.get(f"/?lang={language}").text
        for path in ("/v1/supply", "/v1/checkpoint"):
            assert words in shown.split(f'href="{path}"')[1].split("</a>")[1][:60]


def test_pages_and_wallet_have_one_name_for_one_thing(world: World) -> None:
    """What a person reads on a bill, a receipt and a statement is called the same in the terminal."""
    for ours, theirs in {
        "amount": "label.amount",
        "balance": "label.balance",
        "closing_balance": "statement.closing",
        "opening_balance": "statement.opening",
        "order": "label.order",
        "other_side": "history.heading_other",
        "pay_before": "label.pay_before",
        "period": "statement.period",
        "record": "label.record",
        "recorded_at": "label.posted",
        "service": "label.purpose",
        "time": "label.time",
    }.items():
        assert SENTENCES[ours] == WALLET_SENTENCES[theirs], ours
    number = world.new_bill(1_500_000)
    payable_until = parse_instant(world.get(f"/v1/bills/{number}", world.asha.key).json["payable_until"])
    for language in LANGUAGES:
        label = say("pay_before", language)
        text = Page(world.get(f"/bills/{number}?lang={language}").text).text
        assert f"{label} {day_text(payable_until, language)}, {clock_text(payable_until)} EAT" in text
        assert money(1_500_000, decimals=2, currency="TZS") in text
    written = "".join(text for pair in SENTENCES.values() for text in pair)
    assert "onyesh" not in written.lower()
