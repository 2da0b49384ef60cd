"""Accounts, roles, sessions, agencies, and the letters people are sent."""
