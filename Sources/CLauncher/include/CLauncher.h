// From a plan to a process: clone3 and all that the child does before it executes.
//
// It is C because the child is a copy of its parent between clone and exec: it may use neither Swift's runtime
// nor malloc, whose locks another thread of the parent could have held. The parent writes a plan (Swift fills it
// through the functions below), then calls gl_begin(); the child reads its copy of the plan.
//
// Strings handed in are copied; a plan owns all that it points to and gl_plan_free() frees it. Descriptors in a plan
// stay the caller's, who keeps them open until gl_begin() has returned.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct gl_strings {
  const char **items;  // ends with NULL, so that it serves as argv
  int count, capacity;
} gl_strings;

typedef enum gl_mount_kind {
  GL_MOUNT_FILESYSTEM,
  GL_MOUNT_BIND,
  GL_MOUNT_REMOUNT,
  GL_MOUNT_CGROUP,  // a tmpfs with a cgroup v1 hierarchy in each directory
} gl_mount_kind;

typedef struct gl_mount {
  gl_mount_kind kind;
  const char *type, *source, *target;
  bool recursive;               // of a bind
  uint64_t set, clear;          // MOUNT_ATTR_*
  uint64_t tree_set, tree_clear;  // the same for the mounts below, too
  uint64_t propagation;         // MS_SHARED and so on, 0 for none
  bool tree_propagation;
  bool copy_up;
  gl_strings flags;   // file system options without value
  gl_strings keys, values;  // and with
  int source_fd;      // a detached tree, where the parent has opened it; else -1
} gl_mount;

typedef struct gl_device {
  const char *path;
  uint32_t mode;  // with the type
  uint32_t major, minor;
  uint32_t uid, gid;
  int source_fd;
} gl_device;

typedef struct gl_join {
  int fd;
  int flag;  // CLONE_NEW*
} gl_join;

typedef struct gl_pair {
  const char *name, *value;
} gl_pair;

typedef struct gl_limit {
  int resource;
  uint64_t soft, hard;
  const char *name;
} gl_limit;

typedef struct gl_hook {
  const char *path;
  gl_strings args, env;
  int64_t timeout;  // milliseconds
} gl_hook;

typedef struct gl_hooks {
  gl_hook *items;
  int count, capacity;
} gl_hooks;

#define GL_LIST(type) \
  struct { type *items; int count, capacity; }

typedef struct gl_plan {
  void *memory;  // what gl_plan_free() frees

  // Namespaces.
  uint64_t clone_flags;       // CLONE_NEW* made by clone3
  bool new_cgroup_namespace;  // made once the cgroup is joined
  GL_LIST(gl_join) parent_joins;  // entered by the parent for the moment of the clone (pid, net, ipc, uts)
  GL_LIST(gl_join) child_joins;   // entered by the child
  const char *uid_map, *gid_map;  // text for a new user namespace
  int cgroup_fd;                  // for CLONE_INTO_CGROUP, or -1
  GL_LIST(int) cgroup_tasks;      // "tasks" files of v1 hierarchies
  bool joins_late;                // they come by gl_admit(), while the child builds its root already

  // Root and mounts; root_path NULL for a process in a running container.
  const char *root_path;
  GL_LIST(gl_mount) rootfs;
  int rootfs_fd;
  GL_LIST(gl_pair) root_entries;  // path and where its symbolic link leads; an empty file where that is ""
  bool root_readonly, no_pivot, keep_shared;
  uint64_t root_propagation;
  bool root_propagation_recursive;
  GL_LIST(gl_mount) mounts;
  bool setup_devices;
  GL_LIST(gl_device) devices;
  gl_strings masked_paths, readonly_paths;
  gl_strings cgroup_hierarchies;  // options of each v1 hierarchy: "cpu,cpuacct", "name=systemd"
  gl_strings cgroup_directories;  // the container's directory in each, for use without a cgroup namespace
  bool has_unified_beside;

  const char *hostname, *domainname;
  GL_LIST(gl_pair) sysctls;

  // The process.
  gl_strings args, env;
  const char *cwd;
  int streams[3];
  bool terminal;
  uint16_t columns, rows;
  GL_LIST(int) inherited;
  uint32_t uid, gid;
  GL_LIST(uint32_t) groups;
  const char *user;  // looked up in the container where not NULL
  gl_strings group_names;
  bool set_umask;
  uint32_t umask;
  uint64_t bounding, effective, permitted, inheritable, ambient;
  bool no_new_privileges, new_keyring;
  const char *keyring_name;
  GL_LIST(gl_limit) limits;
  bool limits_by_parent;
  bool set_oom_score;
  int32_t oom_score;
  const char *apparmor;
  uint64_t personality;
  bool set_personality;
  const void *filter;  // struct sock_filter
  uint32_t filter_length;
  uint32_t filter_flags;

  // Hooks; the state is state_head, the pid, state_tail.
  gl_hooks host_hooks;  // prestart and createRuntime, run by the parent
  gl_hooks create_container, start_container;
  const char *state_head, *state_tail;

  // Gate: waits for a byte from gate_fd, or on the channel where it is -1; error_fd takes late errors.
  bool has_gate;
  int gate_fd, error_fd;
  int64_t timeout;  // milliseconds for gl_finish()
} gl_plan;

typedef enum gl_class {
  GL_OTHER = 0,
  GL_COMMAND_NOT_FOUND,
  GL_COMMAND_NOT_EXECUTABLE,
  GL_INVALID,
  GL_REFUSED,
  GL_TIMED_OUT,
} gl_class;

// What the child tells: the kind is 'R'eady for hooks, 'C'reated, or 'E'rror.
typedef struct gl_report {
  int32_t kind;
  int32_t error;
  int32_t class_;
  char text[1012];
} gl_report;

typedef struct gl_launched {
  pid_t pid;
  int pidfd;
  int channel;   // -1 where nothing is to come
  int terminal;  // -1 for none
} gl_launched;

gl_plan *gl_plan_new(void);
void gl_plan_free(gl_plan *plan);
const char *gl_copy(gl_plan *plan, const char *text);
const void *gl_copy_bytes(gl_plan *plan, const void *bytes, size_t size);
void gl_add_string(gl_plan *plan, gl_strings *list, const char *text);
gl_mount *gl_add_mount(gl_plan *plan, gl_mount_kind kind, const char *type, const char *source, const char *target);
gl_mount *gl_add_rootfs(gl_plan *plan, gl_mount_kind kind, const char *type, const char *source);
void gl_add_mount_option(gl_plan *plan, gl_mount *mount, const char *key, const char *value);
void gl_add_device(gl_plan *plan, const char *path, uint32_t mode, uint32_t major, uint32_t minor, uint32_t uid,
                   uint32_t gid);
void gl_add_parent_join(gl_plan *plan, int fd, int flag);
void gl_add_child_join(gl_plan *plan, int fd, int flag);
void gl_add_cgroup_tasks(gl_plan *plan, int fd);
void gl_add_inherited(gl_plan *plan, int fd);
void gl_add_group(gl_plan *plan, uint32_t gid);
void gl_add_sysctl(gl_plan *plan, const char *name, const char *value);
void gl_add_root_entry(gl_plan *plan, const char *path, const char *link);
void gl_add_limit(gl_plan *plan, int resource, const char *name, uint64_t soft, uint64_t hard);
gl_hook *gl_add_hook(gl_plan *plan, gl_hooks *hooks, const char *path, int64_t timeout);

// Makes the process, in two or three steps: clone, where the plan `joins_late` the cgroups, and waiting until it is ready.
// Each returns 0, or -1 with *report filled; no process is left then.
int gl_begin(gl_plan *plan, gl_launched *launched, gl_report *report);
int gl_admit(const gl_plan *plan, gl_launched *launched, gl_report *report);
int gl_finish(gl_plan *plan, gl_launched *launched, gl_report *report);
// Ends and reaps what gl_begin() made.
void gl_discard(gl_launched *launched);
// Opens the gate of a launched process and waits until it executes or fails; closes the channel.
int gl_start(int channel, int64_t timeout, gl_report *report);
// The same through the FIFOs of another process's container.
int gl_start_by_gate(const char *gate, const char *errors, int64_t timeout, gl_report *report);
// Kills and reaps.
void gl_abandon(int pidfd);
// Runs a hook; the same result as gl_begin().
int gl_run_hook(const gl_hook *hook, const char *state, size_t length, gl_report *report);

// seccomp.
typedef struct gl_filter gl_filter;
gl_filter *gl_filter_new(const char *default_action, uint32_t default_errno, bool has_errno);
void gl_filter_free(gl_filter *filter);
int gl_filter_add_architecture(gl_filter *filter, const char *name);
// Returns the number of the new rule.
int gl_filter_add_rule(gl_filter *filter, const char *syscall, const char *action, uint32_t error, bool has_errno);
void gl_filter_add_argument(gl_filter *filter, int rule, uint32_t index, const char *op, uint64_t value, uint64_t value_two);
// Compiles in a process of its own, so that libseccomp's memory is never the caller's. Returns a descriptor from
// which the program can be read, the caller's to close, or -1 with *report filled.
int gl_filter_compile(const gl_filter *filter, gl_report *report);
