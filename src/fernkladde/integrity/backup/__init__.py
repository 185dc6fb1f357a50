"""Backups: database, documents and key in one file, made while work goes on."""
