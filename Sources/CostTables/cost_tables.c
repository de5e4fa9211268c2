// The tables are files of costs/, which a build does not watch: touch this file when one of them changes.
#include "cost_tables.h"

static const unsigned char asap7[] = {
#embed "../../costs/asap7-rvt-tt.json"
};

static const unsigned char osu018[] = {
#embed "../../costs/osu018-typ.json"
};

static const unsigned char sg13g2[] = {
#embed "../../costs/sg13g2-typ.json"
};

static const unsigned char ultrascale_plus[] = {
#embed "../../costs/ultrascale-plus.json"
};

static const accelsim_cost_table tables[] = {
    {"asap7", asap7, sizeof asap7},
    {"sg13g2", sg13g2, sizeof sg13g2},
    {"osu018", osu018, sizeof osu018},
};

static const accelsim_cost_table fpga = {"ultrascale-plus", ultrascale_plus, sizeof ultrascale_plus};

const accelsim_cost_table *accelsim_cost_tables(size_t *count) {
    *count = sizeof tables / sizeof *tables;
    return tables;
}

const accelsim_cost_table *accelsim_fpga_table(void) { return &fpga; }
