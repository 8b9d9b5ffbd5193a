// How a process ended that is no child of ours: the kernel's headers of Debian 12 do not know the call yet. And
// close_range(2), which glibc declares only under _GNU_SOURCE.
#pragma once

// Makes every open descriptor from `first` on close-on-exec: -1 with errno set on failure.
int gantry_close_on_exec_from(unsigned first);

// PIDFD_GET_INFO with PIDFD_INFO_EXIT (Linux 6.15): the wait status of a process that its parent has reaped.
// Returns 1 and sets *status; 0 when the process has not been reaped yet; -1 with errno set, ENOTTY on older kernels.
int gantry_pidfd_exit_status(int pidfd, int *status);
