"""The pages as they are sent: both languages, the whole truth of a bill, nothing from elsewhere, nothing that runs."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from api import pages
from api.pages.bills import qr_code
from api.pages.frame import figures, grouped
from api.pages.words import SENTENCES, TEST_MONEY, say
from ledger.books.bills import control_number_holds
from ledger.formats.tan_qr import bill_code
from ledger.money import Currency
from ledger.orders.kinds import Refund
from ledger.proofs.receipt import parse_receipt
from tests.api.world import TITLE, Got, World, ask

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FOLDER = Path(str(pages.__file__)).parent
UNRAISED = next(
    number for number in map(str, range(889_999_999_980, 890_000_000_000)) if control_number_holds(number)
)
VOID = frozenset({"meta", "link", "input", "br", "path", "img"})


class Page(HTMLParser):
    """Reads a page: its tags in order, that each is closed, every URL, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Every end has its beginning."""
        assert self.open[-1:] == [tag], (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        """Note what a person reads."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """What a person reads."""
        return " ".join(" ".join(self.words).split())


def upload(world: World, data: bytes, language: str = "en", name: str = "receipt") -> Got:
    """Check a receipt as a browser does."""
    boundary = "daftari-boundary"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="r.json"\r\n\r\n'.encode()
    )
    body = head + data + f"\r\n--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    return ask(world.url, "POST", f"/receipts?lang={language}", body=body, Content_Type=kind, headers=BROWSER)


@pytest.fixture(scope="module")
def paths(world: World) -> list[str]:
    """One path of every page there is."""
    number = world.new_bill()
    paid = world.new_bill()
    world.paid(world.asha, paid)
    return [
        "/",
        f"/institutions/{world.council.party}",
        f"/bills/{number}",
        f"/bills/{paid}",
        "/receipts",
        "/docs",
        "/docs/errors",
        "/docs/errors/bill_paid",
        "/not-a-page",
    ]


def test_words_are_in_both_languages() -> None:
    """No sentence is missing or the same in both, and both have the same places to fill."""
    for key, (english, swahili) in SENTENCES.items():
        assert len({english, swahili, ""}) == 3, key
        places = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, swahili)
        ]
        assert places[0] == places[1], key
    assert say("paid", "sw") == "IMELIPWA"


def test_every_word_is_used_and_every_word_used_is_there() -> None:
    """Templates name sentences by key; a key that nobody names is dead."""
    templates = "".join(path.read_text() for path in (FOLDER / "templates").glob("*.html"))
    named = set(re.findall(r'say\("(\w+)"', templates)) | set(re.findall(r"say\('(\w+)'", templates))
    named |= set(re.findall(r'say\("(\w+)" if', templates)) | set(re.findall(r'else "(\w+)"\)', templates))
    named |= {"not_a_receipt", "no_file"}  # named in Python, where the file is looked at
    built = {
        key
        for key in SENTENCES
        if key.startswith(("kind_", "who_", "why_", "number_", "total_by_", "moved_"))
    } | {
        "raised",
        "open",
        "paid",
        "expired",
        "refunded",
        "part_paid",
        "cancelled",
    }
    assert named - {"kind_", "who_", "total_by_", "moved_"} <= set(SENTENCES)
    assert set(SENTENCES) - named - built == set()


@pytest.mark.parametrize("language", ["en", "sw"])
def test_pages_are_whole(world: World, paths: list[str], language: str) -> None:
    """Every tag closed, the language said, one heading, the banner of test money, nothing from another place."""
    for path in paths:
        got = world.get(f"{path}?lang={language}", headers=BROWSER)
        assert got.headers["content-type"] == "text/html; charset=utf-8", path
        page = Page(got.text)
        assert page.open == [], path
        names = [tag for tag, _ in page.tags]
        assert names.count("h1") == 1, path
        assert dict(page.tags)["html"]["lang"] == language
        assert TEST_MONEY in page.text
        assert "{" not in page.text or path.startswith("/docs")
        for tag, attributes in page.tags:
            assert not [name for name in attributes if name == "style" or name.startswith("on")], (path, tag)
            for name in ("href", "src", "action"):
                place = attributes.get(name, "")
                assert not re.match(r"[a-z]+:|//", place), (path, place)
            assert tag != "script" or attributes.get("src") == "/static/turn.js"


def test_pages_may_load_only_from_here(world: World, paths: list[str]) -> None:
    """The policy allows this server's own style and script, no frames, no base."""
    for path in paths:
        policy = world.get(path, headers=BROWSER).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_a_bill_shows_everything_before_consent(world: World) -> None:
    """Institution, service, control number in groups, figures and words, status in words and with a sign."""
    number = world.new_bill(1_500_000)
    shown = {
        language: Page(world.get(f"/bills/{number}?lang={language}").text).text for language in ("en", "sw")
    }
    assert f"{number[:4]} {number[4:8]} {number[8:]}" in shown["en"]
    for words in (
        "Model Council",
        "Business licence",
        "TSh 15,000.00",
        "fifteen thousand shillings",
        "NOT YET PAID",
    ):
        assert words in shown["en"], words
    for words in ("Halmashauri ya Mfano", "Leseni ya biashara", "shilingi elfu kumi na tano", "HAIJALIPWA"):
        assert words in shown["sw"], words
    assert f"pochi lipa {number}" in shown["en"]
    world.paid(world.asha, number)
    assert "✓ PAID" in Page(world.get(f"/bills/{number}").text).text
    assert "✓ IMELIPWA" in Page(world.get(f"/bills/{number}?lang=sw").text).text


def test_an_institution_shows_its_bills(world: World) -> None:
    """Paid, open and waiting ones, newest first, and how many are paid."""
    open_bill, paid_bill = world.new_bill(), world.new_bill()
    waiting = world.new_bill(approve=False)
    world.paid(world.juma, paid_bill)
    got = world.get(f"/institutions/{world.council.party}?lang=sw")
    page = Page(got.text)
    for words in ("IMELIPWA", "HAIJALIPWA", "INASUBIRI IDHINI", grouped(open_bill), grouped(paid_bill)):
        assert words in page.text
    assert waiting not in got.text
    assert page.text.index(grouped(paid_bill)) < page.text.index(grouped(open_bill))
    assert "Zilizolipwa: " in page.text


def test_an_unchanged_page_costs_nothing(world: World) -> None:
    """304 with no body until something changes; another language is another page."""
    number = world.new_bill()
    for path in (
        f"/institutions/{world.council.party}",
        f"/bills/{number}",
        "/",
        "/static/daftari.css",
        "/static/turn.js",
    ):
        first = world.get(path)
        again = world.get(path, If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b""), path
    path = f"/bills/{number}"
    tag = world.get(path).headers["etag"]
    assert world.get(f"{path}?lang=sw").headers["etag"] != tag
    world.paid(world.asha, number)
    assert world.get(path, If_None_Match=tag).status == 200


def test_the_front_page_tells_how_it_stands(world: World) -> None:
    """Books, circulation, log, latest payments without people, institutions."""
    number = world.new_bill(77_700)
    world.paid(world.asha, number, 77_700)
    got = world.get("/")
    text = Page(got.text).text
    assert "✓ 0.00" in text
    assert "TSh 10,000,000,000,000.00" in text or "TSh" in text
    assert "bill paid · Model Council" in text
    assert "TSh 777.00" in text
    assert world.asha.account not in got.text
    assert world.juma.account not in got.text
    assert "Model Council" in text


def test_a_bill_is_found_by_its_number(world: World) -> None:
    """Typed with spaces or hyphens; a wrong one is told on a page."""
    number = world.new_bill()
    for typed in (number, grouped(number).replace(" ", "+"), "-".join((number[:4], number[4:]))):
        got = world.get(f"/bills?lang=sw&control_number={typed}", headers=BROWSER)
        assert (got.status, got.headers["location"]) == (303, f"/bills/{number}?lang=sw")


@pytest.mark.parametrize(
    "typed, english, swahili",
    [
        ("881234567890", "There is a slip in 881234567890", "Kuna kosa kwenye 881234567890"),
        ("123", '"123" is not a control number', '"123" si namba ya malipo'),
        ("88<b>", '"88<b>" is not a control number', '"88<b>" si namba ya malipo'),
        ("", "is not a control number", "si namba ya malipo"),
        ("unknown", "No open bill has the control number", "Hakuna ankara ya kulipwa yenye namba"),
    ],
)
def test_a_number_without_a_bill_is_told(world: World, typed: str, english: str, swahili: str) -> None:
    """The form again with what was typed, and the words of the wallet; nothing typed becomes a tag."""
    typed = UNRAISED if typed == "unknown" else typed
    for language, words in (("en", english), ("sw", swahili)):
        got = world.get(f"/bills?lang={language}&control_number={quote(typed)}", headers=BROWSER)
        assert (got.status, got.headers["content-type"]) == (404, "text/html; charset=utf-8")
        page = Page(got.text)
        assert words in page.text
        assert page.open == []
        assert "b" not in [tag for tag, _ in page.tags]
        values = [attributes.get("value", "") for tag, attributes in page.tags if tag == "input"]
        assert values == [language, typed]


def test_a_receipt_is_checked_and_shown(world: World) -> None:
    """What it proves in words, for a bill and for a payment, in both languages; it is not kept."""
    number = world.new_bill(1_234_500)
    order_id = world.paid(world.asha, number, 1_234_500)
    receipt = world.get(f"/v1/orders/{order_id}/receipt", world.asha.key).body
    got = upload(world, receipt)
    assert got.headers["cache-control"] == "no-store"
    text = Page(got.text).text
    for words in (
        "GENUINE",
        "✓ ACCEPTED",
        "Model Council",
        "Business licence",
        "TSh 12,345.00",
        grouped(number),
        order_id,
    ):
        assert words in text, words
    assert "HALALI" in Page(upload(world, receipt, "sw").text).text
    drawn = re.search(r"<svg.*?</svg>", got.text, re.DOTALL)
    assert drawn is not None
    compact = parse_receipt(receipt).to_json().decode()
    assert drawn[0] == qr_code(compact, error="l", scale=3)
    assert Page(upload(world, compact.encode()).text).text == text
    order_id, order = world.asha.payment(world.juma.account, 10**14)
    world.post(order)
    refused = Page(upload(world, world.get(f"/v1/orders/{order_id}/receipt", world.asha.key).body).text).text
    assert "✗ REFUSED" in refused
    assert "The balance is too low." in refused


def test_what_is_no_receipt_is_told(world: World) -> None:
    """Another's file, a changed amount, nothing at all, too much: a sentence, never an error page."""
    order_id, order = world.asha.payment(world.juma.account, 500)
    world.accepted(order)
    receipt = world.get(f"/v1/orders/{order_id}/receipt", world.asha.key).body
    changed = receipt.replace(b"5.00", b"9.00")
    assert changed != receipt
    cases = [
        changed,
        b"{}",
        b"[" * 10_000,
        b"\x00\xff",
        b"x" * 1_100_000,
        receipt[:-5],
        receipt.replace(b"proof", b"prof"),
    ]
    text = Page(upload(world, changed).text).text
    assert "✗ NOT GENUINE The record is not in the log that was signed. Do not accept it" in text
    assert "✗ SI HALALI" in Page(upload(world, changed, "sw").text).text
    for data in cases[1:]:
        got = upload(world, data, "sw")
        assert got.status == 200
        text = Page(got.text).text
        assert "Faili hili si stakabadhi." in text
        assert "SI HALALI" not in text
    assert "Choose a file first." in Page(upload(world, b"").text).text
    assert "Choose a file first." in Page(upload(world, receipt, name="other").text).text
    record_zero = world.get("/v1/ledger").json["genesis_record"]
    assert "si stakabadhi" in upload(world, record_zero.encode(), "sw").text


def test_a_refund_is_among_the_latest_payments(world: World) -> None:
    """By its name in both languages, with the institution that gave back, without the person."""
    payment, order = world.asha.payment(world.juma.account, 31_300)
    world.accepted(order)
    world.accepted(world.juma.sign(Refund(payment, world.juma.account, "TZS", 31_300, "R/1"))[1])
    for language, words in (("en", "refund"), ("sw", "marejesho")):
        shown = world.get(f"/?lang={language}").text
        text = Page(shown).text
        assert f"{words} TSh 313.00" in text
        assert world.asha.account not in shown
        assert world.juma.account not in shown


def test_figures_and_groups() -> None:
    """Every digit, in groups; a currency without decimals has none."""
    assert figures(123_456_789, Currency("TZS", 2)) == "TSh 1,234,567.89"
    assert figures(5, Currency("TZS", 2)) == "TSh 0.05"
    assert figures(1_234, Currency("JPY", 0)) == "JPY 1,234"
    assert grouped("881234567899") == "8812 3456 7899"


def test_a_qr_code_is_a_picture_and_nothing_else() -> None:
    """One drawing on white, without a style, a script or a link."""
    picture = str(qr_code("881234567899"))
    assert picture.startswith("<svg")
    assert picture.endswith("</svg>")
    assert set(re.findall(r"<(\w+)", picture)) <= {"svg", "g", "path"}
    assert "style" not in picture
    assert "href" not in picture


def test_the_code_of_a_bill_is_tan_qr(world: World) -> None:
    """The drawing on the page is the code that says what is due, to whom, and under which control number."""
    number = world.new_bill(1_500_000)
    saying = bill_code(
        institution=TITLE.sw, payee=world.council.account, amount_minor_units=1_500_000, control_number=number
    )
    drawn = re.search(r"<svg.*?</svg>", ask(world.url, "GET", f"/bills/{number}?lang=sw").text, re.DOTALL)
    assert drawn is not None
    assert drawn[0] == qr_code(saying.text())


def test_the_script_is_small_and_reaches_only_this_page() -> None:
    """Under two kilobytes, no other URL than the page's own."""
    script = (FOLDER / "static" / "turn.js").read_text()
    assert len(script) < 2_500
    assert "window.location.href" in script
    assert "http" not in script.replace("https", "http").replace("text/html", "")
    assert "eval" not in script
