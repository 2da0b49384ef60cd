"""Similar documents at once, while someone types."""
