#define _GNU_SOURCE
#include <linux/fs.h>
#include <sys/vfs.h>

#include "CLinux.h"

int gantry_clone_file(int target, int source) { return ioctl(target, FICLONE, source); }

ssize_t gantry_copy_file_range(int source, int64_t source_offset, int target, int64_t target_offset, size_t count) {
  loff_t from = source_offset;
  loff_t to = target_offset;
  return copy_file_range(source, &from, target, &to, count, 0);
}

int64_t gantry_file_system_type(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (int64_t)status.f_type : -1;
}
