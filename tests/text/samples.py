"""One or more invented examples of every reply, and stories to make cards of. All of it is sample text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.desk import replies as desk
from bot.desk.replies import Reply
from bot.desk.requests import Verb
from bot.errors import BadFilter, FeedTrouble, FilterMistake
from bot.model import (
    Article,
    ChatKind,
    DigestTime,
    Entry,
    Evidence,
    Hold,
    Language,
    Match,
    Miss,
    MissReason,
    Mute,
    Muted,
    Origin,
    Platform,
    Quiet,
    Settings,
    Story,
    Subscription,
    Versions,
)

NOW = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
ONE = Subscription(number=1, query="torture country:AZ rights:yes")
TWO = Subscription(number=2, query='"siyasi məhbus"')
THREE = Subscription(number=3, query="jurnalist rights:yes", name="media")


def article(
    name: str, lang: Language, outlet: str = "Sample", *, minutes: int = 0, title: str = ""
) -> Article:
    """An article `minutes` after NOW."""
    return Article(
        id=name,
        source=outlet.lower(),
        outlet=outlet,
        url=f"https://{outlet.lower()}.example/{name}",
        title=title or f"Title {name}",
        text="The court heard yesterday that the man was beaten in custody and denied a lawyer.",
        lang=lang,
        published=NOW + timedelta(minutes=minutes),
        seen=NOW,
    )


STORY = Story(id="s1", articles=(article("a", Language.EN),))
MATCH = Match(
    why=(
        Evidence(term="beaten", found="beaten", field="text", at=STORY.articles[0].text.index("beaten")),
        Evidence(term="country:AZ", found="AZ", field="country"),
        Evidence(term="rights:yes", found="yes", field="rights"),
    )
)
SOURCE = desk.SourceLine(
    key="sample",
    title="Sample",
    lang=Language.AZ,
    paused=False,
    last_success=NOW - timedelta(minutes=12),
    trouble=None,
    broken_since=None,
    detail="",
    url="",
    origin=Origin.CONFIG,
)


def _broken(trouble: FeedTrouble) -> desk.SourceLine:
    return desk.SourceLine(
        key="broken",
        title="Broken",
        lang=None,
        paused=False,
        last_success=None,
        trouble=trouble,
        broken_since=NOW - timedelta(days=2),
        detail="HTTP 503",
        url="https://broken.example/feed",
        origin=Origin.MODERATOR,
        held=12,
        held_at=NOW - timedelta(hours=3),
    )


ENTRY = Entry(
    source="sample",
    id="e",
    link="https://sample.example/e",
    guid=None,
    title="Sample",
    text="",
    published=NOW,
)


MUTES = tuple(
    Mute(what=what, value=value)
    for what, value in ((Muted.SOURCE, "sample"), (Muted.TOPIC, "elections"), (Muted.STORY, "4711"))
)
TIMINGS = (
    Settings(),
    Settings(
        digest=DigestTime(minute=480),
        quiet=Quiet(start=1320, end=420),
        urgent_at_once=True,
        paused_until=NOW + timedelta(days=1),
    ),
    Settings(digest=DigestTime(minute=480, weekday=0)),
)
LISTED_TIMINGS = tuple(
    desk.Timing(
        verb=Verb.LIST,
        settings=settings,
        now=NOW,
        waiting=2,
        due=NOW,
        paused=settings.paused_until is not None,
    )
    for settings in TIMINGS
)
TRIAL = desk.Trial(matched=1, looked_at=400, by_language=((Language.EN, 1),), newest=STORY.articles)
DIFFERENCE = desk.Difference(
    gained=1, lost=1, newest_gained=STORY.articles[:1], newest_lost=STORY.articles[:1]
)


def _compared(before: str | None, saved: bool) -> desk.PackCompared:
    return desk.PackCompared(
        name="press",
        before=before,
        after="bloger OR jurnalist",
        saved=saved,
        included=2,
        matched=14,
        looked_at=400,
        difference=DIFFERENCE,
    )


def _verdict(decision: Match | Miss) -> desk.Verdict:
    return desk.Verdict(subscription=ONE, article=STORY.articles[0], decision=decision)


def _bad(mistake: FilterMistake) -> BadFilter:
    return BadFilter(mistake, at=8, token="XY", suggestion="AZ")


def _data(held: bool, subscriptions: tuple[Subscription, ...]) -> desk.MyData:
    return desk.MyData(
        platform=Platform.WEB,
        held=held,
        settings=Settings(),
        subscriptions=subscriptions,
        receipts=1,
        receipt_days=7,
        inbox=2,
        moderator=True,
    )


REPLIES: tuple[Reply, ...] = (
    *(desk.Welcome(returning=returning) for returning in (False, True)),
    *(desk.Help(verb=verb, moderator=True) for verb in (None, *Verb)),
    desk.Help(verb=None, moderator=False),
    *(desk.UnknownCommand(typed="/subscrbe", nearest=near) for near in (None, Verb.SUBSCRIBE)),
    *(desk.PlainText(query=query) for query in (None, "torture")),
    *(desk.NotAllowed(verb=Verb.SUBSCRIBE, barrier=barrier) for barrier in desk.Barrier),
    *(desk.Missing(verb=verb) for verb in Verb),
    desk.Away(),
    *(
        desk.FilterRefused(verb=verb, typed="country:XY torture", problem=_bad(mistake))
        for mistake in FilterMistake
        for verb in (Verb.SUBSCRIBE, Verb.FILTER, Verb.SEARCH)
    ),
    desk.ChooseFilter(suggestions=("torture country:AZ", "jurnalist lang:az")),
    *(
        desk.Subscribed(subscription=ONE, already=already, follows=follows, trial=trial)
        for already in (False, True)
        for follows in (False, True)
        for trial in (None, TRIAL)
    ),
    *(desk.TooMany(limit=limit) for limit in (1, 50)),
    *(
        desk.Listed(subscriptions=held, versions=versions, kind=kind, timing=timing)
        for timing in (None, *LISTED_TIMINGS)
        for held in ((), (ONE, TWO, THREE))
        for versions in Versions
        for kind in ChatKind
    ),
    *(
        desk.ChooseSubscription(verb=verb, subscriptions=held)
        for verb in (Verb.UNSUBSCRIBE, Verb.FILTER)
        for held in ((), (ONE, TWO))
    ),
    *(desk.Unsubscribed(removed=(TWO,), left=left) for left in (0, 1, 2)),
    *(
        desk.NoSuchNumber(typed="9", verb=verb, subscriptions=held)
        for verb in (Verb.UNSUBSCRIBE, Verb.FILTER)
        for held in ((), (ONE, TWO))
    ),
    *(
        desk.FilterChanged(
            number=1, before="torture", after=after, follows=True, difference=DIFFERENCE, back=back
        )
        for after in ("torture", "torture lang:en")
        for back in ("", "0a1b2c3d")
    ),
    *(
        desk.FilterTested(
            query="torture",
            trial=replace(TRIAL, looked_at=looked),
            token=token,
            instead=instead,
            difference=DIFFERENCE if instead else None,
        )
        for looked in (0, 1, 1234)
        for instead in (None, TWO)
        for token in ("", "0a1b2c3d")
    ),
    desk.NothingToSave(),
    *(desk.NameRefused(typed="2", mistake=mistake, number=1) for mistake in desk.NameMistake),
    *(desk.FilterNamed(subscription=one) for one in (ONE, THREE)),
    *(
        desk.Why(story=STORY, stage=stage, verdicts=verdicts)
        for stage in desk.Stage
        for verdicts in (
            (),
            (_verdict(MATCH),),
            tuple(_verdict(Miss(reason=reason, term="torture")) for reason in MissReason),
        )
    ),
    *(desk.Why(story=STORY, stage=desk.Stage.HELD, verdicts=(), hold=hold) for hold in Hold),
    *(
        desk.Timing(
            verb=verb,
            settings=settings,
            now=NOW,
            changed=changed,
            mistake=mistake,
            waiting=waiting,
            due=due,
            paused=settings.paused_until is not None,
            endless=endless,
        )
        for verb in (Verb.DIGEST, Verb.QUIET, Verb.PAUSE, Verb.RESUME, Verb.ZONE)
        for settings in TIMINGS
        for changed, mistake in ((False, ""), (True, ""), (False, "at noon"))
        for waiting, due in ((0, None), (1, NOW), (12, None))
        for endless in (False, True)
    ),
    *(
        desk.MutesShown(mutes=mutes, changed=changed, muted=muted, unmuted_all=unmuted)
        for mutes in ((), MUTES)
        for changed, muted, unmuted in (
            (None, False, False),
            (MUTES[0], True, False),
            (MUTES[1], False, False),
            (None, False, True),
        )
    ),
    desk.MuteChoices(story=STORY),
    *(
        desk.MuteRefused(verb=verb, typed="x", what=what, nearest=near)
        for verb in (Verb.MUTE, Verb.UNMUTE)
        for what in (None, *Muted)
        for near in (None, "elections")
    ),
    *(desk.NothingToExplain(typed=typed) for typed in ("", "https://sample.example/x")),
    *(desk.LatestShown(stories=held, followed=own) for held in ((), (STORY,)) for own in (False, True)),
    *(
        desk.Found(
            typed="torture",
            query="torture rights:yes",
            stories=(STORY,) if matched else (),
            matched=matched,
            looked_at=looked,
            page=page,
            first=page * 5 - 4,
            more=matched > 0,
        )
        for matched, looked in ((0, 0), (0, 1), (0, 1234), (1, 1), (7, 1234))
        for page in (1, 2)
    ),
    *(
        desk.CaseShown(
            name="Anar Məmmədli",
            stories=(STORY,) if total else (),
            total=total,
            looked_at=1234,
            page=page,
            first=page * 5 - 4,
            more=total > 5,
            spellings=("Anar Məmmədli", "Anar Mammadli")[:total],
            follow='("anar mammadli" OR "anar məmmədli") rights:yes',
            followed=followed,
        )
        for total in (0, 1, 7)
        for page in (1, 2)
        for followed in (False, True)
    ),
    desk.ChooseCase(name="Anar", people=("Anar Məmmədli", "Anar Əliyev"), looked_at=1234),
    *(desk.LanguageShown(versions=versions, typed="fr") for versions in Versions),
    *(desk.LanguageSet(versions=versions) for versions in Versions),
    *(_data(held, filters) for held in (False, True) for filters in ((), (ONE, TWO))),
    *(desk.Forgotten(held=held) for held in (False, True)),
    desk.SourcesListed(sources=(), moderator=False),
    desk.SourcesListed(
        sources=(SOURCE,),
        moderator=True,
        gaps=tuple(desk.GapLine(since=NOW - timedelta(hours=3), until=NOW, late=n) for n in (0, 1, 12)),
    ),
    *(
        desk.SourcesListed(sources=(SOURCE, *map(_broken, FeedTrouble)), moderator=moderator)
        for moderator in (False, True)
    ),
    *(desk.SourceAdded(key="sample", title="Sample", entries=entries) for entries in (1, 20)),
    desk.SourceTested(url="https://sample.example/feed", title="Sample", entries=(ENTRY,), total=20),
    *(
        desk.SourceRefused(
            mistake=mistake,
            typed="sample",
            trouble=FeedTrouble.NOT_A_FEED,
            detail="text/html",
            nearest="simple",
        )
        for mistake in desk.SourceMistake
    ),
    *(desk.SourcePaused(key="sample", paused=paused) for paused in (False, True)),
    desk.SourcesExported(count=1, document='<opml version="2.0">\n<outline text="A &amp; B"/>\n</opml>\n'),
    desk.SourcesImported(added=(), known=1, refused=()),
    desk.SourcesImported(
        added=(desk.SourceAdded(key="sample", title="Sample", entries=3),) * 2,
        known=2,
        refused=tuple(
            desk.SourceRefused(
                mistake=desk.SourceMistake.FEED_TROUBLE, typed="https://sample.example/feed", trouble=trouble
            )
            for trouble in (None, *FeedTrouble)
        ),
        left=3,
    ),
    desk.PacksListed(packs=()),
    desk.PacksListed(packs=(desk.PackLine(name="press", query="bloger OR jurnalist", included=2),)),
    *(_compared(before, saved) for before in (None, "bloger") for saved in (False, True)),
    desk.PackRemoved(name="press", query="bloger"),
    *(
        desk.PackRefused(mistake=mistake, typed="press", nearest="pres", included=2)
        for mistake in desk.PackMistake
    ),
    desk.Coverage(story=STORY),
    desk.StoryShown(story=STORY, ties=()),
    desk.StoryShown(
        story=STORY,
        ties=(
            desk.Tie(a=1, b=2, percent=None),
            desk.Tie(a=1, b=2, percent=97, evidence=("Qədirli = Gadirli", "9")),
            desk.Tie(a=1, b=2, percent=81),
        ),
    ),
    desk.StorySplit(article=STORY.articles[0], others=STORY.articles[1:]),
    desk.StoriesJoined(story=STORY),
    *(desk.StoryRefused(mistake=mistake, typed="https://example.org/en/1") for mistake in desk.StoryMistake),
    *(
        desk.FreezeShown(
            since=since, changed=changed, waiting=n, reports=n, newest=STORY.articles, discarded=discarded
        )
        for since in (None, NOW)
        for changed in (False, True)
        for n in (0, 1, 1234)
        for discarded in (False, True)
    ),
    *(desk.ModeratorJoined(already=already) for already in (False, True)),
    desk.InvitationRefused(),
)
