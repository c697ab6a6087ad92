"""The terminal's only room: what reaches which stream, in which shape, and what never does."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import subprocess
import sys
from typing import TextIO

import pytest

from ledger.words.languages import Language
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.printable import columns
from wallet_cli.screen import WIDTH, Row, Screen, aligned, colour_wanted, screen_for, table


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def screen(
    typed: str = "",
    *,
    language: Language = "en",
    colour: bool = False,
    json_only: bool = False,
    assume_yes: bool = False,
    no_input: bool = False,
) -> Screen:
    """A screen on three strings."""
    return Screen(
        io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""),
        io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""),
        io.StringIO(typed),
        language,
        colour=colour,
        json_only=json_only,
        assume_yes=assume_yes,
        no_input=no_input,
    )


def text_of(stream: TextIO) -> str:
    """What was written so far."""
    stream.flush()
    assert isinstance(stream, io.TextIOWrapper)
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode(stream.encoding)


def test_data_and_talk_go_their_own_ways() -> None:
    """Output on standard output; marks, questions and what is about to be done on standard error."""
    it = screen()
    it.show("data")
    it.tell("talk")
    it.done("sent")
    it.tell_rows([Row("To", "Juma")])
    assert text_of(it.out) == "data\n"
    assert text_of(it.err) == "talk\n✓ sent\n  To   Juma\n"


def test_json_is_alone_on_standard_output() -> None:
    """With `--json` one object and nothing else; without it no JSON."""
    it = screen(json_only=True)
    it.show("data")
    it.show_rows([Row("To", "Juma")])
    it.show_table(["a"], [["b"]])
    it.show_json({"amount": "15000.00", "payee": "Jumá\x1b\u202e"})
    assert json.loads(text_of(it.out)) == {"amount": "15000.00", "payee": "Jumá\x1b\u202e"}
    assert text_of(it.out).isascii()
    assert "\x1b" not in text_of(it.out)
    plain = screen()
    plain.show_json({"a": 1})
    assert text_of(plain.out) == ""


HOSTILE = "Asha\x1b[2J\x1b]0;x\x07\x9b31m\u202egnp\u200b\r\n✓ Sent TSh 1,000,000\x00\ud800"


def test_nothing_hostile_passes_the_gate() -> None:
    """By whatever method a text is written, no control character and no line of its own gets through."""
    it = screen(HOSTILE + "\n", colour=True)
    it.show_rows([Row(HOSTILE, HOSTILE, HOSTILE)])
    it.show_table([HOSTILE], [[HOSTILE]])
    it.done(HOSTILE)
    it.ask(HOSTILE)
    it.confirm(HOSTILE)
    it.fault(WalletFault("profile_unknown", ExitCode.NOT_FOUND, name=HOSTILE))
    written = text_of(it.out) + text_of(it.err)
    for ours in ("\x1b[32m", "\x1b[31m", "\x1b[0m"):
        written = written.replace(ours, "")
    assert not {character for character in written if not character.isprintable()} - {"\n"}
    assert "Asha" in written


def test_a_value_cannot_begin_a_line() -> None:
    """A payee's title with a line break stays in the middle of our sentence."""
    it = screen()
    it.done(it.say("send.done", amount="TSh 1.00", payee="x\n✓ Sent TSh 1,000,000.00 to you"))
    assert text_of(it.err).count("\n") == 1


def test_colour_only_where_it_is_wanted() -> None:
    """A terminal, no NO_COLOR, no dumb terminal; an empty NO_COLOR counts as none."""
    assert colour_wanted(Terminal(), {"TERM": "xterm"})
    assert colour_wanted(Terminal(), {"NO_COLOR": ""})
    assert not colour_wanted(Terminal(), {"NO_COLOR": "1"})
    assert not colour_wanted(Terminal(), {"TERM": "dumb"})
    assert not colour_wanted(io.StringIO(), {"TERM": "xterm"})


def test_colour_is_never_alone() -> None:
    """The three marks differ in shape, and taking the colour away leaves exactly the plain text."""
    plain, coloured = screen(), screen(colour=True)
    for it in (plain, coloured):
        it.done("posted")
        it.warn("careful")
        it.wrong("refused")
    stripped = text_of(coloured.err).replace("\x1b[0m", "")
    for code in ("32", "33", "31"):
        stripped = stripped.replace(f"\x1b[{code}m", "")
    assert stripped == text_of(plain.err) == "✓ posted\n! careful\n✗ refused\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_without_utf_8_the_marks_are_ascii(encoding: str) -> None:
    """Every sign has words or ASCII in its place, and nothing raises on the way out."""
    err = io.TextIOWrapper(io.BytesIO(), encoding, newline="")
    it = Screen(err, err, io.StringIO(), "sw")
    it.done("Umetuma → Juma… 東京")
    it.wrong("–")
    assert text_of(err).splitlines() == ["[ok] Umetuma -> Juma... ??", text_of(err).splitlines()[1]]
    assert text_of(err).splitlines()[1] in ("[x] -", "[x] –")


def test_a_screen_of_rows_is_aligned_and_fits() -> None:
    """As in the drafts: two spaces, labels, values in one column, amounts in words behind the figures."""
    rows = [
        Row("Kwa", "Juma Kassim · tzw1qa7c…2kd9", "anwani tangu 3 Okt 2026"),
        Row("Kiasi", "TSh 15,000.00", "shilingi elfu kumi na tano"),
        Row("Baada ya", "TSh 227,400.00"),
    ]
    assert aligned(rows) == [
        "  Kwa        Juma Kassim · tzw1qa7c…2kd9   anwani tangu 3 Okt 2026",
        "  Kiasi      TSh 15,000.00   shilingi elfu kumi na tano",
        "  Baada ya   TSh 227,400.00",
    ]


def test_long_notes_go_below_and_every_line_fits() -> None:
    """92 quadrillion in words takes several lines, none of them wider than the screen."""
    words = (
        "kwadrilioni tisini na mbili na trilioni mia mbili na thelathini na tatu na bilioni mia saba na "
        "ishirini na milioni mia tatu na sitini na nane na laki tano na elfu arobaini na saba"
    )
    lines = aligned([Row("Kiasi", "TSh 92,233,720,368,547,758.07", words), Row("Jina", "東京" * 5)])
    assert all(columns(line) <= WIDTH for line in lines)
    assert lines[0] == "  Kiasi   TSh 92,233,720,368,547,758.07"
    assert " ".join(" ".join(lines[1:-1]).split()) == words
    assert lines[-1].startswith("  Jina    東京")


def test_a_table_never_cuts_an_amount() -> None:
    """Columns as wide as their widest cell; figures to the right; wide characters counted as two."""
    lines = table(
        ["Kwa", "Kiasi"], [["Juma", "TSh 5.00"], ["東京", "TSh 92,233,720,368,547,758.07"]], right=[1]
    )
    assert [columns(line) for line in lines] == [columns(lines[-1])] * 3
    assert all("92,233,720,368,547,758.07" in line for line in lines[-1:])
    assert lines[1].endswith("                     TSh 5.00")


@pytest.mark.parametrize(
    "language,typed,agreed",
    [
        ("en", "y\n", True),
        ("en", "Yes\n", True),
        ("en", "\n", False),
        ("en", "n\n", False),
        ("en", "", False),
        ("en", "ndiyo\n", False),
        ("en", "yy\n", False),
        ("sw", "ndiyo\n", True),
        ("sw", " NDIYO \n", True),
        ("sw", "n\n", False),
        ("sw", "nd\n", False),
        ("sw", "ndio\n", False),
        ("sw", "y\n", False),
        ("sw", "yes\n", False),
        ("sw", "hapana\n", False),
        ("sw", "\n", False),
        ("sw", "", False),
    ],
)
def test_only_a_clear_yes_is_consent(language: Language, typed: str, agreed: bool) -> None:
    """English y or yes; in Swahili the whole word ndiyo, since an n could mean either; silence is no."""
    it = screen(typed, language=language)
    assert it.confirm(it.say("send.ask")) is agreed
    expected = "Send it? [y/N] " if language == "en" else "Andika ndiyo kutuma: "
    assert text_of(it.err).startswith(expected)


def test_scripts_agree_beforehand_or_are_not_asked() -> None:
    """`--yes` consents without a question; `--no-input` alone is a fault and never a silent yes."""
    yes = screen(assume_yes=True, no_input=True)
    assert yes.confirm("?")
    assert text_of(yes.err) == ""
    with pytest.raises(WalletFault) as caught:
        screen("y\n", no_input=True).confirm("?")
    assert (caught.value.key, caught.value.exit_code) == ("answer_needed", ExitCode.USAGE)


def test_an_answer_without_its_line_end_still_ends_the_line() -> None:
    """What is written next does not continue the question."""
    it = screen("juma")
    assert it.ask("Name?") == "juma"
    assert text_of(it.err) == "Name? \n"


@pytest.mark.parametrize("language", ["en", "sw"])
def test_a_fault_says_what_happened_and_what_to_type(language: Language) -> None:
    """A mark, the sentence, then the next step, in the person's language."""
    it = screen(language=language)
    it.fault(WalletFault("profile_unknown", ExitCode.NOT_FOUND, name="musa"))
    expected = {
        "en": '✗ There is no profile "musa".\n  Next: pochi profile list\n',
        "sw": '✗ Hakuna wasifu "musa".\n  Hatua: pochi wasifu orodha\n',
    }
    assert text_of(it.err) == expected[language]
    assert text_of(it.out) == ""


def test_a_fault_with_json_is_also_an_object_on_standard_error() -> None:
    """With a stable code, the exit code, and details that are not translated."""
    it = screen(json_only=True, language="sw")
    it.fault(WalletFault("amount_zero", ExitCode.USAGE))
    last = json.loads(text_of(it.err).splitlines()[-1])
    assert last == {"code": "amount_zero", "exit_code": 2, "title": "Kiasi ni sifuri.", "details": {}}
    assert text_of(it.out) == ""


def test_an_unknown_outcome_is_a_warning_and_no_failure() -> None:
    """It may have worked: the mark is !, not ✗, and the second line is indented below it."""
    it = screen()
    it.fault(WalletFault("outcome_unknown", ExitCode.OUTCOME_UNKNOWN))
    first, second, third = text_of(it.err).splitlines()
    assert first.startswith("! No answer")
    assert second.startswith("  It is saved")
    assert third == "  Next: pochi outbox retry"


def test_an_empty_detail_leaves_no_empty_line() -> None:
    """A ledger that gives a title only is quoted in one line."""
    it = screen()
    it.fault(WalletFault("ledger_later", ExitCode.TRY_AGAIN_LATER, title="Busy", detail="", seconds=3))
    assert text_of(it.err) == "✗ The ledger says: Busy\n  Next: try again in 3 s\n"


SECRET_SCRIPT = """
import os
if os.isatty(0):  # as a shell would, make it the controlling terminal
    os.close(os.open(os.ttyname(0), os.O_RDWR))
from wallet_cli.screen import screen_for
screen = screen_for("en", environment=os.environ)
print("got", screen.ask_secret("Secret:"))
"""


def test_a_secret_is_typed_without_showing() -> None:
    """On a real terminal the prompt appears and the typed secret is not echoed."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", SECRET_SCRIPT],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    shown = b""
    while b"Secret:" not in shown:
        shown += os.read(master, 100)
    os.write(master, b"siri yangu\n")
    out, _ = child.communicate(timeout=20)
    with contextlib.suppress(OSError):  # raised once the other end is closed and everything was read
        shown += os.read(master, 1_000)
    os.close(master)
    assert out == b"got siri yangu\n"
    assert b"siri" not in shown


def test_without_a_terminal_a_secret_is_not_asked_for() -> None:
    """A pipe is no place for a passphrase: the fault tells of the passphrase file instead."""
    child = subprocess.run(
        [sys.executable, "-c", SECRET_SCRIPT],
        input=b"siri\n",
        capture_output=True,
        start_new_session=True,
        timeout=20,
        check=False,
    )
    assert b"secret_needed" in child.stderr
    assert b"got" not in child.stdout
    with pytest.raises(WalletFault):
        screen("x\n", no_input=True).ask_secret("Secret:")


def test_the_process_has_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its three streams, and colour by its standard error."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    it = screen_for("sw", environment={"TERM": "xterm"}, json_only=True, assume_yes=True)
    assert (it.err, it.language, it.colour, it.json_only, it.assume_yes) == (terminal, "sw", True, True, True)
