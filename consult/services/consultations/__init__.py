"""Topics, their windows and states, documents and files."""
