// Room Engines: see docs/architecture.md.
