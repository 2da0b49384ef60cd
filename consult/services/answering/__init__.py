"""Decisions, publication, notices, the adoption report, enactment."""
