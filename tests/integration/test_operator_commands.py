"""`daftari` as an operator types it: keys, a genesis from a template, checkpoints, and what goes wrong."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from ledger.auditing import audit_ledger
from ledger.cli import main
from ledger.cli_words import SENTENCES
from ledger.directory_key import read_directory_key
from ledger.enquiries import Enquiries
from ledger.founding import ROLES
from ledger.store.engine import reading_engine
from tests.operators import daftari, done


def typed(*words: str | Path, **env: str) -> Result:
    """A command in this process: quick, for what only reads options and files."""
    clean = {"DAFTARI_DATABASE": None, "DAFTARI_LANG": "en"}
    return CliRunner(env=clean | env).invoke(main, [str(word) for word in words])


def ok(*words: str | Path, **env: str) -> str:
    """The same, which must succeed; what it printed."""
    result = typed(*words, **env)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A folder with a log key and one for each role."""
    folder = tmp_path / "keys"
    for name in ("log", *ROLES):
        ok("keys", "new", name, "--keys", folder)
    return folder


@pytest.fixture
def public(keys: Path, tmp_path: Path) -> Path:
    """The public keys of the roles, as they were sent."""
    folder = tmp_path / "public"
    folder.mkdir()
    for role in ROLES:
        (folder / f"{role}.json").write_text(ok("keys", "show", role, "--keys", keys))
    return folder


def test_a_new_key(keys: Path) -> None:
    """Its owner alone can read it, it is never written over, and what is shown of it is public."""
    path = keys / "log.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    before = path.read_bytes()
    again = typed("keys", "new", "log", "--keys", keys)
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert path.read_bytes() == before
    secret = json.loads(before)["d"]
    shown = ok("keys", "show", "log", "--keys", keys)
    assert set(json.loads(shown)) == {"kty", "crv", "x"}
    listed = ok("keys", "list", "--keys", keys, "--database", "sqlite:///nowhere.db")
    assert [line.split()[0] for line in listed.splitlines()] == sorted(("log", *ROLES))
    assert secret not in shown + listed + again.output


def test_the_directorys_key_is_made_once_and_never_shown(keys: Path) -> None:
    """`keys new directory` makes the key of another kind; the list tells what it is for, and nothing prints it."""
    made = ok("keys", "new", "directory", "--keys", keys)
    path = keys / "directory.key"
    secret = json.loads(path.read_bytes())["k"]
    again = typed("keys", "new", "directory", "--keys", keys)
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    listed = ok("keys", "list", "--keys", keys, "--database", "sqlite:///nowhere.db")
    (line,) = [line for line in listed.splitlines() if line.startswith("directory ")]
    assert "seals people's data" in line
    assert read_directory_key(path).key_id in line
    shown = typed("keys", "show", "directory", "--keys", keys)
    assert shown.exit_code == 1
    assert secret not in made + listed + again.output + shown.output


@pytest.mark.parametrize("name", ["", "../log", "Log", "a" * 33, "-x", "log.key", "a\n"])
def test_a_name_that_is_no_name(tmp_path: Path, name: str) -> None:
    """No path, no surprise."""
    result = typed("keys", "new", "--keys", tmp_path / "keys", "--", name)
    assert result.exit_code == 2
    assert not (tmp_path / "keys").exists()


def test_a_key_that_others_can_read(keys: Path) -> None:
    """It is not used, whatever for."""
    (keys / "log.key").chmod(0o640)
    for words in (("keys", "show", "log"), ("keys", "list"), ("init", "--template")):
        result = typed(*words, "--keys", keys)
        assert (result.exit_code, "mode_wider_than_0600" in result.output) == (1, True)


def test_no_keys_at_all(tmp_path: Path) -> None:
    """An empty folder is said to be empty; a key that is not there is named."""
    assert "There are no keys" in ok("keys", "list", "--keys", tmp_path / "none")
    result = typed("keys", "show", "log", "--keys", tmp_path / "none")
    assert (result.exit_code, "There is no key log" in result.output) == (1, True)


def test_from_keys_to_a_ledger(database_url: str, keys: Path, public: Path, tmp_path: Path) -> None:
    """The template with every public key makes a ledger that is no sandbox, and `keys list` knows each key's role."""
    document = ok("init", "--template", "--keys", keys, "--public-keys", public)
    genesis = tmp_path / "genesis.json"
    genesis.write_text(document)
    assert "A new ledger" in ok("init", "--genesis", genesis, "--keys", keys, "--database", database_url)
    with closing(Enquiries(reading_engine(database_url, connections=1))) as enquiries:
        assert not enquiries.genesis().sandbox
    assert audit_ledger(database_url).records == 1
    listed = ok("keys", "list", "--keys", keys, "--database", database_url)
    assert "signs the log" in listed
    assert all(f"{role} (all)" in listed for role in ROLES)
    again = typed("init", "--genesis", genesis, "--keys", keys, "--database", database_url)
    assert (again.exit_code, "is there already" in again.output) == (1, True)


def test_a_template_with_a_key_missing(keys: Path, public: Path, tmp_path: Path) -> None:
    """It says whose key is missing, and `init` refuses it; a private key in the place of a public one is refused."""
    (public / "auditor.json").unlink()
    document = ok("init", "--template", "--keys", keys, "--public-keys", public)
    assert "the public key of the auditor" in document
    genesis, url = tmp_path / "genesis.json", f"sqlite:///{tmp_path / 'new.db'}"
    genesis.write_text(document)
    result = typed("init", "--genesis", genesis, "--keys", keys, "--database", url)
    assert (result.exit_code, "genesis document" in result.output) == (1, True)
    assert not (tmp_path / "new.db").exists()
    (public / "issuer.json").write_bytes((keys / "issuer.key").read_bytes())
    result = typed("init", "--template", "--keys", keys, "--public-keys", public)
    assert (result.exit_code, "no_public_key" in result.output) == (1, True)
    assert json.loads((keys / "issuer.key").read_bytes())["d"] not in result.output


def test_a_genesis_for_another_log_key(keys: Path, public: Path, tmp_path: Path) -> None:
    """The server must hold the key that genesis names."""
    genesis = tmp_path / "genesis.json"
    genesis.write_text(ok("init", "--template", "--keys", keys, "--public-keys", public))
    (keys / "log.key").unlink()
    ok("keys", "new", "log", "--keys", keys)
    result = typed(
        "init", "--genesis", genesis, "--keys", keys, "--database", f"sqlite:///{tmp_path / 'new.db'}"
    )
    assert (result.exit_code, "log_key" in result.output) == (1, True)


@pytest.mark.parametrize("content", ["", "[]", "{}", "{", '{"nonce": 1}', "\x00"])
def test_a_genesis_that_is_none(keys: Path, tmp_path: Path, content: str) -> None:
    """Told in a sentence, and nothing is made."""
    genesis = tmp_path / "genesis.json"
    genesis.write_text(content)
    result = typed(
        "init", "--genesis", genesis, "--keys", keys, "--database", f"sqlite:///{tmp_path / 'new.db'}"
    )
    assert result.exit_code == 1
    assert result.output.startswith("✗")
    assert not (tmp_path / "new.db").exists()


def test_one_way_to_begin(tmp_path: Path) -> None:
    """Not two, not none."""
    for words in ((), ("--sandbox", "--template")):
        assert typed("init", *words, "--keys", tmp_path / "keys").exit_code == 2


@pytest.fixture
def sandbox(tmp_path: Path) -> str:
    """The URL of a fresh sandbox."""
    url = f"sqlite:///{tmp_path / 'sandbox.db'}"
    ok("init", "--sandbox", "--keys", tmp_path / "sandbox-keys", "--database", url)
    return url


def test_a_checkpoint_to_keep(sandbox: str, tmp_path: Path) -> None:
    """To a file, never over another; the audit takes it, and refuses one that was altered or is another ledger's."""
    held = tmp_path / "held"
    ok("checkpoint", "--to", held, "--database", sandbox)
    assert held.read_text() == ok("checkpoint", "--database", sandbox)
    again = typed("checkpoint", "--to", held, "--database", sandbox)
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert "every signature" in ok("audit", "--checkpoint", held, "--database", sandbox)
    for altered in (held.read_text().replace("\n", "\n1", 1), "", "daftari/x\n1\n"):
        (tmp_path / "altered").write_text(altered)
        assert typed("audit", "--checkpoint", tmp_path / "altered", "--database", sandbox).exit_code == 1


def test_an_order_to_hand_over(sandbox: str, tmp_path: Path) -> None:
    """Written only with both private keys at hand and for a public key; it is no order yet, and holds no secret."""
    keys, authority = tmp_path / "sandbox-keys", tmp_path / "authority.json"
    authority.write_text(ok("keys", "show", "authority", "--keys", keys))
    words = ("--authority", authority, "--keys", keys, "--database", sandbox)
    for name, code in (("log", 2), ("new", 2), ("log-2027", 1)):
        assert typed("keys", "hand-over", name, *words).exit_code == code
    ok("keys", "new", "log-2027", "--keys", keys)
    told = ok("keys", "hand-over", "log-2027", *words)
    assert json.loads(told)["order"] == "rotate_log_key"
    for name in ("log", "log-2027"):
        assert json.loads((keys / f"{name}.key").read_bytes())["d"] not in told
    (keys / "log.key").rename(tmp_path / "log.key")
    assert "log.key cannot be used" in typed("keys", "hand-over", "log-2027", *words).output
    authority.write_text("{}")
    assert typed("keys", "hand-over", "log-2027", *words).exit_code == 1


@pytest.mark.parametrize(
    "content, url, said",
    [
        ("", "http://127.0.0.1:1", "order format"),
        ('{"order": "issue"}', "http://127.0.0.1:1", "order format"),
        ('{"order": "rotate_log_key", "key": 1}', "http://127.0.0.1:1", "order format"),
        (None, "http://127.0.0.1:1", "did not take"),
        (None, "ftp://127.0.0.1", "--ledger"),
        (None, "nowhere", "--ledger"),
    ],
)
def test_what_is_not_signed_or_not_sent(
    sandbox: str, tmp_path: Path, content: str | None, url: str, said: str
) -> None:
    """No other kind of order is signed, and a ledger that does not answer is told."""
    keys, authority, order = tmp_path / "sandbox-keys", tmp_path / "authority.json", tmp_path / "order.json"
    authority.write_text(ok("keys", "show", "authority", "--keys", keys))
    ok("keys", "new", "log-2027", "--keys", keys)
    words = ("--authority", authority, "--keys", keys, "--database", sandbox)
    order.write_text(ok("keys", "hand-over", "log-2027", *words) if content is None else content)
    result = typed("keys", "sign", order, "--as", "authority", "--ledger", url, "--keys", keys)
    assert (result.exit_code, said in result.output) == (1, True), result.output


def test_the_books(sandbox: str) -> None:
    """As a table and as JSON."""
    shown = ok("trial-balance", "--database", sandbox)
    assert "Debits equal credits" in shown
    assert "10,000,000,000.00" in shown
    swahili = daftari("trial-balance", "--database", sandbox, DAFTARI_LANG="sw").out
    assert ("dhamana" in swahili, "backing" in swahili) == (True, False)
    rows = json.loads(ok("trial-balance", "--json", "--database", sandbox))
    assert {row["class"] for row in rows} == {"backing", "distribution"}
    assert len({row["currency"] for row in rows}) == 1


COMMANDS = (
    ("audit",),
    ("trial-balance",),
    ("checkpoint",),
    ("backup", "to"),
    ("roles", "--writer", "a", "--reader", "b"),
    ("serve",),
)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    "url", ["sqlite:///gone.db", "nonsense", "mysql://x/y", "postgresql://x:siri@127.0.0.1:1/y"]
)
def test_no_database(tmp_path: Path, words: tuple[str, ...], url: str) -> None:
    """Every command says so in a sentence, without a traceback and without the password."""
    if words[0] == "serve":
        words = ("serve", "--run-dir", str(tmp_path / "run"), "--keys", str(tmp_path / "keys"))
    told = daftari(*words, folder=tmp_path, DAFTARI_DATABASE=url)
    assert told.code == 1, told.text
    assert "Traceback" not in told.text
    assert "siri" not in told.text
    assert not (tmp_path / "gone.db").exists()
    assert not (tmp_path / "to").exists()


def every_command(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, and how it is called."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from every_command(command, *before, name)
        else:
            yield (*before, name), command


def test_every_command_has_an_example() -> None:
    """At the end of its help, beginning with its own name."""
    for words, _ in every_command(main):
        shown = ok(*words, "--help")
        assert f"$ daftari {' '.join(words)}" in shown, words


def test_every_sentence_is_in_both_languages() -> None:
    """With the same places to fill, and no sentence that is the same in both."""
    for key, (english, swahili) in SENTENCES.items():
        assert english.strip(), key
        assert swahili.strip(), key
        assert english != swahili, key
        assert english.count("{") == swahili.count("{"), key


def test_swahili(tmp_path: Path) -> None:
    """Help, a fault and what a command says."""
    assert "Mfano:" in done("backup", "--help", DAFTARI_LANG="sw").out
    assert "Hakuna funguo" in done("keys", "list", "--keys", tmp_path / "none", DAFTARI_LANG="sw").out
    told = daftari("restore", tmp_path / "gone", "--keys", tmp_path, folder=tmp_path, DAFTARI_LANG="sw")
    assert (told.code, "nakala rudufu" in told.err) == (1, True)


@pytest.mark.parametrize(
    "language, older, other, missing",
    [
        ("en", "This copy is older", "another history", "There is no key nope"),
        ("sw", "Nakala hii ni ya zamani", "historia tofauti", "Hakuna ufunguo nope"),
    ],
)
def test_what_is_said_of_an_older_copy(
    sandbox: str, tmp_path: Path, *, language: str, older: str, other: str, missing: str
) -> None:
    """It is not damaged, so nobody is sent to restore a backup; how many records are missing is told."""
    newer = tmp_path / "newer"
    name, size, *rest = ok("checkpoint", "--database", sandbox).split("\n")
    newer.write_text("\n".join((name, str(int(size) + 7), *rest)))
    told = daftari("audit", "--checkpoint", newer, "--database", sandbox, DAFTARI_LANG=language)
    assert told.code == 1
    assert older in told.err
    assert f" 7 {'records are missing' if language == 'en' else 'hazipo'} ({size}" in told.err
    newer.write_text("\n".join((name, size, rest[0][::-1], *rest[1:])))
    told = daftari("audit", "--checkpoint", newer, "--database", sandbox, DAFTARI_LANG=language)
    assert (told.code, other in told.err) == (1, True), told.err
    told = daftari("keys", "show", "nope", "--keys", tmp_path / "sandbox-keys", DAFTARI_LANG=language)
    assert (told.code, missing in told.err) == (1, True), told.err
