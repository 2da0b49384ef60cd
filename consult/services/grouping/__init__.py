"""Clusters: similarity, placement, runs, review by staff, objections."""
