#include "internal.h"

#include <linux/sched.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

int setns(int fd, int type);

// The parent's side.

static int fail_with(gl_report *report, gl_class class_, int error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  gl_fill(report, class_, error, format, arguments);
  va_end(arguments);
  return -1;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void gl_abandon(int pidfd) {
  siginfo_t information;
  syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
  while (waitid(P_PIDFD, (id_t)pidfd, &information, WEXITED) < 0 && errno == EINTR) {}
}

// Waits for one report. Returns 1, 0 at end of file, or -1 with *report filled.
static int receive(int channel, int64_t deadline, gl_report *report, int *descriptor) {
  struct pollfd watch = {.fd = channel, .events = POLLIN};
  for (;;) {
    int64_t left = deadline - now();
    int ready = poll(&watch, 1, left > 0 ? (int)left : 0);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return fail_with(report, GL_TIMED_OUT, 0, "the container's process did not get ready in time");
    break;
  }
  struct iovec vector = {report, sizeof *report};
  char control[CMSG_SPACE(sizeof(int))];
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t count;
  memset(report, 0, sizeof *report);
  do count = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count < 0 && errno != ECONNRESET)
    return fail_with(report, GL_OTHER, errno, "listening to the container's process");
  struct cmsghdr *header = count > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header && header->cmsg_type == SCM_RIGHTS) {
    int received;
    memcpy(&received, CMSG_DATA(header), sizeof received);
    if (descriptor && *descriptor < 0)
      *descriptor = received;
    else
      close(received);
  }
  return count > 0;
}

static int write_map(pid_t pid, const char *name, const char *text, gl_report *report) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) {
    int error = errno;
    if (fd >= 0) close(fd);
    return fail_with(report, GL_INVALID, error, "the host refuses the mapping \"%s\" of the user namespace (%s)", text,
                     name);
  }
  close(fd);
  return 0;
}

// gl_fail() reports on gl_error_fd and exits; limits are set by a process that shares nothing but may fail.
static int in_process(void (*work)(const gl_plan *, pid_t), const gl_plan *plan, pid_t pid, gl_report *report) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return fail_with(report, GL_OTHER, errno, "a pipe for the launcher");
  struct clone_args arguments = {.exit_signal = SIGCHLD};
  pid_t worker = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
  if (worker == 0) {
    gl_error_fd = ends[1];
    work(plan, pid);
    _exit(0);
  }
  int error = errno;
  close(ends[1]);
  ssize_t count = worker > 0 ? read(ends[0], report, sizeof *report) : -1;
  close(ends[0]);
  if (worker < 0) return fail_with(report, GL_OTHER, error, "a process for the launcher");
  while (waitpid(worker, NULL, 0) < 0 && errno == EINTR) {}
  return count > 0 ? -1 : 0;
}

static void limit(const gl_plan *plan, pid_t pid) {
  gl_apply_oom_score(plan, pid);
  gl_apply_limits(plan, pid);
}

static int answer_ready(gl_plan *plan, const gl_launched *launched, gl_report *report) {
  if (plan->uid_map) {
    if (write_map(launched->pid, "uid_map", plan->uid_map, report) < 0) return -1;
    if (write_map(launched->pid, "gid_map", plan->gid_map, report) < 0) return -1;
  }
  if (plan->limits_by_parent && in_process(limit, plan, launched->pid, report) < 0) return -1;
  if (!plan->state_head) {
    if (send(launched->channel, "", 1, MSG_NOSIGNAL) < 0)
      return fail_with(report, GL_OTHER, errno, "telling the container's process to go on");
    return 0;
  }
  size_t size = strlen(plan->state_head) + strlen(plan->state_tail) + 16;
  char *state = malloc(size);
  if (!state) return fail_with(report, GL_OTHER, ENOMEM, "memory for the state");
  int length = snprintf(state, size, "%s%d%s", plan->state_head, launched->pid, plan->state_tail);
  int result = 0;
  for (int i = 0; result == 0 && i < plan->host_hooks.count; i++)
    result = gl_run_hook(&plan->host_hooks.items[i], state, (size_t)length, report);
  if (result == 0 && send(launched->channel, state, (size_t)length + 1, MSG_NOSIGNAL) < 0)
    result = fail_with(report, GL_OTHER, errno, "telling the container's process its state");
  free(state);
  return result;
}

// Listens until the child waits at its gate, or executes where it has none.
static int follow(gl_plan *plan, gl_launched *launched, gl_report *report) {
  int64_t deadline = now() + plan->timeout;
  for (;;) {
    int result = receive(launched->channel, deadline, report, &launched->terminal);
    if (result < 0) return -1;
    if (result == 0) {
      // End of file without a word: executed, where it need not wait; dead otherwise.
      siginfo_t information = {0};
      bool dead = waitid(P_PIDFD, (id_t)launched->pidfd, &information, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                  information.si_pid != 0;
      if (!plan->has_gate) return 0;
      return fail_with(report, GL_OTHER, 0, "the container's process ended before it was ready (%s %d)",
                       dead && information.si_code == CLD_EXITED ? "exit code" : "signal",
                       dead ? information.si_status : 0);
    }
    switch (report->kind) {
      case 'R':
        if (answer_ready(plan, launched, report) < 0) return -1;
        break;
      case 'T': break;
      case 'C': return 0;
      default: return -1;
    }
  }
}

// Enters namespaces for the moment of the clone, so that the child is born in them: the only way for a pid
// namespace, and for those that a child in a user namespace of its own may not join.
typedef struct visit {
  int own;
  int flag;
} visit;

static const char *namespace_path(int flag) {
  switch (flag) {
    case CLONE_NEWPID: return "/proc/self/ns/pid";
    case CLONE_NEWNET: return "/proc/thread-self/ns/net";
    case CLONE_NEWIPC: return "/proc/thread-self/ns/ipc";
    case CLONE_NEWUTS: return "/proc/thread-self/ns/uts";
    default: return "/proc/thread-self/ns/cgroup";
  }
}

static void leave(visit *visits, int count) {
  while (count-- > 0) {
    // Failing to come back would leave the caller in the container's namespace: it must not go on.
    if (setns(visits[count].own, visits[count].flag) < 0) abort();
    close(visits[count].own);
  }
}

static int enter(const gl_plan *plan, visit *visits, int *count, gl_report *report) {
  for (int i = 0; i < plan->parent_joins.count && i < 8; i++) {
    const gl_join *join = &plan->parent_joins.items[i];
    int own = open(namespace_path(join->flag), O_RDONLY | O_CLOEXEC);
    if (own < 0 || setns(join->fd, join->flag) < 0) {
      int error = errno;
      if (own >= 0) close(own);
      return fail_with(report, GL_OTHER, error, "joining a namespace of the container (CLONE flag %#x)", join->flag);
    }
    visits[(*count)++] = (visit){own, join->flag};
  }
  return 0;
}

// Opens what a child in a user namespace cannot, in a process with a mount namespace of its own that shares our
// descriptors: detached mounts outlive it.
_Noreturn static void open_apart(gl_plan *plan, int *numbers) {
  gl_make_propagation(plan);
  int root = gl_mount_rootfs(plan);
  int tree = gl_open_tree(root, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE);
  if (tree < 0) gl_fail(GL_OTHER, errno, "taking the container's root");
  close(root);
  numbers[0] = tree;
  gl_open_sources(plan, numbers);
  _exit(0);
}

static int prepare_sources(gl_plan *plan, gl_report *report) {
  size_t count = 1 + (size_t)plan->mounts.count + (size_t)plan->devices.count;
  int *numbers = mmap(NULL, count * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int ends[2];
  if (numbers == MAP_FAILED) return fail_with(report, GL_OTHER, errno, "memory for the launcher");
  for (size_t i = 0; i < count; i++) numbers[i] = -1;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    munmap(numbers, count * sizeof(int));
    return fail_with(report, GL_OTHER, errno, "a channel for the launcher");
  }
  struct clone_args arguments = {.flags = CLONE_FILES | CLONE_NEWNS, .exit_signal = SIGCHLD};
  pid_t worker = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
  if (worker == 0) {
    gl_error_fd = ends[1];
    open_apart(plan, numbers);
  }
  int error = errno, status = 0, result = 0;
  if (worker > 0)
    while (waitpid(worker, &status, 0) < 0 && errno == EINTR) {}
  if (worker < 0)
    result = fail_with(report, GL_OTHER, error, "a process for the launcher");
  else if (status != 0 && recv(ends[0], report, sizeof *report, MSG_DONTWAIT) <= 0)
    result = fail_with(report, GL_OTHER, 0, "preparing the container's mounts failed");
  else if (status != 0)
    result = -1;
  close(ends[0]);
  close(ends[1]);
  plan->rootfs_fd = numbers[0];
  for (int i = 0; i < plan->mounts.count; i++) plan->mounts.items[i].source_fd = numbers[1 + i];
  for (int i = 0; i < plan->devices.count; i++)
    plan->devices.items[i].source_fd = numbers[1 + plan->mounts.count + i];
  munmap(numbers, count * sizeof(int));
  return result;
}

static void close_sources(gl_plan *plan) {
  if (plan->rootfs_fd >= 0) close(plan->rootfs_fd);
  plan->rootfs_fd = -1;
  for (int i = 0; i < plan->mounts.count; i++)
    if (plan->mounts.items[i].source_fd >= 0) close(plan->mounts.items[i].source_fd);
  for (int i = 0; i < plan->devices.count; i++)
    if (plan->devices.items[i].source_fd >= 0) close(plan->devices.items[i].source_fd);
}

static int clone_child(gl_plan *plan, int ends[2], gl_launched *launched, gl_report *report) {
  visit visits[8];
  int visited = 0;
  if (enter(plan, visits, &visited, report) < 0) {
    leave(visits, visited);
    return -1;
  }
  struct clone_args arguments = {
      .flags = plan->clone_flags | CLONE_PIDFD, .pidfd = (uintptr_t)&launched->pidfd, .exit_signal = SIGCHLD};
  if (plan->cgroup_fd >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = (uint64_t)plan->cgroup_fd;
  }
  pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0) {
    close(ends[0]);
    gl_child(plan, ends[1]);
  }
  int error = errno;
  leave(visits, visited);
  if (pid < 0)
    return fail_with(report, error == ENOSPC ? GL_REFUSED : GL_OTHER, error,
                     "making the container's process (clone flags %#llx)%s", (unsigned long long)plan->clone_flags,
                     error == ENOSPC ? " (a limit of /proc/sys/user is reached)" : "");
  launched->pid = pid;
  return 0;
}

void gl_discard(gl_launched *launched) {
  gl_abandon(launched->pidfd);
  close(launched->pidfd);
  close(launched->channel);
  if (launched->terminal >= 0) close(launched->terminal);
  *launched = (gl_launched){.pid = -1, .pidfd = -1, .channel = -1, .terminal = -1};
}

int gl_begin(gl_plan *plan, gl_launched *launched, gl_report *report) {
  *launched = (gl_launched){.pid = -1, .pidfd = -1, .channel = -1, .terminal = -1};
  int ends[2];
  bool apart = plan->uid_map && plan->root_path;
  if (apart && prepare_sources(plan, report) < 0) {
    close_sources(plan);
    return -1;
  }
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    if (apart) close_sources(plan);
    return fail_with(report, GL_OTHER, errno, "a channel to the container's process");
  }
  int result = clone_child(plan, ends, launched, report);
  close(ends[1]);
  if (apart) close_sources(plan);
  if (result == 0)
    launched->channel = ends[0];
  else
    close(ends[0]);
  return result;
}

int gl_admit(const gl_plan *plan, gl_launched *launched, gl_report *report) {
  enum { most = 64 };
  int count = plan->cgroup_tasks.count;
  char control[CMSG_SPACE(most * sizeof(int))] = {0};
  struct iovec vector = {"J", 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  if (count > most) count = most;
  if (count > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
    memcpy(CMSG_DATA(header), plan->cgroup_tasks.items, (size_t)count * sizeof(int));
  }
  ssize_t sent;
  do sent = sendmsg(launched->channel, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  // One that has failed already says why itself.
  if (sent >= 0 || errno == EPIPE || errno == ECONNRESET) return 0;
  fail_with(report, GL_OTHER, errno, "letting the container's process into its cgroup");
  gl_discard(launched);
  return -1;
}

int gl_finish(gl_plan *plan, gl_launched *launched, gl_report *report) {
  if (follow(plan, launched, report) < 0) {
    gl_discard(launched);
    return -1;
  }
  if (plan->has_gate && plan->gate_fd < 0) return 0;
  close(launched->channel);
  launched->channel = -1;
  return 0;
}

int gl_start(int channel, int64_t timeout, gl_report *report) {
  if (send(channel, "S", 1, MSG_NOSIGNAL) < 0)
    return fail_with(report, GL_OTHER, 0, "the container's process ended before it was started");
  int result = receive(channel, now() + timeout, report, NULL);
  return result == 0 ? 0 : -1;
}

int gl_start_by_gate(const char *gate, const char *errors, int64_t timeout, gl_report *report) {
  int late = open(errors, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  int fd = late < 0 ? -1 : open(gate, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || write(fd, "S", 1) != 1) {
    int error = errno;
    if (late >= 0) close(late);
    if (fd >= 0) close(fd);
    return fail_with(report, GL_REFUSED, error == ENXIO || error == ENOENT ? 0 : error,
                     "no created container waits at %s; it was started before, or has ended", gate);
  }
  close(fd);
  struct pollfd watch = {.fd = late, .events = POLLIN};
  int ready;
  int64_t deadline = now() + timeout;
  do {
    int64_t left = deadline - now();
    ready = poll(&watch, 1, left > 0 ? (int)left : 0);
  } while (ready < 0 && errno == EINTR);
  ssize_t count = ready > 0 ? read(late, report, sizeof *report) : 0;
  close(late);
  if (ready == 0) return fail_with(report, GL_TIMED_OUT, 0, "the container's process did not execute in time");
  return count > 0 ? -1 : 0;
}
