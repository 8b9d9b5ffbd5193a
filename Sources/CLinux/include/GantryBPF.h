// bpf(2) for the device filter of a cgroup: glibc has no wrapper, and its argument is a union.
// Bare calls: -1 with errno set on failure; the caller owns every descriptor that is returned.
#pragma once

#include <stdint.h>

// Loads a BPF_PROG_TYPE_CGROUP_DEVICE program of `count` instructions (struct bpf_insn as numbers).
int gantry_bpf_load_device_program(const uint64_t *instructions, uint32_t count);
int gantry_bpf_attach_device_program(int cgroup, int program);
int gantry_bpf_detach_device_program(int cgroup, int program);
// Writes the ids of the device programs attached to `cgroup`, at most *count of them, and sets *count.
int gantry_bpf_device_programs(int cgroup, uint32_t *ids, uint32_t *count);
int gantry_bpf_program_by_id(uint32_t id);
