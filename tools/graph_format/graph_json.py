"""Writes a graph as JSON that reads well: one symbol, tensor or node per line."""

import json


def text(graph):
    """`graph` is a dictionary in the layout of docs/graph.md; keys keep their order."""
    lines = []
    for key, value in graph.items():
        if key in ("inputs", "states", "constants", "symbols") and value:
            rows = [f"    {json.dumps(name)}: {spaced(entry)}" for name, entry in value.items()]
            lines.append(f'  "{key}": {{\n' + ",\n".join(rows) + "\n  }")
        elif key == "nodes":
            lines.append('  "nodes": [\n' + ",\n".join("    " + spaced(node) for node in value) + "\n  ]")
        else:
            lines.append(f'  "{key}": {spaced(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def spaced(value):
    """One line of JSON, with spaces inside the braces of objects."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)}: {spaced(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(spaced(item) for item in value) + "]"
    return json.dumps(value)


def write(path, graph):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text(graph))
