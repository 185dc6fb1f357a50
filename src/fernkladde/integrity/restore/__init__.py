"""Restoring: into an empty installation, or into a scratch one to verify a backup."""
