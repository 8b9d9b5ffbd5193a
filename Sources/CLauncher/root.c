#include "internal.h"

#include <linux/magic.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

// Walks up from the root directory to the mount it lies on, and makes that one private: a mount made on a shared one
// would show on the host, and pivot_root refuses it.
static void make_parent_private(const char *path) {
  int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (int depth = 0; fd >= 0 && depth < 4096; depth++) {
    if (gl_mount_setattr(fd, "", AT_EMPTY_PATH, 0, 0, MS_PRIVATE) == 0) {
      close(fd);
      return;
    }
    if (errno != EINVAL) break;
    int up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
    close(fd);
    fd = up;
  }
  gl_fail(GL_OTHER, errno, "making the mount of %s private", path);
}

void gl_make_propagation(const gl_plan *plan) {
  uint64_t propagation = plan->keep_shared ? MS_SHARED : MS_SLAVE;
  if (gl_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, 0, 0, propagation) < 0)
    gl_fail(GL_OTHER, errno, "cutting the container's mounts off the host's");
  if (plan->keep_shared) make_parent_private(plan->root_path);
}

static void mask_file(int root, int target, const char *path) {
  static int null = -1;
  if (null < 0) {
    struct stat status;
    null = gl_open_in_root(root, "dev/null", O_PATH | O_NOFOLLOW);
    // Only the real one; an image may have put anything there.
    if (null >= 0 && (fstat(null, &status) < 0 || !S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))) {
      close(null);
      null = -1;
    }
    if (null < 0) null = open("/dev/null", O_PATH | O_CLOEXEC);
  }
  int tree = gl_open_tree(null, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
  if (tree < 0) gl_fail(GL_OTHER, errno, "masking %s in the container", path);
  gl_attach(tree, target, path);
  close(tree);
}

static void mask_directory(int target, const char *path) {
  static int empty = -1;
  int tree;
  if (empty < 0) {
    gl_mount mount = {.type = "tmpfs", .source = "tmpfs"};
    char words[256];
    tree = empty = gl_new_mount(&mount, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
                                words, sizeof words);
  } else {
    // One empty file system serves them all.
    tree = gl_open_tree(empty, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
  }
  if (tree < 0) gl_fail(GL_OTHER, errno, "masking %s in the container", path);
  gl_attach(tree, target, path);
  if (tree != empty) close(tree);
}

void gl_mask_paths(const gl_plan *plan, int root) {
  for (int i = 0; i < plan->readonly_paths.count; i++) {
    const char *path = plan->readonly_paths.items[i];
    int target = gl_open_in_root(root, path, O_PATH);
    if (target < 0) continue;
    int tree = gl_open_tree(target, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE);
    if (tree < 0 || gl_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0, 0) < 0)
      gl_fail(GL_OTHER, errno, "making %s read-only in the container", path);
    gl_attach(tree, target, path);
    close(tree);
    close(target);
  }
  for (int i = 0; i < plan->masked_paths.count; i++) {
    const char *path = plan->masked_paths.items[i];
    int target = gl_open_in_root(root, path, O_PATH);
    if (target < 0) continue;
    struct stat status;
    if (fstat(target, &status) < 0) gl_fail(GL_OTHER, errno, "masking %s in the container", path);
    if (S_ISDIR(status.st_mode))
      mask_directory(target, path);
    else
      mask_file(root, target, path);
    close(target);
  }
}

void gl_write_sysctls(const gl_plan *plan, int root) {
  for (int i = 0; i < plan->sysctls.count; i++) {
    const char *name = plan->sysctls.items[i].name, *value = plan->sysctls.items[i].value;
    char path[512];
    bool slashes = strchr(name, '/') != NULL;
    snprintf(path, sizeof path, "proc/sys/%s", name);
    // "net.ipv4.ip_forward"; one with slashes is a path already.
    for (char *c = path + 9; !slashes && *c; c++)
      if (*c == '.') *c = '/';
    int fd = gl_open_in_root(root, path, O_WRONLY | O_NOFOLLOW);
    struct statfs status;
    if (fd >= 0 && (fstatfs(fd, &status) < 0 || status.f_type != PROC_SUPER_MAGIC)) {
      close(fd);
      fd = -1;
      errno = ENOENT;
    }
    if (fd < 0 || write(fd, value, strlen(value)) < 0)
      gl_fail(errno == EINVAL || errno == ENOENT ? GL_INVALID : GL_REFUSED, errno, "setting sysctl %s to \"%s\"", name,
              value);
    close(fd);
  }
}

// The old root is put aside for this and detached; nothing of it stays reachable.
void gl_change_root(const gl_plan *plan, int root) {
  if (fchdir(root) < 0) gl_fail(GL_OTHER, errno, "entering the container's root");
  if (plan->no_pivot) {
    if (gl_move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0 || fchdir(root) < 0 || chroot(".") < 0)
      gl_fail(GL_OTHER, errno, "changing to the container's root");
  } else {
    int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (syscall(SYS_pivot_root, ".", ".") < 0) gl_fail(GL_OTHER, errno, "changing to the container's root");
    if (old < 0 || fchdir(old) < 0) gl_fail(GL_OTHER, errno, "leaving the host's root");
    close(old);
    // Slave before it goes, so that the detaching does not spread to the host.
    if (gl_mount_setattr(AT_FDCWD, ".", AT_RECURSIVE, 0, 0, MS_SLAVE) < 0 || umount2(".", MNT_DETACH) < 0)
      gl_fail(GL_OTHER, errno, "detaching the host's root");
  }
  if (chdir("/") < 0) gl_fail(GL_OTHER, errno, "entering the container's root");
  if (plan->root_propagation) {
    unsigned flags = plan->root_propagation_recursive ? AT_RECURSIVE : 0;
    if (gl_mount_setattr(AT_FDCWD, "/", flags, 0, 0, plan->root_propagation) < 0)
      gl_fail(GL_OTHER, errno, "setting the propagation of the container's root");
  }
}
