#define _GNU_SOURCE
#include "CLinux.h"

int gantry_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int gantry_openat(int directory, const char *path, int flags, mode_t mode) {
  return openat(directory, path, flags, mode);
}

int gantry_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int gantry_pipe2(int ends[2], int flags) { return pipe2(ends, flags); }

int gantry_fcntl(int fd, int command, long argument) { return fcntl(fd, command, argument); }

int gantry_prctl(int option, unsigned long argument) { return prctl(option, argument, 0, 0, 0); }

int gantry_setns(int fd, int types) { return setns(fd, types); }

int gantry_unshare(int types) { return unshare(types); }

int gantry_pidfd_open(pid_t pid, unsigned flags) { return (int)syscall(SYS_pidfd_open, pid, flags); }

int gantry_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, 0, 0);
}

int gantry_set_window_size(int fd, uint16_t columns, uint16_t rows) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  return ioctl(fd, TIOCSWINSZ, &size);
}

int gantry_get_window_size(int fd, uint16_t *columns, uint16_t *rows) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) < 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}

int gantry_errno(void) { return errno; }
void gantry_set_errno(int value) { errno = value; }
