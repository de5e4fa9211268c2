"""Reads Liberty files: cells with their area, leakage, pins and energy tables, in square micrometres, nW, fF and fJ."""

import gzip
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"[^"]*"|[{}();:,]|[^\s{}();:,"\\]+', re.S)
# Unit prefixes as powers of ten.
PREFIX = {"f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "": 0}


@dataclass
class Group:
    """`name (arguments) { ... }`."""

    name: str
    arguments: list
    # Simple and complex attributes: the text of the value, or a list of texts.
    attributes: dict = field(default_factory=dict)
    groups: list = field(default_factory=list)

    def all(self, name):
        return [group for group in self.groups if group.name == name]

    def number(self, name, default=0.0):
        return float(self.attributes.get(name, default))


def parse(text):
    """The outermost group."""
    tokens = [token for token in TOKEN.findall(text) if not token.startswith(("/*", "//"))]
    root = Group("", [])
    stack = [root]
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token == "}":
            stack.pop()
        elif token != ";":
            place = statement(tokens, place, stack)
            continue
        place += 1
    return root.groups[0]


def statement(tokens, place, stack):
    """An attribute or the head of a group; where it ends."""
    name, mark = tokens[place], tokens[place + 1]
    if mark == ":":
        end = place + 2
        # Some files leave semicolons out: what another statement begins with is no value.
        while tokens[end] not in (";", "}") and (end == place + 2 or tokens[end + 1] not in (":", "(")):
            end += 1
        stack[-1].attributes.setdefault(name, " ".join(tokens[place + 2:end]).strip('"'))
        return end
    end = tokens.index(")", place + 2)
    values = [word.strip('"') for word in tokens[place + 2:end] if word != ","]
    if end + 1 < len(tokens) and tokens[end + 1] == "{":
        group = Group(name, values)
        stack[-1].groups.append(group)
        stack.append(group)
        return end + 2
    stack[-1].attributes.setdefault(name, values)
    return end + 1


def numbers(text):
    return [float(word) for word in re.split(r"[\s,]+", text.strip()) if word]


@dataclass
class Table:
    """Energy in fJ over input slew (in the library's time unit) and load (fF), or over one of them, or over none."""

    slews: list
    loads: list
    # [slew][load]
    values: list

    def at(self, slew, load):
        row, part = place(self.slews, slew)
        column, share = place(self.loads, load)
        low = blend(self.values[row], column, share)
        if part == 0:
            return low
        return low + part * (blend(self.values[row + 1], column, share) - low)


def place(axis, value):
    """Interval of an axis, and how far into it; values outside are taken at the end."""
    if len(axis) < 2:
        return 0, 0.0
    value = min(max(value, axis[0]), axis[-1])
    index = min(bisect_right(axis, value) - 1, len(axis) - 2)
    return index, (value - axis[index]) / (axis[index + 1] - axis[index])


def blend(row, column, share):
    return row[column] if share == 0 else row[column] + share * (row[column + 1] - row[column])


@dataclass
class Energy:
    """An internal_power group of a pin."""

    related: str
    when: str
    rise: Table | None
    fall: Table | None


@dataclass
class Pin:
    name: str
    direction: str
    # fF
    capacitance: float
    is_clock: bool
    function: str
    energies: list


@dataclass
class Cell:
    name: str
    # Square micrometres.
    area: float
    # nW
    leakage: float
    # None of cells without state.
    flip_flop: "FlipFlop | None"
    pins: dict


@dataclass
class FlipFlop:
    """Names of its state and of the inverse, and functions of pins; those that it does not have are empty."""

    state: str
    inverse: str
    next_state: str
    clocked_on: str
    clear: str
    preset: str


class Library:
    """All files of a library as one."""

    def __init__(self, paths):
        self.roots = [parse(read(path)) for path in paths]
        self.templates = {
            group.arguments[0]: group for root in self.roots for group in root.groups if group.name.endswith("_template")}

    @cached_property
    def cells(self):
        return {
            group.arguments[0]: self.cell(group, root)
            for root in self.roots for group in root.groups if group.name == "cell"}

    @property
    def volts(self):
        return self.roots[0].number("nom_voltage")

    @property
    def celsius(self):
        return self.roots[0].number("nom_temperature")

    @cached_property
    def time_unit(self):
        """Picoseconds."""
        return unit(self.roots[0].attributes["time_unit"], "s", -12)

    @cached_property
    def load_unit(self):
        """fF."""
        return capacitance_unit(self.roots[0])

    def cell(self, group, root):
        load = capacitance_unit(root)
        # The unit of energy tables is that of volts squared times capacitance.
        energy = load * unit(root.attributes.get("voltage_unit", "1V"), "V", 0) ** 2
        pins = {pin.arguments[0]: self.pin(pin, load, energy) for pin in group.all("pin")}
        return Cell(
            group.arguments[0], group.number("area"), leakage(group) * unit(root.attributes["leakage_power_unit"], "W", -9),
            flip_flop(group), pins)

    def pin(self, group, load, energy):
        attributes = group.attributes
        energies = [
            Energy(
                power.attributes.get("related_pin", ""), power.attributes.get("when", ""),
                *(self.table(power.all(name), load, energy) for name in ("rise_power", "fall_power")))
            for power in group.all("internal_power") if counts(power)]
        return Pin(
            group.arguments[0], attributes.get("direction", ""), group.number("capacitance") * load,
            attributes.get("clock", "") == "true", attributes.get("function", ""), energies)

    def table(self, groups, load, energy):
        if not groups:
            return None
        group = groups[0]
        rows = [[value * energy for value in numbers(text)] for text in group.attributes["values"]]
        template = self.templates.get(group.arguments[0]) if group.arguments else None
        variables = template.attributes if template else {}
        axes = {}
        for index in ("1", "2"):
            variable = variables.get(f"variable_{index}")
            if variable:
                text = group.attributes.get(f"index_{index}") or variables[f"index_{index}"]
                axes["load" if "capacitance" in variable else "slew"] = (index, numbers(text[0]))
        slews = axes.get("slew", ("1", [0.0]))[1]
        loads = [value * load for value in axes.get("load", ("2", [0.0]))[1]]
        flat = [value for row in rows for value in row]
        if axes.get("load", ("2",))[0] == "1":
            values = [[flat[column * len(slews) + row] for column in range(len(loads))] for row in range(len(slews))]
        else:
            values = [flat[row * len(loads):(row + 1) * len(loads)] for row in range(len(slews))]
        return Table(slews, loads, values)


def flip_flop(group):
    for state in group.all("ff"):
        names = [*state.arguments, ""][:2]
        return FlipFlop(*names, *(state.attributes.get(name, "") for name in ("next_state", "clocked_on", "clear", "preset")))
    return None


def counts(power):
    """Groups of the ground rail say again, or nothing, of what those of the supply rail say."""
    return power.attributes.get("related_pg_pin", "VDD").upper() not in ("VSS", "GND")


def leakage(group):
    """What the library says of the cell whatever its state, or the mean over its states."""
    if "cell_leakage_power" in group.attributes:
        return group.number("cell_leakage_power")
    states = [state for state in group.all("leakage_power") if counts(state)]
    plain = [state.number("value") for state in states if "when" not in state.attributes]
    values = plain or [state.number("value") for state in states]
    return sum(values) / len(values) if values else 0.0


def unit(text, symbol, power):
    """A unit such as 1ps in powers of ten of `symbol`."""
    number, prefix = re.fullmatch(r"([\d.]+)\s*([a-zA-Z]?)" + symbol, text.strip()).groups()
    return float(number) * 10.0 ** (PREFIX[prefix] - power)


def capacitance_unit(root):
    """fF."""
    number, symbol = root.attributes["capacitive_load_unit"]
    return float(number) * 10.0 ** (PREFIX[symbol.lower()[0]] + 15)


def read(path):
    path = Path(path)
    return (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()


# What neither mapping nor timing asks for, most of a file.
LEFT_OUT = {"internal_power", "leakage_power", "receiver_capacitance1_rise", "output_current_rise", "output_current_fall"}


def text(group, keep, depth=0):
    """Liberty text of a group, without energies; `keep` says which cells it has."""
    indent = " " * depth
    lines = [f"{indent}{group.name} ({', '.join(quoted(word) for word in group.arguments)}) {{"]
    for name, value in group.attributes.items():
        if isinstance(value, list):
            lines.append(f"{indent} {name} ({', '.join(quoted(word) for word in value)});")
        else:
            lines.append(f"{indent} {name} : {quoted(value, name)};")
    for inner in group.groups:
        if inner.name not in LEFT_OUT and (inner.name != "cell" or keep(inner.arguments[0])):
            lines.append(text(inner, keep, depth + 1))
    lines.append(f"{indent}}}")
    return "\n".join(lines)


# Attributes whose values are quoted whatever they are.
QUOTED = {"function", "next_state", "clocked_on", "clear", "preset", "enable", "data_in", "three_state", "when", "state_function",
          "power_down_function", "sdf_cond", "related_pin", "time_unit", "voltage_unit", "current_unit", "leakage_power_unit"}


def quoted(word, name=""):
    return word if re.fullmatch(r"[\w.\-]+", word) and name not in QUOTED else f'"{word}"'


def merged(library, keep):
    """One Liberty text of all files, with the cells that `keep` accepts."""
    first = library.roots[0]
    root = Group(first.name, first.arguments, dict(first.attributes))
    seen = set()
    for other in library.roots:
        for group in other.groups:
            name = (group.name, tuple(group.arguments))
            if name not in seen:
                seen.add(name)
                root.groups.append(group)
    return text(root, keep) + "\n"
