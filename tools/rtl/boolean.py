"""The functions of cells as Liberty spells them, such as `(A B) + !C`, over columns of a truth table."""

import re

TOKEN = re.compile(r"\w+|[()!'*&+|^]")
# Loosest first: `a b` and `a * b` are conjunctions.
LEVELS = [({"+", "|"}, int.__or__), ({"*", "&"}, int.__and__), ({"^"}, int.__xor__)]


def truth(function, columns, everything):
    """The rows in which a function is true, a bit each.

    Parameters:
      columns: the rows in which each name is true.
      everything: all rows.
    """
    value, rest = level(TOKEN.findall(function), 0, columns, everything)
    if rest:
        raise ValueError(f"{function}: not understood from {' '.join(rest)} on")
    return value


def level(tokens, depth, columns, everything):
    if depth == len(LEVELS):
        return inversion(tokens, columns, everything)
    spellings, operation = LEVELS[depth]
    value, rest = level(tokens, depth + 1, columns, everything)
    while rest and (rest[0] in spellings or (depth == 1 and re.match(r"\w|[(!]", rest[0]))):
        other, rest = level(rest[1:] if rest[0] in spellings else rest, depth + 1, columns, everything)
        value = operation(value, other)
    return value, rest


def inversion(tokens, columns, everything):
    first, rest = tokens[0], tokens[1:]
    if first == "!":
        value, rest = inversion(rest, columns, everything)
        return everything ^ value, rest
    if first == "(":
        value, rest = level(rest, 0, columns, everything)
        rest = rest[1:]
    else:
        value = columns[first] if first in columns else everything * int(first)
    while rest and rest[0] == "'":
        value, rest = everything ^ value, rest[1:]
    return value, rest
