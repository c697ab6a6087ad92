"""`daftari keys`: the operator's keys. What is secret about them is never shown."""

from __future__ import annotations

import re
import sys
from contextlib import closing
from pathlib import Path

import click

from ledger.cli_options import database_option, example, keys_option, language, tell, tells_faults, warn
from ledger.cli_words import say
from ledger.directory_key import (
    DIRECTORY_KEY,
    directory_key_path,
    make_directory_key,
    read_directory_key,
)
from ledger.enquiries import Enquiries
from ledger.faults import Fault, LedgerFault
from ledger.handing_over import read_hand_over, send_order, sign_hand_over, write_hand_over
from ledger.instants import MachineClock
from ledger.keys_folder import LOG_KEY, NOTICE_KEY, key_path, read_private_key, write_private_key
from ledger.signing.keys import PrivateKey, public_key_from_jwk
from ledger.store.engine import reading_engine
from ledger.strict_json import dumps, loads_object

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_JWK_BYTES_MAX = 16 * 1024
_NAME_COLUMN = 14
_KID_COLUMN = 45


@click.group(help=say("help_keys_group", language()))
def keys() -> None:
    """The group."""


def _key_name(_: click.Context, __: click.Parameter, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise click.BadParameter(say("key_name_form", language()))
    return name


name_argument = click.argument("name", callback=_key_name)


@keys.command(
    "new", help=say("help_keys_new", language()), epilog=example("daftari keys new log --keys var/keys")
)
@name_argument
@keys_option
@tells_faults
def new(*, name: str, keys: Path) -> None:
    """A new key."""
    if name == DIRECTORY_KEY:
        made = make_directory_key(keys)
        tell("keys_new_done", path=str(directory_key_path(keys)), kid=made.key_id)
        return
    key = PrivateKey.generate("Ed25519")
    write_private_key(keys, name, key)
    tell("keys_new_done", path=str(key_path(keys, name)), kid=key.public.kid)


@keys.command("show", help=say("help_keys_show", language()), epilog=example("daftari keys show log"))
@name_argument
@keys_option
@tells_faults
def show(*, name: str, keys: Path) -> None:
    """The public part of one key."""
    if not key_path(keys, name).exists():
        raise LedgerFault(Fault.KEY_FILE_MISSING, name=name, folder=str(keys))
    click.echo(dumps(read_private_key(keys, name).public.jwk()).decode())


@keys.command("list", help=say("help_keys_list", language()), epilog=example("daftari keys list"))
@keys_option
@database_option
@tells_faults
def list_keys(*, keys: Path, database: str) -> None:
    """Every key, and what the ledger knows it for."""
    names = sorted(path.stem for path in keys.glob("*.key") if _NAME.fullmatch(path.stem))
    if not names:
        tell("keys_none", folder=str(keys))
    found = {name: read_private_key(keys, name).public.kid for name in names if name != DIRECTORY_KEY}
    known = _known_for(database, list(found.values()))
    if DIRECTORY_KEY in names:
        found[DIRECTORY_KEY] = kid = read_directory_key(directory_key_path(keys)).key_id
        known[kid] = say("keys_role_directory", language())
    if NOTICE_KEY in found:
        known[found[NOTICE_KEY]] = say("keys_role_notice", language())
    for name, kid in sorted(found.items()):
        click.echo(f"{name:<{_NAME_COLUMN}} {kid:<{_KID_COLUMN}} {known[kid]}")


def _known_for(database: str, kids: list[str]) -> dict[str, str]:
    """By kid, in words; a folder of keys can be looked at without a ledger."""
    try:
        enquiries = Enquiries(reading_engine(database, connections=1))
        try:
            return {kid: _known(enquiries, kid) for kid in kids}
        finally:
            enquiries.close()
    except LedgerFault:
        return dict.fromkeys(kids, say("keys_role_unknown", language()))


def _known(enquiries: Enquiries, kid: str) -> str:
    log_kids = [row.key.kid for row in enquiries.log_keys()]
    if kid in log_kids:
        return say("keys_role_log" if kid == log_kids[-1] else "keys_role_log_before", language())
    key = enquiries.key(kid)
    if key is None:
        return say("keys_role_none", language())
    party = enquiries.party(key.party)
    roles = " ".join(role.value for role in party.roles) if party is not None else ""
    scopes = " ".join(scope.value for scope in key.scopes)
    revoked = f", {say('keys_revoked', language())}" if key.revoked is not None else ""
    return f"{roles or key.party} ({scopes}{revoked})"


def _log_name(context: click.Context, parameter: click.Parameter, name: str) -> str:
    if not _key_name(context, parameter, name).startswith(f"{LOG_KEY}-"):
        raise click.BadParameter(say("hand_over_name", language()))
    return name


@keys.command(
    "hand-over",
    help=say("help_keys_hand_over", language()),
    epilog=example("daftari keys hand-over log-2027 --authority authority.json > hand-over.json"),
)
@click.argument("name", callback=_log_name)
@click.option("--authority", type=_FILE, required=True, help=say("help_authority", language()))
@keys_option
@database_option
@tells_faults
def hand_over(*, name: str, authority: Path, keys: Path, database: str) -> None:
    """The order by which a new log key takes over, to be signed."""
    signer = public_key_from_jwk(loads_object(authority.read_bytes().strip(), bytes_max=_JWK_BYTES_MAX))
    with closing(Enquiries(reading_engine(database, connections=1))) as enquiries:
        written = write_hand_over(enquiries, keys, name, signer, MachineClock())
    click.echo(written.payload.decode())
    warn("hand_over_next", kid=written.kid, expires=written.expires)


@keys.command(
    "sign",
    help=say("help_keys_sign", language()),
    epilog=example("daftari keys sign hand-over.json --as authority --ledger http://127.0.0.1:8470"),
)
@click.argument("order", type=_FILE)
@click.option("--as", "name", required=True, callback=_key_name, help=say("help_as", language()))
@click.option("--ledger", required=True, help=say("help_ledger", language()))
@keys_option
@tells_faults
def sign(*, order: Path, name: str, ledger: str, keys: Path) -> None:
    """Sign the hand-over and send it."""
    read = read_hand_over(order.read_bytes().strip())
    told = send_order(ledger, sign_hand_over(read, read_private_key(keys, name)))
    if told.get("outcome") != "accepted":
        click.echo(f"✗ {told.get('title')}\n  {told.get('detail')} ({told.get('code')})", err=True)
        sys.exit(1)
    tell("sign_what", kid=read.kid, ledger=read.ledger)
