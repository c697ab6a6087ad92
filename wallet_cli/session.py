"""One run of `pochi`: the profile it is about, its ledger, its read key, and the screen that it speaks through.

Everything is looked up when it is first needed, so that a command pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.instants import MICROSECONDS_PER_SECOND, Clock, MachineClock
from ledger.money import Currency
from wallet_cli.client import Caller, LedgerClient, LedgerSaidNo
from wallet_cli.faults import ExitCode, WalletFault
from wallet_cli.home import Home
from wallet_cli.keystore import load_key_file, unpack_read_key
from wallet_cli.log_memory import log_seen, notice_log
from wallet_cli.outbox import Outbox
from wallet_cli.profile import Config, Profile, choose_profile, load_config
from wallet_cli.screen import Screen, money
from wallet_cli.web import Place, Web, parse_place

if TYPE_CHECKING:
    from ledger.orders.genesis import Genesis
    from ledger.signing.keys import PrivateKey
    from wallet_cli.pinned import MetLedger

CLOCK_DIFFERENCE_MAX_S = 60
"""As much as the ledger forgives a caller's token."""


class WalletClock:
    """This machine's clock, and ahead of it by as much as the sandbox that is spoken to was moved."""

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self.ahead_us = 0

    def wall_us(self) -> int:
        """Microseconds since 1970, UTC."""
        return self._machine.wall_us() + self.ahead_us

    def monotonic_us(self) -> int:
        """Microseconds of the monotonic clock."""
        return self._machine.monotonic_us()


class Session:
    """What every command is handed. `named` is the profile that `--profile` asked for."""

    def __init__(
        self,
        *,
        home: Home,
        environment: Mapping[str, str],
        screen: Screen,
        named: str | None = None,
        passphrase_file: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.home = home
        self.environment = environment
        self.screen = screen
        self.named = named
        self.passphrase_file = passphrase_file
        self.clock = WalletClock(clock if clock is not None else MachineClock())
        self.opened_quickly: set[str] = set()
        """The profiles of a sandbox of which it was said that no passphrase was asked for: once is enough."""
        self._webs: list[Web] = []

    @cached_property
    def config(self) -> Config:
        """The settings as they were when this run began."""
        return load_config(self.home)

    def config_now(self) -> Config:
        """The settings as they are in this moment."""
        return load_config(self.home)

    @cached_property
    def profile(self) -> Profile:
        """The profile that this run is about.

        Raises:
            WalletFault: `profile_none`, `profile_unknown`, `wallet_unfinished` if `init` was cut short.
        """
        profile = choose_profile(self.config, named=self.named, environment=self.environment)
        if not profile.account:
            raise WalletFault("wallet_unfinished", ExitCode.NOT_FOUND, name=profile.name)
        return profile

    @cached_property
    def currency(self) -> Currency:
        """The currency of the profile's account."""
        return Currency(self.profile.currency, self.profile.decimals)

    @cached_property
    def genesis(self) -> Genesis:
        """The pinned ledger."""
        from wallet_cli.pinned import pinned_ledger

        return pinned_ledger(self.home, self.profile.ledger_id)

    @cached_property
    def outbox(self) -> Outbox:
        """The outbox of all profiles."""
        return Outbox(self.home.outbox_folder)

    @cached_property
    def reader(self) -> LedgerClient:
        """The ledger, asked with the read key, which needs no passphrase."""
        return self.client(self.profile, caller=self.read_key(self.profile))

    def read_key(self, profile: Profile) -> PrivateKey:
        """The read key that a profile names: in its own file, or, while keys are being changed, in the next one.

        Raises:
            WalletFault: `key_file_missing`, `key_file_damaged`.
        """
        from ledger.signing.keys import PrivateKey

        coming = self.home.next_read_key_file(profile.name)
        if coming.exists():
            found = unpack_read_key(load_key_file(coming))
            if found.about.get("kid") == profile.read_kid:
                return PrivateKey.from_seed(found.seed)
        return PrivateKey.from_seed(
            unpack_read_key(load_key_file(self.home.read_key_file(profile.name))).seed
        )

    def client(self, profile: Profile, *, caller: PrivateKey | None = None) -> LedgerClient:
        """The ledger of a profile, asked by this key, or by nobody."""
        web = self.web(parse_place(profile.ledger_url))
        asking = Caller(caller, profile.ledger_id, self.clock) if caller is not None else None
        return LedgerClient(web, language=self.screen.language, caller=asking)

    def web(self, place: Place) -> Web:
        """A connection that is let go of when the run ends."""
        web = Web(place)
        self._webs.append(web)
        return web

    def close(self) -> None:
        """Let go of every connection."""
        for web in self._webs:
            web.close()

    def read(self, path: str) -> dict[str, Any]:
        """Ask with the read key, and hold the answer against the log as it was seen before.

        Raises:
            WalletFault: what `LedgerClient.get` and `notice_log` raise; `other_ledger` rather than a puzzling
                refusal if another ledger answers at this place.
        """
        before = log_seen(self.home, self.profile)
        try:
            members = self.reader.get(path)
        except LedgerSaidNo as fault:
            if not self.explain(fault):
                raise
            members = self.reader.get(path)
        size = members.get("log_size")
        if type(size) is int:
            notice_log(self.home, self.profile, before=before, size=size)
        return members

    def explain(self, fault: LedgerSaidNo) -> bool:
        """Look whether a "no" has a simpler reason than it gives: another ledger, or a clock that is wrong.

        Returns whether it was asked in another time than the sandbox's, whose clock was moved; now that is known.

        Raises:
            WalletFault: what `check_ledger` raises. Without one, the "no" stands as it is.
        """
        ahead_us = self.clock.ahead_us
        known = self.config.profiles and (self.named or self.config.current)
        if known and fault.exit_code in (ExitCode.NOT_AUTHORISED, ExitCode.VERIFICATION_FAILED):
            self.check_ledger()
        return self.clock.ahead_us != ahead_us

    def check_ledger(self) -> MetLedger:
        """Look the ledger in the face: the pinned identity, a log that only grew, and a clock like ours.

        Raises:
            WalletFault: `other_ledger`, `log_shrank`, `log_rewritten`, `clock_differs`, and what asking raises.
        """
        from wallet_cli.pinned import hold_log_keys

        profile = self.profile
        before = log_seen(self.home, profile)
        met = self.meet_pinned()
        hold_log_keys(self.home, met)
        notice_log(self.home, profile, before=before, size=met.log_size, checkpoint=met.checkpoint_text)
        self.require_same_time(met.time_us)
        return met

    def meet_pinned(self) -> MetLedger:
        """The ledger at the profile's place, which is the pinned one; its log is not looked at.

        Raises:
            WalletFault: `other_ledger`, or `sandbox_reset` for a sandbox that was set up anew; what asking raises.
        """
        from wallet_cli.pinned import meet_ledger

        met = meet_ledger(self.client(self.profile).get("/v1/ledger"))
        if met.genesis.ledger_id != self.profile.ledger_id:
            raise self.other_ledger(met)
        self.clock.ahead_us = met.ahead_us
        return met

    def genesis_for(self, receipt: bytes) -> Genesis:
        """The pinned ledger; the ledger is asked for the log key that signed this receipt if it is a new one.

        Raises:
            WalletFault: what `check_ledger` raises.
        """
        from wallet_cli.pinned import knows_signer

        if not knows_signer(self.genesis, receipt):
            self.check_ledger()
            del self.genesis
        return self.genesis

    def now_us(self) -> int:
        """This moment, in microseconds since 1970, as this machine believes; in a sandbox, as its clock shows."""
        return self.clock.wall_us()

    def seconds_ahead(self, ledger_us: int) -> int:
        """By how many seconds this machine's clock is ahead of the ledger's; negative if it is behind."""
        ahead_us = self.now_us() - ledger_us
        return (abs(ahead_us) // MICROSECONDS_PER_SECOND) * (1 if ahead_us >= 0 else -1)

    def require_same_time(self, ledger_us: int) -> None:
        """Stop where the ledger would refuse every token and order anyhow.

        Raises:
            WalletFault: `clock_differs` (exit 75).
        """
        seconds, limit = self.seconds_ahead(ledger_us), CLOCK_DIFFERENCE_MAX_S
        if abs(seconds) > limit:
            raise WalletFault("clock_differs", ExitCode.TRY_AGAIN_LATER, seconds=f"{seconds:+d}", limit=limit)

    def money(self, minor_units: int) -> str:
        """An amount of the profile's currency as people write it."""
        return money(minor_units, decimals=self.currency.decimals, currency=self.currency.code)

    def words(self, minor_units: int) -> str:
        """An amount of the profile's currency in words."""
        from ledger.words.amounts import amount_in_words

        return amount_in_words(
            minor_units,
            decimals=self.currency.decimals,
            currency=self.currency.code,
            language=self.screen.language,
        )

    def other_ledger(self, met: MetLedger) -> WalletFault:
        """Another ledger than the pinned one. A sandbox set up anew is no alarm: nothing of worth has changed."""
        from wallet_cli.pinned import mark_of

        expected, found = self.profile.ledger_id, met.genesis.ledger_id
        if not (self.profile.sandbox and met.genesis.sandbox):
            return WalletFault("other_ledger", ExitCode.VERIFICATION_FAILED, expected=expected, found=found)
        return WalletFault(
            "sandbox_reset",
            ExitCode.VERIFICATION_FAILED,
            mark_before=mark_of(expected),
            mark=mark_of(found),
            profile=self.profile.name,
            expected=expected,
            found=found,
        )
