// fork(2), which Swift does not offer: for programs of one thread. How a process ended that is no child of ours: the kernel's headers of Debian 12 do not know the call yet. And
// close_range(2), which glibc declares only under _GNU_SOURCE.
#pragma once

// Makes every open descriptor from `first` on close-on-exec: -1 with errno set on failure.
int gantry_close_on_exec_from(unsigned first);

// PIDFD_GET_INFO with PIDFD_INFO_EXIT (Linux 6.15): the wait status of a process that its parent has reaped.
// Returns 1 and sets *status; 0 when the process has not been reaped yet; -1 with errno set, ENOTTY on older kernels.
int gantry_pidfd_exit_status(int pidfd, int *status);

// fork(2). The caller has one thread.
int gantry_fork(void);

// Closes every descriptor from `first` on: -1 with errno set on failure.
int gantry_close_from(unsigned first);

// Finds out how much room there is for what the process is called in ps(1): its arguments and its environment, whose bytes
// are overwritten later. Called before the environment is changed: -1 where /proc does not tell.
int gantry_reserve_title(void);

// What ps(1) shows from now on in place of the arguments; without effect where no room was reserved. What does not fit is
// cut off. Variables of the environment that the process was started with must have been set anew, or be done with.
void gantry_set_title(const char *text);
