"""The words of every reply, in the language of the chat that asked."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.desk import replies as desk
from bot.desk.replies import Answer, Reply
from handlers.text.catalogue import translator
from handlers.text.message import Message
from handlers.text.replies import (
    archive,
    data,
    filters,
    freezing,
    guide,
    mutes,
    packs,
    sources,
    stories,
    subscriptions,
    timing,
    why,
)
from handlers.text.replies.reader import Reader


def message(answer: Answer, now: datetime | None = None) -> Message:
    """What to say. With `now`, moments are told as "12 minutes ago", else by the local clock."""
    t = translator(answer.settings.interface)
    return _worded(answer.reply, Reader(t=t, settings=answer.settings, now=now))


def _worded(reply: Reply, reader: Reader) -> Message:  # one line for each thing there is to say
    match reply:
        case desk.Welcome():
            return guide.welcome(reply, reader)
        case desk.Help():
            return guide.helped(reply, reader)
        case desk.UnknownCommand():
            return guide.unknown_command(reply, reader)
        case desk.PlainText():
            return guide.plain_text(reply, reader)
        case desk.NotAllowed():
            return guide.not_allowed(reply, reader)
        case desk.Missing():
            return guide.missing(reply, reader)
        case desk.Away():
            return guide.away(reader)
        case desk.FilterRefused():
            return subscriptions.refused(reply, reader)
        case desk.ChooseFilter():
            return subscriptions.choose_filter(reply, reader)
        case desk.Subscribed():
            return subscriptions.subscribed(reply, reader)
        case desk.TooMany():
            return subscriptions.too_many(reply, reader)
        case desk.Listed():
            return subscriptions.listing(reply, reader)
        case desk.ChooseSubscription():
            return subscriptions.choose(reply, reader)
        case desk.Unsubscribed():
            return subscriptions.unsubscribed(reply, reader)
        case desk.NoSuchNumber():
            return subscriptions.no_such_number(reply, reader)
        case desk.FilterChanged():
            return filters.changed(reply, reader)
        case desk.FilterTested():
            return filters.tested(reply, reader)
        case desk.NothingToSave():
            return filters.nothing_to_save(reader)
        case desk.NameRefused():
            return filters.name_refused(reply, reader)
        case desk.FilterNamed():
            return filters.named(reply, reader)
        case desk.Why():
            return why.explained(reply, reader)
        case desk.NothingToExplain():
            return why.nothing(reply, reader)
        case desk.Coverage():
            return stories.coverage(reply, reader)
        case desk.LatestShown():
            return archive.latest(reply, reader)
        case desk.Found():
            return archive.found(reply, reader)
        case desk.CaseShown():
            return archive.case(reply, reader)
        case desk.ChooseCase():
            return archive.choose(reply, reader)
        case desk.LanguageShown():
            return data.language_shown(reply, reader)
        case desk.LanguageSet():
            return data.language_set(reply, reader)
        case desk.Timing():
            return timing.timing(reply, reader)
        case desk.MutesShown():
            return mutes.shown(reply, reader)
        case desk.MuteChoices():
            return mutes.choices(reply, reader)
        case desk.MuteRefused():
            return mutes.refused(reply, reader)
        case desk.MyData():
            return data.my_data(reply, reader)
        case desk.Forgotten():
            return data.forgotten(reply, reader)
        case desk.SourcesListed():
            return sources.listing(reply, reader)
        case desk.SourceAdded():
            return sources.added(reply, reader)
        case desk.SourceTested():
            return sources.tested(reply, reader)
        case desk.SourceRefused():
            return sources.refused(reply, reader)
        case desk.SourcesExported():
            return sources.exported(reply, reader)
        case desk.SourcesImported():
            return sources.imported(reply, reader)
        case desk.SourcePaused():
            return sources.paused(reply, reader)
        case desk.PacksListed():
            return packs.listing(reply, reader)
        case desk.PackCompared():
            return packs.compared(reply, reader)
        case desk.PackRemoved():
            return packs.removed(reply, reader)
        case desk.PackRefused():
            return packs.refused(reply, reader)
        case desk.StoryShown():
            return stories.shown(reply, reader)
        case desk.StorySplit():
            return stories.split(reply, reader)
        case desk.StoriesJoined():
            return stories.joined(reply, reader)
        case desk.StoryRefused():
            return stories.refused(reply, reader)
        case desk.FreezeShown():
            return freezing.shown(reply, reader)
        case desk.ModeratorJoined():
            return sources.moderator_joined(reply, reader)
        case desk.InvitationRefused():
            return sources.invitation_refused(reader)
        case _ as never:
            assert_never(never)
