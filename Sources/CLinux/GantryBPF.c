#define _GNU_SOURCE
#include "GantryBPF.h"

#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(enum bpf_cmd command, union bpf_attr *attributes) {
  return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

int gantry_bpf_load_device_program(const uint64_t *instructions, uint32_t count) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = (uintptr_t)instructions;
  attributes.insn_cnt = count;
  attributes.license = (uintptr_t) "Apache";
  return bpf(BPF_PROG_LOAD, &attributes);
}

int gantry_bpf_attach_device_program(int cgroup, int program) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = (uint32_t)cgroup;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  return bpf(BPF_PROG_ATTACH, &attributes);
}

int gantry_bpf_detach_device_program(int cgroup, int program) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.target_fd = (uint32_t)cgroup;
  attributes.attach_bpf_fd = (uint32_t)program;
  attributes.attach_type = BPF_CGROUP_DEVICE;
  return bpf(BPF_PROG_DETACH, &attributes);
}

int gantry_bpf_device_programs(int cgroup, uint32_t *ids, uint32_t *count) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.query.target_fd = (uint32_t)cgroup;
  attributes.query.attach_type = BPF_CGROUP_DEVICE;
  attributes.query.prog_ids = (uintptr_t)ids;
  attributes.query.prog_cnt = *count;
  int result = bpf(BPF_PROG_QUERY, &attributes);
  *count = attributes.query.prog_cnt;
  return result;
}

int gantry_bpf_program_by_id(uint32_t id) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.prog_id = id;
  return bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
}
