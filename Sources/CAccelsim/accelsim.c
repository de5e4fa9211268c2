#include "accelsim.h"
// The functions are Swift (Sources/CInterface).
