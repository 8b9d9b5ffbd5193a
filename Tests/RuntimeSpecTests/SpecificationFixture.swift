/// A configuration with a member of every kind.
enum SpecificationFixture {
  static let docker = #"""
    {"ociVersion":"1.0.2-dev","process":{"terminal":true,"consoleSize":{"height":24,"width":80},
    "user":{"uid":0,"gid":0,"umask":18,"additionalGids":[0,10]},"args":["sh","-c","echo hi"],
    "env":["PATH=/usr/bin:/bin","HOSTNAME=x"],"cwd":"/","capabilities":{"bounding":["CAP_CHOWN","CAP_KILL"],
    "effective":["CAP_CHOWN"],"permitted":["CAP_CHOWN"]},"oomScoreAdj":0,"noNewPrivileges":true,
    "rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":1024}]},
    "root":{"path":"rootfs","readonly":true},"hostname":"x","domainname":"y","mounts":[
    {"destination":"/proc","type":"proc","source":"proc","options":["nosuid","noexec","nodev"]},
    {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","strictatime","mode=755","size=65536k"]}],
    "hooks":{"prestart":[{"path":"/bin/true","args":["true"],"timeout":5}],"poststop":[{"path":"/bin/false"}]},
    "annotations":{"gantry.user":"nobody"},"linux":{"sysctl":{"net.ipv4.ip_forward":"1"},
    "uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],
    "resources":{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":5,"access":"rwm"}],
    "memory":{"limit":67108864,"swap":-1,"swappiness":10,"disableOOMKiller":false},
    "cpu":{"shares":512,"quota":50000,"period":100000,"cpus":"0-1"},"pids":{"limit":100},
    "blockIO":{"weight":100,"weightDevice":[{"major":8,"minor":0,"weight":200}],
    "throttleReadBpsDevice":[{"major":8,"minor":0,"rate":1048576}]},
    "hugepageLimits":[{"pageSize":"2MB","limit":0}],"unified":{"memory.high":"1000000"}},
    "cgroupsPath":"/gantry/x","namespaces":[{"type":"mount"},{"type":"network","path":"/var/run/netns/x"}],
    "devices":[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438,"uid":0,"gid":0}],
    "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"architectures":["SCMP_ARCH_X86_64"],
    "flags":["SECCOMP_FILTER_FLAG_LOG"],"syscalls":[{"names":["read","write"],"action":"SCMP_ACT_ALLOW"},
    {"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[
    {"index":0,"value":2114060288,"valueTwo":2080505856,"op":"SCMP_CMP_MASKED_EQ"}]}]},
    "rootfsPropagation":"rprivate","maskedPaths":["/proc/kcore"],"readonlyPaths":["/proc/sys"]}}
    """#
}
