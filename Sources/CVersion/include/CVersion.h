// The stamp of a build, which Swift has no way to leave open until after linking.
//
// packaging/stage writes it into the finished program, so that a new commit compiles and links nothing anew and the
// tree stays as it is.
#pragma once

/// "COMMIT\nSECONDS" with the seconds since 1970 of the build; "" where the program was not staged. Static memory.
const char *gantry_build_stamp(void);
