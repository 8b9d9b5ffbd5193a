// Giving back what is not needed any more, and starting programs in sessions: glibc declares these only under
// _GNU_SOURCE, or as macros over enumerations that Swift does not import.
#pragma once

#include <stdint.h>

// fallocate(2) with FALLOC_FL_PUNCH_HOLE and FALLOC_FL_KEEP_SIZE: -1 with errno set on failure.
int gantry_punch_hole(int fd, int64_t offset, int64_t length);

// sync_file_range(2) with SYNC_FILE_RANGE_WRITE over the whole file: writing to the disk begins, nobody waits for it.
int gantry_begin_writing(int fd);

// fcntl(2) with F_SETPIPE_SZ and a mebibyte: a writer and a reader of different pace wait less often for each other. What
// the kernel refuses stays as it was.
void gantry_enlarge_pipe(int fd);

// Sets FS_TOPDIR_FL (chattr(1), attribute T) on a directory: -1 with errno set where its file system has no such thing.
int gantry_spread_subdirectories(int fd);

// Makes malloc(3) take blocks of at least `bytes` from the kernel and return them when they are freed.
void gantry_return_large_blocks(int bytes);

// Has all threads use the heap of the first: for programs that live a moment, whose threads would set up one each.
void gantry_share_one_heap(void);

// POSIX_SPAWN_SETSID of posix_spawnattr_setflags(3).
extern const int16_t gantry_posix_spawn_setsid;
