// Unix sockets: control messages are built and read with macros (CMSG_*), and struct ucred hides behind
// _GNU_SOURCE. As everywhere in CLinux: bare system calls, -1 and errno on failure, nothing owned.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Sends without raising SIGPIPE and without blocking; `descriptors` go along as SCM_RIGHTS if count > 0.
ssize_t gantry_send(int fd, const void *bytes, size_t length, const int *descriptors, size_t count);

// Receives without blocking. Descriptors that came along are stored close-on-exec, `*count` of them (in:
// the room, at most 32; out: how many came). `*lost` is set when some did not fit: the kernel closed them.
ssize_t gantry_receive(int fd, void *bytes, size_t length, int *descriptors, size_t *count, int *lost);

int gantry_peer_credentials(int fd, pid_t *pid, uid_t *uid, gid_t *gid);
int gantry_unix_socket(void);
int gantry_unix_socketpair(int ends[2]);
int gantry_unix_bind(int fd, const char *path, size_t length);
int gantry_unix_connect(int fd, const char *path, size_t length);
int gantry_accept(int fd);
