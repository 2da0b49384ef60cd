"""Campaigns: many copies of one text, when they came in bursts, and from how many sources."""
