#include "internal.h"

#include <limits.h>
#include <sys/mman.h>

static const char *variable(const gl_plan *plan, const char *name) {
  size_t length = strlen(name);
  const char *found = NULL;
  // The last one counts.
  for (int i = 0; i < plan->env.count; i++)
    if (!strncmp(plan->env.items[i], name, length) && plan->env.items[i][length] == '=')
      found = plan->env.items[i] + length + 1;
  return found;
}

// 0, or why the file cannot be executed.
static int judge(const char *path) {
  struct stat status;
  if (stat(path, &status) < 0) return errno;
  if (S_ISDIR(status.st_mode) || !(status.st_mode & 0111)) return EACCES;
  return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? errno : 0;
}

// As Go's exec.LookPath, whose words people know from Docker.
static void find_command(const gl_plan *plan, char *path) {
  const char *command = plan->args.items[0];
  if (strchr(command, '/')) {
    int error = judge(command);
    if (error == ENOENT || error == ENOTDIR)
      gl_fail(GL_COMMAND_NOT_FOUND, error, "exec: \"%s\": stat %s", command, command);
    if (error) gl_fail(GL_COMMAND_NOT_EXECUTABLE, error, "exec: \"%s\"", command);
    if (strlen(command) >= PATH_MAX) gl_fail(GL_COMMAND_NOT_FOUND, ENAMETOOLONG, "exec: \"%.64s...\"", command);
    strcpy(path, command);
    return;
  }
  const char *search = variable(plan, "PATH");
  if (!search) search = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  bool denied = false;
  while (*command && search) {
    const char *end = strchr(search, ':');
    size_t length = end ? (size_t)(end - search) : strlen(search);
    int written = length ? snprintf(path, PATH_MAX, "%.*s/%s", (int)length, search, command)
                         : snprintf(path, PATH_MAX, "./%s", command);
    if (written < PATH_MAX) {
      int error = judge(path);
      if (!error) return;
      struct stat status;
      if (error == EACCES && stat(path, &status) == 0 && !S_ISDIR(status.st_mode)) denied = true;
    }
    search = end ? end + 1 : NULL;
  }
  if (denied) gl_fail(GL_COMMAND_NOT_EXECUTABLE, EACCES, "exec: \"%s\"", command);
  gl_fail(GL_COMMAND_NOT_FOUND, 0, "exec: \"%s\": executable file not found in $PATH", command);
}

void gl_enter_directory(const char *path, bool create) {
  if (chdir(path) == 0) return;
  if (errno == ENOENT && create) {
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length >= sizeof part) gl_fail(GL_INVALID, ENAMETOOLONG, "the working directory %.64s...", path);
    for (size_t i = 1; i <= length; i++) {
      if (path[i] != '/' && path[i]) continue;
      memcpy(part, path, i);
      part[i] = 0;
      if (mkdir(part, 0755) < 0 && errno != EEXIST && errno != EROFS)
        gl_fail(GL_INVALID, errno, "making the working directory %s in the container", path);
    }
    if (chdir(path) == 0) return;
  }
  // One that only the user may enter is tried again once the process runs as that user.
  if (create && (errno == EACCES || errno == EPERM)) return;
  gl_fail(GL_INVALID, errno, "the working directory \"%s\" in the container cannot be entered", path);
}

// Of a container that runs already nothing is made; the words are those that people know from runc.
static void enter_present_directory(const char *path) {
  if (chdir(path) == 0 || errno == EACCES || errno == EPERM) return;
  gl_fail(GL_COMMAND_NOT_EXECUTABLE, errno, "chdir to cwd (\"%s\") set in config.json failed", path);
}

// Replaces descriptors of the host's /dev/null by the container's own.
static void reopen_null(void) {
  struct stat null, status;
  int fd = open("/dev/null", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return;
  if (fstat(fd, &null) == 0 && S_ISCHR(null.st_mode) && null.st_rdev == 0x103) {
    for (int i = 0; i < 3; i++)
      if (fstat(i, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == null.st_rdev) {
        int copy = openat(AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC);
        if (copy >= 0) {
          dup2(copy, i);
          close(copy);
        }
      }
  }
  close(fd);
}

static void apply_profile(const gl_plan *plan) {
  if (!plan->apparmor || !*plan->apparmor) return;
  int fd = open("/proc/thread-self/attr/apparmor/exec", O_WRONLY | O_CLOEXEC);
  if (fd < 0) fd = open("/proc/thread-self/attr/exec", O_WRONLY | O_CLOEXEC);
  char text[512];
  int length = snprintf(text, sizeof text, "exec %s", plan->apparmor);
  if (fd < 0 || write(fd, text, (size_t)length) < 0)
    gl_fail(GL_REFUSED, errno, "the AppArmor profile %s cannot be applied; load it on the host or leave it out",
            plan->apparmor);
  close(fd);
}

static const char **environment(const gl_plan *plan, const gl_identity *identity) {
  if (variable(plan, "HOME")) return plan->env.items;
  static char home[600];
  snprintf(home, sizeof home, "HOME=%s", identity->home);
  size_t size = ((size_t)plan->env.count + 2) * sizeof(char *);
  const char **all = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) gl_fail(GL_OTHER, errno, "memory for the environment");
  if (plan->env.count) memcpy(all, plan->env.items, (size_t)plan->env.count * sizeof(char *));
  all[plan->env.count] = home;
  all[plan->env.count + 1] = NULL;
  return all;
}

static void wait_at_gate(const gl_plan *plan, int channel) {
  if (!plan->has_gate) return;
  if (gl_send(channel, 'C', -1) < 0) _exit(127);
  int gate = plan->gate_fd >= 0 ? plan->gate_fd : channel;
  if (plan->gate_fd >= 0) {
    // Whoever starts it reads of failures from the FIFO; the creator is told nothing more.
    gl_error_fd = plan->error_fd;
    close(channel);
  }
  char byte;
  ssize_t count;
  do count = read(gate, &byte, 1);
  while (count < 0 && errno == EINTR);
  // The creator is gone and nobody else can start it.
  if (count != 1) _exit(127);
}

_Noreturn void gl_execute(const gl_plan *plan, const gl_identity *identity) {
  static char path[PATH_MAX];
  int channel = gl_error_fd;
  reopen_null();
  if (plan->root_path)
    gl_enter_directory(plan->cwd, true);
  else
    enter_present_directory(plan->cwd);
  apply_profile(plan);
  if (plan->set_umask) umask(plan->umask);
  // Without no_new_privs the filter needs CAP_SYS_ADMIN, which the process is about to lose.
  if (!plan->no_new_privileges) gl_install_filter(plan);
  gl_become(plan, identity);
  gl_enter_directory(plan->cwd, false);
  find_command(plan, path);
  const char **env = environment(plan, identity);
  wait_at_gate(plan, channel);
  gl_run_hooks(&plan->start_container, "startContainer", NULL, 0);
  if (plan->no_new_privileges) gl_install_filter(plan);
  execve(path, (char *const *)plan->args.items, (char *const *)env);
  gl_fail(errno == ENOENT || errno == ENOTDIR ? GL_COMMAND_NOT_FOUND : GL_COMMAND_NOT_EXECUTABLE, errno,
          "exec: \"%s\"", plan->args.items[0]);
}
