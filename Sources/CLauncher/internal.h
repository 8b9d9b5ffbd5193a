// What the files of the launcher share. Everything here runs in the child, except where it says otherwise.
#pragma once

#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// <sys/mount.h> and <linux/mount.h> clash in glibc 2.36; these are all that is needed of the former.
#ifndef MS_SLAVE
#define MS_SLAVE (1 << 19)
#define MS_PRIVATE (1 << 18)
#define MS_SHARED (1 << 20)
#define MS_UNBINDABLE (1 << 17)
#define MS_REC 16384
#endif
#define MNT_DETACH 2
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
int umount2(const char *target, int flags);
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

// Where errors of this process go; set once by the child.
extern int gl_error_fd;

// Reports and ends the process. The text names the object; errno's own words are added where error is not 0.
_Noreturn void gl_fail(gl_class class_, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
void gl_fill(gl_report *report, gl_class class_, int error, const char *format, va_list arguments);

int gl_fsopen(const char *type);
int gl_fsconfig(int fs, unsigned command, const char *key, const char *value, int aux);
int gl_fsmount(int fs, unsigned attributes);
int gl_open_tree(int directory, const char *path, unsigned flags);
int gl_move_mount(int from, const char *from_path, int to, const char *to_path, unsigned flags);
int gl_mount_setattr(int directory, const char *path, unsigned flags, uint64_t set, uint64_t clear, uint64_t propagation);
// The last error that the kernel has to say of a file system context ("e overlay: ..."), as " (overlay: ...)".
void gl_last_words(int fs, char *words, size_t size);
// A new mount of a file system, detached. -1 with errno, and the kernel's words in `words` where it had any.
int gl_new_mount(const gl_mount *mount, uint64_t attributes, char *words, size_t size);
bool gl_is_directory(int fd);
void gl_attach(int tree, int target, const char *name);

// Paths inside the root, whatever symbolic links are there.
int gl_open_in_root(int root, const char *path, uint64_t flags);
int gl_make_directory_in_root(int root, const char *path);          // returns an O_PATH descriptor, -1 with errno
int gl_make_parent_in_root(int root, const char *path, char *name);  // of the last component, which goes to name[256]
int gl_make_file_in_root(int root, const char *path);

// The root directory, opened while the child could still reach it; -1 where it can all along.
extern int gl_early_root;
int gl_mount_rootfs(const gl_plan *plan);  // O_PATH descriptor of the mounted root
void gl_open_sources(gl_plan *plan, int *shared);
int gl_bind_source(const gl_mount *mount);
void gl_make_root_entries(const gl_plan *plan, int root);
void gl_mount_all(gl_plan *plan, int root);
void gl_join_cgroups(gl_plan *plan);  // where that is still to be done
void gl_mount_cgroups(const gl_plan *plan, const gl_mount *mount, int root);
void gl_finish_mounts(const gl_plan *plan, int root);
void gl_make_devices(const gl_plan *plan, int root);
void gl_copy_tree(int from, int to);
void gl_mask_paths(const gl_plan *plan, int root);
void gl_change_root(const gl_plan *plan, int root);
void gl_make_propagation(const gl_plan *plan);
void gl_write_sysctls(const gl_plan *plan, int root);

int gl_make_terminal(const gl_plan *plan, int root);  // returns the slave and sends the master with 'C'
void gl_bind_console(int root, int slave);

typedef struct gl_identity {
  uint32_t uid, gid;
  uint32_t groups[512];
  int group_count;
  char home[512];
} gl_identity;
void gl_find_identity(const gl_plan *plan, gl_identity *identity);

void gl_apply_limits(const gl_plan *plan, pid_t pid);
void gl_apply_oom_score(const gl_plan *plan, pid_t pid);
void gl_drop_bounding(const gl_plan *plan);
void gl_become(const gl_plan *plan, const gl_identity *identity);
void gl_enter_directory(const char *path, bool create);
void gl_install_filter(const gl_plan *plan);
void gl_new_keyring(const gl_plan *plan);
_Noreturn void gl_child(gl_plan *plan, int channel);
void gl_run_hooks(const gl_hooks *hooks, const char *stage, const char *state, size_t length);
_Noreturn void gl_execute(const gl_plan *plan, const gl_identity *identity);

int gl_send(int channel, int kind, int descriptor);
