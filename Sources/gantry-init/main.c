// Process 1 of a container that was started with --init: runs one command, passes signals on to it, reaps
// whatever else becomes an orphan, and ends as the command did. It is bind-mounted into containers of any
// distribution, hence C and fully static.
//
// Usage: gantry-init -- COMMAND [ARGUMENT...]
// Exit status: the command's; 128 and its signal's number if one killed it; 126 or 127 if it cannot be executed.

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Signals that report a fault of this very process; blocking them would hide it.
static const int faults[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS};

static void fail(const char *what, int status) {
  fprintf(stderr, "gantry-init: %s: %s\n", what, strerror(errno));
  exit(status);
}

// In the child: a group of its own, in the foreground of the terminal if there is one, so that keys on the
// terminal reach the command and not its init.
static void become(char **command, const sigset_t *mask) {
  setpgid(0, 0);
  // The terminal stops whoever takes it from the background.
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(STDIN_FILENO, getpgrp());
  signal(SIGTTOU, SIG_DFL);
  sigprocmask(SIG_SETMASK, mask, NULL);
  execvp(command[0], command);
  int status = errno == ENOENT || errno == ENOTDIR ? 127 : 126;
  fail(command[0], status);
}

// Reaps all that has ended; the command's status, or -1 while it runs.
static int reap(pid_t command) {
  int result = -1;
  for (;;) {
    int status;
    pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) return result;
    if (pid == command) result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
}

int main(int count, char **arguments) {
  int first = count > 1 && strcmp(arguments[1], "--") == 0 ? 2 : 1;
  if (first >= count) {
    fprintf(stderr, "usage: gantry-init -- COMMAND [ARGUMENT...]\n");
    return 125;
  }
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  for (size_t index = 0; index < sizeof faults / sizeof faults[0]; index++) sigdelset(&all, faults[index]);
  if (sigprocmask(SIG_SETMASK, &all, &before) != 0) fail("sigprocmask", 125);

  pid_t command = fork();
  if (command < 0) fail("fork", 125);
  if (command == 0) become(arguments + first, &before);

  for (;;) {
    siginfo_t info;
    int number = sigwaitinfo(&all, &info);
    if (number < 0) {
      if (errno == EINTR) continue;
      fail("sigwaitinfo", 125);
    }
    if (number == SIGCHLD) {
      int status = reap(command);
      if (status >= 0) return status;
      continue;
    }
    // The command may have ended at this very moment.
    kill(command, number);
  }
}
