// In front of every file of a model and of Verilator's run-time library: what they print goes to the shim.
#ifndef ACCELSIM_VERILATED_PRINT_H
#define ACCELSIM_VERILATED_PRINT_H
int accelsim_rtl_print(const char *format, ...);
#endif
