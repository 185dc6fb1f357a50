"""The English catalogue: read, brought up to date, compiled.

`python -m tests.house.catalogue` adds what is new with an empty translation, drops
what is gone, and compiles; GNU gettext is not needed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from tests.house.extraction import SOURCE, Text, texts

if TYPE_CHECKING:
    from babel.messages.catalog import Message

PO = SOURCE / "desk" / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
THE_DAY = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = """# English texts of Fernkladde; German is the language of the sources.
msgid ""
msgstr ""
"Project-Id-Version: Fernkladde\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def entries() -> dict[Text, Message]:
    with PO.open("rb") as file:
        return _by_text(read_po(file, locale="en"))


def compiled_entries() -> dict[Text, Message]:
    with MO.open("rb") as file:
        return _by_text(read_mo(file))


def _by_text(catalog: Catalog) -> dict[Text, Message]:
    return {text_of(message): message for message in catalog if message.id}


def text_of(message: Message) -> Text:
    words = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    context = message.context or ""
    # Out of a compiled catalogue, Babel hands contexts as they are stored.
    if isinstance(context, bytes):
        context = context.decode()
    return Text(context, *words)


def translations(message: Message) -> tuple[str, ...]:
    given = message.string
    return (given,) if isinstance(given, str) else tuple(given or ())


def compiled() -> bytes:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="en")
    # The same texts give the same file, whenever it is compiled.
    catalog.creation_date = catalog.revision_date = THE_DAY
    target = BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def update() -> None:
    """Write the catalogue anew for the texts of today, and compile it."""
    known = entries()
    catalog = Catalog(locale="en", fuzzy=False)
    for text in texts():
        words = (text.singular, text.plural) if text.plural else text.singular
        given = known[text].string if text in known else ""
        catalog.add(words, given, context=text.context or None)
    target = BytesIO()
    write_po(target, catalog, width=0, sort_output=True, omit_header=True)
    PO.write_text(HEADER + target.getvalue().decode().lstrip())
    MO.write_bytes(compiled())


if __name__ == "__main__":
    update()
