"""Texts cut into what is compared: words, character pairs, places; and how rare those are."""
