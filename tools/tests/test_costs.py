"""Liberty, gates and energy against values worked out by hand."""

import ctypes
import random
import shutil
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from tools.rtl.boolean import truth
from tools.rtl.cost_table import rounded
from tools.rtl.gate_model import GateModel
from tools.rtl.gates import Netlist
from tools.rtl.liberty import Library
from tools.rtl.switching import energies

# An inverter and a flip-flop that takes the inverse. Units are pF, ns and 1 V, so an energy of 1 is 1 pJ.
LIBERTY = """
library (small) {
  nom_voltage : 2.0; nom_temperature : 25; time_unit : "1ns"; voltage_unit : "1V"; leakage_power_unit : "1uW";
  capacitive_load_unit (1, pf);
  power_lut_template (grid) {
    variable_1 : total_output_net_capacitance; variable_2 : input_transition_time; index_1 ("0, 1"); index_2 ("0, 2"); }
  cell (INV) { area : 3
    cell_leakage_power : 0.5;
    pin (A) { direction : input; capacitance : 0.25; }
    pin (Y) { direction : output; function : "!A";
      internal_power () { related_pin : "A";
        rise_power (grid) { values ("10, 20", "30, 40"); }
        fall_power (grid) { values ("0, 0", "0, 0"); } } } }
  cell (DFFN) { area : 7;
    leakage_power () { when : "D"; value : 1; } leakage_power () { when : "!D"; value : 2; }
    ff (IQ, IQN) { next_state : "!D"; clocked_on : "CK"; }
    pin (CK) { direction : input; clock : true; capacitance : 0.5; }
    pin (D) { direction : input; capacitance : 0.125; }
    pin (QN) { direction : output; function : "IQ"; } }
}
"""


def library():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.lib"
        path.write_text(LIBERTY)
        return Library([path])


def netlist():
    """out = register of in, inverted twice; nets 2 clock, 3 in, 4 register, 5 out."""
    return Netlist(
        "top", {"clk_i": ("input", [2]), "in_i": ("input", [3]), "out_o": ("output", [5])},
        [("DFFN", {"CK": 2, "D": 3, "QN": 4}), ("INV", {"A": 4, "Y": 5})])


class LibertyTests(unittest.TestCase):
    def test_functions_bind_as_liberty_says(self):
        # Rows of A, B, C from the lowest bit on: 000, 100, 010, 110, 001, ...
        columns = {"A": 0b10101010, "B": 0b11001100, "C": 0b11110000}
        for function, expected in [
            ("A B + C", 0b11111000), ("A * (B | C)", 0b10101000), ("!(A^B) & C", 0b10010000), ("A' B", 0b01000100),
            ("!A !B", 0b00010001), ("A | B & C", 0b11101010), ("A & B ^ C", 0b00101000), ("1", 0b11111111),
        ]:
            self.assertEqual(truth(function, columns, 0b11111111), expected, function)

    def test_units_become_femtofarads_femtojoules_nanowatts(self):
        cells = library().cells
        self.assertEqual(cells["INV"].area, 3)
        self.assertEqual(cells["INV"].pins["A"].capacitance, 250)
        self.assertEqual(cells["INV"].leakage, 500)
        # The mean over states.
        self.assertEqual(cells["DFFN"].leakage, 1500)
        self.assertEqual((cells["DFFN"].flip_flop.next_state, cells["INV"].flip_flop), ("!D", None))

    def test_energy_tables_are_interpolated_between_loads_and_slews(self):
        rise = library().cells["INV"].pins["Y"].energies[0].rise
        # Loads 0 and 1000 fF are rows, slews 0 and 2 ns columns.
        self.assertEqual(rise.at(0, 0), 10_000)
        self.assertEqual(rise.at(1, 500), 25_000)
        self.assertEqual(rise.at(5, 9999), 40_000)


class EnergyTests(unittest.TestCase):
    def test_energy_is_what_changes_charge(self):
        cells = SimpleNamespace(library=library(), technology=SimpleNamespace(slew=0))
        found = energies(netlist(), {"3": 4, "4": 3, "5": 2}, 10, cells)
        # C V^2 / 2 is 2 fJ for a fF: 125 fF at net 3, 250 fF at net 4.
        self.assertEqual(found.nets, 2 * (125 * 4 + 250 * 3))
        # Two changes, of which one rises: the mean of 10 pJ and nothing.
        self.assertEqual(found.cells, 2 * 5_000)
        # 500 fF rise and fall in each of ten cycles.
        self.assertEqual(found.clock, 2 * 500 * 20)

    def test_figures_keep_five_digits(self):
        self.assertEqual(rounded({"a": [1234567.0, 0.123456], "n": 7}), {"a": [1234600, 0.12346], "n": 7})


@unittest.skipUnless(shutil.which("cc"), "there is no C compiler")
class GateModelTests(unittest.TestCase):
    def test_gates_compute_and_count(self):
        with tempfile.TemporaryDirectory() as folder:
            model = ctypes.CDLL(str(GateModel(netlist(), library()).build(Path(folder))))
            model.accelsim_rtl_open.restype = ctypes.c_void_p
            instance = ctypes.c_void_p(model.accelsim_rtl_open(ctypes.c_uint64(1), None))
            draw = random.Random(3)
            inputs = [draw.randrange(2) for _ in range(200)]
            outputs = (ctypes.c_uint8 * 200)()
            model.accelsim_rtl_run(instance, bytes(inputs), outputs, ctypes.c_uint64(200))
            # QN holds !D, and the inverter turns it back: what came in a cycle ago.
            self.assertEqual(list(outputs)[1:], inputs[:-1])
            path = Path(folder) / "counts"
            self.assertEqual(model.accelsim_rtl_coverage(instance, str(path).encode()), 1)
            counts = dict(map(int, line.split()) for line in path.read_text().splitlines())
            changes = [sum(a != b for a, b in zip(values, values[1:])) for values in (inputs, list(outputs))]
            self.assertEqual((counts[3], counts[5], counts[4]), (changes[0], changes[1], changes[1]))


if __name__ == "__main__":
    unittest.main()
