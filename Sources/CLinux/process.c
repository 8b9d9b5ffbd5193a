#define _GNU_SOURCE
#include "CLinux.h"

#include <spawn.h>
#include <sys/mman.h>

int gantry_spawn_add_directory(void *actions, const char *path) {
  return posix_spawn_file_actions_addchdir_np(actions, path);
}

int gantry_memfd_create(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
