#include "internal.h"

#include <linux/magic.h>
#include <sys/utsname.h>

// An overlay's directories are named by descriptor: no option is longer than fsconfig's 256 bytes or, all
// together, than mount(2)'s page, however many layers there are, and the container's mountinfo shows no host path.
#define MOST_LAYERS 512

typedef struct overlay {
  int lowers[MOST_LAYERS];
  int lower_count;
  int upper, work;
} overlay;

static int open_layer(const char *path) {
  int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) gl_fail(GL_OTHER, errno, "the root file system's layer %s", path);
  return fd;
}

static void open_layers(const gl_mount *mount, overlay *layers) {
  layers->upper = layers->work = -1;
  layers->lower_count = 0;
  for (int i = 0; i < mount->keys.count; i++) {
    const char *key = mount->keys.items[i], *value = mount->values.items[i];
    if (!strcmp(key, "upperdir")) layers->upper = open_layer(value);
    if (!strcmp(key, "workdir")) layers->work = open_layer(value);
    if (!strcmp(key, "lowerdir")) {
      if (layers->lower_count == MOST_LAYERS)
        gl_fail(GL_INVALID, 0, "the root file system has more than %d layers; build it with fewer", MOST_LAYERS);
      layers->lowers[layers->lower_count++] = open_layer(value);
    }
  }
}

static bool is_layer(const char *key) {
  return !strcmp(key, "lowerdir") || !strcmp(key, "upperdir") || !strcmp(key, "workdir");
}

static int set_directory(int fs, const char *key, int directory) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", directory);
  return gl_fsconfig(fs, FSCONFIG_SET_STRING, key, path, 0);
}

// "lowerdir+" is there since Linux 6.8. Older kernels are not asked: each time they would complain in their log.
static bool has_appended_layers(void) {
  struct utsname name;
  if (uname(&name) < 0) return false;
  char *rest;
  long major = strtol(name.release, &rest, 10), minor = *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
  return major > 6 || (major == 6 && minor >= 8);
}

// The new mount API. Returns a detached mount or -1.
static int overlay_by_context(const gl_mount *mount, const overlay *layers, char *words, size_t size) {
  int fs = -1;
  errno = ENOSYS;
  if (!has_appended_layers() || (fs = gl_fsopen("overlay")) < 0) return -1;
  int result = gl_fsconfig(fs, FSCONFIG_SET_STRING, "source", "overlay", 0);
  for (int i = 0; result == 0 && i < layers->lower_count; i++) result = set_directory(fs, "lowerdir+", layers->lowers[i]);
  if (result == 0 && layers->upper >= 0) result = set_directory(fs, "upperdir", layers->upper);
  if (result == 0 && layers->work >= 0) result = set_directory(fs, "workdir", layers->work);
  for (int i = 0; result == 0 && i < mount->flags.count; i++)
    result = gl_fsconfig(fs, FSCONFIG_SET_FLAG, mount->flags.items[i], NULL, 0);
  for (int i = 0; result == 0 && i < mount->keys.count; i++)
    if (!is_layer(mount->keys.items[i]))
      result = gl_fsconfig(fs, FSCONFIG_SET_STRING, mount->keys.items[i], mount->values.items[i], 0);
  if (result == 0) result = gl_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
  if (result == 0) result = gl_fsmount(fs, (unsigned)mount->set);
  int error = errno;
  if (result < 0) gl_last_words(fs, words, size);
  close(fs);
  errno = error;
  return result;
}

// mount(2), for older kernels: paths relative to /proc/self/fd are a few characters each.
static void overlay_by_mount(const gl_mount *options, const overlay *layers, int target) {
  char data[4096];
  size_t used = 0;
  int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (chdir("/proc/self/fd") < 0) gl_fail(GL_REFUSED, errno, "/proc is not mounted on this host");
#define ADD(...) \
  do { \
    int n = snprintf(data + used, sizeof data - used, __VA_ARGS__); \
    if (n < 0 || (size_t)n >= sizeof data - used) gl_fail(GL_INVALID, 0, "the root file system has too many layers"); \
    used += (size_t)n; \
  } while (0)
  for (int i = 0; i < layers->lower_count; i++) ADD(i ? ":%d" : "lowerdir=%d", layers->lowers[i]);
  if (layers->upper >= 0) ADD(",upperdir=%d", layers->upper);
  if (layers->work >= 0) ADD(",workdir=%d", layers->work);
  for (int i = 0; i < options->flags.count; i++) ADD(",%s", options->flags.items[i]);
  for (int i = 0; i < options->keys.count; i++)
    if (!is_layer(options->keys.items[i])) ADD(",%s=%s", options->keys.items[i], options->values.items[i]);
#undef ADD
  char place[32];
  snprintf(place, sizeof place, "%d", target);
  if (mount("overlay", place, "overlay", 0, data) < 0)
    gl_fail(GL_OTHER, errno, "mounting the root file system (overlay of %d layers)", layers->lower_count);
  if (here >= 0 && fchdir(here) < 0) gl_fail(GL_OTHER, errno, "going back to the working directory");
  if (here >= 0) close(here);
}

static void close_layers(const overlay *layers) {
  for (int i = 0; i < layers->lower_count; i++) close(layers->lowers[i]);
  if (layers->upper >= 0) close(layers->upper);
  if (layers->work >= 0) close(layers->work);
}

int gl_early_root = -1;

static int open_root(const gl_plan *plan) {
  if (gl_early_root >= 0) return fcntl(gl_early_root, F_DUPFD_CLOEXEC, 0);
  int fd = open(plan->root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) gl_fail(GL_INVALID, errno, "the container's root directory %s", plan->root_path);
  return fd;
}

static void mount_overlay(const gl_plan *plan, const gl_mount *mount) {
  static overlay layers;
  char words[256] = "";
  open_layers(mount, &layers);
  int root = open_root(plan);
  int tree = overlay_by_context(mount, &layers, words, sizeof words);
  if (tree >= 0) {
    gl_attach(tree, root, "/");
    close(tree);
  } else if (errno == EINVAL || errno == ENOSYS) {
    overlay_by_mount(mount, &layers, root);
    if (mount->set) {
      int top = open_root(plan);
      if (gl_mount_setattr(top, "", AT_EMPTY_PATH, mount->set, mount->clear, 0) < 0)
        gl_fail(GL_OTHER, errno, "setting the options of the root file system");
      close(top);
    }
  } else {
    gl_fail(GL_OTHER, errno, "mounting the root file system (overlay of %d layers)%s", layers.lower_count, words);
  }
  close(root);
  close_layers(&layers);
}

static void mount_layer(const gl_plan *plan, const gl_mount *mount) {
  if (mount->kind == GL_MOUNT_FILESYSTEM && !strcmp(mount->type, "overlay")) {
    mount_overlay(plan, mount);
    return;
  }
  int root = open_root(plan), tree;
  if (mount->kind == GL_MOUNT_BIND) {
    tree = gl_bind_source(mount);
    if ((mount->set || mount->clear) &&
        gl_mount_setattr(tree, "", AT_EMPTY_PATH, mount->set, mount->clear, 0) < 0)
      gl_fail(GL_OTHER, errno, "setting the options of the root file system");
  } else {
    char words[256];
    tree = gl_new_mount(mount, mount->set, words, sizeof words);
    if (tree < 0) gl_fail(GL_OTHER, errno, "mounting the root file system (%s %s)%s", mount->type, mount->source, words);
  }
  gl_attach(tree, root, "/");
  close(tree);
  close(root);
}

int gl_mount_rootfs(const gl_plan *plan) {
  if (plan->rootfs_fd >= 0) {
    // Mounted by the parent, detached: a child in a user namespace of its own could not.
    int root = open_root(plan);
    gl_attach(plan->rootfs_fd, root, "/");
    close(root);
    return plan->rootfs_fd;
  }
  if (plan->rootfs.count == 0) {
    // pivot_root wants a mount point; its own directory bound over itself is one.
    int root = open_root(plan);
    int tree = gl_open_tree(root, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE);
    if (tree < 0) gl_fail(GL_OTHER, errno, "taking %s for the container's root", plan->root_path);
    gl_attach(tree, root, "/");
    close(root);
    return tree;
  }
  for (int i = 0; i < plan->rootfs.count; i++) mount_layer(plan, &plan->rootfs.items[i]);
  return open_root(plan);
}

// An image that leaves no room for one, with a file where a directory is needed or a root that is read-only, runs without.
static bool has_no_room(int error) {
  return error == EEXIST || error == EROFS || error == ENOTDIR || error == ELOOP || error == EINVAL;
}

void gl_make_root_entries(const gl_plan *plan, int root) {
  for (int i = 0; i < plan->root_entries.count; i++) {
    const char *path = plan->root_entries.items[i].name, *link = plan->root_entries.items[i].value;
    char name[256];
    int made = -1, parent = gl_make_parent_in_root(root, path, name);
    if (parent >= 0) {
      made = link[0] ? symlinkat(link, parent, name)
                     : openat(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_RDONLY, 0755);
    }
    int error = errno;
    if (made < 0 && !has_no_room(error)) gl_fail(GL_OTHER, error, "making %s in the container", path);
    if (made >= 0 && !link[0]) close(made);
    if (parent >= 0) close(parent);
  }
}
