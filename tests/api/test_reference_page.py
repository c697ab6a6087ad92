"""The page /docs: whole, light, of this house alone, and readable without a script, in both languages."""

from __future__ import annotations

import gzip
import re
import shlex
from html.parser import HTMLParser

import pytest

from api.description import operation_id
from api.openapi import ROUTES
from api.pages import reference
from api.possible import codes_of
from api.problems import STATUS
from ledger.faults import Fault
from ledger.orders.forms import FORMS
from ledger.refusals import Reason
from ledger.words import en, sw
from tests.api.world import World, ask
from tests.architecture.house import ROOT

PAGE_BYTES_MAX = 60 * 1024
"""Compressed, with its style: what a phone on a slow network loads."""
LANGUAGES = ("en", "sw")
PATHS = ("/docs", "/docs/errors", "/docs/errors/insufficient_funds", "/docs/errors/busy")


class Outline(HTMLParser):
    """Headings, links, anchors and the text of preformatted blocks of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: list[str] = []
        self.blocks: list[str] = []
        self.language = ""
        self._within: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is of interest."""
        members = {name: value or "" for name, value in attrs}
        self._within.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = members["lang"]
        if tag == "pre":
            self.blocks.append("")
        if "id" in members:
            self.anchors.append(members["id"])
        (self.links if tag == "a" else self.loaded).extend(
            members[name] for name in ("href", "src") if name in members
        )

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Text of a block."""
        if "pre" in self._within:
            self.blocks[-1] += data


def outline(world: World, path: str, language: str) -> Outline:
    """The page at this path."""
    return Outline(world.get(f"{path}?lang={language}").text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_it_stands_in_order(world: World, path: str, language: str) -> None:
    """The language is named, there is one h1, no level of heading is left out, no id stands twice."""
    found = outline(world, path, language)
    assert found.language == language
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(found.headings, found.headings[1:], strict=False))
    assert len(set(found.anchors)) == len(found.anchors)


@pytest.mark.parametrize("path", PATHS)
def test_it_needs_nobody_else(world: World, path: str) -> None:
    """No URL of another house, no script; the policy would stop both."""
    got = world.get(path)
    found = Outline(got.text)
    assert all(link.startswith(("/", "#", "?")) and not link.startswith("//") for link in found.links)
    assert all(link.startswith("/static/") for link in found.loaded)
    assert "<script" not in got.text
    assert "style=" not in got.text
    assert "default-src 'none'" in got.headers["content-security-policy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_light(world: World, language: str) -> None:
    """The page and its style, compressed, keep the budget."""
    page, style = world.get(f"/docs?lang={language}").body, world.get("/static/daftari.css").body
    assert len(gzip.compress(page)) + len(gzip.compress(style)) < PAGE_BYTES_MAX


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_within_leads_somewhere(world: World, language: str) -> None:
    """Each anchor that is linked is there; each page that is linked answers; each problem of a route is linked."""
    found = outline(world, "/docs", language)
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.anchors)
    for path in {link for link in found.links if link.startswith("/docs/errors/")}:
        assert world.get(path).status == 200
    for route in ROUTES:
        assert operation_id(route) in found.anchors
        for code in codes_of(route):
            assert f"/docs/errors/{code.value}?lang={language}" in found.links
    assert {f"order-{kind.name}" for kind in FORMS} <= set(found.anchors)


def test_every_sentence_is_in_both_languages() -> None:
    """No text stands in one language for both, and each kind of order has one."""
    for english, swahili in (*reference.SENTENCES.values(), *reference.KINDS.values()):
        assert english
        assert swahili
        assert english != swahili
    templates = "".join(path.read_text() for path in (ROOT / "api" / "pages" / "templates").glob("*.html"))
    assert set(re.findall(r'tell\("(\w+)"', templates)) | {"english", "swahili"} == set(reference.SENTENCES)
    assert set(reference.KINDS) == {kind.name for kind in FORMS}


def test_the_calls_of_what_is_public_work(world: World) -> None:
    """What the page shows as a curl call of a public operation is typed in, and answered as the page says."""
    blocks = outline(world, "/docs", "en").blocks
    called = 0
    for row in [reference.operation(route, "en") for route in ROUTES]:
        assert row.curl in blocks
        words = shlex.split(row.curl.replace("$LEDGER", world.url))
        assert words[0] == "curl"
        if row.who == "public" and len(words) == 2:
            path = words[1].removeprefix(world.url)
            if row.path == "/v1/days/{date}":
                # The day on the page was closed when the page's examples were made: here another one is.
                path = f"/v1/days/{world.first_day}"
            assert ask(world.url, row.method, path).status == row.status, row.curl
            called += 1
    assert called > 10


@pytest.mark.parametrize("code", [*Reason, *Fault], ids=lambda code: code.value)
def test_a_problem_in_both_languages(world: World, code: Reason | Fault) -> None:
    """Its page says status, whether to repeat, both sentences, and who gives it."""
    text = world.get(f"/docs/errors/{code.value}").text
    status = STATUS[code] if isinstance(code, Fault) else 422
    assert f"<dd>{status}</dd>" in text
    for words, language in ((en, "en"), (sw, "sw")):
        title, _ = words.REASONS[code] if isinstance(code, Reason) else words.FAULTS[code]
        written = title.replace("&", "&amp;").replace("'", "&#39;")
        assert f'<p lang="{language}"><strong>{written}</strong>' in text
    assert 'href="/docs?lang=en#' in text
