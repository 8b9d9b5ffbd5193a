#include "internal.h"

#include <dirent.h>
#include <sys/sendfile.h>
#include <sys/xattr.h>

// Copies what is in `from` into `to`, for tmpcopyup. Everything goes by descriptor and follows no link.
// Directory entries are read by the bare system call: opendir() would allocate.

struct entry {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

static void copy_attributes(const struct stat *status, int to, const char *name) {
  if (fchownat(to, name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
    gl_fail(GL_OTHER, errno, "copying the owner of %s into a tmpfs", name);
  if (!S_ISLNK(status->st_mode) && fchmodat(to, name, status->st_mode & 07777, 0) < 0)
    gl_fail(GL_OTHER, errno, "copying the mode of %s into a tmpfs", name);
  struct timespec times[2] = {status->st_atim, status->st_mtim};
  utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
}

static void copy_file(int from, int to, const char *name, const struct stat *status) {
  int source = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  int target = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (source < 0 || target < 0) gl_fail(GL_OTHER, errno, "copying %s into a tmpfs", name);
  off_t left = status->st_size;
  while (left > 0) {
    ssize_t count = sendfile(target, source, NULL, (size_t)left);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) gl_fail(GL_OTHER, errno, "copying %s into a tmpfs", name);
    if (count == 0) break;
    left -= count;
  }
  close(source);
  close(target);
}

static void copy_entry(int from, int to, const char *name, int depth);

static void copy_directory(int from, int to, int depth) {
  if (depth > 64) gl_fail(GL_INVALID, ELOOP, "copying a directory into a tmpfs");
  char buffer[4096] __attribute__((aligned(16)));
  long count;
  while ((count = syscall(SYS_getdents64, from, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < count;) {
      struct entry *entry = (struct entry *)(buffer + at);
      at += entry->length;
      if (strcmp(entry->name, ".") && strcmp(entry->name, "..")) copy_entry(from, to, entry->name, depth);
    }
  }
  if (count < 0) gl_fail(GL_OTHER, errno, "reading a directory to copy it into a tmpfs");
}

static void copy_entry(int from, int to, const char *name, int depth) {
  struct stat status;
  if (fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) < 0) gl_fail(GL_OTHER, errno, "copying %s into a tmpfs", name);
  if (S_ISDIR(status.st_mode)) {
    if (mkdirat(to, name, 0700) < 0) gl_fail(GL_OTHER, errno, "copying %s into a tmpfs", name);
    int source = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int target = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (source < 0 || target < 0) gl_fail(GL_OTHER, errno, "copying %s into a tmpfs", name);
    copy_directory(source, target, depth + 1);
    close(source);
    close(target);
  } else if (S_ISREG(status.st_mode)) {
    copy_file(from, to, name, &status);
  } else if (S_ISLNK(status.st_mode)) {
    char link[4096];
    ssize_t length = readlinkat(from, name, link, sizeof link - 1);
    if (length < 0) gl_fail(GL_OTHER, errno, "copying %s into a tmpfs", name);
    link[length] = 0;
    if (symlinkat(link, to, name) < 0) gl_fail(GL_OTHER, errno, "copying %s into a tmpfs", name);
  } else if (mknodat(to, name, status.st_mode, status.st_rdev) < 0) {
    gl_fail(GL_OTHER, errno, "copying %s into a tmpfs", name);
  }
  copy_attributes(&status, to, name);
}

void gl_copy_tree(int from, int to) { copy_directory(from, to, 0); }
