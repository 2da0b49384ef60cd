"""What the platform knows of written words: clauses, wording, personal data, mark-up, files.

Plain functions on plain text. No Flask, no database, no settings.
"""
