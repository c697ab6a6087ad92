"""The pages in a real browser: turning by themselves, without scripts, by keyboard, in the dark, on a phone, on paper.

With DAFTARI_PICTURES=folder the pictures that the browser takes are kept there, to be looked at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from api.pages.words import TEST_MONEY
from tests.api.world import World

pytestmark = pytest.mark.browser
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1100, "height": 800}

CONTRAST = """
() => {
  const channel = (value) => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const numbers = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const rgb = numbers(getComputedStyle(at).backgroundColor);
      if (rgb.length === 3 || rgb[3] > 0) { return rgb; }
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.getClientRects().length || node.closest(".heard, .skip, svg")) { continue; }
    const pair = [light(numbers(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) { poor.push(`${node.className} ${ratio.toFixed(2)} ${node.textContent.trim().slice(0, 30)}`); }
  }
  return poor;
}
"""
"""Texts whose contrast is below WCAG AA's 4.5 to 1."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, world: World) -> Iterator[Any]:
    """Opens pages that may not complain: `opened(path, **context options)`."""
    contexts = []

    def open_page(path: str, **options: Any) -> Page:
        context = browser.new_context(**({"viewport": DESK, "base_url": world.url} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request",
            lambda request: strange.append(request.url) if not _ours(request.url, world) else None,
        )
        page.goto(path)
        return page

    problems: list[str] = []
    strange: list[str] = []
    yield open_page
    for context in contexts:
        context.close()
    assert strange == []
    assert [text for text in problems if "404" not in text] == []


def _ours(url: str, world: World) -> bool:
    return url.startswith(world.url)


def picture(page: Page, name: str) -> None:
    """Keep a picture if somebody wants to look."""
    folder = os.environ.get("DAFTARI_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_an_institutions_page_turns_by_itself(world: World, opened: Any) -> None:
    """A bill is paid elsewhere; the open page says IMELIPWA without anybody touching it, and says it aloud."""
    number = world.new_bill(1_500_000)
    page = opened(f"/institutions/{world.council.party}?lang=sw")
    card = page.locator("article", has_text=f"{number[:4]} {number[4:8]}")
    expect(card.get_by_text("HAIJALIPWA")).to_be_visible()
    picture(page, "institution-before-sw")
    world.paid(world.asha, number)
    expect(card.get_by_text("IMELIPWA", exact=False)).to_be_visible(timeout=6_000)
    expect(page.locator("#told")).to_contain_text("Zilizolipwa")
    picture(page, "institution-after-sw")


def test_a_bills_page_turns_by_itself(world: World, opened: Any) -> None:
    """Also the title of its tab."""
    number = world.new_bill(250_000)
    page = opened(f"/bills/{number}?lang=en")
    expect(page.locator(".status")).to_have_text("… NOT YET PAID")
    picture(page, "bill-open-en")
    world.paid(world.juma, number, 250_000)
    expect(page.locator(".status")).to_have_text("✓ PAID", timeout=6_000)
    assert page.title().startswith("✓ PAID")
    expect(page.locator("#told")).to_have_text("✓ PAID")
    picture(page, "bill-paid-en")


def test_asking_again_is_cheap(world: World, opened: Any) -> None:
    """After the first look the answers are 304 while nothing changes."""
    number = world.new_bill()
    page = opened(f"/bills/{number}")
    statuses: list[int] = []
    page.on(
        "response",
        lambda response: statuses.append(response.status) if "/bills/" in response.url else None,
    )
    page.wait_for_timeout(6_500)
    assert statuses[1:], statuses
    assert set(statuses[1:]) == {304}


def test_without_scripts_it_reloads(world: World, opened: Any) -> None:
    """With JavaScript off the page refreshes itself every few seconds, and all else works."""
    number = world.new_bill(300_000)
    page = opened(f"/bills/{number}?lang=sw", java_script_enabled=False)
    assert "HAIJALIPWA" in page.content()
    world.paid(world.asha, number, 300_000)
    with page.expect_navigation(timeout=9_000):
        pass
    assert "IMELIPWA" in page.locator(".status").inner_text()


def test_a_person_pays_attention_step_by_step(world: World, opened: Any) -> None:
    """From the front page to a bill by typing its number, then to the other language."""
    number = world.new_bill(42_000)
    page = opened("/?lang=en")
    picture(page, "front-en")
    page.get_by_label("Control number").fill(f"{number[:4]} {number[4:8]} {number[8:]}")
    page.get_by_role("button", name="Show the bill").click()
    page.wait_for_url(f"**/bills/{number}?lang=en")
    page.get_by_role("link", name="Kiswahili").click()
    expect(page.locator("h1")).to_have_text("Halmashauri ya Mfano")
    expect(page.get_by_text("shilingi mia nne na ishirini")).to_be_visible()


def test_what_is_being_typed_stays(world: World, opened: Any) -> None:
    """The front page turns too, but not under somebody's fingers."""
    page = opened("/?lang=en")
    field = page.get_by_label("Control number")
    field.fill("8812")
    world.accepted(world.asha.payment(world.juma.account, 123)[1])
    page.wait_for_timeout(3_000)
    assert field.input_value() == "8812"
    field.blur()
    page.wait_for_timeout(200)


def test_a_receipt_is_checked_by_upload(world: World, opened: Any, tmp_path: Path) -> None:
    """A saved receipt is GENUINE; with one figure changed it is not."""
    number = world.new_bill(1_500_000)
    order_id = world.paid(world.asha, number)
    receipt = world.get(f"/v1/orders/{order_id}/receipt", world.asha.key).body
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(receipt)
    bad.write_bytes(receipt.replace(b"15000.00", b"15000000.00"))
    page = opened("/receipts?lang=en")
    for path, words in ((bad, "NOT GENUINE"), (good, "GENUINE: this record is in the log.")):
        page.get_by_label("Receipt file (.json)").set_input_files(path)
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_text(words)).to_be_visible()
        picture(page, f"receipt-{path.stem}-en")
    expect(page.get_by_text("fifteen thousand shillings")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_can_be_read(world: World, opened: Any, scheme: str, size: dict[str, int]) -> None:
    """Enough contrast, nothing wider than the screen, the banner there; by day and by night, on a phone and a desk."""
    number = world.new_bill(1_500_000)
    paid = world.new_bill(2_000_500)
    world.paid(world.asha, paid, 2_000_500)
    for name, path in (
        ("front", "/"),
        ("institution", f"/institutions/{world.council.party}"),
        ("bill", f"/bills/{number}"),
        ("paid", f"/bills/{paid}"),
        ("check", "/receipts"),
        ("docs", "/docs"),
        ("errors", "/docs/errors"),
        ("missing", "/not-a-page"),
    ):
        page = opened(f"{path}?lang=sw", viewport=size, color_scheme=scheme)
        assert page.evaluate(CONTRAST) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        expect(page.get_by_text(TEST_MONEY)).to_be_visible()
        picture(page, f"{name}-{scheme}-{size['width']}")


CUT = """
() => [...document.querySelectorAll("td, th[scope=row]")].filter((cell) => {
  const box = cell.getBoundingClientRect();
  return box.width && (box.left < 0 || box.right > window.innerWidth + 0.5 || cell.scrollWidth > cell.clientWidth + 1);
}).map((cell) => cell.textContent)
"""
"""Cells of tables that the screen does not show whole."""


def statement_file(world: World, folder: Path) -> str:
    """The statement of somebody who paid and was paid, as the page that a wallet saves."""
    world.accepted(world.asha.payment(world.juma.account, 3_750_000)[1])
    world.accepted(world.juma.payment(world.asha.account, 1_250_000)[1])
    path = f"/v1/accounts/{world.asha.account}/statement?format=page"
    (folder / "statement.html").write_bytes(world.get(path, world.asha.key).body)
    return (folder / "statement.html").as_uri()


@pytest.mark.parametrize("width", [360, 390])
def test_tables_lose_nothing_on_a_phone(
    world: World, opened: Any, browser: Browser, tmp_path: Path, width: int
) -> None:
    """Their cells stand one below the other: every amount of the front page, every error, every line of a statement."""
    world.paid(world.asha, world.new_bill(99_900), 99_900)
    for path in ("/", "/docs/errors"):
        page = opened(f"{path}?lang=en", viewport={"width": width, "height": 800})
        assert page.evaluate(CUT) == [], path
        picture(page, f"stacked{path.replace('/', '-')}-{width}")
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto(statement_file(world, tmp_path))
        assert page.evaluate(CUT) == []
        assert page.locator("td.amount").count() > 4
        picture(page, f"stacked-statement-{width}")


def test_amounts_of_a_statement_stand_apart(world: World, browser: Browser, tmp_path: Path) -> None:
    """On a desk each figure keeps a distance from its neighbour, and the table has room."""
    with browser.new_context(viewport=DESK) as context:
        page = context.new_page()
        page.goto(statement_file(world, tmp_path))
        picture(page, "statement-desk")
        room = page.locator("td.amount").first.evaluate(
            "cell => parseFloat(getComputedStyle(cell).paddingLeft)"
        )
        assert room >= 8
        assert page.evaluate(
            "document.querySelector('.wide').scrollWidth <= document.querySelector('.wide').clientWidth"
        )


def test_the_code_of_a_bill_is_large_enough(world: World, opened: Any) -> None:
    """For a telephone's camera: 160 pixels and more, on the screen and on paper."""
    page = opened(f"/bills/{world.new_bill()}")
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        box = page.locator(".qr svg").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 160


def test_underscores_of_a_linked_code_are_seen(opened: Any) -> None:
    """No line is drawn where an underscore stands."""
    page = opened("/docs/errors")
    style = "node => { const s = getComputedStyle(node); return [s.display, s.textDecorationLine]; }"
    assert page.locator("td a code").first.evaluate(style) == ["inline-block", "none"]


def test_the_keyboard_is_enough(world: World, opened: Any) -> None:
    """The first stop skips to the content; every link and field shows where one is."""
    page = opened("/?lang=en")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Skip to the content")
    expect(skip).to_be_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName"))
        width = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert width != "none" or page.evaluate("document.activeElement.tagName") == "BODY"
    assert {"INPUT", "BUTTON", "A"} <= seen


def test_paper_has_what_matters_and_no_more(world: World, opened: Any) -> None:
    """A printed bill keeps the banner, the amounts and the code, and drops what cannot be clicked."""
    number = world.new_bill(1_500_000)
    page = opened(f"/bills/{number}?lang=sw")
    page.emulate_media(media="print")
    expect(page.get_by_text(TEST_MONEY)).to_be_visible()
    expect(page.locator(".figure")).to_have_text("TSh 15,000.00")
    expect(page.locator(".qr svg")).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    picture(page, "bill-print-sw")


def test_roles_names_and_languages_are_there_for_a_reader(world: World, opened: Any) -> None:
    """Landmarks, labels and the language of each page and of the link to the other one."""
    page = opened("/?lang=sw")
    for role in ("main", "navigation", "banner", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)
    assert page.locator("html").get_attribute("lang") == "sw"
    expect(page.get_by_role("link", name="English")).to_have_attribute("lang", "en")
    expect(page.get_by_label("Namba ya malipo (Control Number)")).to_have_count(1)
    controls = "[...document.querySelectorAll('input:not([type=hidden]),button,a')]"
    assert page.evaluate(f"{controls}.filter(n => !(n.textContent.trim() || n.labels?.length)).length") == 0
