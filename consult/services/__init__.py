"""What the platform does: one module a noun, one function an act. No Flask."""
