#define _GNU_SOURCE
#include "GantryStorage.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <malloc.h>
#include <spawn.h>
#include <sys/ioctl.h>

int gantry_punch_hole(int fd, int64_t offset, int64_t length) {
  return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}

void gantry_return_large_blocks(int bytes) {
  mallopt(M_MMAP_THRESHOLD, bytes);
  mallopt(M_TRIM_THRESHOLD, bytes);
}

void gantry_share_one_heap(void) { mallopt(M_ARENA_MAX, 1); }

const int16_t gantry_posix_spawn_setsid = POSIX_SPAWN_SETSID;

int gantry_begin_writing(int fd) { return sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); }

void gantry_enlarge_pipe(int fd) { (void)fcntl(fd, F_SETPIPE_SZ, 1 << 20); }

int gantry_spread_subdirectories(int fd) {
  int flags;
  if (ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0) return -1;
  if (flags & FS_TOPDIR_FL) return 0;
  flags |= FS_TOPDIR_FL;
  return ioctl(fd, FS_IOC_SETFLAGS, &flags);
}
