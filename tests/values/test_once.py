"""Answers that are kept while one page is made."""

from __future__ import annotations

from fernkladde.values.once import kept_answers, once

asked: list[tuple[int, str]] = []


@once
def answer(number: int, *, word: str = "") -> str:
    asked.append((number, word))
    return f"{number} {word}"


def test_within_one_page_a_question_is_answered_once() -> None:
    asked.clear()

    with kept_answers():
        answers = [answer(1, word="a"), answer(1, word="a"), answer(2, word="a")]

    assert answers == ["1 a", "1 a", "2 a"]
    assert asked == [(1, "a"), (2, "a")]


def test_the_next_page_asks_anew() -> None:
    asked.clear()

    for _ in range(2):
        with kept_answers():
            answer(1)

    assert len(asked) == 2


def test_who_opens_no_page_always_asks() -> None:
    asked.clear()

    answer(1)
    answer(1)

    assert len(asked) == 2
