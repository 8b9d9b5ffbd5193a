#define _GNU_SOURCE
#include "GantryProcess.h"

#include <linux/close_range.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int gantry_close_on_exec_from(unsigned first) {
  return (int)syscall(SYS_close_range, first, ~0u, CLOSE_RANGE_CLOEXEC);
}

struct gantry_pidfd_info {
  uint64_t mask;
  uint64_t cgroupid;
  uint32_t numbers[11];
  int32_t exit_code;
};

#define GANTRY_PIDFD_GET_INFO _IOWR(0xFF, 11, struct gantry_pidfd_info)
#define GANTRY_PIDFD_INFO_EXIT (1u << 3)

int gantry_pidfd_exit_status(int pidfd, int *status) {
  struct gantry_pidfd_info info = {.mask = GANTRY_PIDFD_INFO_EXIT};
  if (ioctl(pidfd, GANTRY_PIDFD_GET_INFO, &info) < 0) return -1;
  if (!(info.mask & GANTRY_PIDFD_INFO_EXIT)) return 0;
  *status = info.exit_code;
  return 1;
}

int gantry_fork(void) { return fork(); }

int gantry_close_from(unsigned first) { return (int)syscall(SYS_close_range, first, ~0u, 0); }

static char *title;
static size_t title_room;

// Fields 48 to 51 of proc_pid_stat(5): arg_start, arg_end, env_start, env_end.
int gantry_reserve_title(void) {
  char text[2048];
  FILE *file = fopen("/proc/self/stat", "re");
  if (!file) return -1;
  size_t count = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[count] = 0;
  // The name, field 2, may hold spaces and parentheses.
  char *place = strrchr(text, ')');
  unsigned long bounds[4];
  for (int field = 2; place && field < 48; field++) place = strchr(place + 1, ' ');
  if (!place || sscanf(place, " %lu %lu %lu %lu", bounds, bounds + 1, bounds + 2, bounds + 3) != 4) return -1;
  if (!bounds[0] || bounds[1] != bounds[2] || bounds[3] <= bounds[0]) return -1;
  title = (char *)bounds[0];
  title_room = bounds[3] - bounds[0];
  return 0;
}

// The kernel shows the arguments whole while the byte before arg_end is 0, else all up to the first 0, also in what was the
// environment.
void gantry_set_title(const char *text) {
  if (!title) return;
  size_t length = strlen(text);
  if (length >= title_room) length = title_room - 1;
  memcpy(title, text, length);
  memset(title + length, 0, title_room - length);
}
