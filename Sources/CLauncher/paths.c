#include "internal.h"

#include <limits.h>

// Every look-up inside the container's root resolves as if the root were "/", so that no symbolic link and no race
// leads out of it (the class of CVE-2021-30465), and follows no magic link of /proc.
int gl_open_in_root(int root, const char *path, uint64_t flags) {
  struct open_how how = {
      .flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  int fd;
  // EAGAIN: something was renamed meanwhile, and the kernel could not tell whether it led out.
  for (int tries = 0; tries < 128; tries++) {
    fd = (int)syscall(SYS_openat2, root, path[0] ? path : ".", &how, sizeof how);
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return fd;
}

// Splits off the last component; "." for the root itself. Returns the length of what is before it.
static size_t split(const char *path, char *name) {
  size_t end = strlen(path);
  while (end > 0 && path[end - 1] == '/') end--;
  size_t start = end;
  while (start > 0 && path[start - 1] != '/') start--;
  size_t length = end - start;
  if (length == 0) {
    strcpy(name, ".");
  } else if (length < 256) {
    memcpy(name, path + start, length);
    name[length] = 0;
  } else {
    name[0] = 0;
  }
  while (start > 0 && path[start - 1] == '/') start--;
  return start;
}

static int make_directory(int root, const char *path, int depth) {
  int fd = gl_open_in_root(root, path, O_PATH | O_DIRECTORY);
  if (fd >= 0 || errno != ENOENT) return fd;
  if (depth > 64 || strlen(path) >= PATH_MAX) {
    errno = depth > 64 ? ELOOP : ENAMETOOLONG;
    return -1;
  }
  char name[256], parent[PATH_MAX], link[PATH_MAX];
  size_t length = split(path, name);
  if (!name[0] || !strcmp(name, ".") || !strcmp(name, "..")) {
    errno = name[0] ? EINVAL : ENAMETOOLONG;
    return -1;
  }
  memcpy(parent, path, length);
  parent[length] = 0;
  int directory = make_directory(root, parent, depth + 1);
  if (directory < 0) return -1;
  int result = mkdirat(directory, name, 0755);
  if (result == 0) {
    close(directory);
    return gl_open_in_root(root, path, O_PATH | O_DIRECTORY);
  }
  // The name is a symbolic link to nothing: what it points to, as seen in the container, is made.
  ssize_t count = errno == EEXIST ? readlinkat(directory, name, link, sizeof link - 1) : -1;
  int error = errno;
  close(directory);
  if (count < 0) {
    errno = error;
    return -1;
  }
  link[count] = 0;
  char target[2 * PATH_MAX];
  if (link[0] == '/')
    snprintf(target, sizeof target, "%s", link);
  else
    snprintf(target, sizeof target, "%s/%s", parent, link);
  return make_directory(root, target, depth + 1);
}

int gl_make_directory_in_root(int root, const char *path) { return make_directory(root, path, 0); }

int gl_make_parent_in_root(int root, const char *path, char *name) {
  char parent[PATH_MAX];
  if (strlen(path) >= PATH_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }
  size_t length = split(path, name);
  if (!name[0] || !strcmp(name, ".") || !strcmp(name, "..")) {
    errno = EINVAL;
    return -1;
  }
  memcpy(parent, path, length);
  parent[length] = 0;
  return gl_make_directory_in_root(root, parent);
}

static int make_file(int root, const char *path, int depth) {
  int fd = gl_open_in_root(root, path, O_PATH);
  if (fd >= 0 || errno != ENOENT) return fd;
  if (depth > 16) {
    errno = ELOOP;
    return -1;
  }
  char name[256], link[PATH_MAX], target[2 * PATH_MAX];
  int parent = gl_make_parent_in_root(root, path, name);
  if (parent < 0) return -1;
  fd = openat(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_RDONLY, 0644);
  // As with /etc/resolv.conf in many images: a link to a file that does not exist yet.
  ssize_t count = fd < 0 && errno == EEXIST ? readlinkat(parent, name, link, sizeof link - 1) : -1;
  int error = errno;
  close(parent);
  if (fd >= 0) {
    close(fd);
    return gl_open_in_root(root, path, O_PATH);
  }
  if (count < 0) {
    errno = error;
    return -1;
  }
  link[count] = 0;
  size_t length = split(path, name);
  if (link[0] == '/')
    snprintf(target, sizeof target, "%s", link);
  else
    snprintf(target, sizeof target, "%.*s/%s", (int)length, path, link);
  return make_file(root, target, depth + 1);
}

int gl_make_file_in_root(int root, const char *path) { return make_file(root, path, 0); }
