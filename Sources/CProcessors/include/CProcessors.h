// sched_getaffinity(2), whose types and macros exist only with _GNU_SOURCE, which Swift's Glibc module is without.
#pragma once

/// How many processors the calling thread may run on; 1 where the kernel does not say.
int gantry_processors(void);
