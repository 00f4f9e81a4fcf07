"""Which countries a text is about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from babel import Locale

from bot.language.countries import Countries, codes, find_countries
from bot.language.declension import cases
from bot.model import Language

AZ, EN, TR, RU = Language.AZ, Language.EN, Language.TR, Language.RU


class _Row(NamedTuple):
    """An invented report, what it is about (main first), and what it may mention besides."""

    lang: Language
    title: str
    text: str
    about: tuple[str, ...]
    may: frozenset[str]

    @property
    def found(self) -> Countries:
        return find_countries(self.title, self.text, self.lang)


def _rows() -> Iterator[_Row]:
    for file in sorted(Path(__file__).with_name("data").glob("countries_*.jsonl")):
        for line in map(json.loads, file.read_text("utf-8").splitlines()):
            about, may = tuple(line["about"]), frozenset(line["may"])
            yield _Row(Language(line["lang"]), line["title"], line["text"], about, may)


_TITLES = [
    (AZ, "Bakıda jurnalist saxlanılıb", "AZ"),
    (AZ, "AXCP fəalına 5 il cəza verildi", "AZ"),
    (AZ, "Milli Məclis yeni qanun qəbul etdi", "AZ"),
    (AZ, "Gürcüstanda azərbaycanlı jurnalist həbs olunub", "GE AZ"),
    (EN, "Azerbaijani journalist held in Georgia", "GE AZ"),
    (EN, "Georgia governor Kemp signs election law", "US"),
    (EN, "Georgia bans foreign funding of media", "GE"),
    (EN, "Georgia: Protesters beaten in Tbilisi", "GE"),
    (EN, "Michael Jordan opens a museum", ""),
    (EN, "Jordan Miles wins the award", ""),
    (EN, "Activists detained in Jordan", "JO"),
    (EN, "Chad Barlow joins the board", ""),
    (EN, "Refugees reach Chad from Darfur", "TD SD"),
    (EN, "How to roast a turkey for Thanksgiving", ""),
    (EN, "Turkey jails 12 journalists", "TR"),
    (EN, "Please polish the text", ""),
    (EN, "Niger junta detains reporter", "NE"),
    (EN, "Nigerian police fire at protesters in Lagos", "NG"),
    (AZ, "Nigerdə hərbi çevriliş", "NE"),
    (AZ, "Nigeriyada jurnalist öldürülüb", "NG"),
    (EN, "Guinea junta dissolves parties", "GN"),
    (EN, "Equatorial Guinea opposition leader jailed", "GQ"),
    (EN, "Guinea-Bissau coup", "GW"),
    (EN, "Papua New Guinea tribal violence", "PG"),
    (EN, "Congo rebels advance on Goma", "CD"),
    (EN, "Congo-Brazzaville opposition figure freed", "CG"),
    (AZ, "Konqo Demokratik Respublikasında qırğın", "CD"),
    (EN, "North Korea executions on the rise", "KP"),
    (EN, "South Korea's impeached president", "KR"),
    (AZ, "Cənubi Koreyada etiraz", "KR"),
    (AZ, "Cənubi Sudanda aclıq", "SS"),
    (AZ, "İranın Şərqi Azərbaycan əyalətində etiraz", "IR"),
    (EN, "East Azerbaijan province: teachers arrested", "IR"),
    (AZ, "Əfqan Muxtarov azadlığa çıxdı", "AZ"),
    (AZ, "Əfqan qadınlar təhsildən məhrum edilir", "AF"),
    (AZ, "Deputat Türk bəyanat verdi", ""),
    (AZ, "Türk jurnalist Ankarada saxlanılıb", "TR"),
    (AZ, "Mali vəziyyət pisləşib", ""),
    (AZ, "Malidə hərbçilər jurnalistləri saxlayıb", "ML"),
    (AZ, "Romada etiraz aksiyası", "IT"),
    (AZ, "Roman Kazımov azadlığa buraxılıb", "AZ"),
    (AZ, "Şirvan Kərimovun vəkili şikayət edib", "AZ"),
    (AZ, "Oğuz Həsənli azadlığa çıxıb", ""),
    (AZ, "Şirvanda etiraz", "AZ"),
    (AZ, "Bakı məhkəməsi qərar verib", "AZ"),
    (AZ, "“Amerikanın Səsi”nin müxbiri", ""),
    (EN, "Kenya: Protest organisers abducted", "KE"),
    (EN, "Kyrgyzstan adopts Russian-style law", "KG"),
    (AZ, "ABŞ Azərbaycana çağırış edib", "AZ US"),
    (AZ, "Çadda qaçqınlar üçün düşərgə", "TD"),
    (AZ, "Oman sultanlığında islahat", "OM"),
    (EN, "The Kremlin denies it ordered the poisoning", "RU"),
    (EN, "Uyghurs tell of camps in Xinjiang", "CN"),
    (EN, "US urges Azerbaijan to free political prisoners", "AZ US"),
    (EN, "Voice of America cuts staff", ""),
    (EN, "Signed under the Rome Statute", ""),
    (EN, "US and China resume trade talks in Geneva", "US CN"),
    (EN, "Somali and Malian traders meet", "SO ML"),
    (AZ, "Rus dilində dərslik çıxıb", ""),
    (AZ, "ABŞ-ın yeni səfiri", "US"),
    (AZ, "ABŞın yeni səfiri", "US"),
    (AZ, "AZƏRBAYCANDA SİYASİ MƏHBUSLAR", "AZ"),
    (AZ, "Azerbaycanda siyasi mehbuslar", "AZ"),
]


@pytest.mark.parametrize(("lang", "title", "expected"), _TITLES)
def test_a_headline_tells_its_countries(lang: Language, title: str, expected: str) -> None:
    """Names, inhabitants, cities and institutions count; look-alikes do not; the main country is first."""
    assert expected.split() == list(find_countries(title, "", lang).about)


@pytest.mark.parametrize("code", sorted(codes() - {"GE", "JO", "TD", "CG", "CD", "JE", "OM"}))
def test_every_country_is_found_by_its_name(code: str) -> None:
    """All ISO codes, in both languages, in the words of CLDR."""
    for lang in (AZ, EN):
        name = re.sub(r" ?\(\w+\)", "", str(Locale(lang.value).territories[code]).replace("&", "and"))
        text = f"Hadisə {name} ərazisində baş verib" if lang is AZ else f"It happened in {name} today"
        if " - " in name or code in {"GH", "ML", "KR", "HM"}:
            continue
        found = find_countries("", text, lang)
        assert code in (*found.about, *found.mentions), (name, found)


@pytest.mark.parametrize("row", list(_rows()), ids=lambda row: row.title[:40])
def test_a_report_tells_what_it_is_about(row: _Row) -> None:
    """Four languages: the main country comes first, none is missing, none is there without a reason."""
    found = row.found.about
    assert row.about[:1] == found[:1] or not row.about
    assert set(row.about) == set(found) - row.may


@pytest.mark.parametrize(
    ("lang", "title", "expected"),
    [
        (EN, "Hamas and Fatah meet", "PS"),
        (EN, "Fighters of al-Shabaab kill twelve", "SO"),
        (EN, "Male guardianship rules eased", ""),
        (EN, "A fine of US$338,000 for the weekly", ""),
        (EN, "Azerbaijan and Turkmenistan agree gas swap", "AZ TM"),
        (EN, "China: two lawyers missing in Myanmar", "CN MM"),
        (EN, "Costa Rican authorities investigate killing of a US citizen", "CR US"),
        (EN, "Tajik preacher missing since deportation from Moscow", "TJ RU"),
        (EN, "Azerbaijan wins two medals at Doha Expo", "AZ QA"),
        (EN, "Russian drone kills three in Kherson", "UA RU"),
        (EN, "Refugees from Nagorno-Karabakh demand right to return", "AZ"),
        (EN, "Poet jailed for verses in Azerbaijani Turkish", ""),
        (EN, "Court orders clean-up of Niger Delta creek", "NG"),
        (EN, "Two believers fined in Russian-annexed Crimea", "UA RU"),
        (EN, "Police line up around Tehran as Iraqi pilgrims arrive", "IR IQ"),
        (AZ, "Putin: “Ukrayna razılaşmalıdır”", "UA RU"),
        (AZ, "Ukrayna: iki jurnalist yaralanıb", "UA"),
        (AZ, "Makron Berlində Mertslə görüşüb", "FR DE"),
        (AZ, "Makron Gürcüstanın baş naziri ilə görüşüb", "FR GE"),
        (AZ, "Özbəkistan Almaniyaya qaz satacaq", "UZ DE"),
        (AZ, "Azərbaycanlı şahmatçı Hindistanda çempion oldu", "AZ IN"),
        (AZ, "nümunəyev azərbaycana qarşı", "AZ"),
        (AZ, "Laqos Olimpiya Stadionunda futbol matçı keçiriləcək", "NG"),
        (AZ, "bakida jurnalist saxlanildi polis arasdirir", "AZ"),
        (AZ, "onun evin yaninda masin dayanib", ""),
        (AZ, "SAMİR QULİZADƏ AZƏRBAYCANA QARŞI", "AZ"),
        (AZ, "İran Məmmədova yazıçılar birliyinə qəbul edildi", "AZ"),
        (AZ, "Güney Azərbaycan fəalları ana dilini tələb edir", "IR"),
        (AZ, "Rusiya Ukraynanın şimalını vurdu", "UA RU"),
        (TR, "Türkiye'yi mahkûm etti", "TR"),
        (TR, "Irak'ta gazeteciye hapis", "IQ"),
        (RU, "Власти Саудовской Аравии казнили двоих", "SA"),
        (RU, "В Египте освобождён блогер", "EG"),
        (Language.OTHER, "Une journaliste arrêtée au Niger", "NE"),
    ],
)
def test_the_part_in_the_sentence_decides(lang: Language, title: str, expected: str) -> None:
    """Who did it, to whom and where orders the countries; what only looks like one is none."""
    assert expected.split() == list(find_countries(title, "", lang).about)


def test_what_every_state_has_is_the_readers_own_only_where_no_other_is_named() -> None:
    """A ministry without a country in an Azerbaijani text is Azerbaijan's, beside Georgia it is Georgia's."""
    text = "Daxili İşlər Nazirliyi məlumatı təsdiqləyib."
    assert ("AZ",) == find_countries("Jurnalist saxlanılıb", text, AZ).about
    found = find_countries("Tbilisidə jurnalist saxlanılıb", text, AZ)
    assert (("GE",), ()) == (found.about, found.mentions)


def test_a_name_in_the_headline_is_the_readers_own_where_the_lead_says_so() -> None:
    """Who went abroad is named in the headline, whose citizen that is in the first sentence."""
    text = "Azərbaycan vətəndaşı olan bloqçunun yaxınları məlumat verib."
    assert ("AZ", "TR") == find_countries("Elvin Nümunəzadə Türkiyəyə getdi", text, AZ).about
    assert ("TR",) == find_countries("Elvin Nümunəzadə Türkiyəyə getdi", "", AZ).about


def test_who_lives_or_speaks_somewhere_passes_by() -> None:
    """A seat, a residence and a diplomat do not make a report be about a country."""
    text = "The London-based group said three teachers were held. " + "Classes went on. " * 30
    found = find_countries("Teachers arrested in Tehran", text, EN)
    assert (("IR",), ("GB",)) == (found.about, found.mentions)


def test_each_word_is_one_reason() -> None:
    """A name that is known in several spellings counts once."""
    evidence = find_countries("HƏMAS razılaşdı", "", AZ).evidence
    assert [("PS", "HƏMAS", 0)] == [(reason.code, reason.found, reason.at) for reason in evidence]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Россия", "Россией"),
        ("Саудовская Аравия", "Саудовской Аравии"),
        ("Китай", "Китае"),
        ("Афины", "Афинах"),
        ("Кремль", "Кремля"),
        ("Путин", "Путиным"),
        ("США", "США"),
    ],
)
def test_russian_names_are_declined(name: str, form: str) -> None:
    """The regular declensions, phrases included; acronyms stay as they are."""
    assert form in cases(name)


def test_there_are_all_the_codes() -> None:
    """249 ISO codes, and Kosovo."""
    assert 250 == len(codes())


@pytest.mark.parametrize("dateline", ["BAKU (AP) — ", "Bakı, 12 noyabr, Sample — ", "Bakı/12.11.25/Sample: "])
def test_a_dateline_is_no_evidence(dateline: str) -> None:
    """Where a report was filed does not say what it is about."""
    lang = EN if "AP" in dateline else AZ
    text = "Reporters were held in Tehran." if lang is EN else "Jurnalistlər Tehranda saxlanılıb."
    found = find_countries("", dateline + text, lang)
    assert (("IR",), ()) == (found.about, found.mentions)


def test_an_acronym_in_brackets_makes_no_dateline() -> None:
    """A text may begin with a body's name and its acronym: that is what it is about."""
    assert ("AZ",) == find_countries("", "Mərkəzi Seçki Komissiyası (MSK) səsləri sayır.", AZ).about


def test_what_is_named_in_passing_is_a_mention() -> None:
    """The headline's country is what it is about; one named far below is mentioned."""
    text = "Polis redaksiyaya gəlib. " * 20 + "Oxşar hal Keniyada da olub."
    found = find_countries("Bakıda redaksiyada axtarış", text, AZ)
    assert (("AZ",), ("KE",)) == (found.about, found.mentions)


def test_evidence_shows_the_words() -> None:
    """Each reason gives the words, the field and where they stand."""
    text = "Məhkəmə Gəncədə keçirilib."
    reason = find_countries("Proses başa çatdı", text, AZ).evidence[0]
    assert ("AZ", "text", "Gəncədə") == (reason.code, reason.field, reason.found)
    assert text.startswith(reason.found, reason.at)
