#include "internal.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>

static int failure(gl_report *report, gl_class class_, int error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  gl_fill(report, class_, error, format, arguments);
  va_end(arguments);
  return -1;
}

_Noreturn static void become_hook(const gl_hook *hook, int input, int output) {
  static const char *nothing[] = {NULL};
  const char *bare[] = {hook->path, NULL};
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  // Out of the way of what comes to lie at 0 to 2.
  input = fcntl(input, F_DUPFD, 3);
  output = fcntl(output, F_DUPFD, 3);
  dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  syscall(SYS_close_range, 3, ~0U, 0);
  execve(hook->path, (char *const *)(hook->args.count ? hook->args.items : bare),
         (char *const *)(hook->env.count ? hook->env.items : nothing));
  _exit(errno == ENOENT ? 127 : 126);
}

// Standard input is the state, standard output and error are kept for the error message.
int gl_run_hook(const gl_hook *hook, const char *state, size_t length, gl_report *report) {
  int input = memfd_create("state", MFD_CLOEXEC), output = memfd_create("output", MFD_CLOEXEC);
  if (input < 0 || output < 0 || (length && write(input, state, length) != (ssize_t)length) ||
      lseek(input, 0, SEEK_SET) < 0) {
    int error = errno;
    if (input >= 0) close(input);
    if (output >= 0) close(output);
    return failure(report, GL_OTHER, error, "hook %s", hook->path);
  }
  int pidfd = -1;
  struct {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
  } arguments = {.flags = 0x1000 /* CLONE_PIDFD */, .pidfd = (uintptr_t)&pidfd, .exit_signal = SIGCHLD};
  pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0) become_hook(hook, input, output);
  int error = errno;
  close(input);
  if (pid < 0) {
    close(output);
    return failure(report, GL_OTHER, error, "hook %s", hook->path);
  }
  struct pollfd watch = {.fd = pidfd, .events = POLLIN};
  int ready;
  do ready = poll(&watch, 1, (int)(hook->timeout > 0 ? hook->timeout : -1));
  while (ready < 0 && errno == EINTR);
  if (ready == 0) kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  char words[400];
  ssize_t count = pread(output, words, sizeof words - 1, 0);
  words[count > 0 ? count : 0] = 0;
  close(output);
  close(pidfd);
  if (ready == 0)
    return failure(report, GL_REFUSED, 0, "hook %s did not end within %lld ms", hook->path, (long long)hook->timeout);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
  if (WIFSIGNALED(status))
    return failure(report, GL_REFUSED, 0, "hook %s was ended by signal %d: %s", hook->path, WTERMSIG(status), words);
  return failure(report, GL_REFUSED, 0, "hook %s ended with exit code %d: %s", hook->path, WEXITSTATUS(status), words);
}

// In the child. The state is kept for the hooks to come.
void gl_run_hooks(const gl_hooks *hooks, const char *stage, const char *state, size_t length) {
  static const char *kept;
  static size_t kept_length;
  if (state) {
    kept = state;
    kept_length = length;
  }
  for (int i = 0; i < hooks->count; i++) {
    gl_report report;
    if (gl_run_hook(&hooks->items[i], kept, kept_length, &report) < 0) gl_fail(GL_REFUSED, 0, "%s %s", stage, report.text);
  }
}
