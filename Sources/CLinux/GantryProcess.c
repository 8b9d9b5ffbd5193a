#define _GNU_SOURCE
#include "GantryProcess.h"

#include <linux/close_range.h>
#include <stdint.h>
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
