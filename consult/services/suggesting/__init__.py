"""Suggestions, support, receipts and the journey of each."""
