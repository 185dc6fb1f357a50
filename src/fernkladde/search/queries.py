"""Asking the index: which things of a kind match what was typed, and how well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.expressions import RawSQL

from .kinds import kind_of
from .words import NAME, NUMBER, Question, Term, asked, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .kinds import Kind

# How well a thing fits, best first: the number itself, a number or a name that begins
# so, any words. Only few things fit in one of the first ways.
EXACTLY, BY_NUMBER, BY_NAME, BY_WORDS = range(4)


def matching(name: str, typed: str, *, link: str = "pk") -> Q:
    """Return the condition that a thing matches what was typed.

    `link` leads from the rows that are asked for to the thing's key. Text without a
    single letter or digit matches nothing; no text at all is not a question.
    """
    return _among(kind_of(name), asked(typed), link=link)


def fitting(kind: Kind, typed: str) -> list[tuple[int, Q]]:
    """Return the better ways to fit, each with its rank."""
    plain = joined(typed)
    if not plain:
        return []
    ways = [
        (EXACTLY, Term(NUMBER + plain)),
        (BY_NUMBER, Term(NUMBER + plain, begins=True)),
        (BY_NAME, Term(NAME + plain, begins=True)),
    ]
    return [(rank, _among(kind, [((term,),)])) for rank, term in ways]


def rank_of(ways: Iterable[tuple[int, Q]]) -> Case:
    whens = [When(condition, then=Value(rank)) for rank, condition in ways]
    return Case(*whens, default=Value(BY_WORDS), output_field=IntegerField())


def newest_matching(kind: Kind, typed: str, most: int) -> list[int]:
    """Return the keys of the things that match and were written last.

    Entries lie in the order of their keys: however many match, only these are read.
    """
    if not (questions := asked(typed)):
        return []
    sql, params = _entries_sql(kind, questions)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} ORDER BY {_ID[connection.vendor]} DESC LIMIT {most}", params
        )
        return [key for (key,) in cursor.fetchall()]


_ID = {"sqlite": "rowid", "postgresql": "id"}


def _among(kind: Kind, questions: Sequence[Question], *, link: str = "pk") -> Q:
    if not questions:
        return Q(pk__in=())
    keys = RawSQL(*_entries_sql(kind, questions))  # noqa: S611 - our own SQL
    return Q(**{f"{link}__in": keys})


def _entries_sql(
    kind: Kind, questions: Sequence[Question]
) -> tuple[str, tuple[str, ...]]:
    """Return the query for the keys of what meets a question.

    PostgreSQL must see the words to know whether they are rare or common, so they
    stand in the statement: tokens are letters, digits and "_" alone.
    """
    first, last = kind.ids
    if connection.vendor == "sqlite":
        words = "search_many" if kind.has_many else "search_few"
        sql = (
            f"SELECT rowid - {first} FROM {words}"  # noqa: S608 - our own names
            f" WHERE {words} MATCH %s AND rowid BETWEEN {first} AND {last}"
        )
        return sql, (_for_fts5(questions),)
    sql = (
        f"SELECT id - {first} FROM search_entry"  # noqa: S608 - see above
        f" WHERE tokens @@ $q${_for_postgres(questions)}$q$::tsquery"
        f" AND id BETWEEN {first} AND {last}"
    )
    return sql, ()


def _for_fts5(questions: Sequence[Question]) -> str:
    return _written(questions, both=" AND ", either=" OR ", quote='"', begins="*")


def _for_postgres(questions: Sequence[Question]) -> str:
    return _written(questions, both=" & ", either=" | ", quote="'", begins=":*")


def _written(
    questions: Sequence[Question], *, both: str, either: str, quote: str, begins: str
) -> str:
    """Write questions in a database's language; tokens are letters and digits alone."""

    def term(each: Term) -> str:
        return f"{quote}{each.token}{quote}{begins if each.begins else ''}"

    def question(clauses: Question) -> str:
        return both.join(f"({either.join(map(term, clause))})" for clause in clauses)

    return either.join(f"({question(each)})" for each in questions)
