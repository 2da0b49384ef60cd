"""Where the files that ship with the library lie."""

from pathlib import Path

#: The encoder, the weights of the similarity and how usual words are.
SHIPPED = Path(__file__).parent / "shipped"
