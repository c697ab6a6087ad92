"""The first run: asked and unasked, cut short and taken up again, and back from 24 words."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import stat
import subprocess
import time
from pathlib import Path

from tests.between import Between
from tests.journeys.conftest import Town
from tests.wallets import COMMAND, Wallet, made_wallet

PASSPHRASE = "korosho na nazi za pwani"


class Terminal:
    """`pochi` on a real pseudo-terminal, where passphrases are typed without showing."""

    def __init__(self, wallet: Wallet, *words: str) -> None:
        self._master, slave = pty.openpty()
        self._child = subprocess.Popen(
            [*COMMAND, *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=wallet.environment() | {"TERM": "xterm"},
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - no other thread runs here
        )
        os.close(slave)
        self.seen = ""

    def wait_for(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """Read until the pattern shows behind what was answered last."""
        deadline = time.monotonic() + seconds
        start = len(self.seen)
        while time.monotonic() < deadline:
            found = re.search(pattern, self.seen[start:])
            if found is not None:
                return found
            self._read()
        raise AssertionError(f"{pattern!r} never came:\n{self.seen}")

    def answer(self, pattern: str, typed: str) -> re.Match[str]:
        """Wait for a question and type an answer."""
        found = self.wait_for(pattern)
        os.write(self._master, f"{typed}\n".encode())
        return found

    def end(self) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + 30
        while self._child.poll() is None and time.monotonic() < deadline:
            self._read()
        while self._read():
            pass
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGKILL)
        os.close(self._master)
        return self._child.wait()

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 0.2)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # the other end is closed
            return False
        self.seen += data.decode("utf-8", "replace")
        return bool(data)


def _own_terminal() -> None:
    """Make the pseudo-terminal the controlling one, so that getpass asks there."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_a_first_run_by_hand(town: Town, tmp_path: Path) -> None:
    """Ledger, passphrase, 24 words, three of them asked back; afterwards paying asks for the passphrase."""
    wallet = Wallet(tmp_path / "new", {"POCHI_FAUCET_KEY": str(town.faucet)})
    screen = Terminal(wallet, "init", "--name", "Neema Mfano", "--ledger", town.ledger.url, "--lang", "sw")
    screen.answer(r"Je, ni sahihi\? Andika ndiyo:", "ndiyo")
    screen.answer(r"Nenosiri jipya", PASSPHRASE)
    screen.answer(r"Rudia nenosiri", PASSPHRASE)
    screen.wait_for(r"Neno la \d+\?")
    words = {int(number): word for number, word in re.findall(r"(\d+) ([a-z]+)", screen.seen)}
    assert sorted(words)[:24] == list(range(1, 25))
    place = int(re.findall(r"Neno la (\d+)\?", screen.seen)[0])
    os.write(screen._master, f"{words[place]}\n".encode())
    for _ in range(2):
        place = int(screen.wait_for(r"Neno la (\d+)\?")[1])
        os.write(screen._master, f"{words[place]}\n".encode())
    screen.wait_for(r"Tayari")
    assert screen.end() == 0
    assert PASSPHRASE not in screen.seen
    _check_files(wallet)
    assert wallet.told("balance")["balance"] == "0.00"
    wallet.ok("sandbox", "fund", "500")
    paying = Terminal(wallet, "send", town.juma.account, "100", "--lang", "en")
    paying.answer(r"Send it\?", "y")
    paying.answer(r"Passphrase for key", PASSPHRASE)
    assert paying.end() == 0, paying.seen
    assert wallet.balance == "400.00"


def test_slips_in_a_first_run_are_asked_again(town: Town, tmp_path: Path) -> None:
    """A short passphrase, two that differ, a wrong word: each is asked again, and the run goes on."""
    screen = Terminal(Wallet(tmp_path / "new"), "init", "--ledger", town.ledger.url, "--lang", "en")
    screen.answer(r"Is that right\?", "y")
    screen.answer(r"New passphrase[^:]*:", "short")
    screen.answer(r"too short[\s\S]*New passphrase[^:]*:", PASSPHRASE)
    screen.answer(r"The same again:", PASSPHRASE + "x")
    screen.answer(r"differ[\s\S]*New passphrase[^:]*:", PASSPHRASE)
    screen.answer(r"The same again:", PASSPHRASE)
    screen.answer(r"Word \d+\?", "wrong")
    place = int(screen.wait_for(r"try again[\s\S]*Word (\d+)\?")[1])
    assert "4/4 24 recovery words" in screen.seen
    listed = screen.seen.partition("has the money.")[2].partition("Word")[0]
    words = {int(number): word for number, word in re.findall(r"(\d+) ([a-z]+)", listed)}
    os.write(screen._master, f"{words[place]}\n".encode())
    for _ in range(2):
        place = int(screen.wait_for(r"Word (\d+)\?")[1])
        os.write(screen._master, f"{words[place]}\n".encode())
    screen.wait_for(r"Ready")
    assert screen.end() == 0


def test_words_that_are_given_up_are_void(town: Town, tmp_path: Path) -> None:
    """Three wrong answers end it, say so, and leave no wallet behind."""
    for language, question, right, void in (
        ("en", r"Word \d+\?", "y", "words are void"),
        ("sw", r"Neno la \d+\?", "ndiyo", "haya ni batili"),
    ):
        wallet = Wallet(tmp_path / language)
        screen = Terminal(wallet, "init", "--ledger", town.ledger.url, "--lang", language)
        screen.answer(r"(Is that right|ndiyo)", right)
        screen.answer(r"(New passphrase|Nenosiri jipya)[^:]*:", PASSPHRASE)
        screen.answer(r"(The same again|Rudia nenosiri hilo):", PASSPHRASE)
        for _ in range(3):
            screen.answer(question, "wrong")
        assert screen.end() == 2
        assert void in screen.seen
        assert wallet.told("profile", "list")["profiles"] == []


def _check_files(wallet: Wallet) -> None:
    """Everything below the wallet's folder is its owner's alone, and no secret lies open."""
    paths = [wallet.folder, *wallet.folder.rglob("*")]
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in paths)
    texts = [path.read_text(errors="replace") for path in paths if path.is_file()]
    assert not any(PASSPHRASE in text for text in texts)


def test_words_that_were_not_written_down_make_no_wallet(town: Town, tmp_path: Path) -> None:
    """Three wrong answers to "Word 7?" end with exit 2; the ledger has heard of nothing."""
    wallet = Wallet(tmp_path / "new")
    screen = Terminal(wallet, "init", "--ledger", town.ledger.url)
    screen.answer(r"Is that right\?", "y")
    screen.answer(r"New passphrase", PASSPHRASE)
    screen.answer(r"same again", PASSPHRASE)
    for _ in range(3):
        screen.answer(r"Word \d+\?", "zebra-not-a-word")
    assert screen.end() == 2
    assert not (wallet.folder / "config.toml").exists()
    assert not list(wallet.folder.rglob("*.key"))


def test_a_wallet_comes_back_from_its_words(town: Town, tmp_path: Path) -> None:
    """On another machine, with the words alone: the same account and balance, and it can pay."""
    wallet = town.newcomer(tmp_path / "old")
    shown = wallet.ok("profile", "words")
    assert shown.out == ""
    numbered = sorted((int(n), w) for n, w in re.findall(r"(\d+) ([a-z]+)", shown.err.split("money.")[1]))
    words = " ".join(word for _, word in numbered)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    passphrase.chmod(0o600)
    again = Wallet(tmp_path / "new", {"POCHI_PASSPHRASE_FILE": str(passphrase)})
    said = again.ok("init", "--restore", "--ledger", town.ledger.url, "--yes", typed=f"{words}\n")
    assert "1 accounts found" in said.err
    assert again.account == wallet.account
    assert again.balance == "50000.00"
    again.ok("send", town.juma.account, "1,000", "--yes")
    assert wallet.balance == "49000.00"
    wrong = words.split()
    wrong[0], wrong[1] = wrong[1], wrong[0]
    other = Wallet(tmp_path / "other", again.env)
    assert (
        other.run("init", "--restore", "--ledger", town.ledger.url, "--yes", typed=" ".join(wrong)).code == 2
    )
    assert not (other.folder / "config.toml").exists()


def test_an_interrupted_first_run_goes_on_where_it_stopped(town: Town, tmp_path: Path) -> None:
    """The answer to the registration is lost for good; `init` again finishes the very same wallet."""
    with Between(town.ledger.url) as between:
        wallet = Wallet(tmp_path / "new", {"POCHI_FAUCET_KEY": str(town.faucet)})
        between.lose = 99
        assert wallet.run("init", "--quick", "--name", "Neema", "--ledger", between.url).code == 9
        assert wallet.run("balance").code == 5
        assert "pochi init --profile neema" in wallet.run("balance").err
        between.lose = 0
        wallet.ok("init", "--quick", "--name", "Neema", "--ledger", between.url)
        wallet.ok("sandbox", "fund", "10")
        assert wallet.balance == "10.00"
        assert wallet.run("init", "--quick", "--name", "Neema", "--ledger", between.url).code == 7


def test_a_passphrase_file_seals_a_hurried_wallet(town: Town, tmp_path: Path) -> None:
    """With a passphrase file --quick stores no passphrase of its own, and paying needs that one."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    passphrase.chmod(0o600)
    wallet = Wallet(tmp_path / "new", {"POCHI_FAUCET_KEY": str(town.faucet)})
    wallet.ok("init", "--quick", "--ledger", town.ledger.url, "--passphrase-file", str(passphrase))
    assert not list(wallet.folder.rglob("*.passphrase"))
    wallet.ok("sandbox", "fund", "100")
    assert wallet.run("send", town.juma.account, "10", "--yes", "--no-input").code == 4
    wallet.ok("send", town.juma.account, "10", "--yes", POCHI_PASSPHRASE_FILE=str(passphrase))
    passphrase.chmod(0o644)
    assert (
        wallet.run("send", town.juma.account, "10", "--yes", POCHI_PASSPHRASE_FILE=str(passphrase)).code == 4
    )


def test_several_wallets_on_one_machine(town: Town, tmp_path: Path) -> None:
    """Profiles are chosen by option, variable or habit, and one is put away without losing its keys."""
    wallet = made_wallet(tmp_path / "many", town.ledger.url, "Asha", faucet=town.faucet, amount="5")
    wallet.ok("wasifu", "ongeza", "pili", "--quick", "--ledger", town.ledger.url)
    assert wallet.told("profile", "list")["current"] == "asha"
    assert wallet.ok("balance", "-p", "pili", "--json").json["balance"] == "0.00"
    assert wallet.ok("balance", "--json", POCHI_PROFILE="pili").json["balance"] == "0.00"
    wallet.ok("profile", "use", "pili")
    assert wallet.balance == "0.00"
    assert wallet.run("balance", "-p", "tatu").code == 5
    assert wallet.run("profile", "remove", "pili", typed="n\n").code == 3
    wallet.ok("profile", "remove", "pili", typed="y\n")
    assert wallet.balance == "5.00"
