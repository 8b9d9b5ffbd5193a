#include "internal.h"

// Memory of a plan: blocks in a list, freed together.
typedef struct block {
  struct block *next;
  size_t used, size;
  char bytes[];
} block;

static void *take(gl_plan *plan, size_t size) {
  size = (size + 15) & ~(size_t)15;
  block *first = plan->memory;
  if (!first || first->size - first->used < size) {
    size_t room = size > 16000 ? size : 16000;
    block *fresh = malloc(sizeof *fresh + room);
    // Out of memory in the parent: there is no plan to go on with, as nowhere in Swift.
    if (!fresh) abort();
    fresh->next = first;
    fresh->used = 0;
    fresh->size = room;
    plan->memory = first = fresh;
  }
  void *result = first->bytes + first->used;
  first->used += size;
  memset(result, 0, size);
  return result;
}

gl_plan *gl_plan_new(void) {
  gl_plan *plan = calloc(1, sizeof *plan);
  if (!plan) abort();
  plan->cgroup_fd = plan->rootfs_fd = plan->gate_fd = plan->error_fd = -1;
  plan->streams[0] = plan->streams[1] = plan->streams[2] = -1;
  plan->timeout = 60000;
  return plan;
}

void gl_plan_free(gl_plan *plan) {
  block *next = plan->memory;
  while (next) {
    block *this = next;
    next = this->next;
    free(this);
  }
  free(plan);
}

const void *gl_copy_bytes(gl_plan *plan, const void *bytes, size_t size) {
  return memcpy(take(plan, size ? size : 1), bytes, size);
}

const char *gl_copy(gl_plan *plan, const char *text) { return gl_copy_bytes(plan, text, strlen(text) + 1); }

// Room for one more element (and a NULL behind it).
static void *grow(gl_plan *plan, void *items, int count, int *capacity, size_t size) {
  if (count + 1 < *capacity) return items;
  int wanted = *capacity ? *capacity * 2 : 8;
  void *larger = take(plan, (size_t)wanted * size);
  if (count) memcpy(larger, items, (size_t)count * size);
  *capacity = wanted;
  return larger;
}

#define APPEND(list) \
  ((list)->items = grow(plan, (list)->items, (list)->count, &(list)->capacity, sizeof *(list)->items), \
   &(list)->items[(list)->count++])

void gl_add_string(gl_plan *plan, gl_strings *list, const char *text) {
  const char *copy = gl_copy(plan, text);
  *APPEND(list) = copy;
  list->items[list->count] = NULL;
}

static void fill(gl_plan *plan, gl_mount *mount, gl_mount_kind kind, const char *type, const char *source,
                 const char *target) {
  mount->kind = kind;
  mount->type = gl_copy(plan, type);
  mount->source = gl_copy(plan, source);
  mount->target = gl_copy(plan, target);
  mount->source_fd = -1;
}

gl_mount *gl_add_mount(gl_plan *plan, gl_mount_kind kind, const char *type, const char *source, const char *target) {
  gl_mount *mount = APPEND(&plan->mounts);
  fill(plan, mount, kind, type, source, target);
  return mount;
}

gl_mount *gl_add_rootfs(gl_plan *plan, gl_mount_kind kind, const char *type, const char *source) {
  gl_mount *mount = APPEND(&plan->rootfs);
  fill(plan, mount, kind, type, source, "");
  return mount;
}

void gl_add_mount_option(gl_plan *plan, gl_mount *mount, const char *key, const char *value) {
  if (!value) {
    gl_add_string(plan, &mount->flags, key);
    return;
  }
  gl_add_string(plan, &mount->keys, key);
  gl_add_string(plan, &mount->values, value);
}

void gl_add_device(gl_plan *plan, const char *path, uint32_t mode, uint32_t major, uint32_t minor, uint32_t uid,
                   uint32_t gid) {
  *APPEND(&plan->devices) = (gl_device){gl_copy(plan, path), mode, major, minor, uid, gid, -1};
}

void gl_add_parent_join(gl_plan *plan, int fd, int flag) { *APPEND(&plan->parent_joins) = (gl_join){fd, flag}; }
void gl_add_child_join(gl_plan *plan, int fd, int flag) { *APPEND(&plan->child_joins) = (gl_join){fd, flag}; }
void gl_add_cgroup_tasks(gl_plan *plan, int fd) { *APPEND(&plan->cgroup_tasks) = fd; }
void gl_add_inherited(gl_plan *plan, int fd) { *APPEND(&plan->inherited) = fd; }
void gl_add_group(gl_plan *plan, uint32_t gid) { *APPEND(&plan->groups) = gid; }

void gl_add_sysctl(gl_plan *plan, const char *name, const char *value) {
  gl_pair pair = {gl_copy(plan, name), gl_copy(plan, value)};
  *APPEND(&plan->sysctls) = pair;
}

void gl_add_root_entry(gl_plan *plan, const char *path, const char *link) {
  gl_pair pair = {gl_copy(plan, path), gl_copy(plan, link)};
  *APPEND(&plan->root_entries) = pair;
}

void gl_add_limit(gl_plan *plan, int resource, const char *name, uint64_t soft, uint64_t hard) {
  gl_limit limit = {resource, soft, hard, gl_copy(plan, name)};
  *APPEND(&plan->limits) = limit;
}

gl_hook *gl_add_hook(gl_plan *plan, gl_hooks *hooks, const char *path, int64_t timeout) {
  gl_hook *hook = APPEND(hooks);
  memset(hook, 0, sizeof *hook);
  hook->path = gl_copy(plan, path);
  hook->timeout = timeout;
  return hook;
}
