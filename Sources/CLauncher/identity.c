#include "internal.h"

#include <limits.h>
#include <sys/mman.h>

// The container's user: numbers, or names looked up in its own /etc/passwd and /etc/group, as Docker does it
// (moby/sys/user, GetExecUser). Runs after the change of root.

typedef struct text {
  char *bytes, *end;
} text;

#define LARGEST (16 << 20)

static text read_file(const char *path) {
  text result = {NULL, NULL};
  // O_NONBLOCK: an image may have put a FIFO there.
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status;
  if (fd < 0) return result;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 && status.st_size < LARGEST) {
    size_t size = (size_t)status.st_size;
    // Copied, not mapped from the file: the container's other processes may write it meanwhile.
    char *bytes = mmap(NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes != MAP_FAILED) {
      size_t used = 0;
      ssize_t count;
      while (used < size && (count = read(fd, bytes + used, size - used)) > 0) used += (size_t)count;
      result.bytes = bytes;
      result.end = bytes + used;
    }
  }
  close(fd);
  return result;
}

// Takes the next line apart at its colons. Returns how many fields there are, 0 at the end.
static int next_line(text *text, char **fields, int most) {
  while (text->bytes && text->bytes < text->end) {
    char *line = text->bytes;
    char *end = memchr(line, '\n', (size_t)(text->end - line));
    if (!end) end = text->end;
    text->bytes = end + 1;
    *end = 0;
    while (*line == ' ' || *line == '\t') line++;
    if (!*line || *line == '#') continue;
    int count = 0;
    char *rest = line;
    while (count < most && rest) {
      fields[count] = count + 1 == most ? rest : strsep(&rest, ":");
      count++;
    }
    if (count == most && fields[most - 1]) fields[most - 1][strcspn(fields[most - 1], ":")] = 0;
    for (int i = count; i < most; i++) fields[i] = line + strlen(line);
    return count;
  }
  return 0;
}

// A number of 0 to 2147483647; -1 where it is none, -2 where it is out of range.
static long number(const char *word) {
  if (!*word) return -1;
  long value = 0;
  bool negative = *word == '-';
  if (negative) word++;
  if (!*word) return -1;
  for (; *word; word++) {
    if (*word < '0' || *word > '9') return -1;
    if (value <= INT_MAX) value = value * 10 + (*word - '0');
  }
  return negative || value > INT_MAX ? -2 : value;
}

static void in_range(long value) {
  if (value == -2) gl_fail(GL_INVALID, 0, "uids and gids must be in range 0-2147483647");
}

static void add_group(gl_identity *identity, uint32_t gid) {
  for (int i = 0; i < identity->group_count; i++)
    if (identity->groups[i] == gid) return;
  if (identity->group_count < (int)(sizeof identity->groups / sizeof *identity->groups))
    identity->groups[identity->group_count++] = gid;
}

static bool is_member(char *list, const char *name) {
  char *one;
  while ((one = strsep(&list, ",")))
    if (!strcmp(one, name)) return true;
  return false;
}

static void find_user(gl_identity *identity, const char *name, char *matched, size_t size) {
  text passwd = read_file("/etc/passwd");
  char *fields[7];
  long wanted = number(name);
  in_range(wanted);
  while (next_line(&passwd, fields, 7) > 0) {
    long uid = number(fields[2]), gid = number(fields[3]);
    if (uid < 0) continue;
    bool same = wanted >= 0 ? uid == wanted : !strcmp(fields[0], name);
    if (!same) continue;
    identity->uid = (uint32_t)uid;
    identity->gid = gid < 0 ? 0 : (uint32_t)gid;
    snprintf(identity->home, sizeof identity->home, "%s", fields[5]);
    snprintf(matched, size, "%s", fields[0]);
    return;
  }
  if (wanted < 0) gl_fail(GL_INVALID, 0, "unable to find user %s: no matching entries in passwd file", name);
  identity->uid = (uint32_t)wanted;
}

static void find_group(gl_identity *identity, const char *name) {
  text group = read_file("/etc/group");
  char *fields[4];
  long wanted = number(name);
  in_range(wanted);
  while (next_line(&group, fields, 4) > 0) {
    long gid = number(fields[2]);
    if (gid < 0) continue;
    if (wanted >= 0 ? gid != wanted : strcmp(fields[0], name)) continue;
    identity->gid = (uint32_t)gid;
    return;
  }
  if (wanted < 0) gl_fail(GL_INVALID, 0, "unable to find group %s: no matching entries in group file", name);
  identity->gid = (uint32_t)wanted;
}

static void add_memberships(gl_identity *identity, const char *user) {
  text group = read_file("/etc/group");
  char *fields[4];
  while (next_line(&group, fields, 4) > 0) {
    long gid = number(fields[2]);
    if (gid >= 0 && is_member(fields[3], user)) add_group(identity, (uint32_t)gid);
  }
}

static void add_named_group(gl_identity *identity, const char *name) {
  text group = read_file("/etc/group");
  char *fields[4];
  long wanted = number(name);
  in_range(wanted);
  while (next_line(&group, fields, 4) > 0) {
    long gid = number(fields[2]);
    if (gid >= 0 && (!strcmp(fields[0], name) || gid == wanted)) {
      add_group(identity, (uint32_t)gid);
      return;
    }
  }
  if (wanted < 0) gl_fail(GL_INVALID, 0, "Unable to find group %s", name);
  add_group(identity, (uint32_t)wanted);
}

static void find_home(gl_identity *identity) {
  text passwd = read_file("/etc/passwd");
  char *fields[7];
  while (next_line(&passwd, fields, 7) > 0) {
    if (number(fields[2]) != (long)identity->uid) continue;
    snprintf(identity->home, sizeof identity->home, "%s", fields[5]);
    break;
  }
}

void gl_find_identity(const gl_plan *plan, gl_identity *identity) {
  memset(identity, 0, sizeof *identity);
  identity->uid = plan->uid;
  identity->gid = plan->gid;
  char user[256] = "", matched[256] = "";
  if (plan->user) {
    if (strlen(plan->user) >= sizeof user) gl_fail(GL_INVALID, 0, "user name of more than 255 characters");
    strcpy(user, plan->user);
    char *group = strchr(user, ':');
    if (group) *group++ = 0;
    identity->uid = identity->gid = 0;
    find_user(identity, *user ? user : "0", matched, sizeof matched);
    if (group && *group)
      find_group(identity, group);
    add_group(identity, identity->gid);
    if (!(group && *group) && *matched) add_memberships(identity, matched);
  }
  for (int i = 0; i < plan->groups.count; i++) add_group(identity, plan->groups.items[i]);
  for (int i = 0; i < plan->group_names.count; i++) add_named_group(identity, plan->group_names.items[i]);
  if (!identity->home[0]) find_home(identity);
  if (!identity->home[0]) strcpy(identity->home, "/");
}
