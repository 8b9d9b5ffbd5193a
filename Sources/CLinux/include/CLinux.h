// What Swift cannot say of Linux: variadic functions, macros, and calls that glibc has no wrapper for.
//
// The header stays clear of _GNU_SOURCE, which would make its types differ from those of Swift's Glibc
// module; the .c file defines it.
//
// Each function is the bare system call: it returns what the kernel returns, -1 with errno set on
// failure, and owns nothing. Retrying on EINTR and turning errno into an error is the Swift side's work.
#pragma once

#include "CLinuxSocket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#include "GantryBPF.h"
#include "GantryProcess.h"
#include "GantryStorage.h"

int gantry_open(const char *path, int flags, mode_t mode);
int gantry_openat(int directory, const char *path, int flags, mode_t mode);
int gantry_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
int gantry_pipe2(int ends[2], int flags);
int gantry_fcntl(int fd, int command, long argument);
int gantry_prctl(int option, unsigned long argument);
int gantry_setns(int fd, int types);
int gantry_unshare(int types);
// Sets IFF_UP on the link `name` of the network namespace that `socket` was made in.
int gantry_interface_up(int socket, const char *name);
// posix_spawn_file_actions_addchdir_np(3): `actions` is a posix_spawn_file_actions_t; returns an errno, 0 for none.
int gantry_spawn_add_directory(void *actions, const char *path);
// memfd_create(2), close-on-exec.
int gantry_memfd_create(const char *name);
int gantry_pidfd_open(pid_t pid, unsigned flags);
int gantry_pidfd_send_signal(int pidfd, int signal);
int gantry_set_window_size(int fd, uint16_t columns, uint16_t rows);
int gantry_get_window_size(int fd, uint16_t *columns, uint16_t *rows);

// Files.
int gantry_clone_file(int target, int source);
int64_t gantry_file_system_type(const char *path);
ssize_t gantry_copy_file_range(int source, int64_t source_offset, int target, int64_t target_offset, size_t count);

// errno is a macro over a thread-local; this reads and writes it in one place.
int gantry_errno(void);
void gantry_set_errno(int value);
