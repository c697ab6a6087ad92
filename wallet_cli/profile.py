"""Profiles: which ledger, which account, whose keys; and the contacts of each. Kept in one TOML file.

A profile pins what identifies its ledger: the ledger id, the prefix of its addresses and its log key.
Contacts belong to a profile, since an address of one ledger means nothing to another.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from dataclasses import replace as changed
from typing import Any, TypeVar

from ledger.words.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, language_of
from wallet_cli import files
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import Home
from wallet_cli.recovery import ALGORITHMS, DEFAULT_ALGORITHM
from wallet_cli.toml_text import TomlValue, toml_text

CONFIG_BYTES_MAX = 1_048_576
PROFILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
"""Also a part of file names, hence so narrow."""

CONTACT_NAME = re.compile(r"\w[\w.'-]{0,39}")

_VERSION = 1
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to pay: the address, what the ledger called them when added, and when (RFC 3339)."""

    address: str
    title: str = ""
    added_at: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """One wallet on one ledger.

    `log_key` is a public JWK, the `kid`s are RFC 7638 thumbprints, `algorithm` is the order key's.
    """

    name: str
    ledger_url: str
    ledger_id: str
    address_prefix: str
    log_key: dict[str, str]
    party: str
    account: str
    order_kid: str
    read_kid: str
    ledger_name: str = ""
    language: Language = DEFAULT_LANGUAGE
    currency: str = "TZS"
    decimals: int = 2
    sandbox: bool = False
    algorithm: str = DEFAULT_ALGORITHM
    contacts: dict[str, Contact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything in the settings file. `current` is the profile used when none is named, or empty."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    current: str = ""


def load_config(home: Home) -> Config:
    """The settings; empty ones if there is no file yet.

    Raises:
        WalletFault: `config_unreadable` with the reason, and what `files.read_private` raises.
    """
    try:
        text = files.read_private(home.config_file, bytes_max=CONFIG_BYTES_MAX).decode("utf-8")
        return _config_of(tomllib.loads(text))
    except FileNotFoundError:
        return Config()
    # RecursionError: brackets within brackets, ten thousand deep.
    except (ValueError, RecursionError) as error:
        raise WalletFault(
            "config_unreadable", ExitCode.UNEXPECTED, path=str(home.config_file), why=str(error)[:200]
        ) from error


def update_config(home: Home, change: Callable[[Config], Config]) -> Config:
    """Read the settings, change them and write them back, one `pochi` at a time.

    Raises:
        WalletFault: as `load_config`, and what `files.replace` raises.
    """
    with files.locked(home.config_folder):
        config = change(load_config(home))
        files.replace(home.config_file, toml_text(_table_of(config)).encode("utf-8"))
    return config


def choose_profile(config: Config, *, named: str | None, environment: Mapping[str, str]) -> Profile:
    """The profile to use: the one named on the command line, else by `POCHI_PROFILE`, else the current one.

    Raises:
        WalletFault: `profile_none` if there is none to choose, `profile_unknown` if there is none of this
            name.
    """
    name = named or environment.get("POCHI_PROFILE") or config.current
    if not name:
        raise WalletFault("profile_none", ExitCode.NOT_FOUND)
    if name not in config.profiles:
        raise WalletFault("profile_unknown", ExitCode.NOT_FOUND, name=name[:40])
    return config.profiles[name]


def with_profile(config: Config, profile: Profile, *, make_current: bool) -> Config:
    """The settings with a new profile.

    Raises:
        WalletFault: `profile_name`, or `profile_exists`, for a profile is never replaced by another.
    """
    if PROFILE_NAME.fullmatch(profile.name) is None:
        raise WalletFault("profile_name", ExitCode.USAGE, name=profile.name[:40])
    if profile.name in config.profiles:
        raise WalletFault("profile_exists", ExitCode.CONFLICT, name=profile.name)
    current = profile.name if make_current or not config.current else config.current
    return changed(config, profiles=config.profiles | {profile.name: profile}, current=current)


def with_current(config: Config, name: str) -> Config:
    """The settings with another current profile.

    Raises:
        WalletFault: `profile_unknown`.
    """
    if name not in config.profiles:
        raise WalletFault("profile_unknown", ExitCode.NOT_FOUND, name=name[:40])
    return changed(config, current=name)


def with_contact(config: Config, *, profile: str, name: str, contact: Contact) -> Config:
    """The settings with a new contact of this profile.

    Raises:
        WalletFault: `contact_name`, or `contact_exists`: an address is never changed silently under a known
            name.
    """
    owner = config.profiles[profile]
    if CONTACT_NAME.fullmatch(name) is None or name.startswith(f"{owner.address_prefix}1"):
        raise WalletFault("contact_name", ExitCode.USAGE, name=name[:40])
    known = owner.contacts.get(name)
    if known is not None and known.address != contact.address:
        raise WalletFault("contact_exists", ExitCode.CONFLICT, name=name, address=known.address)
    return _with_contacts(config, owner, owner.contacts | {name: contact})


def without_contact(config: Config, *, profile: str, name: str) -> Config:
    """The settings without this contact.

    Raises:
        WalletFault: `contact_unknown`.
    """
    owner = config.profiles[profile]
    if name not in owner.contacts:
        raise WalletFault("contact_unknown", ExitCode.NOT_FOUND, name=name[:40])
    return _with_contacts(
        config, owner, {other: who for other, who in owner.contacts.items() if other != name}
    )


def choose_wallet_language(
    *, named: str | None, profile: Profile | None, environment: Mapping[str, str]
) -> Language:
    """`--lang`, else `POCHI_LANG`, else the profile's, else the locale's, else English."""
    for tag in (named, environment.get("POCHI_LANG")):
        chosen = language_of(tag or "")
        if chosen is not None:
            return chosen
    if profile is not None:
        return profile.language
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    return language_of(locale) or DEFAULT_LANGUAGE


def _with_contacts(config: Config, owner: Profile, contacts: dict[str, Contact]) -> Config:
    return changed(config, profiles=config.profiles | {owner.name: changed(owner, contacts=contacts)})


def _table_of(config: Config) -> dict[str, TomlValue]:
    profiles = {name: _profile_table(profile) for name, profile in config.profiles.items()}
    return {"version": _VERSION, "current": config.current, "profiles": profiles}


def _profile_table(profile: Profile) -> dict[str, TomlValue]:
    table: dict[str, TomlValue] = {
        member.name: getattr(profile, member.name)
        for member in fields(profile)
        if member.name not in ("name", "contacts")
    }
    contacts = {
        name: {"address": contact.address, "title": contact.title, "added_at": contact.added_at}
        for name, contact in profile.contacts.items()
    }
    return table | ({"contacts": contacts} if contacts else {})


def _config_of(table: dict[str, Any]) -> Config:
    """Settings from a TOML table; ValueError says what is wrong with it."""
    if table.get("version") != _VERSION:
        raise ValueError(f"version {table.get('version')!r} is not {_VERSION}")
    profiles = _member(table, "profiles", dict)
    return Config({name: _profile_of(name, profiles) for name in profiles}, _member(table, "current", str))


def _profile_of(name: str, profiles: dict[str, Any]) -> Profile:
    table = _ADDED_LATER | _member(profiles, name, dict)
    known = _member({"contacts": {}} | table, "contacts", dict)
    contacts = {contact: _contact_of(contact, known) for contact in known}
    if PROFILE_NAME.fullmatch(name) is None or table.get("language") not in LANGUAGES:
        raise ValueError(f"profile {name[:40]!r}: name or language")
    if table["algorithm"] not in ALGORITHMS:
        raise ValueError(f"profile {name!r}: algorithm")
    kinds = {member.name: _KINDS.get(str(member.type), str) for member in fields(Profile)}
    unknown = set(table) - (set(kinds) - {"name"})
    if unknown:
        raise ValueError(f"profile {name!r}: unknown {min(unknown)!r}")
    members: dict[str, Any] = {
        member: _member(table, member, kinds[member])
        for member in kinds
        if member not in ("name", "contacts")
    }
    if not all(isinstance(value, str) for value in members["log_key"].values()):
        raise ValueError(f"profile {name!r}: log_key")
    return Profile(name=name, contacts=contacts, **members)


_ADDED_LATER: dict[str, Any] = {"algorithm": DEFAULT_ALGORITHM}
"""What settings written before do not say."""

# The annotations of Profile, as they are written there.
_KINDS: dict[str, type] = {"int": int, "bool": bool, "dict[str, str]": dict}


def _contact_of(name: str, contacts: dict[str, Any]) -> Contact:
    table = _member(contacts, name, dict)
    return Contact(*(_member(table, name, str) for name in ("address", "title", "added_at")))


def _member(table: dict[str, Any], name: str, kind: type[_Kind]) -> _Kind:
    value = table.get(name)
    # A truth value would pass for a whole number.
    if not isinstance(value, kind) or type(value) is not kind:
        raise ValueError(f"{name[:40]!r} is missing or of another kind")
    return value
