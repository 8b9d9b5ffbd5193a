import Foundation
import Testing

/// An image's volumes are directories of their own, filled from the image at their first use.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct ImageVolumeTests {
  @Test func anImagesVolumesAreFilledKeptAndRemoved() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "--name", "base", "--network", "none", "busybox", "sh", "-c",
        "mkdir -p /data/sub; echo seed > /data/sub/f; chown 12:34 /data; chmod 750 /data")
      try engine.expect("commit", "-c", "VOLUME /data /empty", "base", "vol:1")
      try engine.expect(
        "run", "--name", "one", "--network", "none", "vol:1", "sh", "-c",
        "cat /data/sub/f; stat -c '%u %g %a' /data; echo more > /data/new; ls /empty")
      #expect(try engine.expect("logs", "one").lines == ["seed", "12 34 750"])
      let volumes = "\(engine.scratch)/root/volumes"
      #expect(try FileManager.default.contentsOfDirectory(atPath: volumes).count == 2)
      // What is written there is no part of the container's tree, and stays for its next start.
      #expect(try !engine.expect("diff", "one").output.contains("/data/new"))
      let mounts = try engine.expect("inspect", "-f", "{{json .Mounts}}", "one").output
      #expect(mounts.contains("\"Type\":\"volume\"") && mounts.contains("\"Destination\":\"/data\""))
      try engine.expect("start", "one")
      try engine.expect("wait", "one")
      try engine.expect("rm", "-v", "one")
      #expect(try FileManager.default.contentsOfDirectory(atPath: volumes).isEmpty)
      try engine.expect("run", "--rm", "--network", "none", "vol:1", "true")
      #expect(try FileManager.default.contentsOfDirectory(atPath: volumes).isEmpty)
      let host = "\(engine.scratch)/host"
      try FileManager.default.createDirectory(atPath: host, withIntermediateDirectories: true)
      try engine.expect(
        "run", "--name", "two", "--network", "none", "-v", "\(host):/data", "vol:1", "sh", "-c",
        "ls /data; touch /data/x")
      #expect(try engine.expect("logs", "two").output.isEmpty)
      #expect(FileManager.default.fileExists(atPath: "\(host)/x"))
    }
  }

  @Test func aVolumeWithoutANameGoesWithItsContainer() throws {
    try TestEngine.use { (engine) throws in
      let volumes = "\(engine.scratch)/root/volumes"
      func count() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: volumes).count) ?? 0 }
      let script = "ls /etc/../data; touch /data/x /more/y"
      for round in 0..<2 {
        let flags = round == 0 ? ["--name", "av"] : ["--rm"]
        let run =
          [engine.program, "run", "--network", "none"] + flags
          + ["-v", "/data//", "--mount", "type=volume,dst=/more", "busybox", "sh", "-c", script]
        #expect(try Command.run(run, environment: engine.environment).status == 0)
        #expect(count() == 2)
      }
      let facts = try engine.expect("inspect", "-f", "{{json .Config.Volumes}} {{json .HostConfig.Binds}}", "av").line
      #expect(facts == #"{"/data":{},"/more":{}} null"#)
      try engine.expect("rm", "-v", "av")
      #expect(count() == 0)
      let twice = try engine.gantry("create", "-v", "/a", "-v", "/tmp:/a", "busybox")
      #expect(twice.status == 1 && twice.error.contains("Duplicate mount point: /a"))
    }
  }

  @Test func aMissingWorkingDirectoryOfAnExecIsRefused() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "ee", "--network", "none", "busybox", "sleep", "60")
      let result = try engine.gantry("exec", "-w", "/nosuch", "ee", "pwd")
      #expect(result.status == 126, "\(result)")
      #expect(
        (result.output + result.error).contains("chdir to cwd (\"/nosuch\") set in config.json failed"), "\(result)")
      #expect(try engine.gantry("exec", "ee", "test", "-e", "/nosuch").status == 1)
      let limit = try engine.gantry(
        "run", "--rm", "--network", "none", "--ulimit", "nofile=100:99999999", "busybox", "true")
      #expect(
        limit.status == 0 || (limit.error.contains("ulimit nofile") && !limit.error.contains("RLIMIT_")), "\(limit)")
      try engine.expect("stop", "-s", "KILL", "ee")
      #expect(try engine.expect("inspect", "-f", "{{.State.ExitCode}}", "ee").line == "137")
      #expect(
        try engine.gantry("create", "--name", "q", "busybox").error
          .contains("Invalid container name (q), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"))
    }
  }
}
