#include "internal.h"

#include <linux/magic.h>
#include <sys/vfs.h>

// File systems that are to be read-only, once all mount points and devices in them are made.
#define MOST_LATE 256
static struct { int tree; const char *target; } late[MOST_LATE];
static int late_count;

int gl_bind_source(const gl_mount *mount) {
  if (mount->source_fd >= 0) return mount->source_fd;
  int tree = gl_open_tree(AT_FDCWD, mount->source, OPEN_TREE_CLONE | (mount->recursive ? AT_RECURSIVE : 0));
  if (tree < 0)
    gl_fail(errno == ENOENT ? GL_INVALID : GL_OTHER, errno, "mounting %s at %s in the container", mount->source,
            mount->target);
  return tree;
}

// Opens bind sources before the child loses the right to reach them: in a process that shares its
// descriptors with the parent, whose numbers it leaves in `shared` (rootfs, mounts, devices).
void gl_open_sources(gl_plan *plan, int *shared) {
  for (int i = 0; i < plan->mounts.count; i++)
    if (plan->mounts.items[i].kind == GL_MOUNT_BIND) shared[1 + i] = gl_bind_source(&plan->mounts.items[i]);
  for (int i = 0; i < plan->devices.count; i++)
    shared[1 + plan->mounts.count + i] = gl_open_tree(AT_FDCWD, plan->devices.items[i].path, OPEN_TREE_CLONE);
}

_Noreturn static void refuse_kinds(const gl_mount *mount, int error) {
  gl_fail(GL_INVALID, error,
          "mounting %s at %s in the container (a file cannot be mounted onto a directory, nor a directory onto a file)",
          mount->source, mount->target);
}

static bool is_proc(int fd) {
  struct statfs status;
  return fstatfs(fd, &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
}

// "/proc", however it is written.
static bool names_proc(const char *target) {
  while (*target == '/' || (target[0] == '.' && (target[1] == '/' || !target[1]))) target++;
  if (strncmp(target, "proc", 4)) return false;
  for (target += 4; *target == '/' || (*target == '.' && target[-1] == '/'); target++) {}
  return !*target;
}

// What lies at /proc decides what the kernel is told through it, by us too: it must be the kernel's (CVE-2019-16884). What
// changes mere figures may lie in it; the list is runc's.
static void check_proc(const gl_mount *mount, int target, bool source_is_proc) {
  static const char *const figures[] = {"/proc/cpuinfo",   "/proc/diskstats", "/proc/meminfo",  "/proc/stat",
                                        "/proc/swaps",     "/proc/uptime",    "/proc/loadavg",  "/proc/slabinfo",
                                        "/proc/net/dev",   "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled"};
  if (source_is_proc) return;
  if (names_proc(mount->target))
    gl_fail(GL_INVALID, 0, "\"%s\" cannot be mounted because it is not of type proc", mount->target);
  if (!is_proc(target)) return;
  for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
    if (!strcmp(mount->target, figures[i])) return;
  gl_fail(GL_INVALID, 0, "\"%s\" cannot be mounted because it is inside /proc", mount->target);
}

static int make_target(int root, const gl_mount *mount, bool directory) {
  int target = directory ? gl_make_directory_in_root(root, mount->target) : gl_make_file_in_root(root, mount->target);
  if (target < 0) {
    if (errno == ENOTDIR && directory) refuse_kinds(mount, errno);
    gl_fail(errno == EROFS ? GL_INVALID : GL_OTHER, errno, "making the mount point %s in the container", mount->target);
  }
  // The kernel would only say EINVAL.
  if (gl_is_directory(target) != directory) refuse_kinds(mount, directory ? ENOTDIR : EISDIR);
  return target;
}

static void set_attributes(const gl_mount *mount, int tree) {
  if ((mount->tree_set || mount->tree_clear) &&
      gl_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, mount->tree_set, mount->tree_clear, 0) < 0)
    gl_fail(GL_OTHER, errno, "setting the options of the mounts below %s in the container", mount->target);
  if ((mount->set || mount->clear) &&
      gl_mount_setattr(tree, "", AT_EMPTY_PATH, mount->set, mount->clear, 0) < 0)
    gl_fail(GL_OTHER, errno, "setting the options of the mount at %s in the container", mount->target);
}

static void set_propagation(const gl_mount *mount, int tree) {
  if (!mount->propagation) return;
  unsigned flags = AT_EMPTY_PATH | (mount->tree_propagation ? AT_RECURSIVE : 0);
  if (gl_mount_setattr(tree, "", flags, 0, 0, mount->propagation) < 0)
    gl_fail(GL_OTHER, errno, "setting the propagation of the mount at %s in the container", mount->target);
}

// Has the mount look as the directory that it hides did: content, owner, and, of a bind, the mode.
static void copy_up(const gl_mount *mount, int root, int tree) {
  int from = gl_open_in_root(root, mount->target, O_RDONLY | O_DIRECTORY);
  if (from < 0) return;
  struct stat status;
  if (fstat(from, &status) == 0) {
    gl_copy_tree(from, tree);
    if (fchownat(tree, "", status.st_uid, status.st_gid, AT_EMPTY_PATH) < 0 ||
        (mount->kind == GL_MOUNT_BIND && fchmodat(tree, ".", status.st_mode & 07777, 0) < 0))
      gl_fail(GL_OTHER, errno, "giving %s its owner in the container", mount->target);
  }
  close(from);
}

static void bind(const gl_mount *mount, int root) {
  int tree = gl_bind_source(mount);
  if (mount->copy_up && gl_is_directory(tree)) copy_up(mount, root, tree);
  // Before it is attached, so that there is no moment in which it can be written.
  set_attributes(mount, tree);
  int target = make_target(root, mount, gl_is_directory(tree));
  check_proc(mount, target, is_proc(tree));
  gl_attach(tree, target, mount->target);
  set_propagation(mount, tree);
  close(target);
  close(tree);
}

static void remount(const gl_mount *mount, int root) {
  int target = gl_open_in_root(root, mount->target, O_PATH);
  if (target < 0) gl_fail(GL_INVALID, errno, "remounting %s in the container", mount->target);
  set_attributes(mount, target);
  set_propagation(mount, target);
  close(target);
}

static void mount_filesystem(const gl_mount *mount, int root) {
  char words[256];
  bool late_read_only = (mount->set & MOUNT_ATTR_RDONLY) && !strcmp(mount->type, "tmpfs");
  uint64_t attributes = late_read_only ? mount->set & ~(uint64_t)MOUNT_ATTR_RDONLY : mount->set;
  int tree = gl_new_mount(mount, attributes, words, sizeof words);
  if (tree < 0 && errno == EPERM && !strcmp(mount->type, "sysfs")) {
    // Only the owner of a network namespace may mount its sysfs, which a container in a user namespace of its own and a
    // network namespace of the host's is not. An empty directory shows less than the host's own would.
    gl_mount empty = {.type = "tmpfs", .source = "tmpfs"};
    tree = gl_new_mount(&empty, attributes & ~(uint64_t)MOUNT_ATTR_RDONLY, words, sizeof words);
    late_read_only = true;
  }
  if (tree < 0)
    gl_fail(errno == ENODEV || errno == EINVAL ? GL_INVALID : GL_OTHER, errno, "mounting %s at %s in the container%s",
            mount->type, mount->target, words);
  int target = make_target(root, mount, true);
  check_proc(mount, target, !strcmp(mount->type, "proc"));
  if (mount->copy_up) copy_up(mount, root, tree);
  gl_attach(tree, target, mount->target);
  set_propagation(mount, tree);
  close(target);
  if (late_read_only && late_count < MOST_LATE) {
    late[late_count].tree = tree;
    late[late_count++].target = mount->target;
  } else {
    close(tree);
  }
}

void gl_mount_all(gl_plan *plan, int root) {
  for (int i = 0; i < plan->mounts.count; i++) {
    const gl_mount *mount = &plan->mounts.items[i];
    switch (mount->kind) {
      case GL_MOUNT_BIND: bind(mount, root); break;
      case GL_MOUNT_REMOUNT: remount(mount, root); break;
      case GL_MOUNT_CGROUP:
        gl_join_cgroups(plan);
        gl_mount_cgroups(plan, mount, root);
        break;
      case GL_MOUNT_FILESYSTEM:
        if (!strcmp(mount->type, "cgroup2")) gl_join_cgroups(plan);
        mount_filesystem(mount, root);
        break;
    }
  }
}

void gl_finish_mounts(const gl_plan *plan, int root) {
  for (int i = 0; i < late_count; i++) {
    if (gl_mount_setattr(late[i].tree, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0) < 0)
      gl_fail(GL_OTHER, errno, "making %s read-only in the container", late[i].target);
    close(late[i].tree);
  }
  late_count = 0;
  if (plan->root_readonly && gl_mount_setattr(root, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0) < 0)
    gl_fail(GL_OTHER, errno, "making the container's root read-only");
}
