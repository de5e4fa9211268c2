#ifndef ACCELSIM_COST_TABLES_H
#define ACCELSIM_COST_TABLES_H

#include <stddef.h>

/// A table of what blocks of rtl/ cost, as JSON, compiled into the program.
typedef struct {
    const char *_Nonnull name;
    const unsigned char *_Nonnull text;
    size_t bytes;
} accelsim_cost_table;

/// Tables of cell libraries, in order of preference; their number is stored in `count`.
const accelsim_cost_table *_Nonnull accelsim_cost_tables(size_t *_Nonnull count);

/// What blocks take on an FPGA.
const accelsim_cost_table *_Nonnull accelsim_fpga_table(void);

#endif
