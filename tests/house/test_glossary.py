"""One thing has one word, in German and in English: docs/glossary.md."""

from __future__ import annotations

import re

import pytest

from .catalogue import entries, translations
from .extraction import templates

GERMAN_NOT_USED = r"tickets?|sla|garantie\w*|gutschrift\w*|erfolgreich\w*|audit\w*"
ENGLISH_NOT_USED = (
    r"tickets?|sla|contingents?|quotas?|time entr(?:y|ies)|time ?sheets?|assets?"
    r"|devices?|audit logs?|agents?|credit notes?|guarantees?|successful(?:ly)?|success"
)

# Where German has the one, English has the other.
WORDS = {
    r"\bF(?:all|alls|älle|ällen)\b": r"\bcases?\b",
    r"\bEins(?:atz|ätze)": r"\bwork\b|\bentry\b",
    r"\bAnlagen?\b": r"\bplants?\b",
    r"\bKunden?\b": r"\bcustomers?\b|\bcustomer’s\b",
    r"\bV(?:ertrag|erträge)": r"\bcontracts?\b",
    r"Kontingent": r"\ballowances?\b|^Overage$",
    r"Gewährleistung": r"\bwarranty\b",
    r"Kulanz": r"\bgoodwill\b",
    r"\bZustimmung": r"\bconsent\b",
    r"Rahmenzustimmung": r"\bframework consent\b",
    r"Kostengrenze": r"\bcost cap\b",
    r"\bKladde": r"\blog book\b",
    r"Kettenkopf": r"\bchain head\b",
    r"Monatslauf": r"\bmonth-end run\b",
    r"Vorschau": r"\bpreviews?\b",
    r"[Zz]urückgestellt": r"\bparked\b",
    r"[Zz]urückgehalten": r"\bheld\b",
    r"Nachtrag\b": r"\blate work\b",
    r"\bRechnung(?:en)?\b": r"\binvoices?\b",
    r"Listenwert": r"\blist value\b",
    r"Rechenweg": r"\bway of calculation\b",
    r"[Vv]erschenkt": r"\bgiven away\b",
    r"Prüfliste": r"\bcheck-first lists?\b",
    r"Fabriknummer": r"\bserial number\b",
    r"Leistungsart": r"\bservices?\b",
    r"Leistungstag": r"\bservice date\b",
    r"Qualifikation": r"\bskills?\b",
    r"\bFassung": r"\bversions?\b",
    r"Verbindungstarif": r"\brate decks?\b",
    r"Vorwahl": r"\bprefix(?:es)?\b|\barea code\b",
    r"Zeitb(?:and|änder)": r"\bbands?\b",
    r"\bZuschl(?:ag|äge)": r"\bsurcharges?\b",
    r"\bPauschalen?\b": r"\bfees?\b",
    r"Mehraufwand": r"\boverage\b",
    r"\bÜbertrag\b": r"\bcarry-over\b",
    r"\bUhr(?:en)?\b": r"\btimers?\b|\bclock went back\b|\btime of day\b",
    r"Umsatzsteuer\b": r"\bVAT\b",
}


def german() -> list[str]:
    return [word for text in entries() for word in (text.singular, text.plural)]


def english() -> list[str]:
    return [word for row in entries().values() for word in translations(row)]


def having(pattern: str, among: list[str]) -> list[str]:
    found = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    return [text for text in among if found.search(text)]


def test_words_that_are_not_used() -> None:
    assert having(GERMAN_NOT_USED, german()) == []
    assert having(ENGLISH_NOT_USED, english()) == []


def test_messages_do_not_shout() -> None:
    assert [text for text in german() + english() if "!" in text] == []


def test_templates_hold_no_word_that_is_not_used() -> None:
    shown = [re.sub(r"<!|!=|\{#.*?#\}", "", path.read_text()) for path in templates()]
    lines = [line for text in shown for line in text.splitlines()]

    assert having(GERMAN_NOT_USED, lines) == []


@pytest.mark.parametrize("german_word", WORDS)
def test_a_word_has_its_one_translation(german_word: str) -> None:
    expected = re.compile(WORDS[german_word], re.IGNORECASE)
    about = {
        text: row
        for text, row in entries().items()
        if re.search(german_word, text.singular)
    }

    assert about, "no text has this word"
    others = {
        text.singular: translations(row)
        for text, row in about.items()
        if not all(expected.search(word) for word in translations(row))
    }
    assert others == {}
