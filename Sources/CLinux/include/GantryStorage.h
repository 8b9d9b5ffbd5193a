// Giving back what is not needed any more, and starting programs in sessions: glibc declares these only under
// _GNU_SOURCE, or as macros over enumerations that Swift does not import.
#pragma once

#include <stdint.h>

// fallocate(2) with FALLOC_FL_PUNCH_HOLE and FALLOC_FL_KEEP_SIZE: -1 with errno set on failure.
int gantry_punch_hole(int fd, int64_t offset, int64_t length);

// Makes malloc(3) take blocks of at least `bytes` from the kernel and return them when they are freed.
void gantry_return_large_blocks(int bytes);

// POSIX_SPAWN_SETSID of posix_spawnattr_setflags(3).
extern const int16_t gantry_posix_spawn_setsid;
