"""What the engine's keys are called: topics, kinds, languages, countries, troubles, reasons.

Each table names every member of its enum; the tests hold them to that.
"""

from __future__ import annotations

from babel import Locale

from bot.errors import FeedTrouble
from bot.model import Kind, Language, MissReason, Topic, Versions
from handlers.text.catalogue import N_, Translator
from handlers.text.hygiene import clean

TOPICS: dict[Topic, str] = {
    Topic.POLITICAL_PRISONERS: N_("political prisoners"),
    Topic.TORTURE_ILL_TREATMENT: N_("torture and ill-treatment"),
    Topic.MEDIA_FREEDOM: N_("media freedom"),
    Topic.FREEDOM_OF_ASSEMBLY: N_("freedom of assembly"),
    Topic.FREEDOM_OF_ASSOCIATION_NGO: N_("freedom of association"),
    Topic.ELECTIONS: N_("elections"),
    Topic.GENDER_BASED_VIOLENCE: N_("gender-based violence"),
    Topic.MINORITIES_DISCRIMINATION: N_("minorities and discrimination"),
    Topic.REFUGEES_DISPLACEMENT: N_("refugees and displacement"),
    Topic.ARMED_CONFLICT_WAR_CRIMES: N_("armed conflict and war crimes"),
    Topic.SURVEILLANCE_PRIVACY: N_("surveillance and privacy"),
    Topic.CORRUPTION_RIGHTS: N_("corruption and rights"),
    Topic.FAIR_TRIAL: N_("fair trial"),
    Topic.RELIGION: N_("freedom of religion"),
    Topic.LGBTQI: N_("LGBTQI rights"),
    Topic.LABOUR_RIGHTS: N_("labour rights"),
    Topic.DEATH_PENALTY: N_("death penalty"),
    Topic.ENFORCED_DISAPPEARANCE: N_("enforced disappearance"),
    Topic.CHILDREN: N_("children’s rights"),
    Topic.ENVIRONMENT_LAND: N_("environment and land"),
}

KINDS: dict[Kind, str] = {
    Kind.REPORT: N_("report"),
    Kind.URGENT_ACTION: N_("urgent action"),
    Kind.JUDGMENT: N_("judgment"),
    Kind.STATEMENT: N_("statement"),
    Kind.NEWS: N_("news"),
}

LANGUAGES: dict[Language, str] = {
    Language.AZ: N_("Azerbaijani"),
    Language.EN: N_("English"),
    Language.TR: N_("Turkish"),
    Language.RU: N_("Russian"),
    Language.OTHER: N_("another language"),
    Language.UND: N_("a language that could not be told"),
}

ONLY_IN: dict[Language, str] = {
    Language.AZ: N_("only in Azerbaijani so far"),
    Language.EN: N_("only in English so far"),
    Language.TR: N_("only in Turkish so far"),
    Language.RU: N_("only in Russian so far"),
    Language.OTHER: N_("only in another language so far"),
    Language.UND: "",
}

VERSIONS: dict[Versions, str] = {
    Versions.AZ: N_("in Azerbaijani where there is such a version"),
    Versions.EN: N_("in English where there is such a version"),
    Versions.BOTH: N_("in both languages"),
}

TROUBLES: dict[FeedTrouble, str] = {
    FeedTrouble.REFUSED_ADDRESS: N_("the address is not on the public internet"),
    FeedTrouble.UNREACHABLE: N_("the site cannot be reached"),
    FeedTrouble.TIMEOUT: N_("the site answers too slowly"),
    FeedTrouble.TOO_LARGE: N_("the feed is too large"),
    FeedTrouble.BOMB: N_("the compressed feed unpacks to far too much"),
    FeedTrouble.REDIRECT_LOOP: N_("the site redirects in a circle"),
    FeedTrouble.HTTP_STATUS: N_("the site answers with an error"),
    FeedTrouble.GONE: N_("the site says that the feed is gone for good"),
    FeedTrouble.NOT_A_FEED: N_("the site shows a page instead of a feed"),
    FeedTrouble.EMPTY: N_("the site sends an empty answer"),
    FeedTrouble.PARSER_KILLED: N_("reading the feed takes too much time or memory"),
    FeedTrouble.PARSER_FAILED: N_("the feed cannot be read"),
}

MISSES: dict[MissReason, str] = {
    MissReason.RIGHTS: N_("it was not recognised as human-rights news"),
    MissReason.COUNTRY: N_("it is not about this country"),
    MissReason.MENTIONS: N_("this country is not mentioned in it"),
    MissReason.LANGUAGE: N_("it is in another language"),
    MissReason.SOURCE: N_("it comes from another source"),
    MissReason.TOPIC: N_("it has another topic"),
    MissReason.KIND: N_("it is another kind of document"),
    MissReason.WORDS: N_("it does not contain this"),
    MissReason.EXCLUDED: N_("the filter leaves this out"),
}


def topic(value: Topic, t: Translator) -> str:
    return t._(TOPICS[value])


def kind(value: Kind, t: Translator) -> str:
    return t._(KINDS[value])


def language(value: Language, t: Translator) -> str:
    return t._(LANGUAGES[value])


def only_in(value: Language, t: Translator) -> str:
    """The note on a report that has no version in the reader's language; "" for an unknown language."""
    return t._(ONLY_IN[value]) if ONLY_IN[value] else ""


def versions(value: Versions, t: Translator) -> str:
    return t._(VERSIONS[value])


def trouble(value: FeedTrouble, t: Translator) -> str:
    return t._(TROUBLES[value])


def miss(value: MissReason, t: Translator) -> str:
    return t._(MISSES[value])


def country(code: str, t: Translator) -> str:
    """The CLDR name of an ISO 3166-1 alpha-2 code; the code itself when CLDR has none."""
    return str(Locale(t.lang.value).territories.get(code.upper()) or clean(code))
