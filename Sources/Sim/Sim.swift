// Room Sim: see docs/architecture.md.
