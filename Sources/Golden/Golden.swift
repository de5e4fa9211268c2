// Room Golden: see docs/architecture.md.
