"""Reading and writing `graph.json` and its weights (docs/graph.md), with numpy alone."""
