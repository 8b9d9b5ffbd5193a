#include "CVersion.h"

// volatile: the compiler must not take the content it sees for the content there will be.
__attribute__((used, section("gantry_stamp"))) static const volatile char stamp[64] = "";

const char *gantry_build_stamp(void) { return (const char *)stamp; }
