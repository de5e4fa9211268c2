// Room Toolchain: see docs/architecture.md.
