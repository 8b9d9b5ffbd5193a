#include "internal.h"

// The container's view of cgroup v1: a tmpfs with one directory a hierarchy, each showing the container's own cgroup as
// its root. With a cgroup namespace the kernel sees to that; without, the container's directory is bound.

static void mount_hierarchy(const gl_plan *plan, const gl_mount *mount, int tree, int index) {
  const char *options = plan->cgroup_hierarchies.items[index];
  const char *name = strncmp(options, "name=", 5) ? options : options + 5;
  // One without controllers may be closed to us; the container does without it.
  if (access(plan->cgroup_directories.items[index], F_OK) < 0) return;
  if (mkdirat(tree, name, 0755) < 0) gl_fail(GL_OTHER, errno, "making %s/%s in the container", mount->target, name);
  int target = openat(tree, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int view;
  if (plan->new_cgroup_namespace) {
    int fs = gl_fsopen("cgroup");
    int result = fs < 0 ? -1 : gl_fsconfig(fs, FSCONFIG_SET_STRING, "source", "cgroup", 0);
    if (result == 0 && name != options) {
      result = gl_fsconfig(fs, FSCONFIG_SET_STRING, "name", name, 0);
      if (result == 0) result = gl_fsconfig(fs, FSCONFIG_SET_FLAG, "none", NULL, 0);
    } else if (result == 0) {
      char controllers[256];
      snprintf(controllers, sizeof controllers, "%s", options);
      char *rest = controllers, *one;
      while (result == 0 && (one = strsep(&rest, ","))) result = gl_fsconfig(fs, FSCONFIG_SET_FLAG, one, NULL, 0);
    }
    if (result == 0) result = gl_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    view = result == 0 ? gl_fsmount(fs, (unsigned)mount->set) : -1;
    int error = errno;
    if (fs >= 0) close(fs);
    errno = error;
  } else {
    view = gl_open_tree(AT_FDCWD, plan->cgroup_directories.items[index], OPEN_TREE_CLONE);
    if (view >= 0 && gl_mount_setattr(view, "", AT_EMPTY_PATH, mount->set, mount->clear, 0) < 0) view = -1;
  }
  if (view < 0) gl_fail(GL_OTHER, errno, "mounting cgroup %s at %s in the container", options, mount->target);
  gl_attach(view, target, mount->target);
  close(view);
  close(target);
  // Hierarchies of several controllers can be found by each one's name, as systemd has it.
  if (name == options && strchr(options, ',')) {
    char controllers[256];
    snprintf(controllers, sizeof controllers, "%s", options);
    char *rest = controllers, *one;
    while ((one = strsep(&rest, ","))) {
      if (symlinkat(options, tree, one) < 0 && errno != EEXIST)
        gl_fail(GL_OTHER, errno, "making %s/%s in the container", mount->target, one);
    }
  }
}

static void mount_unified_beside(const gl_plan *plan, const gl_mount *mount, int tree) {
  if (!plan->has_unified_beside || !plan->new_cgroup_namespace) return;
  gl_mount unified = {.type = "cgroup2", .source = "cgroup"};
  char words[256];
  int view = gl_new_mount(&unified, mount->set, words, sizeof words);
  if (view < 0) gl_fail(GL_OTHER, errno, "mounting cgroup2 at %s/unified in the container", mount->target);
  if (mkdirat(tree, "unified", 0755) < 0)
    gl_fail(GL_OTHER, errno, "making %s/unified in the container", mount->target);
  int target = openat(tree, "unified", O_PATH | O_DIRECTORY | O_CLOEXEC);
  gl_attach(view, target, mount->target);
  close(view);
  close(target);
}

void gl_mount_cgroups(const gl_plan *plan, const gl_mount *mount, int root) {
  gl_mount base = {.type = "tmpfs", .source = "tmpfs"};
  const char *keys[] = {"mode"}, *values[] = {"755"};
  base.keys = (gl_strings){keys, 1, 1};
  base.values = (gl_strings){values, 1, 1};
  char words[256];
  uint64_t attributes = mount->set & ~(uint64_t)MOUNT_ATTR_RDONLY;
  int tree = gl_new_mount(&base, attributes, words, sizeof words);
  if (tree < 0) gl_fail(GL_OTHER, errno, "mounting tmpfs at %s in the container%s", mount->target, words);
  int target = gl_make_directory_in_root(root, mount->target);
  if (target < 0) gl_fail(GL_OTHER, errno, "making the mount point %s in the container", mount->target);
  gl_attach(tree, target, mount->target);
  close(target);
  for (int i = 0; i < plan->cgroup_hierarchies.count; i++) mount_hierarchy(plan, mount, tree, i);
  mount_unified_beside(plan, mount, tree);
  if ((mount->set & MOUNT_ATTR_RDONLY) && gl_mount_setattr(tree, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0) < 0)
    gl_fail(GL_OTHER, errno, "making %s read-only in the container", mount->target);
  close(tree);
}
