"""Keys as their holder has them: post-quantum ones, more than one, changed, lost, backed up and brought back."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from tests.between import Between
from tests.journeys.conftest import Town
from tests.wallets import Wallet, made_wallet

ML_DSA = "ML-DSA-44"
PASSPHRASE = "chungu kijiko samaki mvua"


class LosingOne(Between):
    """Loses every answer to the n-th new order, as often as the wallet sends it in one run."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__(url)
        self.number, self.left = number, 4
        self.counting = False

    def pass_on(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """As ever, but for the one order whose answers are lost."""
        answer = super().pass_on(method, path, headers, body)
        if method == "POST" and self.counting and self.left:
            distinct = list(dict.fromkeys(self.posted))
            if len(distinct) == self.number:
                self.left, self.lose = self.left - 1, 1
        return answer


def words_of(wallet: Wallet) -> str:
    """The recovery words, as the wallet shows them."""
    shown = wallet.ok("profile", "words", "--lang", "en").err
    numbered = sorted((int(n), w) for n, w in re.findall(r"(\d+) ([a-z]+)", shown.split("money.")[1]))
    return " ".join(word for _, word in numbered)


def passphrase_file(folder: Path, passphrase: str = PASSPHRASE) -> Path:
    """A private file with a passphrase."""
    path = folder / "passphrase"
    path.write_text(f"{passphrase}\n")
    path.chmod(0o600)
    return path


def keys_in_force(wallet: Wallet) -> dict[str, dict[str, object]]:
    """The keys of the wallet's holder that still count, by kid."""
    return {row["kid"]: row for row in wallet.told("key", "list")["keys"] if row["revoked"] is None}


def test_a_post_quantum_wallet_pays_and_comes_back(town: Town, tmp_path: Path) -> None:
    """Made, paying, its receipt verified; and restored from its words, which tell the algorithm to nobody."""
    wallet = Wallet(tmp_path / "zena", {"POCHI_FAUCET_KEY": str(town.faucet)})
    made = ("init", "--quick", "--name", "Zena", "--ledger", town.ledger.url, "--algorithm", "ml-dsa-44")
    wallet.ok(*made)
    wallet.ok("sandbox", "fund", "500")
    told = wallet.told("send", town.juma.account, "20")
    wallet.ok("receipt", "verify", str(told["receipt"]))
    shown = wallet.told("key", "show")
    assert (shown["algorithm"], shown["jwk"]["kty"], shown["scopes"]) == (ML_DSA, "AKP", ["all"])
    again = Wallet(tmp_path / "again", {"POCHI_PASSPHRASE_FILE": str(passphrase_file(tmp_path))})
    again.ok("init", "--restore", "--ledger", town.ledger.url, "--yes", typed=f"{words_of(wallet)}\n")
    assert again.told("key", "show")["kid"] == shown["kid"]
    again.ok("send", town.juma.account, "20", "--yes")
    assert wallet.balance == "460.00"
    wallet.ok("doctor")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_changing_keys_survives_a_lost_answer(town: Town, tmp_path: Path, number: int) -> None:
    """Whichever of the four answers is lost: exit 9, money safe, and the same command again finishes the change."""
    with LosingOne(town.ledger.url, number) as between:
        wallet = made_wallet(tmp_path / "neema", between.url, "Neema", faucet=town.faucet, amount="100")
        before = wallet.told("key", "show")["kid"]
        between.posted.clear()
        between.counting = True
        said = wallet.run("key", "rotate", "--yes", "--algorithm", ML_DSA)
        assert said.code == 9, said.text
        assert wallet.run("send", town.juma.account, "1", "--yes").code == 0  # whichever key counts: it pays
        told = wallet.told("key", "rotate")
        assert told["revoked"] == before
        kid = wallet.told("key", "show")["kid"]
        assert kid == told["kid"] != before
        assert sorted(str(row["scopes"]) for row in keys_in_force(wallet).values()) == ["['all']", "['read']"]
        assert wallet.pending() == []
        wallet.ok("send", town.juma.account, "1", "--yes")
        assert wallet.balance == "98.00"
        files = sorted(
            path.name for path in (wallet.folder / "data" / "keys").iterdir() if path.suffix == ".key"
        )
        assert files == ["neema.key", "neema.read.key"]
        assert len(list((wallet.folder / "data" / "retired").iterdir())) == 1
        wallet.ok("doctor")


def test_old_words_bring_nothing_back(town: Town, tmp_path: Path) -> None:
    """After a change of keys the old words are told from wrong ones, and the new words work."""
    wallet = town.newcomer(tmp_path / "neema")
    old = words_of(wallet)
    wallet.ok("key", "rotate", "--yes")
    new = words_of(wallet)
    assert new != old
    again = Wallet(tmp_path / "again", {"POCHI_PASSPHRASE_FILE": str(passphrase_file(tmp_path))})
    restore = ("init", "--restore", "--ledger", town.ledger.url, "--yes")
    said = again.run(*restore, typed=f"{old}\n")
    assert said.code == 4
    assert "revoked" in said.err
    again.ok(*restore, typed=f"{new}\n")
    assert again.account == wallet.account


def test_one_more_key_and_its_end(town: Town, tmp_path: Path) -> None:
    """A second key pays from the same account as a profile of its own, until it is revoked."""
    wallet = town.newcomer(tmp_path / "neema")
    made = wallet.told("key", "new", "laptop", "--quick", "--algorithm", ML_DSA)
    assert (made["algorithm"], made["scopes"], made["profile"]) == (ML_DSA, ["all"], "laptop")
    wallet.ok("send", town.juma.account, "10", "--yes", "--profile", "laptop")
    assert wallet.run("key", "new", "laptop", "--quick").code == 7
    listed = wallet.ok("key", "list")
    assert all(len(line) <= 78 for line in listed.out.splitlines())
    assert "laptop" in listed.out
    said = wallet.run("key", "revoke", str(made["kid"])[:8], "--no-input")
    assert said.code == 2  # consent is needed
    revoked = wallet.told("key", "revoke", "laptop")
    assert revoked["kid"] == made["kid"]
    assert revoked["revoked"] is not None
    assert wallet.run("send", town.juma.account, "10", "--yes", "--profile", "laptop").code == 6
    assert wallet.told("key", "revoke", "laptop")["revoked"] == revoked["revoked"]  # again: nothing new
    assert wallet.balance == "49990.00"


def test_one_more_key_survives_a_lost_answer(town: Town, tmp_path: Path) -> None:
    """The same command again finishes the very same key."""
    with LosingOne(town.ledger.url, 1) as between:
        wallet = made_wallet(tmp_path / "neema", between.url, "Neema", faucet=town.faucet, amount="100")
        between.posted.clear()
        between.counting = True
        assert wallet.run("key", "new", "simu", "--quick", "--scope", "read").code == 9
        said = wallet.run("init", "--quick", "--profile", "simu", "--ledger", between.url)
        assert said.code == 7
        assert "pochi key new simu" in said.err
        told = wallet.told("key", "new", "simu", "--quick", "--scope", "read")
        assert told["scopes"] == ["read"]
        assert wallet.ok("balance", "--profile", "simu").code == 0
        assert wallet.run("send", town.juma.account, "1", "--yes", "--profile", "simu").code == 6


def test_the_last_full_key_stays(town: Town, tmp_path: Path) -> None:
    """Neither the key in use nor the last one that may do everything is revoked; nor a key that is not there."""
    wallet = town.newcomer(tmp_path / "neema")
    kid = wallet.told("key", "show")["kid"]
    wallet.ok("key", "new", "simu", "--quick", "--scope", "read")
    for profile, named, code in (
        ("neema", kid, 2),
        ("simu", kid, 6),
        ("neema", "AAAAAAAA", 5),
        ("neema", kid[:3], 5),
    ):
        said = wallet.run("key", "revoke", named, "--yes", "--profile", profile)
        assert said.code == code, said.text
    assert wallet.run("key", "rotate", "--yes", "--profile", "simu").code == 4
    assert kid in keys_in_force(wallet)


def test_a_backup_brings_the_wallet_back(town: Town, tmp_path: Path) -> None:
    """On another machine, from the file and its passphrase; a backup is never overwritten, nor taken when changed."""
    wallet = town.newcomer(tmp_path / "neema")
    path, secret = tmp_path / "neema.backup", passphrase_file(tmp_path)
    told = wallet.told("key", "backup", str(path), "--new-passphrase-file", str(secret))
    assert told["kid"] == wallet.told("key", "show")["kid"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSPHRASE not in path.read_text()
    assert wallet.run("key", "backup", str(path), "--new-passphrase-file", str(secret)).code == 7
    env = {"POCHI_PASSPHRASE_FILE": str(secret)}
    again = Wallet(tmp_path / "again", env)
    assert again.told("key", "restore", str(path))["account"] == wallet.account
    again.ok("send", town.juma.account, "10", "--yes")
    assert wallet.balance == "49990.00"
    assert again.run("key", "restore", str(path)).code == 7
    members = json.loads(path.read_text())
    for name, value, code in (
        ("version", 2, 2),
        ("kid", "A" * 43, 4),
        ("key", "", 4),
        ("algorithm", "none", 2),
        ("genesis_record", "{}", 2),
    ):
        path.write_text(json.dumps(members | {name: value}))
        said = Wallet(tmp_path / f"changed-{name}", env).run("key", "restore", str(path))
        assert said.code == code, said.text
    assert Wallet(tmp_path / "none", env).run("key", "restore", str(tmp_path / "gone")).code == 5
    wrong = passphrase_file(tmp_path, "another passphrase")
    path.write_text(json.dumps(members))
    said = Wallet(tmp_path / "wrong", {"POCHI_PASSPHRASE_FILE": str(wrong)}).run("key", "restore", str(path))
    assert said.code == 4


def test_several_accounts_come_back_as_chosen(town: Town, tmp_path: Path) -> None:
    """One of them by its number, or all of them as profiles side by side."""
    wallet = town.newcomer(tmp_path / "neema")
    second = open_second_account(town, wallet)
    words, env = words_of(wallet), {"POCHI_PASSPHRASE_FILE": str(passphrase_file(tmp_path))}
    restore = ("init", "--restore", "--name", "Neema", "--ledger", town.ledger.url)
    one = Wallet(tmp_path / "one", env)
    said = one.ok(*restore, "--lang", "en", typed=f"y\n{words}\n2\n")
    shown = [line for line in said.err.splitlines() if "tzst1" in line and line.lstrip()[:1].isdigit()]
    assert len(shown) == 2
    assert one.account in shown[1]
    assert list(profiles(one)) == ["neema"]
    every = Wallet(tmp_path / "every", env)
    every.ok(*restore, "--yes", typed=f"{words}\n")
    assert set(profiles(every).values()) == {wallet.account, second}
    for name, account in profiles(every).items():
        assert every.told("balance", "--profile", name)["account"] == account
    odd = Wallet(tmp_path / "odd", env)
    assert odd.run(*restore, typed=f"y\n{words}\n7\n").code == 2
    # Both share their keys, and both go on with the new ones.
    every.ok("key", "rotate", "--yes")
    for name in profiles(every):
        every.ok("balance", "--profile", name)
        every.ok("profile", "words", "--profile", name)


def profiles(wallet: Wallet) -> dict[str, str]:
    """The account of each profile."""
    return {row["name"]: row["account"] for row in wallet.told("profile", "list")["profiles"]}


def open_second_account(town: Town, wallet: Wallet) -> str:
    """One more account of the same party, opened with its key as a program would do it."""
    from ledger.addresses import account_address, new_order_id
    from ledger.books.accounts import AccountClass
    from ledger.instants import MachineClock
    from ledger.orders.kinds import OpenAccount, Order
    from ledger.orders.signed import sign_order
    from tests.payers import post
    from wallet_cli.recovery import parse_words
    from wallet_cli.unlocking import entropy_of, keys_of

    key, genesis = keys_of(entropy_of(parse_words(words_of(wallet)))).order, town.ledger.genesis
    now_us = MachineClock().wall_us()
    order_id = new_order_id(now_us)
    order = Order(order_id, now_us // 1_000 * 1_000 + 60_000_000, OpenAccount("TZS", AccountClass.WALLET))
    assert post(town.ledger.url, sign_order(order, key, genesis)).status == 201
    return account_address(
        prefix=genesis.prefix, ledger_id=genesis.ledger_id, kid=key.public.kid, order_id=order_id
    )
