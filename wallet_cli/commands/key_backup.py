"""`pochi key backup` and `pochi key restore`: a wallet's key in one sealed file, carried away and brought back."""

from __future__ import annotations

from pathlib import Path

import click

from wallet_cli import opening
from wallet_cli.backups import Backup, read_backup, write_backup
from wallet_cli.commands.start import report_wallet
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.files import path_text
from wallet_cli.keystore import check_passphrase, open_sealed, read_passphrase_file
from wallet_cli.pinned import MetLedger, genesis_of
from wallet_cli.profile import Profile
from wallet_cli.running import command
from wallet_cli.session import Session
from wallet_cli.unlocking import (
    ask_new_passphrase,
    keys_of,
    named_passphrase,
    passphrase_for,
    quick_passphrase_file,
    sealed_for,
    unlock_with,
)


@command("backup")
@click.argument("backup_file", type=click.Path(path_type=Path))
@click.option("--new-passphrase-file", type=click.Path(path_type=Path))
def backup(session: Session, backup_file: Path, new_passphrase_file: Path | None) -> None:
    """Write the key, sealed, into one file; it is opened once more before this says that all is well."""
    profile, screen = session.profile, session.screen
    passphrase = passphrase_for(session, profile)
    entropy = unlock_with(session, profile, passphrase)
    sealing = _backup_passphrase(session, profile, passphrase, new_passphrase_file)
    keys = keys_of(entropy, profile.algorithm)
    told = Backup(
        name=profile.name,
        ledger_url=profile.ledger_url,
        genesis_record=session.genesis.record.decode("utf-8"),
        algorithm=profile.algorithm,
        kid=profile.order_kid,
        account=profile.account,
        key=sealed_for(profile.name, keys, entropy, sealing).decode("ascii"),
    )
    write_backup(backup_file, told)
    _entropy_in(read_backup(backup_file), sealing)
    screen.done(screen.say("key.backed_up", path=path_text(backup_file)))
    screen.tell(f"  {screen.say('key.backup_told')}")
    screen.show_json({"path": str(backup_file), "profile": profile.name, "kid": profile.order_kid})


@command("restore")
@click.argument("backup_file", type=click.Path(path_type=Path))
@click.option("--ledger", "ledger_url", envvar="POCHI_LEDGER")
def restore(session: Session, backup_file: Path, ledger_url: str | None) -> None:
    """Make a profile again out of a backup; its ledger must be the one that the backup names."""
    screen, found = session.screen, read_backup(backup_file)
    url = ledger_url or found.ledger_url
    met = _met(session, found, url)
    passphrase = named_passphrase(session)
    name = session.named or found.name
    if passphrase is None:
        passphrase = screen.ask_secret(screen.say("ask.passphrase", name=found.name))
    entropy = _entropy_in(found, passphrase)
    draft = session.config_now().profiles.get(name)
    if draft is not None and (draft.account or draft.order_kid != found.kid):
        raise WalletFault("profile_exists", ExitCode.CONFLICT, name=name)
    if draft is None:
        draft, _ = opening.start_profile(
            session,
            name,
            met,
            url=url,
            entropy=entropy,
            passphrase=passphrase,
            language=screen.language,
            algorithm=found.algorithm,
        )
    keys = keys_of(entropy, draft.algorithm)
    opened = opening.bring_up(session, draft, keys, met.genesis, account=found.account)
    report_wallet(session, opened.profile, met.genesis)


def _met(session: Session, found: Backup, url: str) -> MetLedger:
    """The ledger at the URL, which must be the one of the backup.

    Raises:
        WalletFault: `other_ledger`, `backup_unreadable`, and what `opening.meet` raises.
    """
    try:
        expected = genesis_of(found.genesis_record.encode("utf-8")).ledger_id
    except WalletFault as error:
        raise WalletFault("backup_unreadable", ExitCode.USAGE, path=found.name[:40]) from error
    met = opening.meet(session, url)
    if met.genesis.ledger_id != expected:
        other = met.genesis.ledger_id
        raise WalletFault("other_ledger", ExitCode.VERIFICATION_FAILED, expected=expected, found=other)
    return met


def _entropy_in(found: Backup, passphrase: str) -> bytes:
    """The 32 bytes in a backup, whose keys are those that it names.

    Raises:
        WalletFault: `passphrase_wrong`, `key_file_damaged`, `key_file_other`.
    """
    entropy = open_sealed(found.key.encode("utf-8"), passphrase)
    if keys_of(entropy, found.algorithm).order.public.kid != found.kid:
        raise WalletFault("key_file_other", ExitCode.NOT_AUTHORISED, name=found.name[:40])
    return entropy


def _backup_passphrase(session: Session, profile: Profile, present: str, new_file: Path | None) -> str:
    """The wallet's own passphrase, or a new one where that lies in a file beside the key, or where one is named.

    Raises:
        WalletFault: `passphrase_short`, and what reading or asking raises.
    """
    if new_file is not None:
        passphrase = read_passphrase_file(new_file)
        check_passphrase(passphrase)
        return passphrase
    if named_passphrase(session) is None and quick_passphrase_file(session.home, profile.name).exists():
        session.screen.tell(session.screen.say("key.backup_passphrase"))
        return ask_new_passphrase(session.screen)
    return present
