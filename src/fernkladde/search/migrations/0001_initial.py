from django.db import DatabaseError, migrations, models

SQLITE = [
    "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_entry',"
    " content_rowid='id', detail=none, columnsize=0, prefix='3',"
    " tokenize=\"ascii tokenchars '_'\")",
    "CREATE TRIGGER search_words_follow_insert AFTER INSERT ON search_entry BEGIN"
    " INSERT INTO search_words (rowid, words) VALUES (NEW.id, NEW.words); END",
    "CREATE TRIGGER search_words_follow_delete AFTER DELETE ON search_entry BEGIN"
    " INSERT INTO search_words (search_words, rowid, words)"
    " VALUES ('delete', OLD.id, OLD.words); END",
    "CREATE TRIGGER search_words_follow_update AFTER UPDATE ON search_entry BEGIN"
    " INSERT INTO search_words (search_words, rowid, words)"
    " VALUES ('delete', OLD.id, OLD.words);"
    " INSERT INTO search_words (rowid, words) VALUES (NEW.id, NEW.words); END",
]
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
