"""The upper level of grouping: groups that speak of the same subject, and what to call them."""
