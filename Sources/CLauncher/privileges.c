#include "internal.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <linux/filter.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void gl_apply_limits(const gl_plan *plan, pid_t pid) {
  for (int i = 0; i < plan->limits.count; i++) {
    const gl_limit *limit = &plan->limits.items[i];
    struct rlimit64 wanted = {limit->soft, limit->hard}, present;
    if (prlimit64(pid, (enum __rlimit_resource)limit->resource, &wanted, NULL) == 0) continue;
    int error = errno;
    if (error == EPERM && prlimit64(pid, (enum __rlimit_resource)limit->resource, NULL, &present) == 0)
      gl_fail(GL_REFUSED, error,
              "the host refuses %s with a hard limit of %llu; ask for at most %llu, or run Gantry with CAP_SYS_RESOURCE",
              limit->name, (unsigned long long)limit->hard, (unsigned long long)present.rlim_max);
    gl_fail(GL_INVALID, error, "%s with a soft limit of %llu and a hard limit of %llu", limit->name,
            (unsigned long long)limit->soft, (unsigned long long)limit->hard);
  }
}

void gl_apply_oom_score(const gl_plan *plan, pid_t pid) {
  if (!plan->set_oom_score) return;
  char path[64], present[16], wanted[16];
  if (pid)
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", pid);
  else
    strcpy(path, "/proc/self/oom_score_adj");
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) gl_fail(GL_REFUSED, errno, "opening %s", path);
  ssize_t count = read(fd, present, sizeof present - 1);
  present[count > 0 ? count : 0] = 0;
  int length = snprintf(wanted, sizeof wanted, "%d", plan->oom_score);
  if (atoi(present) != plan->oom_score && write(fd, wanted, (size_t)length) < 0)
    gl_fail(errno == EINVAL ? GL_INVALID : GL_REFUSED, errno,
            "the host refuses an OOM score adjustment of %d; ask for %d or more, or run Gantry with CAP_SYS_RESOURCE",
            plan->oom_score, atoi(present));
  close(fd);
}

void gl_drop_bounding(const gl_plan *plan) {
  for (int capability = 0; capability < 64; capability++) {
    if (plan->bounding >> capability & 1) continue;
    int present = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
    if (present < 0) break;
    if (present && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
      gl_fail(GL_OTHER, errno, "dropping capability %d", capability);
  }
}

static void set_capabilities(const gl_plan *plan) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2], present[2];
  if (syscall(SYS_capget, &header, present) < 0) gl_fail(GL_OTHER, errno, "reading capabilities");
  for (int i = 0; i < 2; i++) {
    // What the host itself does not have cannot be given: a container asks for "all" and gets all there is.
    uint32_t available = present[i].permitted;
    data[i].permitted = (uint32_t)(plan->permitted >> (32 * i)) & available;
    data[i].effective = (uint32_t)(plan->effective >> (32 * i)) & data[i].permitted;
    data[i].inheritable = (uint32_t)(plan->inheritable >> (32 * i)) & (data[i].permitted | available);
  }
  if (syscall(SYS_capset, &header, data) < 0) gl_fail(GL_OTHER, errno, "setting capabilities");
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  uint64_t permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  uint64_t inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
  for (unsigned long capability = 0; capability < 64; capability++) {
    if (!((plan->ambient & permitted & inheritable) >> capability & 1)) continue;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
      gl_fail(GL_OTHER, errno, "raising ambient capability %lu", capability);
  }
}

static bool setgroups_denied(void) {
  char word[8] = "";
  int fd = open("/proc/self/setgroups", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t count = read(fd, word, sizeof word - 1);
  close(fd);
  return count > 0 && !strncmp(word, "deny", 4);
}

void gl_become(const gl_plan *plan, const gl_identity *identity) {
  gl_drop_bounding(plan);
  // A process that opens /dev/stdout again must be allowed to, whoever it runs as.
  for (int fd = 0; fd < 3; fd++) {
    struct stat status;
    if (fstat(fd, &status) == 0 && status.st_uid != identity->uid && !(S_ISCHR(status.st_mode) && !isatty(fd)) &&
        !S_ISREG(status.st_mode) && fchown(fd, identity->uid, (gid_t)-1) < 0 && errno != EPERM && errno != EINVAL &&
        errno != EROFS)
      gl_fail(GL_OTHER, errno, "giving the standard streams to user %u", identity->uid);
  }
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0) gl_fail(GL_OTHER, errno, "keeping capabilities");
  // Raw calls: glibc's wrappers would signal the threads that were the parent's.
  if (syscall(SYS_setgroups, (size_t)identity->group_count, identity->groups) < 0 &&
      !(errno == EPERM && setgroups_denied()))
    gl_fail(GL_INVALID, errno, "setting the additional groups");
  if (syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) < 0)
    gl_fail(GL_INVALID, errno, "setting the group to %u (is it mapped in the user namespace?)", identity->gid);
  if (syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid) < 0)
    gl_fail(GL_INVALID, errno, "setting the user to %u (is it mapped in the user namespace?)", identity->uid);
  if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0) gl_fail(GL_OTHER, errno, "keeping capabilities");
  set_capabilities(plan);
}

void gl_install_filter(const gl_plan *plan) {
  if (!plan->filter_length) return;
  struct sock_fprog program = {(unsigned short)plan->filter_length, (struct sock_filter *)plan->filter};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, plan->filter_flags, &program) < 0)
    gl_fail(GL_OTHER, errno, "installing the seccomp filter (%u instructions)", plan->filter_length);
}

void gl_new_keyring(const gl_plan *plan) {
  if (!plan->new_keyring) return;
  long ring = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, plan->keyring_name, 0, 0, 0);
  if (ring < 0 && errno != ENOSYS && errno != EDQUOT && errno != EPERM)
    gl_fail(GL_OTHER, errno, "making a session keyring");
}
