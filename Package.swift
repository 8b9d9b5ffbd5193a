// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: warnings are errors, and each function has a section of its own, which the linker can leave out or
/// put in order.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error), .unsafeFlags(["-Xfrontend", "-function-sections"])]

/// Puts what the program calls every day side by side, in the order that `make order` saw: less of it is read, mapped and
/// faulted in.
func ordered(_ program: String) -> LinkerSetting {
  .unsafeFlags([
    "-Xlinker", "--section-ordering-file", "-Xlinker", "\(Context.packageDirectory)/packaging/order/\(program)",
  ])
}

/// Links the executable fully static: it starts in a millisecond and shares its pages with its siblings.
let fullyStatic: [LinkerSetting] = [.unsafeFlags(["-static-executable"])]

/// Links an executable of C alone fully static, without the Swift runtime: 0.8 MB instead of 9.5.
let staticC: [LinkerSetting] = [.unsafeFlags(["-static-executable", "-nostartfiles"])]

/// Links the Swift runtime statically and the C libraries dynamically: nothing but the distribution's
/// own libraries is needed where the program runs.
///
/// Nothing is exported: no library looks for a symbol of ours, and the table of them would be 1.7 MB that starting reads.
/// The address is fixed: nothing is relocated, so its processes share also the pages that relocation writes to.
let staticRuntime: [LinkerSetting] = [
  .unsafeFlags(["-static-stdlib", "-Xlinker", "--no-export-dynamic", "-Xclang-linker", "-no-pie"])
]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
  .target(name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", swiftSettings: strict)
}

/// What Swift cannot say.
func cModule(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, cSettings: [.unsafeFlags(["-ffunction-sections", "-fdata-sections"])])
}

func program(
  _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, linking: [LinkerSetting]
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", swiftSettings: strict,
    linkerSettings: linking)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

func library(_ name: String, pkgConfig: String, package: String) -> Target {
  .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A library that is not linked but loaded when it is needed, by SharedLibraries.
func loadedLibrary(_ name: String, path: String? = nil, package: String) -> Target {
  .systemLibrary(name: name, path: path ?? "Sources/\(name)", providers: [.apt([package])])
}

let foundation: [Target] = [
  cModule("CVersion"),
  module("Version", ["CVersion"]),
  cModule("CLinux"),
  module("Errors"),
  module("Linux", ["CLinux", "Errors"]),
  module("JSON", ["Errors"]),
  module("Tar"),
  module("Templates", ["JSON", "Errors"]),
  module("Threads", ["CLinux", "Errors"]),
  module("Processes", ["CLinux", "Threads", "Linux", "Errors"]),
  module("SharedLibraries", ["Errors"]),
]

let wire: [Target] = [
  module("Wire", ["Errors", "Linux"]),
  cModule("CProcessors"),
  module("LoopWire", ["CProcessors", "Wire", "Linux", "CLinux", "Errors"]),
  module("AsyncWire", ["Wire", "Linux", "CLinux", "Errors"]),
  program("wire-bench", ["LoopWire", "Wire", "Linux", "Errors"], linking: fullyStatic),
]

let messages: [Target] = [
  library("CProtobufC", pkgConfig: "libprotobuf-c", package: "libprotobuf-c-dev"),
  cModule("CMessages", ["CProtobufC"]),
  module("Messages", ["CMessages", "Wire", "Errors"]),
  module("LoopServices", ["Messages", "LoopWire"]),
  module("AsyncServices", ["Messages", "AsyncWire"]),
  module("Dockerfile", ["Messages", "JSON", "Errors"]),
  module("Protoc", ["CMessages", "Errors"]),
  program("protoc-gen-gantry", ["Protoc", "Linux", "Errors"], linking: []),
]

let launcher: [Target] = [
  library("CSeccomp", pkgConfig: "libseccomp", package: "libseccomp-dev"),
  module("RuntimeSpec", ["JSON", "Errors"]),
  cModule("CLauncher", ["CSeccomp"]),
  module("Cgroups", ["Linux", "RuntimeSpec", "Errors"]),
  module("Launcher", ["CLauncher", "CLinux", "Linux", "RuntimeSpec", "Cgroups", "Errors"]),
  module("OCIRuntime", ["Version", "Launcher", "RuntimeSpec", "Cgroups", "JSON", "Linux", "Errors"]),
  program("gantry-runtime", ["OCIRuntime", "Linux"], linking: fullyStatic),
  program("gantry-init", [], linking: staticC),
]

let shim: [Target] = [
  module("ContainerLog", ["Linux", "Errors"]),
  module(
    "Shim",
    [
      "Version", "Launcher", "Cgroups", "RuntimeSpec", "LoopServices", "LoopWire", "Messages", "ContainerLog", "JSON",
      "Linux", "Errors",
    ]),
  program("gantry-shim", ["Shim", "Linux"], linking: fullyStatic + [ordered("gantry-shim")]),
]

let images: [Target] = [
  loadedLibrary("CArchive", package: "libarchive-dev"),
  loadedLibrary("CCrypto", package: "libssl-dev"),
  module("Digests", ["Errors"]),
  module("Hashing", ["CCrypto", "SharedLibraries", "Digests", "Linux", "Errors"]),
  module("References", ["Digests", "Errors"]),
  module("ImageSpec", ["Hashing", "Digests", "JSON", "Errors"]),
  module("ImageMessages", ["ImageSpec", "Messages", "JSON", "Errors"]),
  cModule("CGzip"),
  module(
    "Archive",
    [
      "CArchive", "CGzip", "SharedLibraries", "Tar", "Threads", "Hashing", "Digests", "References", "Linux", "CLinux",
      "ImageSpec", "JSON", "Errors",
    ]),
  cModule("CConfinement"),
  module(
    "Worker",
    [
      "Archive", "CConfinement", "SharedLibraries", "CLinux", "Hashing", "Digests", "ImageMessages", "ImageSpec",
      "Messages",
      "Wire", "JSON", "Linux", "Errors",
    ]),
]

let registries: [Target] = [
  loadedLibrary("CCurl", package: "libcurl4-openssl-dev"),
  module(
    "Registry",
    [
      "CCurl", "CConfinement", "SharedLibraries", "CLinux", "Threads", "AsyncServices", "AsyncWire", "Messages",
      "ImageMessages", "ImageSpec", "References", "Hashing", "Digests", "JSON", "Linux", "Errors",
    ]),
]

let plugins: [Target] = [
  module("PluginKit", ["CLinux", "Threads", "AsyncServices", "AsyncWire", "Messages", "JSON", "Linux", "Errors"]),
  module(
    "LocalContent",
    [
      "Version", "PluginKit", "AsyncServices", "AsyncWire", "Messages", "Threads", "Hashing", "Digests", "JSON",
      "Linux",
      "Errors",
    ],
    path: "plugins/content-local/LocalContent"),
  module(
    "Snapshots", ["PluginKit", "AsyncServices", "AsyncWire", "Messages", "Threads", "JSON", "Linux", "Errors"],
    path: "plugins/snapshots/Snapshots"),
  module(
    "OverlaySnapshotter", ["Version", "Snapshots", "PluginKit", "Messages", "CLinux", "Linux", "Errors"],
    path: "plugins/snapshotter-overlay/OverlaySnapshotter"),
  module(
    "NativeSnapshotter", ["Version", "Snapshots", "PluginKit", "Messages", "CLinux", "Linux", "Errors"],
    path: "plugins/snapshotter-native/NativeSnapshotter"),
  .systemLibrary(name: "CNetlink", path: "plugins/network-bridge/CNetlink"),
  loadedLibrary("CNFTables", path: "plugins/network-bridge/CNFTables", package: "libnftables-dev"),
  module(
    "BridgeNetwork",
    [
      "Version", "PluginKit", "AsyncServices", "Threads", "CNFTables", "CNetlink", "SharedLibraries", "CLinux", "JSON",
      "Linux", "Errors",
    ],
    path: "plugins/network-bridge/BridgeNetwork"),
  module(
    "LinuxRuntime",
    ["Version", "PluginKit", "AsyncServices", "Threads", "RuntimeSpec", "Cgroups", "JSON", "Linux", "Errors"],
    path: "plugins/runtime-linux/LinuxRuntime"),
]

let supervisor: [Target] = [
  loadedLibrary("CSQLite", package: "libsqlite3-dev"),
  module("Database", ["CSQLite", "SharedLibraries", "Threads", "Errors"]),
  module(
    "Core",
    [
      "CLinux", "Database", "Threads", "Processes", "AsyncServices", "AsyncWire", "Messages", "ImageSpec",
      "RuntimeSpec", "JSON",
      "Linux",
      "Errors",
    ]),
  module(
    "Engine",
    [
      "Version", "CLinux", "Cgroups", "Core", "Database", "Dockerfile", "Tar", "Threads", "Processes", "AsyncServices",
      "AsyncWire",
      "Messages", "RuntimeSpec",
      "ImageSpec", "References", "Digests", "JSON", "Linux", "Errors",
    ]),
  program(
    "gantryd",
    [
      "Engine", "Worker", "Registry", "PluginKit", "LocalContent", "OverlaySnapshotter", "NativeSnapshotter",
      "BridgeNetwork", "LinuxRuntime", "Linux",
    ],
    linking: staticRuntime + [ordered("gantryd")]),
]

let client: [Target] = [
  module(
    "CLI",
    [
      "Version", "Tar", "CLinux", "AsyncServices", "AsyncWire", "Messages", "ContainerLog", "Templates", "References",
      "JSON", "Linux", "Errors",
    ]),
  program("gantry", ["CLI", "AsyncWire", "Linux"], linking: fullyStatic + [ordered("gantry")]),
  module(
    "Conformance",
    ["CLinux", "Threads", "Processes", "AsyncServices", "AsyncWire", "Messages", "JSON", "Linux", "Errors"],
    path: "Tests/Conformance"),
  module("PluginCheck", ["Conformance", "Linux", "Errors"]),
  program("gantry-plugin-check", ["PluginCheck", "Linux"], linking: fullyStatic),
]

let unitTests: [Target] = [
  tests("VersionTests", ["Version"]),
  tests("LinuxTests", ["CLinux", "Linux", "SharedLibraries", "Errors"]),
  tests("JSONTests", ["JSON", "Errors"]),
  tests("TemplatesTests", ["Templates", "JSON", "Errors"], exclude: ["Recorded"]),
  tests("WireTests", ["Wire", "LoopWire", "AsyncWire", "Linux", "Errors"]),
  tests(
    "MessagesTests",
    ["Messages", "AsyncServices", "LoopServices", "Protoc", "Wire", "AsyncWire", "LoopWire", "Linux", "Errors"],
    exclude: ["Fixtures"]),
  tests("RuntimeSpecTests", ["RuntimeSpec", "JSON", "Errors"]),
  tests("CgroupsTests", ["Cgroups", "RuntimeSpec", "Linux", "Errors"]),
  tests("LauncherTests", ["Launcher", "Cgroups", "CLinux", "OCIRuntime", "RuntimeSpec", "JSON", "Linux", "Errors"]),
  tests("ContainerLogTests", ["ContainerLog", "Linux", "Errors"]),
  tests(
    "ShimTests",
    [
      "Shim", "ContainerLog", "LoopServices", "LoopWire", "AsyncServices", "AsyncWire", "Wire", "Messages", "JSON",
      "Linux", "Errors",
    ]),
  tests("ImageSpecTests", ["ImageSpec", "References", "Hashing", "Digests", "JSON", "Errors"]),
  tests(
    "ArchiveTests",
    [
      "Archive", "Tar", "CLinux", "Worker", "AsyncWire", "Messages", "Hashing", "Digests", "ImageSpec", "AsyncServices",
      "JSON", "Linux", "Errors", "Threads",
    ]),
  tests(
    "RegistryTests",
    [
      "Registry", "AsyncWire", "Messages", "Threads", "Hashing", "Digests", "ImageSpec", "AsyncServices", "JSON",
      "CLinux",
      "Linux", "Errors",
    ]),
  tests(
    "PluginTests",
    [
      "Conformance", "LocalContent", "OverlaySnapshotter", "NativeSnapshotter", "Snapshots", "BridgeNetwork",
      "LinuxRuntime", "Processes", "PluginKit", "AsyncServices", "AsyncWire", "Wire", "Threads", "RuntimeSpec",
      "Hashing", "Digests", "JSON", "Linux", "Errors", "CLinux", "Messages",
    ], exclude: ["LinuxRuntimeFixtures"]),
  tests(
    "CoreTests",
    [
      "CLinux", "Core", "Database", "Threads", "Processes", "PluginKit", "AsyncServices", "AsyncWire", "Messages",
      "JSON", "Linux",
      "Errors",
    ]),
  tests(
    "EngineTests",
    [
      "Engine", "Dockerfile", "Core", "Database", "AsyncServices", "AsyncWire", "Wire", "Messages", "ImageSpec",
      "RuntimeSpec", "JSON", "Linux", "Errors",
    ]),
  tests(
    "CLITests",
    [
      "CLI", "Version", "AsyncServices", "AsyncWire", "Messages", "ContainerLog", "Templates", "JSON", "CLinux",
      "Linux", "Errors",
    ]),
  tests(
    "EndToEnd", ["JSON", "Linux", "Errors"],
    exclude: [
      "Support/hostile-archives.py", "Support/fault-proxy.py", "Support/token-server.py", "Support/many-layers.py",
      "Support/forward-proxy.py",
    ]),
]

let package = Package(
  name: "gantry",
  targets: foundation + wire + messages + launcher + shim + images + registries + plugins + supervisor + client
    + unitTests
)
