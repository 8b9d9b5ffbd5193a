#include "internal.h"

#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <termios.h>

static void make_device(int root, const gl_device *device) {
  char name[256];
  if (device->source_fd >= 0) {
    // In a user namespace mknod is refused; the host's node is bound instead.
    int target = gl_make_file_in_root(root, device->path);
    if (target < 0) gl_fail(GL_OTHER, errno, "making the device %s in the container", device->path);
    gl_attach(device->source_fd, target, device->path);
    close(target);
    close(device->source_fd);
    return;
  }
  int parent = gl_make_parent_in_root(root, device->path, name);
  if (parent < 0) gl_fail(GL_OTHER, errno, "making the device %s in the container", device->path);
  dev_t number = makedev(device->major, device->minor);
  if (mknodat(parent, name, device->mode, number) < 0) {
    struct stat status;
    bool same = errno == EEXIST && fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                (status.st_mode & S_IFMT) == (device->mode & S_IFMT) &&
                (S_ISFIFO(status.st_mode) || status.st_rdev == number);
    if (!same) gl_fail(GL_OTHER, errno, "making the device %s in the container", device->path);
  }
  if (fchmodat(parent, name, device->mode & 07777, 0) < 0 ||
      fchownat(parent, name, device->uid, device->gid, AT_SYMLINK_NOFOLLOW) < 0)
    gl_fail(GL_OTHER, errno, "setting owner and mode of the device %s in the container", device->path);
  close(parent);
}

static void make_link(int root, const char *target, const char *path) {
  char name[256];
  int parent = gl_make_parent_in_root(root, path, name);
  if (parent < 0) gl_fail(GL_OTHER, errno, "making %s in the container", path);
  if (symlinkat(target, parent, name) < 0 && errno != EEXIST)
    gl_fail(GL_OTHER, errno, "making %s in the container", path);
  close(parent);
}

void gl_make_devices(const gl_plan *plan, int root) {
  if (!plan->setup_devices) return;
  mode_t mask = umask(0);
  for (int i = 0; i < plan->devices.count; i++) make_device(root, &plan->devices.items[i]);
  umask(mask);
  make_link(root, "/proc/self/fd", "/dev/fd");
  make_link(root, "/proc/self/fd/0", "/dev/stdin");
  make_link(root, "/proc/self/fd/1", "/dev/stdout");
  make_link(root, "/proc/self/fd/2", "/dev/stderr");
  make_link(root, "pts/ptmx", "/dev/ptmx");
  // As other runtimes do, where the host's kernel has it.
  if (access("/proc/kcore", F_OK) == 0) make_link(root, "/proc/kcore", "/dev/core");
}

int gl_make_terminal(const gl_plan *plan, int root) {
  int master = gl_open_in_root(root, "dev/pts/ptmx", O_RDWR | O_NOCTTY);
  if (master < 0) master = gl_open_in_root(root, "dev/ptmx", O_RDWR | O_NOCTTY);
  if (master < 0)
    gl_fail(GL_INVALID, errno, "making a terminal in the container (/dev/ptmx; is a devpts mounted at /dev/pts?)");
  int locked = 0;
  if (ioctl(master, TIOCSPTLCK, &locked) < 0) gl_fail(GL_OTHER, errno, "unlocking the container's terminal");
  int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) gl_fail(GL_OTHER, errno, "opening the container's terminal");
  if (plan->rows || plan->columns) {
    struct winsize size = {.ws_row = plan->rows, .ws_col = plan->columns};
    ioctl(master, TIOCSWINSZ, &size);
  }
  if (gl_send(gl_error_fd, 'T', master) < 0) _exit(127);
  close(master);
  return slave;
}

// /dev/console shows the same terminal, for programs that ask there.
void gl_bind_console(int root, int slave) {
  char path[32];
  unsigned number;
  if (ioctl(slave, TIOCGPTN, &number) < 0) {
    struct stat status;
    if (fstat(slave, &status) < 0) return;
    number = minor(status.st_rdev);
  }
  snprintf(path, sizeof path, "dev/pts/%u", number);
  int node = gl_open_in_root(root, path, O_PATH);
  // Without a devpts of its own the container has no such name; the terminal works all the same.
  if (node < 0) return;
  int tree = gl_open_tree(node, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
  int target = gl_make_file_in_root(root, "dev/console");
  if (tree < 0 || target < 0) gl_fail(GL_OTHER, errno, "making /dev/console in the container");
  gl_attach(tree, target, "/dev/console");
  close(node);
  close(tree);
  close(target);
}
