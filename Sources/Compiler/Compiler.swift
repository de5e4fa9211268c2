// Room Compiler: see docs/architecture.md.
