"""Energy of a run of a mapped netlist, from how often each of its nets changed."""

from dataclasses import dataclass


@dataclass
class Energies:
    """In fJ, of a whole run."""

    # Charging the input capacitances that nets drive: half of C V^2 for each change.
    nets: float = 0.0
    # Inside cells when an output changes, and in flip-flops when their data input does.
    cells: float = 0.0
    # At the clock pins of flip-flops: inside them, and charging the pins.
    clock: float = 0.0

    @property
    def total(self):
        return self.nets + self.cells + self.clock


def energies(netlist, toggles, cycles, cells):
    """
    Parameters:
      toggles: changes of each net by its number, as text.
      cycles: clock cycles; the clock rises and falls in each.
      cells: `library.Cells`.
    """
    library, slew = cells.library, cells.technology.slew
    loads = net_loads(netlist, library)
    clocks = set(netlist.ports.get("clk_i", ("input", []))[1])
    found = Energies()

    def changes(net):
        if net in clocks:
            return 2 * cycles
        return toggles.get(str(net), 0) if isinstance(net, int) else 0

    half = 0.5 * library.volts**2
    for net, load in loads.items():
        energy = half * load * changes(net)
        if net in clocks:
            found.clock += energy
        else:
            found.nets += energy
    for kind, pins in netlist.cells:
        cell = library.cells[kind]
        for name, net in pins.items():
            pin = cell.pins[name]
            if pin.direction == "output":
                found.cells += changes(net) * mean_change(pin.energies, slew, loads.get(net, 0.0))
            elif pin.is_clock:
                found.clock += clock_energy(cell, pin, pins, changes, cycles, slew)
            elif cell.flip_flop:
                found.cells += changes(net) * mean_change(pin.energies, slew, 0.0)
    return found


def net_loads(netlist, library):
    """fF of the input pins on each net."""
    loads = {}
    for kind, pins in netlist.cells:
        for name, net in pins.items():
            pin = library.cells[kind].pins[name]
            if pin.direction == "input" and isinstance(net, int):
                loads[net] = loads.get(net, 0.0) + pin.capacitance
    return loads


def mean_change(energies, slew, load):
    """fJ of one change of a pin: the mean of rise and fall, over its causes and states."""
    values = [
        (edge(energy.rise, slew, load) + edge(energy.fall, slew, load)) / 2 for energy in energies]
    return sum(values) / len(values) if values else 0.0


def edge(table, slew, load):
    return table.at(slew, load) if table else 0.0


def clock_energy(cell, pin, pins, changes, cycles, slew):
    """fJ at a clock pin. Where a library tells states apart, it counts cycles in which the flip-flop changes at its output and
    gives them no table over slews here."""
    outputs = [changes(net) for name, net in pins.items() if cell.pins[name].direction == "output"]
    holding = max(0, cycles - max(outputs, default=0))

    def mean(side):
        tables = [getattr(energy, side) for energy in pin.energies]
        tables = [table for table in tables if table]
        counted = [table for table in tables if len(table.slews) > 1]
        values = [table.at(slew, 0.0) for table in counted]
        return (sum(values) / len(values) if values else 0.0), len(counted) < len(tables)

    total = 0.0
    for side in ("rise", "fall"):
        energy, tells_states = mean(side)
        total += energy * (holding if tells_states else cycles)
    return total
