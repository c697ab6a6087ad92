"""The tree of commands: both names, both languages, every mistake told, and nothing imported before it is typed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from wallet_cli.faults import ExitCode
from wallet_cli.locale.catalogue import SENTENCES
from wallet_cli.locale.helps import SWAHILI_NAMES
from wallet_cli.main import pochi, run
from wallet_cli.printable import columns
from wallet_cli.usage import WalletGroup, Wishes, language_typed


def commands(
    group: WalletGroup = pochi, place: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its English place in the tree."""
    context = click.Context(group, obj=Wishes(), parent=click.Context(pochi, obj=Wishes()) if place else None)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*place, name), command
        if isinstance(command, WalletGroup):
            yield from commands(command, (*place, name))


TREE = dict(commands())


def helped(*words: str, language: str) -> Result:
    """What `--help` prints."""
    wishes = Wishes(language="sw" if language == "sw" else "en")
    return CliRunner().invoke(pochi, [*words, "--help"], obj=wishes, prog_name="pochi")


@pytest.mark.parametrize("place", TREE, ids=" ".join)
@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_command_has_help_under_both_names(place: tuple[str, ...], language: str) -> None:
    """The same help by the English and by the Swahili name, complete, within 80 columns."""
    english = helped(*place, language=language)
    swahili = helped(*(SWAHILI_NAMES.get(word, word) for word in place), language=language)
    assert english.exit_code == 0, english.output
    assert english.output == swahili.output
    assert SENTENCES[".".join(["help", *place])][language == "sw"] in english.output
    assert all(columns(line) <= 80 for line in english.output.splitlines())
    assert ("Usage: pochi" if language == "en" else "Matumizi: pochi") in english.output


def test_the_swahili_help_shows_swahili_names() -> None:
    """`lipa (pay)` in Swahili, `pay (lipa)` in English; usage lines follow."""
    assert "lipa (pay)" in helped(language="sw").output
    assert "pay (lipa)" in helped(language="en").output
    assert "pochi stakabadhi hakiki FAILI" in helped("receipt", "verify", language="sw").output
    assert "pochi receipt verify FILE" in helped("stakabadhi", "hakiki", language="en").output


def test_every_everyday_verb_has_a_swahili_name() -> None:
    """All but `api`, which is a word of programmers in both languages."""
    names = {word for place in TREE for word in place}
    assert names - SWAHILI_NAMES.keys() == {"api"}


@pytest.mark.parametrize("place", TREE, ids=" ".join)
def test_shared_options_stand_anywhere(place: tuple[str, ...]) -> None:
    """`--json`, `--lang`, `--yes`, `--no-input`, `--profile`, `--color` belong to every command."""
    context = click.Context(TREE[place], obj=Wishes())
    spelt = {name for parameter in TREE[place].get_params(context) for name in parameter.opts}
    assert {"--json", "--lang", "--yes", "-y", "--no-input", "--profile", "-p", "--color", "--help"} <= spelt


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run one command in this process; its exit code and streams."""
    code = run(words)
    streams = capsys.readouterr()
    return code, streams.out, streams.err


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a wallet, in no particular language."""
    for name in [name for name in os.environ if name.startswith(("POCHI_", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("POCHI_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.mark.parametrize(
    "words, english, swahili",
    [
        (("sned",), "Did you mean: pochi send", "Je, ulimaanisha: pochi send"),
        (("xyzzy",), 'no command "xyzzy"', 'Hakuna amri "xyzzy"'),
        (("receipt", "xyzzy"), 'no command "xyzzy"', 'Hakuna amri "xyzzy"'),
        (("send",), "PAYEE is missing", "MLIPWAJI inakosekana"),
        (("send", "a", "1", "b"), 'one word too many: "b"', 'neno la ziada: "b"'),
        (("balance", "--bogus"), "no option --bogus", "Hakuna chaguo --bogus"),
        (("send", "a", "1", "--refrence", "x"), "Did you mean --reference", "ulimaanisha --reference"),
        (("send", "a", "1", "--reference"), "--reference needs a value", "--reference linahitaji thamani"),
        (
            ("history", "--limit", "many"),
            "--limit is a whole number from 1 to 100",
            "--limit ni namba kamili kuanzia 1 hadi 100",
        ),
        (
            ("sandbox", "bill", "--agency", "x"),
            "Still needed: --service, --amount",
            "Bado yanahitajika: --service, --amount",
        ),
        (("api", "FETCH", "/x"), "METHOD is one of: GET, POST", "NJIA ni mojawapo ya: GET, POST"),
        (("help", "xyzzy"), 'no command "xyzzy"', 'Hakuna amri "xyzzy"'),
    ],
)
def test_mistakes_are_told_in_both_languages(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], english: str, swahili: str
) -> None:
    """What is wrong and what to type next; exit 2, nothing on standard output, no word of click's own."""
    for language, expected in (("en", english), ("sw", swahili)):
        code, out, err = said(capsys, "--lang", language, *words)
        assert (code, out) == (ExitCode.USAGE, "")
        assert expected in err
        assert err.count("\n") == 2
        assert "Error:" not in err
    if not words[-1].startswith("--reference"):  # which would take what follows for its value
        code, _, after = said(capsys, *words, "--lang=sw")
        assert code == ExitCode.USAGE
        assert swahili in after


def test_the_exit_codes_can_be_looked_up(capsys: pytest.CaptureFixture[str]) -> None:
    """`pochi help exit-codes` lists every code there is, in both languages."""
    for language in ("en", "sw"):
        code, out, _ = said(capsys, "help", "exit-codes", "--lang", language)
        assert code == 0
        assert [int(line.split()[0]) for line in out.splitlines()[1:]] == [int(each) for each in ExitCode]


def test_without_a_wallet_every_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 5 and the way to make one."""
    for words in (("balance",), ("history",), ("send", "juma", "1"), ("outbox", "list"), ("doctor",)):
        code, _, err = said(capsys, *words)
        assert code == ExitCode.NOT_FOUND
        assert "pochi init" in err


def test_a_bug_shows_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 1, one sentence; with POCHI_DEBUG the error itself comes through, for whoever mends it."""

    def broken(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("wallet_cli.running.session_of", broken)
    code, out, err = said(capsys, "balance")
    assert (code, out) == (ExitCode.UNEXPECTED, "")
    assert "RuntimeError" in err
    assert "secret" not in err
    monkeypatch.setenv("POCHI_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run(["balance"])


@pytest.mark.parametrize(
    "argv, language",
    [
        (["--lang", "sw", "balance"], "sw"),
        (["balance", "--lang=sw"], "sw"),
        (["balance", "--", "--lang", "sw"], None),
        (["balance"], None),
        (["--lang"], None),
    ],
)
def test_the_language_is_known_before_anything_is_read(argv: list[str], language: str | None) -> None:
    """Wherever `--lang` stands."""
    assert language_typed(argv) == language


LEAVES = [place for place, command in TREE.items() if not isinstance(command, WalletGroup)]


@pytest.mark.parametrize("place", LEAVES, ids=" ".join)
@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_command_shows_an_example_that_it_understands(place: tuple[str, ...], language: str) -> None:
    """In both languages; what stands in it is this very command, with options that it has."""
    example = SENTENCES["example." + ".".join(place)][language == "sw"]
    assert example.replace("\n", " ") in " ".join(helped(*place, language=language).output.split())
    if example.startswith("eval"):
        example = example.removeprefix('eval "$(').removesuffix(')"')
    typed = shlex.split(example)
    names = tuple(SWAHILI_NAMES.get(word, word) if language == "sw" else word for word in place)
    assert tuple(typed[: len(place) + 1]) == ("pochi", *names)
    command = TREE[place]
    command.make_context(place[-1], list(typed[len(place) + 1 :]), obj=Wishes())
