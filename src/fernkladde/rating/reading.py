"""How a JSON document is read into facts and terms: all faults, none twice.

A `Scalar` reads one value or says what is wrong with it. A `Shape` reads an
object into a dataclass, and writes it back. Where something is wrong, reading
goes on with what could be read, so that one run names every fault.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Protocol

from .faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Path = tuple["str | int", ...]
_SHOWN = 40


class Unfit(ValueError):
    """What is wrong with one value, as the end of a sentence."""


class Repeated(dict[str, Any]):
    """A JSON object in which a key stood more than once."""

    keys_twice: tuple[str, ...] = ()


class Partial:
    """What could be read of an object with faults; what could not is None."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Any:
        return self._found.get(name)


def shown(value: object) -> str:
    """Show a value in a sentence: short, on one line, printable everywhere."""
    try:
        text = json.dumps(value, default=str)
    except (ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def unfit(expected: str, value: object) -> Unfit:
    return Unfit(f"must be {expected}, not {shown(value)}")


def written_path(root: str, path: Path) -> str:
    parts = [root]
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif step.isascii() and step.isidentifier():
            parts.append(f".{step}")
        else:
            parts.append(f"[{json.dumps(step)}]")
    return "".join(parts)


class Reading:
    """The faults found so far in one document."""

    def __init__(self, document: object, root: str = "$") -> None:
        self._document = document
        self._root = root
        self._found: dict[tuple[Path, str], None] = {}

    def fault(self, path: Path, sentence: str) -> None:
        self._found[path, sentence] = None

    def keys(self, path: Path) -> set[str]:
        """Return the keys that the document has at a place."""
        node: Any = self._document
        for step in path:
            node = node[step]
        return set(node) if isinstance(node, dict) else set()

    def faults(self) -> tuple[Fault, ...]:
        """Return the faults in the order of the document."""
        ordered = sorted(self._found, key=lambda fault: self._place(fault[0]))
        return tuple(Fault(written_path(self._root, p), text) for p, text in ordered)

    def _place(self, path: Path) -> list[int]:
        """Return where the path stands; what is missing stands at the end."""
        node: Any = self._document
        place: list[int] = []
        for step in path:
            if isinstance(node, dict):
                keys = list(node)
                place.append(keys.index(step) if step in node else len(keys))
                node = node.get(step)
            elif isinstance(step, int):
                place.append(step)
                node = node[step]
        return place


class Reader(Protocol):
    def read(self, value: object, path: Path, reading: Reading) -> Any: ...

    def write(self, value: Any) -> Any: ...


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: `take` returns it or raises `Unfit`."""

    take: Callable[[object], Any]
    write: Callable[[Any], Any] = _as_it_is

    def read(self, value: object, path: Path, reading: Reading) -> Any:
        try:
            return self.take(value)
        except Unfit as fault:
            reading.fault(path, str(fault))
            return None


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Reader
    at_least: int = 0

    def read(self, value: object, path: Path, reading: Reading) -> Any:
        if not isinstance(value, list | tuple):
            reading.fault(path, f"must be a list, not {shown(value)}")
            return None
        if len(value) < self.at_least:
            reading.fault(path, "must not be empty")
        read = self.item.read
        return tuple(read(one, (*path, i), reading) for i, one in enumerate(value))

    def write(self, value: Iterable[Any]) -> list[Any]:
        return [self.item.write(one) for one in value]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an object: how it is read, and the field it fills."""

    reader: Reader
    into: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its keys, and the dataclass that it fills."""

    name: str
    makes: Callable[..., Any]
    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()  # exactly one of these keys must be given
    derive: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    _defaults: dict[str, Any] = field(init=False, default_factory=dict)
    _takes: dict[str, tuple[str, Callable[[object], Any]]] = field(
        init=False, default_factory=dict
    )

    _writes: list[tuple[str, str, bool, Any, Callable[[Any], Any]]] = field(
        init=False, default_factory=list
    )

    def __post_init__(self) -> None:
        for one in fields(self.makes):  # type: ignore[arg-type]
            if one.default is not MISSING:
                self._defaults[one.name] = one.default
        for name, key in self.keys.items():
            if isinstance(key.reader, Scalar):
                self._takes[name] = (key.into or name, key.reader.take)
            into = key.into or name
            default = self._defaults.get(into)
            self._writes.append((name, into, key.required, default, key.reader.write))

    def read(self, value: object, path: Path, reading: Reading) -> Any:
        """Return the dataclass, or a `Partial` where something is wrong."""
        if not isinstance(value, dict):
            reading.fault(path, f"must be {self.name}, not {shown(value)}")
            return Partial({})
        found: dict[str, Any] = {}
        wrong: set[str] = set()
        for name, one in value.items():
            scalar = self._takes.get(name)
            if scalar is None:
                self._read_other(name, one, path, reading, found, wrong)
                continue
            try:
                found[scalar[0]] = scalar[1](one)
            except Unfit as fault:
                reading.fault((*path, name), str(fault))
                wrong.add(scalar[0])
        if self.derive is not None:
            found = {**self.derive(found), **found}
        if self._is_whole(value, path, reading) and not wrong:
            return self.makes(**found)
        left = {k: v for k, v in self._defaults.items() if k not in wrong}
        return Partial({**left, **found})

    def _read_other(
        self,
        name: object,
        value: object,
        path: Path,
        reading: Reading,
        found: dict[str, Any],
        wrong: set[str],
    ) -> None:
        key = self.keys.get(name) if isinstance(name, str) else None
        if key is None:
            reading.fault((*path, str(name)), f"is no key of {self.name}")
            wrong.add("")
            return
        read = key.reader.read(value, (*path, str(name)), reading)
        into = key.into or str(name)
        found[into] = read
        if not _is_sound(read):
            wrong.add(into)

    def _is_whole(self, value: dict[Any, Any], path: Path, reading: Reading) -> bool:
        whole = True
        for name, key in self.keys.items():
            if key.required and name not in value:
                reading.fault((*path, name), f"is missing in {self.name}")
                whole = False
        if self.one_of and sum(name in value for name in self.one_of) != 1:
            choice = " or ".join(map(repr, self.one_of))
            reading.fault(path, f"must have either {choice}, and only one of them")
            whole = False
        for name in getattr(value, "keys_twice", ()):
            reading.fault((*path, name), "stands here twice")
            whole = False
        return whole

    def write(self, value: Any) -> dict[str, Any]:
        """Return the object again, without the keys that say nothing new."""
        written: dict[str, Any] = {}
        for name, into, required, default, write in self._writes:
            one = getattr(value, into)
            if required or one != default:
                written[name] = one if write is _as_it_is else write(one)
        return written


def _is_sound(read: Any) -> bool:
    """Tell whether a part was read without fault; a list is as sound as its items."""
    if isinstance(read, tuple):
        return all(map(_is_sound, read))
    return read is not None and not isinstance(read, Partial)
