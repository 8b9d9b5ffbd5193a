import Foundation
import Testing

/// Pushing to Debian's docker-registry, and what other programs find there.
@Suite(
  .serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"),
  .enabled(if: LocalRegistry.isInstalled, "docker-registry is not installed"))
struct PushTests {
  @Test func whatWasPulledIsPushedByteForByte() throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine) { (registry) throws in
        for format in ["v2s2", "oci"] {
          try registry.copy("oci-archive:\(try TestImage.busybox())", to: "from:\(format)", "--format", format)
          let source = "\(registry.host)/from:\(format)"
          let target = "\(registry.host)/to:\(format)"
          try engine.expect("pull", source)
          try engine.expect("tag", source, target)
          let pushed = try engine.expect("push", target).lines
          #expect(pushed.first == "The push refers to repository [\(registry.host)/to]")
          #expect(pushed.contains { $0.hasSuffix(": Preparing") })
          let bytes = try registry.manifest("to:\(format)")
          #expect(try registry.manifest("from:\(format)") == bytes)
          let sum = try Command.run(["sha256sum"], input: bytes).line.prefix(64)
          #expect(pushed.last == "\(format): digest: sha256:\(sum) size: \(bytes.count)")
          let again = try engine.expect("push", target).lines
          #expect(again.contains { $0.hasSuffix(": Layer already exists") })
          let digests = try engine.expect("image", "inspect", "-f", "{{json .RepoDigests}}", target).line
          #expect(digests.contains("\(registry.host)/to@sha256:\(sum)"))
        }
        // Where the registry knows the layer under another name, nothing is sent.
        let third = "\(registry.host)/third:1"
        try engine.expect("tag", "\(registry.host)/from:oci", third)
        #expect(try engine.expect("push", third).output.contains(": Mounted from "))
        #expect(try engine.expect("push", "-q", third).output == "\(third)\n")
      }
    }
  }

  @Test func anImageFromAnArchiveIsCompressedOnceAndComesBackTheSame() throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine) { (registry) throws in
        let tree = "\(engine.scratch)/tree"
        let made = try Command.run([
          "sh", "-c",
          "mkdir -p \(tree)/bin && cp /bin/busybox \(tree)/bin/ && ln -s busybox \(tree)/bin/sh && tar -C \(tree) -c . > \(tree).tar",
        ])
        #expect(made.status == 0, "\(made)")
        try engine.expect("image", "import", "\(tree).tar", "plain:1")
        let name = "\(registry.host)/plain:1"
        try engine.expect("tag", "plain:1", name)
        let pushed = try engine.expect("push", name)
        #expect(pushed.output.contains(": Pushed"))
        let manifest = String(decoding: try registry.manifest("plain:1"), as: UTF8.self)
        #expect(manifest.contains("gzip"), "\(manifest)")
        let blobs = try engine.expect("content", "ls", "-q").lines
        #expect(try engine.expect("push", name).output.contains(": Layer already exists"))
        #expect(try engine.expect("content", "ls", "-q").lines == blobs)
        let copied = try Command.run([
          "skopeo", "--insecure-policy", "copy", "-q", "--src-tls-verify=false", "docker://\(name)",
          "oci:\(engine.scratch)/back:1",
        ])
        #expect(copied.status == 0, "\(copied)")
        let id = try engine.expect("image", "inspect", "-f", "{{.Id}}", "plain:1").line
        try engine.expect("rmi", "-f", id)
        #expect(try engine.expect("content", "ls", "-q").lines.count < blobs.count)
        try engine.expect("pull", name)
        #expect(try engine.expect("image", "inspect", "-f", "{{.Id}}", name).line == id)
        #expect(
          try engine.expect("run", "--rm", "--network", "none", name, "/bin/busybox", "echo", "hi").output == "hi\n")
      }
    }
  }

  @Test func everyTagIsPushedAndWhatIsMissingIsTold() throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine) { (registry) throws in
        let name = "\(registry.host)/box"
        for tag in ["a", "b"] { try engine.expect("tag", "busybox", "\(name):\(tag)") }
        #expect(try engine.expect("push", "-a", name).lines.count { $0.contains(": digest: sha256:") } == 2)
        #expect(try registry.manifest("box:a") == registry.manifest("box:b"))
        let missing = try engine.gantry("push", "\(name):c")
        #expect(missing.status == 1)
        #expect(missing.error.hasSuffix("tag does not exist: \(name):c\n"))
        let unknown = try engine.gantry("push", "\(registry.host)/other:c")
        #expect(unknown.status == 1)
        #expect(unknown.error.contains("An image does not exist locally with the tag: \(registry.host)/other"))
        let gone = try engine.gantry("push", "127.0.0.1:1/box")
        #expect(gone.status == 1)
      }
    }
  }

  @Test func loginIsCheckedKeptSharedAndForgotten() throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine, login: ("ann", "secret")) { (registry) throws in
        let directory = "\(engine.scratch)/docker"
        var environment = engine.environment
        environment["DOCKER_CONFIG"] = directory
        func gantry(_ arguments: String..., input: String? = nil) throws -> CommandResult {
          try Command.run(
            [engine.program] + arguments, environment: environment, input: input.map { Array($0.utf8) })
        }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try #"{"auths": {}, "detachKeys": "ctrl-q"}"#.write(
          toFile: "\(directory)/config.json", atomically: true, encoding: .utf8)
        try engine.expect("tag", "busybox", "\(registry.host)/box")
        #expect(try gantry("push", "\(registry.host)/box").status == 1)
        let wrong = try gantry("login", "-u", "ann", "--password-stdin", registry.host, input: "nonsense\n")
        #expect(wrong.status == 1 && wrong.error.contains("401 Unauthorized"), "\(wrong)")
        let right = try gantry("login", "-u", "ann", "--password-stdin", registry.host, input: " secret\r\n")
        #expect(right.status == 0 && right.output == "Login Succeeded\n", "\(right)")
        #expect(right.error.contains("stored unencrypted in \(directory)/config.json"))
        let file = "\(directory)/config.json"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("ctrl-q") && text.contains(Data("ann:secret".utf8).base64EncodedString()))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try gantry("push", "\(registry.host)/box").status == 0)
        // Docker's own tools read what was written.
        let seen = try Command.run(
          ["skopeo", "inspect", "--tls-verify=false", "--authfile", file, "docker://\(registry.host)/box"])
        #expect(seen.status == 0, "\(seen)")
        #expect(try gantry("logout", registry.host).output == "Removing login credentials for \(registry.host)\n")
        #expect(try gantry("logout", registry.host).output == "Removing login credentials for \(registry.host)\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("ctrl-q"))
        #expect(try gantry("pull", "\(registry.host)/box").status == 1)
      }
    }
  }

  @Test(arguments: [true, false]) func aCredentialHelperIsAskedToldAndMadeToForget(forOneHost: Bool) throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine, login: ("ann", "secret")) { (registry) throws in
        let directory = "\(engine.scratch)/docker"
        let store = "\(engine.scratch)/store"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let helper = """
          #!/bin/sh
          case $1 in
          store) cat > '\(store)' ;;
          get) [ -f '\(store)' ] && cat '\(store)' || { echo "credentials not found in native keychain"; exit 1; } ;;
          erase) rm -f '\(store)' ;;
          esac
          """
        try helper.write(toFile: "\(directory)/docker-credential-test", atomically: true, encoding: .utf8)
        chmod("\(directory)/docker-credential-test", 0o755)
        let setting =
          forOneHost ? #"{"credHelpers": {"\#(registry.host)": "test"}}"# : #"{"credsStore": "test", "other": 1}"#
        try setting.write(
          toFile: "\(directory)/config.json", atomically: true, encoding: .utf8)
        var environment = engine.environment
        environment["DOCKER_CONFIG"] = directory
        environment["PATH"] = "\(directory):/usr/sbin:/usr/bin:/sbin:/bin"
        func gantry(_ arguments: String..., input: String? = nil) throws -> CommandResult {
          try Command.run(
            [engine.program] + arguments, environment: environment, input: input.map { Array($0.utf8) })
        }
        let login = try gantry("login", "-u", "ann", "--password-stdin", registry.host, input: "secret")
        #expect(login.status == 0 && !login.error.contains("unencrypted"), "\(login)")
        #expect(try String(contentsOfFile: store, encoding: .utf8).contains("secret"))
        #expect(try !String(contentsOfFile: "\(directory)/config.json", encoding: .utf8).contains("secret"))
        try engine.expect("tag", "busybox", "\(registry.host)/box")
        let pushed = try gantry("push", "\(registry.host)/box")
        #expect(pushed.status == 0, "\(pushed)")
        #expect(try gantry("logout", registry.host).status == 0)
        #expect(!FileManager.default.fileExists(atPath: store))
        #expect(try gantry("pull", "\(registry.host)/box").status == 1)
      }
    }
  }

  /// A registry that wants no credentials is none the worse for what cannot give any.
  @Test(arguments: [#"{"credsStore": "nonesuch"}"#, "{bad", #"{"auths": {"*": {"auth": "?"}}}"#])
  func credentialsThatCannotBeHadAreToldAndNotMissed(_ configuration: String) throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine) { (registry) throws in
        let directory = "\(engine.scratch)/docker"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try configuration.replacing("*", with: registry.host).write(
          toFile: "\(directory)/config.json", atomically: true, encoding: .utf8)
        var environment = engine.environment
        environment["DOCKER_CONFIG"] = directory
        func gantry(_ arguments: String...) throws -> CommandResult {
          try Command.run([engine.program] + arguments, environment: environment)
        }
        try engine.expect("tag", "busybox", "\(registry.host)/box")
        for verb in ["push", "pull"] {
          let result = try gantry(verb, "-q", "\(registry.host)/box")
          #expect(result.status == 0 && result.error.hasPrefix("WARNING: "), "\(result)")
          #expect(result.error.split(separator: "\n").count == 1, "\(result)")
        }
        if configuration.contains("credsStore") {
          let logout = try gantry("logout", registry.host)
          #expect(logout.status == 0 && logout.error.contains("could not erase credentials"), "\(logout)")
        }
      }
    }
  }

  @Test func theCatalogOfAPrivateRegistryIsSearched() throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine) { (registry) throws in
        for name in ["tools/one", "tools/two", "other"] {
          try engine.expect("tag", "busybox", "\(registry.host)/\(name)")
          try engine.expect("push", "-q", "\(registry.host)/\(name)")
        }
        let found = try engine.expect("search", "--format", "{{.Name}}", "\(registry.host)/tools").lines
        #expect(found.count == 2 && found.allSatisfy { $0.contains("tools/") }, "\(found)")
        let table = try engine.expect("search", "\(registry.host)/tools").lines
        #expect(table.first?.hasPrefix("NAME") == true && table.first?.hasSuffix("AUTOMATED") == true)
        #expect(try engine.expect("search", "--filter", "stars=1", "\(registry.host)/tools").lines.count == 1)
        for (filter, count) in [("is-official=true", 0), ("is-official=false", 2)] {
          let rows = try engine.expect("search", "--filter", filter, "\(registry.host)/tools").lines.dropFirst()
          #expect(rows.count == count, "\(filter)")
        }
        let wrong = try engine.gantry("search", "--filter", "colour=red", "\(registry.host)/tools")
        #expect(wrong.status == 1 && wrong.error.contains("Invalid filter 'colour'"))
      }
    }
  }
}
