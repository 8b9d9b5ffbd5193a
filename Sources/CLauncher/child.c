#include "internal.h"

#include <linux/sched.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>

int setns(int fd, int type);
int unshare(int flags);

// As rt_sigaction(2) itself takes it.
struct kernel_sigaction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)(void);
  uint64_t mask;
};

// By the system call, since glibc keeps signals 32 and 33 for its threads and refuses to change them.
static void reset_signals(void) {
  struct kernel_sigaction action = {.handler = SIG_DFL};
  for (int signal = 1; signal < 65; signal++)
    if (signal != SIGKILL && signal != SIGSTOP)
      syscall(SYS_rt_sigaction, signal, &action, NULL, sizeof action.mask);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool must_wait(const gl_plan *plan) {
  return plan->uid_map || plan->host_hooks.count || plan->create_container.count || plan->start_container.count;
}

// The parent has written the maps and run its hooks; it sends the state for ours.
static const char *wait_for_parent(int channel, size_t *length) {
  size_t size = 1 << 20;
  char *state = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (state == MAP_FAILED) gl_fail(GL_OTHER, errno, "memory for the state");
  if (gl_send(channel, 'R', -1) < 0) _exit(127);
  ssize_t count;
  do count = recv(channel, state, size, 0);
  while (count < 0 && errno == EINTR);
  if (count <= 0) _exit(127);
  *length = (size_t)count - 1;
  return state;
}

// The parent has made the last of the cgroups.
static void receive_tasks(gl_plan *plan) {
  enum { most = 64 };
  static int tasks[most];
  char byte;
  char control[CMSG_SPACE(most * sizeof(int))];
  struct iovec vector = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t count;
  do count = recvmsg(gl_error_fd, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count <= 0) _exit(127);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_type != SCM_RIGHTS) return;
  size_t size = header->cmsg_len - CMSG_LEN(0);
  memcpy(tasks, CMSG_DATA(header), size);
  plan->cgroup_tasks.items = tasks;
  plan->cgroup_tasks.count = (int)(size / sizeof(int));
}

void gl_join_cgroups(gl_plan *plan) {
  static bool joined;
  if (joined) return;
  joined = true;
  if (plan->joins_late) receive_tasks(plan);
  for (int i = 0; i < plan->cgroup_tasks.count; i++)
    if (write(plan->cgroup_tasks.items[i], "0", 1) < 0) gl_fail(GL_OTHER, errno, "joining the container's cgroup");
  // Of those that came, nothing reaches the container.
  for (int i = 0; plan->joins_late && i < plan->cgroup_tasks.count; i++) close(plan->cgroup_tasks.items[i]);
  if (plan->new_cgroup_namespace && unshare(CLONE_NEWCGROUP) < 0)
    gl_fail(GL_OTHER, errno, "making a cgroup namespace");
}

static void join_namespaces(const gl_plan *plan) {
  for (int i = 0; i < plan->child_joins.count; i++) {
    const gl_join *join = &plan->child_joins.items[i];
    if (setns(join->fd, join->flag) < 0)
      gl_fail(GL_OTHER, errno, "joining a namespace of the container (CLONE flags %#x)", join->flag);
  }
}

// Root of the user namespace; where 0 is not mapped the numbers stay what they are.
static void become_root(void) {
  if (syscall(SYS_setresgid, 0, 0, 0) < 0 && errno != EINVAL) gl_fail(GL_OTHER, errno, "becoming root in the user namespace");
  if (syscall(SYS_setresuid, 0, 0, 0) < 0 && errno != EINVAL) gl_fail(GL_OTHER, errno, "becoming root in the user namespace");
}

// Where streams and inherited descriptors lie is where others may still be needed: all move up first.
static int move_up(int fd, int least) {
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, least);
  if (moved < 0) gl_fail(GL_OTHER, errno, "making room for the standard streams");
  return moved;
}

static void place_descriptors(gl_plan *plan, int slave) {
  int inherited = plan->inherited.count, least = 3 + inherited;
  // The channel, the gate and what is to be placed must not lie where something is about to be placed.
  if (gl_error_fd < least) gl_error_fd = move_up(gl_error_fd, least);
  if (plan->gate_fd >= 0 && plan->gate_fd < least) plan->gate_fd = move_up(plan->gate_fd, least);
  if (plan->error_fd >= 0 && plan->error_fd < least) plan->error_fd = move_up(plan->error_fd, least);
  for (int i = 0; i < inherited; i++) plan->inherited.items[i] = move_up(plan->inherited.items[i], least);
  for (int i = 0; i < 3; i++) {
    int from = slave >= 0 ? slave : plan->streams[i];
    if (from < least && from != i) from = move_up(from, least);
    plan->streams[i] = from;
  }
  for (int i = 0; i < 3; i++) {
    if (plan->streams[i] == i) {
      fcntl(i, F_SETFD, 0);
    } else if (dup2(plan->streams[i], i) < 0) {
      gl_fail(GL_OTHER, errno, "placing the standard streams");
    }
  }
  for (int i = 0; i < inherited; i++)
    if (dup2(plan->inherited.items[i], 3 + i) < 0) gl_fail(GL_OTHER, errno, "placing inherited descriptors");
  if (syscall(SYS_close_range, least, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
    gl_fail(GL_OTHER, errno, "closing descriptors");
}

static void take_terminal(int slave) {
  if (slave >= 0 && ioctl(slave, TIOCSCTTY, 0) < 0) gl_fail(GL_OTHER, errno, "taking the container's terminal");
}

static void name_host(const gl_plan *plan) {
  if (plan->hostname && sethostname(plan->hostname, strlen(plan->hostname)) < 0)
    gl_fail(GL_INVALID, errno, "setting the host name \"%s\"", plan->hostname);
  if (plan->domainname && setdomainname(plan->domainname, strlen(plan->domainname)) < 0)
    gl_fail(GL_INVALID, errno, "setting the domain name \"%s\"", plan->domainname);
}

// A network namespace made here has nobody else to raise its loopback link.
static void raise_loopback(const gl_plan *plan) {
  if (!(plan->clone_flags & CLONE_NEWNET)) return;
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  if (descriptor < 0 || ioctl(descriptor, SIOCSIFFLAGS, &request) < 0)
    gl_fail(GL_OTHER, errno, "raising the loopback link");
  close(descriptor);
}

static int build_root(gl_plan *plan, const char *state, size_t length) {
  gl_make_propagation(plan);
  int root = gl_mount_rootfs(plan);
  gl_make_root_entries(plan, root);
  gl_mount_all(plan, root);
  gl_make_devices(plan, root);
  int slave = plan->terminal ? gl_make_terminal(plan, root) : -1;
  if (slave >= 0) gl_bind_console(root, slave);
  gl_run_hooks(&plan->create_container, "createContainer", state, length);
  gl_finish_mounts(plan, root);
  gl_write_sysctls(plan, root);
  gl_mask_paths(plan, root);
  gl_change_root(plan, root);
  close(root);
  return slave;
}

// By insertion: qsort() may allocate, and there are some ten.
static void sort(int *numbers, int count) {
  for (int i = 1; i < count; i++) {
    int number = numbers[i], place = i;
    for (; place > 0 && numbers[place - 1] > number; place--) numbers[place] = numbers[place - 1];
    numbers[place] = number;
  }
}

// Closes what the parent had open and the child has no use for, before it is in any namespace of the container's: what
// is not there cannot be reached by others in it.
static void close_others(const gl_plan *plan, int channel) {
  enum { most = 1024 };
  static int kept[most];
  int count = 0;
#define KEEP(fd) \
  do { \
    if ((fd) >= 0 && count < most) kept[count++] = (fd); \
  } while (0)
  KEEP(channel);
  KEEP(plan->gate_fd);
  KEEP(plan->error_fd);
  KEEP(plan->rootfs_fd);
  for (int i = 0; i < 3; i++) KEEP(plan->streams[i]);
  for (int i = 0; i < plan->inherited.count; i++) KEEP(plan->inherited.items[i]);
  for (int i = 0; i < plan->cgroup_tasks.count; i++) KEEP(plan->cgroup_tasks.items[i]);
  for (int i = 0; i < plan->child_joins.count; i++) KEEP(plan->child_joins.items[i].fd);
  for (int i = 0; i < plan->mounts.count; i++) KEEP(plan->mounts.items[i].source_fd);
  for (int i = 0; i < plan->devices.count; i++) KEEP(plan->devices.items[i].source_fd);
#undef KEEP
  // With more than that, what is left over is close-on-exec all the same.
  if (count == most) return;
  sort(kept, count);
  // 0 to 2 stay taken until the streams are placed there: nothing else is to get these numbers.
  int next = 3;
  for (int i = 0; i < count; i++) {
    if (kept[i] < 3) continue;
    if (kept[i] > next) syscall(SYS_close_range, next, kept[i] - 1, 0);
    next = kept[i] + 1;
  }
  syscall(SYS_close_range, next, ~0U, 0);
}

_Noreturn void gl_child(gl_plan *plan, int channel) {
  static gl_identity identity;
  static const char nothing[] = "";
  const char *state = nothing;
  size_t length = 0;
  gl_error_fd = channel;
  reset_signals();
  // Neither another process in the container nor the container's root reaches into this one before it executes
  // (the class of CVE-2019-5736).
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  close_others(plan, channel);
  if (setsid() < 0 && errno != EPERM) gl_fail(GL_OTHER, errno, "making a session");
  if (!plan->limits_by_parent) gl_apply_oom_score(plan, 0);
  // Hooks find it in its cgroup.
  if (!plan->joins_late || must_wait(plan)) gl_join_cgroups(plan);
  if (must_wait(plan)) state = wait_for_parent(channel, &length);
  join_namespaces(plan);
  if (plan->uid_map) {
    // Still the host's root: its own directories, closed to all others, can be passed only now.
    if (plan->root_path) gl_early_root = open(plan->root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    become_root();
  }
  gl_new_keyring(plan);
  umask(022);
  int slave = -1;
  if (plan->root_path) {
    name_host(plan);
    raise_loopback(plan);
    slave = build_root(plan, state, length);
    gl_join_cgroups(plan);
  } else {
    if (plan->terminal) {
      int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
      slave = gl_make_terminal(plan, root);
      close(root);
    }
    if (chdir("/") < 0) gl_fail(GL_OTHER, errno, "entering the container's root");
  }
  take_terminal(slave);
  if (!plan->limits_by_parent) gl_apply_limits(plan, 0);
  gl_find_identity(plan, &identity);
  place_descriptors(plan, slave);
  if (plan->set_personality && personality(plan->personality) < 0)
    gl_fail(GL_INVALID, errno, "setting the personality");
  if (plan->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    gl_fail(GL_OTHER, errno, "forbidding new privileges");
  gl_execute(plan, &identity);
}
