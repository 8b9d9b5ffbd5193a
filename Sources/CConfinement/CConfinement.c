#define _GNU_SOURCE
#include "CConfinement.h"

// The functions that are called, each weak: the library is loaded when it is needed, by SharedLibrary.seccomp.
#pragma weak seccomp_attr_set
#pragma weak seccomp_init
#pragma weak seccomp_load
#pragma weak seccomp_release
#pragma weak seccomp_rule_add

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int gantry_leave_shared_namespaces(void) {
  if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) < 0) return -1;
  return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

int gantry_pivot_here(void) {
  if (syscall(SYS_pivot_root, ".", ".") < 0) return -1;
  if (umount2(".", MNT_DETACH) < 0) return -1;
  return chdir("/");
}

int gantry_keep_capabilities(uint64_t keep) {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL) return -1;
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
    if (keep & (UINT64_C(1) << capability)) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return -1;
  }
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[2] = {0};
  if (syscall(SYS_capget, &header, sets) < 0) return -1;
  for (int half = 0; half < 2; half++) {
    sets[half].permitted &= (uint32_t)(keep >> (32 * half));
    sets[half].effective = sets[half].permitted;
    sets[half].inheritable = 0;
  }
  return (int)syscall(SYS_capset, &header, sets);
}

void gantry_warm_up(void) {
  iconv_t converter = iconv_open("ANSI_X3.4-1968", "UTF-8");
  if (converter != (iconv_t)-1) iconv_close(converter);
  tzset();
}

static const int denied[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(listen), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(kill), SCMP_SYS(tkill),
    SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal), SCMP_SYS(kcmp), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root),
    SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(open_tree), SCMP_SYS(move_mount),
    SCMP_SYS(fsopen), SCMP_SYS(fsconfig), SCMP_SYS(fsmount), SCMP_SYS(fspick), SCMP_SYS(mount_setattr),
    SCMP_SYS(open_by_handle_at), SCMP_SYS(name_to_handle_at), SCMP_SYS(swapon), SCMP_SYS(swapoff),
    SCMP_SYS(reboot), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(init_module),
    SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(keyctl),
    SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(quotactl), SCMP_SYS(acct),
    SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime), SCMP_SYS(adjtimex),
    SCMP_SYS(sethostname), SCMP_SYS(setdomainname), SCMP_SYS(personality), SCMP_SYS(syslog), SCMP_SYS(vhangup),
#ifdef __x86_64__
    SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(modify_ldt),
#endif
};

// What makes and uses connections: a worker has none.
static const int network[] = {SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind)};

// What changes the tree of files by name: the registry client makes new files and no more.
static const int changing[] = {
    SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink),
    SCMP_SYS(symlinkat), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir),
    SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(truncate), SCMP_SYS(creat), SCMP_SYS(openat2), SCMP_SYS(chmod),
    SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(lchown), SCMP_SYS(fchown), SCMP_SYS(fchownat),
    SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr), SCMP_SYS(removexattr), SCMP_SYS(lremovexattr),
    SCMP_SYS(fremovexattr), SCMP_SYS(utime), SCMP_SYS(utimes), SCMP_SYS(futimesat), SCMP_SYS(utimensat),
};

// What every confined program is refused. Returns 0, or a negative errno.
static int refuse_common(scmp_filter_ctx filter) {
  uint32_t refusal = SCMP_ACT_ERRNO(EPERM);
  int status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
  for (size_t i = 0; status == 0 && i < sizeof denied / sizeof *denied; i++)
    status = seccomp_rule_add(filter, refusal, denied[i], 0);
  // Threads are made by clone; clone3's flags cannot be looked at, and the C library falls back.
  if (status == 0) status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  // A child that is no thread.
  if (status == 0)
    status = seccomp_rule_add(
        filter, refusal, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  // Code comes from nowhere but this program and its libraries, which are loaded by now.
  static const int mapping[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(pkey_mprotect)};
  for (size_t i = 0; status == 0 && i < sizeof mapping / sizeof *mapping; i++)
    status =
        seccomp_rule_add(filter, refusal, mapping[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
  // Other processes' limits and priorities.
  if (status == 0)
    status = seccomp_rule_add(filter, refusal, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_NE, 0));
  if (status == 0)
    status = seccomp_rule_add(
        filter, refusal, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid()));
  return status;
}

static int load(scmp_filter_ctx filter, int status) {
  if (status == 0) status = seccomp_load(filter);
  seccomp_release(filter);
  return status;
}

int gantry_install_worker_filter(void) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (!filter) return -ENOMEM;
  int status = refuse_common(filter);
  for (size_t i = 0; status == 0 && i < sizeof network / sizeof *network; i++)
    status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), network[i], 0);
  return load(filter, status);
}

// Opening a file for writing is refused, but for a new one; `flags` is the place of the flags among the arguments.
static int refuse_writing(scmp_filter_ctx filter, int call, unsigned flags) {
  static const struct { scmp_datum_t mask, value; } refused[] = {
      {O_ACCMODE, O_RDWR}, {O_ACCMODE | O_EXCL, O_WRONLY}, {O_ACCMODE | O_CREAT, O_RDONLY | O_CREAT}, {O_TRUNC, O_TRUNC},
  };
  int status = 0;
  for (size_t i = 0; status == 0 && i < sizeof refused / sizeof *refused; i++)
    status = seccomp_rule_add(
        filter, SCMP_ACT_ERRNO(EPERM), call, 1,
        SCMP_CMP(flags, SCMP_CMP_MASKED_EQ, refused[i].mask, refused[i].value));
  return status;
}

int gantry_install_client_filter(void) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (!filter) return -ENOMEM;
  uint32_t refusal = SCMP_ACT_ERRNO(EPERM);
  int status = refuse_common(filter);
  for (size_t i = 0; status == 0 && i < sizeof changing / sizeof *changing; i++)
    status = seccomp_rule_add(filter, refusal, changing[i], 0);
  if (status == 0) status = refuse_writing(filter, SCMP_SYS(open), 1);
  if (status == 0) status = refuse_writing(filter, SCMP_SYS(openat), 2);
  // No unix socket: engines and other services of the machine listen on those. Netlink tells which addresses there are.
  static const int families[] = {AF_INET, AF_INET6, AF_NETLINK};
  for (int family = 0; status == 0 && family < AF_MAX; family++) {
    int is_allowed = 0;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) is_allowed |= families[i] == family;
    if (!is_allowed)
      status = seccomp_rule_add(filter, refusal, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family));
  }
  if (status == 0)
    status = seccomp_rule_add(filter, refusal, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_GE, AF_MAX));
  // A pair of streams is connected for good; one of datagrams could be connected elsewhere.
  static const int others[] = {SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW};
  for (size_t i = 0; status == 0 && i < sizeof others / sizeof *others; i++)
    status = seccomp_rule_add(
        filter, refusal, SCMP_SYS(socketpair), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, 0xF, (scmp_datum_t)others[i]));
  return load(filter, status);
}

int gantry_see_files_read_only(void) {
  if (unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) < 0) return -1;
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -1;
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC};
  return (int)syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes);
}

void gantry_load_name_services(void) {
  FILE *file = fopen("/etc/nsswitch.conf", "re");
  if (!file) return;
  char line[512];
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, "hosts:", 6) != 0) continue;
    for (char *rest = line + 6, *word; (word = strsep(&rest, " \t\n"));) {
      char name[64];
      if (!*word || strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(word)) continue;
      snprintf(name, sizeof name, "libnss_%.40s.so.2", word);
      dlopen(name, RTLD_NOW);
    }
  }
  fclose(file);
}
