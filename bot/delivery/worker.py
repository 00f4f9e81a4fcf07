"""The sender of one platform: takes deliveries, paces them, sends, and records what came of it.

One worker at a time serves a platform's outbox (a lease); it holds at most `window` deliveries, and
none of them while it would wait longer than `SHORT_WAIT`. A delivery is recorded after the platform's
yes: a crash between the two repeats it, and never loses it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random
from typing import Protocol, assert_never

import structlog

from bot.clock import Clock
from bot.delivery.breaker import Breaker
from bot.delivery.pacing import Pacing
from bot.delivery.patience import Patience
from bot.delivery.report import Tally, Untallied, count
from bot.delivery.retry import (
    DEADLINE,
    PARK_DEADLINE,
    Decision,
    Finish,
    GiveUp,
    Later,
    Rekey,
    Silence,
    after,
    backoff,
)
from bot.delivery.sender import Quota, Sender
from bot.delivery.together import LATE, MANY, MANY_WAIT, Holding, gathered, is_discarded, withheld_until
from bot.errors import StoreAway
from bot.model import (
    Alert,
    AlertKind,
    Chat,
    Digest,
    Hold,
    Outcome,
    Past,
    Scope,
    Sent,
    Skip,
    Story,
    Trouble,
    TryLater,
)
from bot.store.protocols import Archive, Chats, Delivery, DeliveryState, Freeze, Outbox, Told, ToldTogether

log = structlog.get_logger("xeberdar.delivery")

WINDOW = 64  #: deliveries in hand at the same time: taken, prepared, waiting for their turn
AT_ONCE = 8  #: of these, messages sent and not yet recorded: the most that a crash can repeat
CATCH_UP = 0.01  #: seconds that a start may be late without the later ones being late as well
SLOW_REPLY = 0.25  #: seconds; a quota that would need more than AT_ONCE at such replies gets more
SHORT_WAIT = 2.0  #: seconds; whoever must wait longer goes back to the store
SEND_TIMEOUT = 90.0  #: seconds, far above the senders' own; a call that hangs counts as a lost reply
GRACE = 4.5  #: seconds that sends on their way get to end when the worker is stopped

BLOCK = timedelta(seconds=1)
TICK = 0.5  #: seconds between looks at the delayed set
RENEW = 1.0  #: seconds between renewals of lease and heartbeat
LIFETIME = timedelta(seconds=4)  #: of both: so soon is a dead worker's work taken over
WAKE = 256  #: delayed deliveries woken by one script
STORY_AGE = 1.0  #: seconds that a story read for one chat serves the next ones
FIRST_MESSAGE_WAIT = timedelta(seconds=5)  #: an edit looks again for its message after this, then less often
FIRST_MESSAGE_LONGEST = timedelta(minutes=10)

STOPPING = (Trouble.TOKEN_REVOKED, Trouble.CONFLICT)  #: what is wrong with the bot and no delivery's fault

NEVER = datetime.fromtimestamp(0, UTC)  #: when the bell of what is told together says that it was queued

BOT = "bot"  # the gate of the whole bot; a chat's gate is "chat:" + its key


class AlertFor(Protocol):
    """`bot.alerts.alert.alert_for`, handed in because the stages do not know each other."""

    def __call__(
        self, chat: Chat, story: Story, kind: AlertKind, *, shown: Sequence[str] | None, editable: bool
    ) -> Alert | Skip: ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Ready:
    """A delivery with everything that is needed to send it."""

    chat: Chat
    alerts: tuple[Alert, ...]  #: one, but for what is told together
    receipt: str | None = None  #: of the message to edit; None: send a new one
    digest: Digest | None = None  #: set when several are told together


class _Line:
    """What waits for one chat in this process."""

    __slots__ = ("free_at", "interval", "known", "length", "lock", "many_until")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.known = asyncio.Event()  # the first delivery has found out the interval
        self.length = 0  # deliveries in hand
        self.interval = 0.0  # seconds between two messages that the chat's own quotas allow in the long run
        self.free_at = 0.0  # monotonic; when the place after everybody known so far comes
        self.many_until = 0.0  # monotonic; new reports until then are told together

    def book(self, now: float) -> float:
        """Seconds until the next free place, which is then taken: those put off come back one by one."""
        self.free_at = max(self.free_at, now) + self.interval
        return self.free_at - now


class _Lost(Exception):
    """The lease is gone or the worker stops: what was not sent yet goes back."""


class DeliveryWorker:
    """Serves the outbox of `sender.platform`. `name` must be this process's alone."""

    def __init__(
        self,
        *,
        sender: Sender,
        outbox: Outbox,
        chats: Chats,
        archive: Archive,
        alert_for: AlertFor,
        holding: Holding,
        clock: Clock,
        rng: Random,
        name: str,
        tally: Tally | None = None,
        pacing: Pacing | None = None,
        window: int = WINDOW,
        lifetime: timedelta = LIFETIME,
        late: timedelta = LATE,
        many: int = MANY,
    ) -> None:
        """`late`: a report that waited longer, and `many`: more reports at once than these, go together."""
        self._sender = sender
        self._outbox = outbox
        self._chats = chats
        self._archive = archive
        self._alert_for = alert_for
        self._holding = holding
        self._clock = clock
        self._rng = rng
        self._tally = tally or Untallied()
        self._pacing = pacing or Pacing()
        self._window = window
        self._lifetime = lifetime
        self._late = late
        self._many = many
        self._name = name
        self._platform = sender.platform
        self._patience = Patience(clock, f"send:{self._platform.value}")
        self._leased_until = float("-inf")
        self._renewed = float("-inf")
        self._stopping = False
        self._faint = False  # the store refused the last heartbeat
        self._troubled = False  # the whole bot was refused: one message at a time until one is answered
        self._breaker = Breaker()
        self._open = False  # the breaker, when it was last looked at
        self._freeze = Freeze()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._unrecorded: Counter[str] = (
            Counter()
        )  # of a quota: messages sent or being sent, not yet recorded
        self._recorded = asyncio.Event()
        self._next_start: dict[str, float] = {}  # of a quota: monotonic
        self._lines: dict[str, _Line] = {}
        self._stories: dict[str, tuple[float, Story | None]] = {}

    # --- running --------------------------------------------------------------------------------

    async def run(self) -> None:
        """Deliver what there is and what comes, until cancelled; then stop within five seconds."""
        self._stopping = False
        pulse = asyncio.create_task(self._pulse_forever())
        try:
            while True:
                if not await self._take(BLOCK):
                    await self._pause()
        finally:
            self._stopping = True
            pulse.cancel()
            await self._stop()

    async def drain(self) -> int:
        """Deliver everything that is due now and return how many deliveries were taken up."""
        taken = 0
        while True:
            await self._pulse()
            batch = await self._take(timedelta())
            taken += batch
            if self._in_hand:
                await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
            elif self._faint:
                await self._clock.sleep(TICK)
            elif not batch:
                return taken

    async def _pulse_forever(self) -> None:
        while True:
            try:
                await self._pulse()
            except Exception:  # the heart must not stop: without it the lease runs out
                log.exception("delivery.pulse_failed", platform=self._platform.value)
            await self._clock.sleep(TICK)

    async def _pulse(self) -> None:
        """Renew lease and heartbeat when it is time, give dead workers' work away, wake what is due."""
        try:
            if self._clock.monotonic() - self._renewed >= RENEW:
                await self._renew()
            await self._look_at_freeze()
            if self._leads():
                while await self._outbox.wake(self._clock.now(), WAKE) >= WAKE:
                    pass
        except StoreAway:
            if not self._faint:
                self._faint = True
                self._patience.broke()
        else:
            if self._faint:
                self._faint = False
                self._patience.healed()

    async def _look_at_freeze(self) -> None:
        """Whether moderators have stopped everything."""
        before, self._freeze = self._freeze, await self._outbox.frozen()
        if (before.since is None) != (self._freeze.since is None):
            log.warning(
                "delivery.frozen", platform=self._platform.value, frozen=self._freeze.since is not None
            )

    async def _renew(self) -> None:
        asked = self._clock.monotonic()
        led = self._leads()
        await self._outbox.beat(self._name, self._clock.now(), self._lifetime)
        lease = f"send:{self._platform.value}"
        if await self._outbox.lease(lease, self._name, self._lifetime):
            self._leased_until = asked + self._lifetime.total_seconds()
        else:
            self._leased_until = float("-inf")
        if led != self._leads():
            log.info("delivery.lease", platform=self._platform.value, held=self._leads())
        reclaimed = await self._outbox.reclaim(self._clock.now())
        if reclaimed:
            log.info("delivery.reclaimed", role=lease, entries=reclaimed)
        self._renewed = asked
        self._lines = {
            chat: line for chat, line in self._lines.items() if line.length or line.free_at > asked
        }

    def _leads(self) -> bool:
        """Whether the lease is ours for certain: after a suspension it is not, before anything is sent."""
        return self._clock.monotonic() < self._leased_until

    async def _take(self, block: timedelta) -> int:
        """Take up as many deliveries as there is room for; how many."""
        room = self._room()
        if room <= 0:
            return 0
        batch = await self._patience.ask(lambda: self._outbox.take(self._platform, self._name, room, block))
        for delivery in batch:
            task = asyncio.create_task(self._handle(delivery))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
        return len(batch)

    def _room(self) -> int:
        if not self._leads() or self._freeze.since is not None:
            return 0
        if self._pacing.wait((), self._clock.monotonic(), gates=(BOT,)) > 0:
            return 0
        window = 1 if self._troubled else self._window
        room = window - len(self._in_hand)
        return room if room * 4 >= window else 0  # in handfuls: one at a time costs a question each

    async def _pause(self) -> None:
        """Nothing to take, or no room: until a delivery is done, a tick at most when none is in hand."""
        if len(self._in_hand) * 4 > self._window or (self._troubled and self._in_hand):
            await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
        elif self._room() <= 0:
            await self._clock.sleep(TICK / 5)

    async def _stop(self) -> None:
        """Let what is on its way end, give back the rest, and leave the lease to others."""
        late = asyncio.create_task(self._clock.sleep(GRACE))
        while self._in_hand and not late.done():
            await asyncio.wait({late, *self._in_hand}, return_when=asyncio.FIRST_COMPLETED)
        for task in (late, *self._in_hand):
            task.cancel()
        await asyncio.gather(late, *self._in_hand, return_exceptions=True)
        with contextlib.suppress(StoreAway, TimeoutError):  # it runs out by itself
            async with asyncio.timeout(5.0 - GRACE):
                await self._outbox.release(f"send:{self._platform.value}", self._name)

    # --- one delivery ---------------------------------------------------------------------------

    async def _handle(self, delivery: Delivery) -> None:
        """From the stream to its record. Messages for one chat go one after the other."""
        if delivery.kind is AlertKind.DIGEST and delivery.queued_at == NEVER:
            delivery = replace(
                delivery, queued_at=self._clock.now()
            )  # its bell rang: from now on it is tried
        line = self._lines.setdefault(delivery.chat, _Line())
        line.length += 1
        try:
            if self._too_many(delivery, line):
                await self._withhold(delivery, self._clock.now() + MANY_WAIT, Hold.MANY)
                return
            if line.length > 1:
                await line.known.wait()
                wait = line.book(self._clock.monotonic())
                if wait > SHORT_WAIT:
                    await self._put_off(delivery, wait)
                    return
            async with line.lock:
                await self._deliver(delivery, line)
        except _Lost:
            await self._put_off(delivery, 0.0)
        except Exception:  # one delivery must not end the others
            log.exception("delivery.failed", platform=self._platform.value, story=delivery.story)
            await self._apply(delivery, TryLater(why=Trouble.PLATFORM_ERROR))
        finally:
            line.known.set()
            line.length -= 1
            if not line.length and line.free_at <= self._clock.monotonic():
                self._lines.pop(delivery.chat, None)

    async def _deliver(self, delivery: Delivery, line: _Line) -> None:
        ready = await self._prepare(delivery)
        if ready is None:
            return
        if ready.receipt is None and delivery.kind is not AlertKind.DIGEST:
            await self._patience.ask(lambda: self._outbox.sending(delivery))
        quotas = self._sender.quotas(ready.chat.address)
        line.interval = max((quota.seconds / quota.calls for quota in quotas[1:]), default=0.0)
        line.known.set()
        wait = await self._admitted(delivery.chat, quotas)
        if wait > 0:
            line.free_at = max(line.free_at, self._clock.monotonic() + wait)
            await self._put_off(delivery, wait)
            return
        key = quotas[0].key if quotas else ""
        self._unrecorded[key] += 1
        if quotas:
            now = self._clock.monotonic()
            self._next_start[key] = max(self._next_start.get(key, 0.0), now - CATCH_UP) + spacing(quotas[0])
        try:
            outcome = await self._send(delivery, ready, quotas)
            await self._apply(delivery, outcome, ready)
        finally:
            self._unrecorded[key] -= 1
            self._recorded.set()

    def _too_many(self, delivery: Delivery, line: _Line) -> bool:
        """Whether a chat gets so many new reports at once that they become one message."""
        if delivery.kind is not AlertKind.NEW:
            return False
        now = self._clock.monotonic()
        if line.length > self._many:
            line.many_until = now + MANY_WAIT.total_seconds()
        return now < line.many_until

    async def _withhold(self, delivery: Delivery, due: datetime, why: Hold) -> None:
        """To what the chat is told together, then."""
        self._tally.outcome(self._platform.value, f"held_{why.value}")
        now = self._clock.now()
        await self._patience.ask(lambda: self._outbox.withhold(self._name, delivery, due, why, now))

    async def _prepare(self, delivery: Delivery) -> _Ready | None:
        """Everything that is needed, or None when the delivery was dealt with without sending."""
        if delivery.kind is AlertKind.DIGEST:
            return await self._prepare_digest(delivery)
        told = await self._patience.ask(lambda: self._outbox.told(delivery.chat, delivery.story))
        if _too_early(delivery, told):
            await self._after_first_message(delivery)
            return None
        chat = await self._patience.ask(lambda: self._chats.by_key(delivery.chat))
        story = await self._story(delivery)
        if chat is None:
            await self._skip(delivery, Skip.FORGOTTEN)
            return None
        if story is None:
            await self._skip(delivery, Skip.EXPIRED)
            return None
        done = told is not None and told.state is DeliveryState.DONE
        receipt = told.receipt if told is not None and done else None
        shown = told.articles if told is not None and done else None
        what = self._alert_for(chat, story, delivery.kind, shown=shown, editable=receipt is not None)
        if isinstance(what, Skip):
            await self._skip(delivery, what)
            return None
        if what.kind is AlertKind.NEW:
            if is_discarded(self._freeze, delivery.queued_at):
                await self._skip(delivery, Skip.DISCARDED)
                return None
            held = withheld_until(self._holding, chat, story, delivery, self._clock.now(), self._late)
            if held is not None:
                await self._withhold(delivery, *held)
                return None
        alert = replace(what, past=await self._past(delivery.chat, story))
        return _Ready(chat=chat, alerts=(alert,), receipt=receipt)

    async def _prepare_digest(self, delivery: Delivery) -> _Ready | None:
        """What waits for a chat, as much of it as one message holds; one alone is an ordinary message."""
        chat = await self._patience.ask(lambda: self._chats.by_key(delivery.chat))
        if chat is None:
            await self._skip(delivery, Skip.FORGOTTEN)
            return None
        now = self._clock.now()
        held = self._holding.bell_held_until(chat.settings, now)
        if held is not None:
            await self._patience.ask(lambda: self._outbox.later(self._name, delivery, held[0], 0))
            return None

        def alert_for(chat: Chat, story: Story, kind: AlertKind) -> Alert | Skip:
            return self._alert_for(chat, story, kind, shown=None, editable=False)

        found = await gathered(self._outbox, self._archive, chat, alert_for, self._patience, self._freeze)
        if found.skipped or not found.digest.alerts:
            # With the entry gone, the bell rings again for what is left.
            await self._patience.ask(
                lambda: self._outbox.skip_together(self._name, delivery, found.skipped, now)
            )
            return None
        digest = found.digest
        if len(digest.alerts) == 1 and not digest.late:
            alert = digest.alerts[0]
            past = await self._past(delivery.chat, alert.story)
            return _Ready(chat=chat, alerts=(replace(alert, past=past),))
        fitting = max(1, self._sender.fitting(digest))
        left = digest.more + len(digest.alerts) - fitting
        digest = replace(digest, alerts=digest.alerts[:fitting], more=left)
        return _Ready(chat=chat, alerts=digest.alerts, digest=digest)

    async def _past(self, chat: str, story: Story) -> Past | None:
        """What the chat was told of the same case before; nothing for who was told nothing of it."""
        if not story.continues:
            return None
        told = await self._patience.ask(lambda: self._outbox.told(chat, story.continues))
        if told is None or told.state is not DeliveryState.DONE:
            return None
        before = await self._patience.ask(lambda: self._archive.story(story.continues))
        return None if before is None else Past(story=before, receipt=told.receipt)

    async def _admitted(self, chat: str, quotas: tuple[Quota, ...]) -> float:
        """Wait until a message may go. 0.0: it may, now; otherwise the seconds that are too long to wait.

        The bot's own quota is waited for, however long: it holds up everybody alike.
        """
        gates = (BOT, _gate(chat))
        while True:
            if self._stopping or not self._leads() or self._freeze.since is not None:
                raise _Lost
            now = self._clock.monotonic()
            if self._troubled and self._pacing.wait((), now, gates=(BOT,)) > SHORT_WAIT:
                raise _Lost  # behind the bot's own trouble nobody has a date of his own
            wait = self._pacing.wait(quotas, now, gates=gates)
            if quotas:
                wait = max(wait, self._next_start.get(quotas[0].key, now) - now)
            if wait <= 0:
                if not quotas or self._unrecorded[quotas[0].key] < at_once(quotas[0]):
                    return 0.0
                self._recorded.clear()
                await self._recorded.wait()
                continue
            if wait > SHORT_WAIT:
                own = self._pacing.wait(quotas[:1], now)
                if wait > own:
                    return wait
            await self._clock.sleep(wait)

    async def _send(self, delivery: Delivery, ready: _Ready, quotas: tuple[Quota, ...]) -> Outcome:
        """Ask the platform. Whatever it does, the answer is an outcome. No await before the slot is taken."""
        ticket = self._pacing.started(quotas, self._clock.monotonic())
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                if ready.digest is not None:
                    return await self._sender.send_digest(ready.digest, ready.chat.address)
                (alert,) = ready.alerts
                if ready.receipt is None:
                    return await self._sender.send(alert, ready.chat.address)
                return await self._sender.edit(alert, ready.chat.address, ready.receipt)
        except TimeoutError:
            return TryLater(why=Trouble.AMBIGUOUS)
        finally:
            self._pacing.replied(ticket, self._clock.monotonic())

    async def _apply(self, delivery: Delivery, outcome: Outcome, ready: _Ready | None = None) -> None:
        """Record what came of it."""
        count(self._tally, self._platform, outcome)
        now = self._clock.now()
        decision = self._decide(delivery, outcome, now)
        if isinstance(outcome, Sent) and self._troubled:
            self._troubled = False
            log.info("delivery.resumed", platform=self._platform.value)
        match decision:
            case Finish(receipt=receipt):
                if ready is not None and delivery.kind is AlertKind.DIGEST:
                    await self._finish_together(delivery, ready, outcome, now)
                    return
                shown = _shown(ready.alerts[0].story) if ready else ()
                await self._patience.ask(
                    lambda: self._outbox.finish(self._name, delivery, receipt, now, shown=shown)
                )
                self._tally.lag(self._platform.value, (now - delivery.queued_at).total_seconds())
            case Later():
                self._hold(delivery, decision)
                # Behind the whole bot's closed gate it need not wait by itself: a start with a good token
                # opens the gate, and then everything goes at once.
                due = now if decision.why in STOPPING else decision.due
                await self._patience.ask(
                    lambda: self._outbox.later(self._name, delivery, due, decision.attempts)
                )
            case GiveUp(why=why):
                if ready is not None and delivery.kind is AlertKind.DIGEST:
                    await self._give_up_together(delivery, ready, why, now)
                    return
                await self._give_up(delivery, why, edit=ready is not None and ready.receipt is not None)
            case Silence(why=why):
                log.info("delivery.chat_gone", platform=self._platform.value, why=why.value)
                await self._patience.ask(lambda: self._chats.silence(delivery.chat, now))
                await self._patience.ask(lambda: self._outbox.drop(self._name, delivery))
            case Rekey(to=to):
                if ready is not None and to != ready.chat.address:
                    old = ready.chat.address
                    await self._patience.ask(lambda: self._chats.move(old, to))
                    log.info("delivery.chat_moved", platform=self._platform.value)
                attempts = delivery.attempts + 1  # a move that leads nowhere new must not go on for ever
                due = now + backoff(attempts, self._rng) if attempts > 2 else now
                await self._patience.ask(lambda: self._outbox.later(self._name, delivery, due, attempts))
            case _:
                assert_never(decision)

    async def _finish_together(
        self, delivery: Delivery, ready: _Ready, outcome: Outcome, now: datetime
    ) -> None:
        """Every report of the message is told. Only what is a message of its own can be edited later."""
        assert isinstance(outcome, Sent)
        receipts = outcome.each or (("",) * len(ready.alerts) if ready.digest else (outcome.receipt,))
        told = [
            ToldTogether(story=alert.story.id, articles=_shown(alert.story), receipt=receipt)
            for alert, receipt in zip(ready.alerts, receipts, strict=True)
        ]
        await self._patience.ask(lambda: self._outbox.told_together(self._name, delivery, told, now))

    async def _give_up_together(self, delivery: Delivery, ready: _Ready, why: Trouble, now: datetime) -> None:
        stories = [alert.story.id for alert in ready.alerts]
        for story in stories:
            log.warning(
                "delivery.given_up", platform=self._platform.value, story=story, why=why.value, edit=False
            )
        await self._patience.ask(
            lambda: self._outbox.give_up_together(self._name, delivery, stories, why.value, now)
        )

    def _decide(self, delivery: Delivery, outcome: Outcome, now: datetime) -> Decision:
        """What the answer means for the delivery; nothing final for a chat while the breaker is open."""
        attempts = delivery.attempts
        decision = after(outcome, attempts=attempts, queued_at=delivery.queued_at, now=now, rng=self._rng)
        self._breaker.answered(outcome, self._clock.monotonic())
        opened = self._breaker.is_open(self._clock.monotonic())
        if opened and not self._open:
            log.error("delivery.breaker_opened", platform=self._platform.value, why="chat_not_found")
        elif self._open and not opened:
            log.info("delivery.breaker_closed", platform=self._platform.value)
        self._open = opened
        if not opened or now - delivery.queued_at >= PARK_DEADLINE:
            return decision
        return self._breaker.spare(outcome, decision, attempts=attempts, now=now)

    def _hold(self, delivery: Delivery, later: Later) -> None:
        """Close the gate that the platform named, for as long as it said."""
        seconds = (later.due - self._clock.now()).total_seconds()
        until = self._clock.monotonic() + seconds
        match later.hold:
            case Scope.BOT:
                self._pacing.pause(BOT, until)
                if later.why is not Trouble.RATE_LIMITED and not self._troubled:
                    self._troubled = True
                    log.warning("delivery.stopped", platform=self._platform.value, why=later.why.value)
            case Scope.CHAT:
                self._pacing.pause(_gate(delivery.chat), until)
            case None:
                pass
            case _:
                assert_never(later.hold)

    async def _give_up(self, delivery: Delivery, why: Trouble, *, edit: bool) -> None:
        """Not at all. An edit that fails leaves the message as it is, told."""
        log.warning(
            "delivery.given_up", platform=self._platform.value, story=delivery.story, why=why.value, edit=edit
        )
        if edit:
            await self._patience.ask(lambda: self._outbox.drop(self._name, delivery))
        else:
            now = self._clock.now()
            await self._patience.ask(lambda: self._outbox.give_up(self._name, delivery, why.value, now))

    async def _skip(self, delivery: Delivery, why: Skip) -> None:
        count(self._tally, self._platform, why)
        await self._patience.ask(lambda: self._outbox.drop(self._name, delivery))

    async def _put_off(self, delivery: Delivery, seconds: float) -> None:
        """Back to the store until then, as if it had never been taken."""
        due = self._clock.now() + timedelta(seconds=seconds)
        await self._patience.ask(lambda: self._outbox.later(self._name, delivery, due, delivery.attempts))

    async def _after_first_message(self, delivery: Delivery) -> None:
        """An edit whose message is still on its way comes back, ever less often."""
        now = self._clock.now()
        age = now - delivery.queued_at
        if age >= DEADLINE:
            await self._skip(delivery, Skip.EXPIRED)
            return
        wait = min(max(FIRST_MESSAGE_WAIT, age / 2), FIRST_MESSAGE_LONGEST)
        await self._put_off(delivery, wait.total_seconds())

    async def _story(self, delivery: Delivery) -> Story | None:
        """A story, read once for all the chats that are told within a second.

        What was read before the delivery's own article came would hide it, so that is read again.
        """
        now, story = self._clock.monotonic(), delivery.story
        # What was read a moment ago for the alert may be what the correction takes back.
        key = f"{story} {AlertKind.CORRECTION.value}" if delivery.kind is AlertKind.CORRECTION else story
        read = self._stories.get(key)
        if read is not None and now - read[0] < STORY_AGE and _has(read[1], delivery.article):
            return read[1]
        found = await self._patience.ask(lambda: self._archive.story(story))
        self._stories = {key: held for key, held in self._stories.items() if now - held[0] < STORY_AGE}
        self._stories[key] = (now, found)
        return found


def _shown(story: Story) -> tuple[str, ...]:
    return tuple(article.id for article in story.articles)


def _too_early(delivery: Delivery, told: Told | None) -> bool:
    """Whether this changes a message that is not there yet."""
    waiting = (DeliveryState.QUEUED, DeliveryState.SENDING)
    return delivery.kind is not AlertKind.NEW and told is not None and told.state in waiting


def at_once(quota: Quota) -> int:
    """How many messages of the whole bot may be unrecorded. A burst of all that the quota allows is no faster
    over a second, and a crash in the middle would repeat all of it."""
    return max(AT_ONCE, ceil(quota.calls / quota.seconds * SLOW_REPLY))


def spacing(quota: Quota) -> float:
    """Seconds between two starts. Evenly spread, a second's quota has one message on its way at most moments,
    not all of them at one moment; a tenth faster than the quota, so that the quota decides the rate."""
    return 0.9 * quota.seconds / quota.calls


def _has(story: Story | None, article: str) -> bool:
    return story is not None and any(one.id == article for one in story.articles)


def _gate(chat: str) -> str:
    return f"chat:{chat}"
