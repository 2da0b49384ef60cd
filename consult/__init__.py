"""The platform: see docs/architecture.md."""
