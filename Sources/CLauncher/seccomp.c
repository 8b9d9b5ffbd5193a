#include "internal.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define MOST_ARGUMENTS 6

typedef struct rule {
  int syscall;
  uint32_t action;
  unsigned count;
  struct scmp_arg_cmp arguments[MOST_ARGUMENTS];
  bool bad;
} rule;

struct gl_filter {
  uint32_t default_action;
  uint32_t architectures[32];
  int architecture_count;
  rule *rules;
  int count, capacity;
  const char *problem;
};

static uint32_t action_of(const char *name, uint32_t error, bool has_error, bool *known) {
  uint32_t code = has_error ? error : EPERM;
  *known = true;
  if (!strcmp(name, "SCMP_ACT_ALLOW")) return SCMP_ACT_ALLOW;
  if (!strcmp(name, "SCMP_ACT_ERRNO")) return SCMP_ACT_ERRNO(code);
  if (!strcmp(name, "SCMP_ACT_KILL") || !strcmp(name, "SCMP_ACT_KILL_THREAD")) return SCMP_ACT_KILL_THREAD;
  if (!strcmp(name, "SCMP_ACT_KILL_PROCESS")) return SCMP_ACT_KILL_PROCESS;
  if (!strcmp(name, "SCMP_ACT_TRAP")) return SCMP_ACT_TRAP;
  if (!strcmp(name, "SCMP_ACT_TRACE")) return SCMP_ACT_TRACE(code);
  if (!strcmp(name, "SCMP_ACT_LOG")) return SCMP_ACT_LOG;
  *known = false;
  return SCMP_ACT_KILL_PROCESS;
}

static int compare_of(const char *name) {
  static const struct { const char *name; int op; } all[] = {
      {"SCMP_CMP_NE", SCMP_CMP_NE}, {"SCMP_CMP_LT", SCMP_CMP_LT}, {"SCMP_CMP_LE", SCMP_CMP_LE},
      {"SCMP_CMP_EQ", SCMP_CMP_EQ}, {"SCMP_CMP_GE", SCMP_CMP_GE}, {"SCMP_CMP_GT", SCMP_CMP_GT},
      {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (!strcmp(all[i].name, name)) return all[i].op;
  return -1;
}

static uint32_t architecture_of(const char *name) {
  static const struct { const char *name; uint32_t token; } all[] = {
      {"SCMP_ARCH_NATIVE", SCMP_ARCH_NATIVE},   {"SCMP_ARCH_X86", SCMP_ARCH_X86},
      {"SCMP_ARCH_X86_64", SCMP_ARCH_X86_64},   {"SCMP_ARCH_X32", SCMP_ARCH_X32},
      {"SCMP_ARCH_ARM", SCMP_ARCH_ARM},         {"SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64},
      {"SCMP_ARCH_MIPS", SCMP_ARCH_MIPS},       {"SCMP_ARCH_MIPS64", SCMP_ARCH_MIPS64},
      {"SCMP_ARCH_MIPS64N32", SCMP_ARCH_MIPS64N32}, {"SCMP_ARCH_MIPSEL", SCMP_ARCH_MIPSEL},
      {"SCMP_ARCH_MIPSEL64", SCMP_ARCH_MIPSEL64},   {"SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32},
      {"SCMP_ARCH_PPC", SCMP_ARCH_PPC},         {"SCMP_ARCH_PPC64", SCMP_ARCH_PPC64},
      {"SCMP_ARCH_PPC64LE", SCMP_ARCH_PPC64LE}, {"SCMP_ARCH_S390", SCMP_ARCH_S390},
      {"SCMP_ARCH_S390X", SCMP_ARCH_S390X},     {"SCMP_ARCH_RISCV64", SCMP_ARCH_RISCV64}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (!strcmp(all[i].name, name)) return all[i].token;
  return UINT32_MAX;
}

gl_filter *gl_filter_new(const char *default_action, uint32_t default_errno, bool has_errno) {
  gl_filter *filter = calloc(1, sizeof *filter);
  if (!filter) abort();
  bool known;
  filter->default_action = action_of(default_action, default_errno, has_errno, &known);
  if (!known) filter->problem = "the default action is none that this host knows";
  return filter;
}

void gl_filter_free(gl_filter *filter) {
  free(filter->rules);
  free(filter);
}

int gl_filter_add_architecture(gl_filter *filter, const char *name) {
  uint32_t token = architecture_of(name);
  if (token == UINT32_MAX) return -1;
  if (filter->architecture_count < 32) filter->architectures[filter->architecture_count++] = token;
  return 0;
}

int gl_filter_add_rule(gl_filter *filter, const char *syscall, const char *action, uint32_t error, bool has_errno) {
  if (filter->count == filter->capacity) {
    filter->capacity = filter->capacity ? filter->capacity * 2 : 512;
    filter->rules = realloc(filter->rules, (size_t)filter->capacity * sizeof *filter->rules);
    if (!filter->rules) abort();
  }
  rule *fresh = &filter->rules[filter->count];
  memset(fresh, 0, sizeof *fresh);
  bool known;
  fresh->action = action_of(action, error, has_errno, &known);
  if (!known) filter->problem = "an action is none that this host knows";
  fresh->syscall = seccomp_syscall_resolve_name(syscall);
  // A call that this host's library does not know is passed over, as everywhere: profiles name those of all kernels.
  fresh->bad = fresh->syscall == __NR_SCMP_ERROR;
  return filter->count++;
}

void gl_filter_add_argument(gl_filter *filter, int index, uint32_t argument, const char *op, uint64_t value,
                            uint64_t value_two) {
  rule *this = &filter->rules[index];
  int compare = compare_of(op);
  if (compare < 0 || argument > 5 || this->count == MOST_ARGUMENTS) {
    filter->problem = "a condition on an argument is none that this host knows";
    return;
  }
  this->arguments[this->count++] =
      (struct scmp_arg_cmp){argument, (enum scmp_compare)compare, value, value_two};
}

static bool twice(const rule *this) {
  for (unsigned i = 0; i < this->count; i++)
    for (unsigned j = i + 1; j < this->count; j++)
      if (this->arguments[i].arg == this->arguments[j].arg) return true;
  return false;
}

static void add_rule(scmp_filter_ctx context, const rule *this) {
  int result = 0;
  if (twice(this)) {
    // libseccomp takes one condition an argument; as runc does, each becomes a rule of its own.
    for (unsigned i = 0; result == 0 && i < this->count; i++)
      result = seccomp_rule_add_array(context, this->action, this->syscall, 1, &this->arguments[i]);
  } else {
    result = seccomp_rule_add_array(context, this->action, this->syscall, this->count, this->arguments);
  }
  if (result < 0 && result != -EEXIST) gl_fail(GL_INVALID, -result, "the seccomp rule for system call %d", this->syscall);
}

static void compile(const gl_filter *filter, int output) {
  if (filter->problem) gl_fail(GL_INVALID, 0, "the seccomp profile cannot be used: %s", filter->problem);
  scmp_filter_ctx context = seccomp_init(filter->default_action);
  if (!context) gl_fail(GL_OTHER, 0, "libseccomp cannot be used");
  for (int i = 0; i < filter->architecture_count; i++) {
    int result = seccomp_arch_add(context, filter->architectures[i]);
    if (result < 0 && result != -EEXIST)
      gl_fail(GL_INVALID, -result, "a seccomp architecture (token %#x)", filter->architectures[i]);
  }
  // Rare and frequent calls alike are found in some ten steps: a quarter of the time of a list.
  seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, 0);
  for (int i = 0; i < filter->count; i++) {
    const rule *this = &filter->rules[i];
    if (!this->bad && this->action != filter->default_action) add_rule(context, this);
  }
  int result = seccomp_export_bpf(context, output);
  if (result < 0) gl_fail(GL_OTHER, -result, "compiling the seccomp profile");
}

int gl_filter_compile(const gl_filter *filter, gl_report *report) {
  int ends[2], output = memfd_create("seccomp", MFD_CLOEXEC);
  memset(report, 0, sizeof *report);
  report->kind = 'E';
  strcpy(report->text, "compiling the seccomp profile failed");
  if (output < 0) return -1;
  if (pipe2(ends, O_CLOEXEC) < 0) {
    close(output);
    return -1;
  }
  // fork(), not clone3: libseccomp allocates, and fork() leaves malloc usable in the child of a threaded process.
  pid_t pid = fork();
  if (pid == 0) {
    gl_error_fd = ends[1];
    compile(filter, output);
    _exit(0);
  }
  close(ends[1]);
  int status = -1;
  if (pid > 0) {
    ssize_t count = read(ends[0], report, sizeof *report);
    (void)count;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  }
  close(ends[0]);
  if (status == 0 && lseek(output, 0, SEEK_SET) == 0) return output;
  close(output);
  return -1;
}
