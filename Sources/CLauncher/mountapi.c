#include "internal.h"

int gl_fsopen(const char *type) { return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC); }

int gl_fsconfig(int fs, unsigned command, const char *key, const char *value, int aux) {
  return (int)syscall(SYS_fsconfig, fs, command, key, value, aux);
}

int gl_fsmount(int fs, unsigned attributes) { return (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes); }

int gl_open_tree(int directory, const char *path, unsigned flags) {
  return (int)syscall(SYS_open_tree, directory, path, flags | OPEN_TREE_CLOEXEC);
}

int gl_move_mount(int from, const char *from_path, int to, const char *to_path, unsigned flags) {
  return (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}

int gl_mount_setattr(int directory, const char *path, unsigned flags, uint64_t set, uint64_t clear,
                     uint64_t propagation) {
  struct mount_attr attributes = {.attr_set = set, .attr_clr = clear, .propagation = propagation};
  return (int)syscall(SYS_mount_setattr, directory, path, flags, &attributes, sizeof attributes);
}

void gl_last_words(int fs, char *words, size_t size) {
  char line[256];
  ssize_t count;
  words[0] = 0;
  while ((count = read(fs, line, sizeof line - 1)) > 0) {
    // The newline at the end would break the sentence that the words become part of.
    while (count > 0 && line[count - 1] == '\n') count--;
    line[count] = 0;
    if (line[0] == 'e' && count > 2) snprintf(words, size, " (%s)", line + 2);
  }
}

int gl_new_mount(const gl_mount *mount, uint64_t attributes, char *words, size_t size) {
  words[0] = 0;
  int fs = gl_fsopen(mount->type);
  if (fs < 0) return -1;
  int result = 0;
  if (mount->source[0]) result = gl_fsconfig(fs, FSCONFIG_SET_STRING, "source", mount->source, 0);
  for (int i = 0; result == 0 && i < mount->flags.count; i++)
    result = gl_fsconfig(fs, FSCONFIG_SET_FLAG, mount->flags.items[i], NULL, 0);
  for (int i = 0; result == 0 && i < mount->keys.count; i++)
    result = gl_fsconfig(fs, FSCONFIG_SET_STRING, mount->keys.items[i], mount->values.items[i], 0);
  if (result == 0) result = gl_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
  if (result == 0) result = gl_fsmount(fs, (unsigned)attributes);
  int error = errno;
  if (result < 0) gl_last_words(fs, words, size);
  close(fs);
  errno = error;
  return result;
}

bool gl_is_directory(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

void gl_attach(int tree, int target, const char *name) {
  if (gl_move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == 0) return;
  int error = errno;
  // The kernel says EINVAL of this, as of much else.
  bool differ = gl_is_directory(tree) != gl_is_directory(target);
  gl_fail(differ ? GL_INVALID : GL_OTHER, error, "mounting at %s in the container%s", name,
          differ ? " (one of source and target is a directory and the other is not)" : "");
}
