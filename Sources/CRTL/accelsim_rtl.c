#include "accelsim_rtl.h"
// The interface is types only.
