from django.db import DatabaseError, migrations, models

# Kinds with few things do not go through the words of those with many: see kinds.MANY.
FIRST_OF_MANY = 5 << 40
HALVES = (("search_few", f"id < {FIRST_OF_MANY}"), ("search_many", f"id >= {FIRST_OF_MANY}"))


def follow(half, here):
    """Return an index over one half of the entries, and what keeps it."""
    new = f"INSERT INTO {half} (rowid, words) VALUES (NEW.id, NEW.words);"
    old = f"INSERT INTO {half} ({half}, rowid, words) VALUES ('delete', OLD.id, OLD.words);"
    yield f"CREATE VIEW {half}_entry AS SELECT id, words FROM search_entry WHERE {here}"
    yield (
        f"CREATE VIRTUAL TABLE {half} USING fts5(words, content='{half}_entry',"
        " content_rowid='id', detail=none, columnsize=0, prefix='3',"
        " tokenize=\"ascii tokenchars '_'\")"
    )
    for event, row, sql in (
        ("INSERT", "NEW", new), ("DELETE", "OLD", old), ("UPDATE", "NEW", old + new),
    ):
        yield (
            f"CREATE TRIGGER {half}_follows_{event.lower()} AFTER {event} ON search_entry"
            f" WHEN {row}.{here} BEGIN {sql} END"
        )


SQLITE = [sql for half, here in HALVES for sql in follow(half, here)]
POSTGRES = [
    "ALTER TABLE search_entry ADD COLUMN tokens tsvector GENERATED ALWAYS AS"
    " (array_to_tsvector(string_to_array(words, ' '))) STORED",
    "CREATE INDEX search_entry_tokens ON search_entry USING gin (tokens)",
]
WITHOUT_FTS5 = (
    "Dieses SQLite kann keine Volltextsuche (FTS5 fehlt). Bitte ein Python mit einem"
    " vollständigen SQLite nehmen oder PostgreSQL einrichten."
)


def derive(apps, editor):
    if editor.connection.vendor == "postgresql":
        for sql in POSTGRES:
            editor.execute(sql)
        return
    try:
        for sql in SQLITE:
            editor.execute(sql)
    except DatabaseError as error:
        if "no such module: fts5" in str(error):
            raise SystemExit(WITHOUT_FTS5) from None
        raise


class Migration(migrations.Migration):
    """The index of the search; what is there already is noted as due afterwards."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Due",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.PositiveSmallIntegerField()),
                ("key", models.BigIntegerField()),
                ("passed_on", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
            ],
        ),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
