// How a process ended that is no child of ours. The kernel's headers of Debian 12 do not know the call yet.
#pragma once

// PIDFD_GET_INFO with PIDFD_INFO_EXIT (Linux 6.15): the wait status of a process that its parent has reaped.
// Returns 1 and sets *status; 0 when the process has not been reaped yet; -1 with errno set, ENOTTY on older kernels.
int gantry_pidfd_exit_status(int pidfd, int *status);
