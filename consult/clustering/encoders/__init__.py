"""Models that turn texts into vectors, and how one is found."""
