"""From candidate pairs to groups, and from one run to the next."""
