"""Training of a compact encoder on an agency's own archive (needs torch)."""
