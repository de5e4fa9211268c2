"""Makes a loadable simulator of a mapped netlist: tables for rtl/cosim/gates.c."""

import re
import subprocess
from graphlib import TopologicalSorter

from tools.rtl.boolean import truth
from tools.rtl.sources import RTL

MAX_PINS = 9


class GateModel:
    """Nets of the netlist keep their numbers; what registers hold and take next, and the constants, are nets behind them."""

    def __init__(self, netlist, library):
        self.netlist, self.library = netlist, library
        numbers = [net for _, pins in netlist.cells for net in pins.values()]
        numbers += [net for _, nets in netlist.ports.values() for net in nets]
        self.counted = 1 + max((net for net in numbers if isinstance(net, int)), default=0)
        self.zero, self.one = self.counted, self.counted + 1
        self.nets = self.counted + 2
        self.tables, self.known_tables = [], {}
        self.gates, self.states = [], []
        for kind, pins in netlist.cells:
            self.add(library.cells[kind], pins)

    def number(self, net):
        return net if isinstance(net, int) else self.one if net == "1" else self.zero

    def new_net(self):
        self.nets += 1
        return self.nets - 1

    def add(self, cell, pins):
        names = {pin: self.number(net) for pin, net in pins.items() if cell.pins[pin].direction != "output"}
        flip_flop = cell.flip_flop
        if flip_flop:
            if flip_flop.clocked_on not in names:
                raise RuntimeError(f"{cell.name} is clocked by {flip_flop.clocked_on}, expected a rising pin")
            names[flip_flop.state] = self.new_net()
            for function in (flip_flop.clear, flip_flop.preset):
                if function and self.table(function, names)[1] != [0]:
                    raise RuntimeError(f"a {cell.name} is set or reset by {function}, which is not tied off")
            following = self.new_net()
            self.gate(following, flip_flop.next_state, names)
            self.states.append((names[flip_flop.state], following))
        for pin, net in pins.items():
            if cell.pins[pin].direction == "output":
                function = cell.pins[pin].function
                if flip_flop and function == flip_flop.inverse:
                    function = f"!{flip_flop.state}"
                self.gate(net, function, names)

    def gate(self, output, function, names):
        inputs, table = self.table(function, names)
        place = self.known_tables.setdefault(tuple(table), len(self.tables))
        if place == len(self.tables):
            self.tables.append(table)
        self.gates.append((place, output, inputs))

    def table(self, function, names):
        """Nets that a function reads, and the words of its truth table, in which what is tied off is no input."""
        words = set(re.findall(r"\w+", function))
        used = [name for name in names if name in words]
        inputs = sorted({names[name] for name in used} - {self.zero, self.one})
        if len(inputs) > MAX_PINS:
            raise RuntimeError(f"{function} has more than {MAX_PINS} inputs")
        rows = 1 << len(inputs)
        columns = {self.zero: 0, self.one: (1 << rows) - 1}
        for place, net in enumerate(inputs):
            columns[net] = sum(1 << row for row in range(rows) if row >> place & 1)
        value = truth(function, {name: columns[names[name]] for name in used}, (1 << rows) - 1)
        return inputs, [value >> 64 * word & (1 << 64) - 1 for word in range((rows + 63) // 64)]

    def ordered(self):
        """Gates behind those that they read."""
        by_output = {output: (place, output, inputs) for place, output, inputs in self.gates}
        graph = {output: [net for net in inputs if net in by_output] for output, (_, _, inputs) in by_output.items()}
        return [by_output[output] for output in TopologicalSorter(graph).static_order()]

    def header(self):
        ports, bits, places, sizes = [], [], {}, {"input": 0, "output": 0}
        lines = []
        for name, (direction, nets) in self.netlist.ports.items():
            places[name] = len(bits)
            bits += [self.number(net) for net in nets]
            # The accumulators give what is read.
            if name == "clk_i" or (name == "read_i" and self.has_accumulators):
                continue
            size = port_bytes(len(nets))
            ports.append((places[name], name, len(nets), sizes[direction], size, int(direction == "output")))
            sizes[direction] += size
        words, word_bytes = self.accumulators
        constants = {
            "NETS": self.nets, "COUNTED_NETS": self.counted, "ONE": self.one, "GATE_COUNT": len(self.gates),
            "STATE_COUNT": len(self.states), "PORT_COUNT": len(ports), "INPUT_BYTES": sizes["input"],
            "OUTPUT_BYTES": sizes["output"], "ACCUMULATOR_WORDS": words, "ACCUMULATOR_WORD_BYTES": word_bytes}
        if words:
            constants |= {
                "READ_BIT": places["read_i"], "READ_ADDRESS_BIT": places["read_address_o"], "ENABLE_BIT": places["en_i"],
                "ADDRESS_BITS": len(self.netlist.ports["read_address_o"][1]), "RETIRE_BIT": places["retire_o"],
                "RETIRE_VALID_BIT": places["retire_valid_o"], "RETIRE_ADDRESS_BIT": places["retire_address_o"]}
        lines += [f"#define {name} {value}" for name, value in constants.items()]
        lines += array("uint64_t", "tables[][TABLE_WORDS]", [braces(f"{word}u" for word in table) for table in self.tables])
        lines += array("gate", "gates[]", [
            f"{{{place}, {output}, {len(inputs)}, {braces(inputs or [0])}}}" for place, output, inputs in self.ordered()])
        lines += array("state", "states[]", [braces(pair) for pair in self.states])
        lines += array("accelsim_rtl_port", "ports[]", [
            f'{{"{name}", {count}, {offset}, {size}, {output}}}' for _, name, count, offset, size, output in ports])
        lines += array("port_nets", "nets[]", [braces([place]) for place, *_ in ports])
        lines += array("uint32_t", "bits[]", bits)
        return "\n".join(lines) + "\n"

    @property
    def has_accumulators(self):
        return {"read_i", "read_address_o", "retire_valid_o", "retire_address_o", "retire_o"} <= set(self.netlist.ports)

    @property
    def accumulators(self):
        """Words, and bytes of a word."""
        if not self.has_accumulators:
            return 0, 0
        ports = self.netlist.ports
        return 1 << len(ports["read_address_o"][1]), len(ports["read_i"][1]) // 8

    def build(self, folder):
        """A library for cosim --netlist."""
        (folder / "netlist.h").write_text(self.header())
        model = folder / "gates.so"
        done = subprocess.run(
            ["cc", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", f"-I{folder}", f"-I{RTL / 'cosim'}", "-o", model,
             RTL / "cosim" / "gates.c"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the gates of {self.netlist.top} cannot be compiled:\n{done.stdout[-2000:]}")
        return model


def port_bytes(bits):
    """As accelsim_rtl.h has them."""
    return next((size for size in (1, 2, 4, 8) if bits <= 8 * size), (bits + 31) // 32 * 4)


def braces(values):
    return "{" + ", ".join(map(str, values)) + "}"


def array(kind, declarator, entries):
    return [f"static const {kind} {declarator} = {{", *(f"{entry}," for entry in entries or ["{0}"]), "};"]
