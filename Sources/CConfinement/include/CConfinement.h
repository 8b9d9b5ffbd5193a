// How gantry-worker locks itself in: peeking at its one request before any thread runs, and the calls that
// Swift cannot make (ancillary data, capability sets, a seccomp filter).
//
// Each function returns -1 with errno set on failure, if not said otherwise, and owns nothing.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Prepares `socket` for peeking from its first byte on, each wait at most `seconds` long.
int gantry_peek_begin(int socket, int seconds);
// Goes back to ordinary reads, which begin at the first byte.
int gantry_peek_end(int socket);
// Waits for bytes beyond those peeked at already; they stay in the socket. Descriptors that came with them are
// duplicated, close-on-exec; the caller closes its copies.
ssize_t gantry_peek(int socket, void *bytes, size_t length, int *descriptors, size_t room, size_t *count);

// Moves this thread into mount, network, IPC and host name namespaces of its own; no mount made here is seen outside.
int gantry_leave_shared_namespaces(void);

// Makes the current directory, a mount point, the root, and lets go of the old one.
int gantry_pivot_here(void);

// Drops all capabilities from every set but those in `keep` (1 << CAP_...).
int gantry_keep_capabilities(uint64_t keep);

// Lets libcrypto, the time zone code and the character set converters read their files now: afterwards such a path
// would lead to a stranger's file.
void gantry_warm_up(void);

// Installs the filter for good: no new program, socket, mount, namespace, executable memory, tracing or signal to
// others. Returns 0, or a negative errno.
int gantry_install_worker_filter(void);
