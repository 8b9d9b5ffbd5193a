// How gantry-worker and gantry-registry lock themselves in: the calls that Swift cannot make (namespaces, capability sets, a seccomp filter).
//
// Each function returns -1 with errno set on failure, if not said otherwise, and owns nothing.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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

// Installs the filter of gantry-registry for good: as the worker's, but it may connect to other machines, and it may make new
// files; it changes none that it was not handed open, and reaches no unix socket. Returns 0, or a negative errno.
int gantry_install_client_filter(void);

// Moves this thread into mount, IPC and host name namespaces of its own, in which every file is read-only.
int gantry_see_files_read_only(void);

// Loads the modules that host names are looked up with: later, code cannot be loaded any more.
void gantry_load_name_services(void);
