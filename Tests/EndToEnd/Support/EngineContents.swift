import Foundation
import Testing

/// What an engine holds besides the images it is meant to hold: everything that a step which was cut short could leave.
struct EngineContents: Equatable, CustomStringConvertible {
  let snapshots: [String]
  let blobs: [String]
  let images: [String]
  /// Containers' directories, bundles of shims, files that are being taken in.
  let files: [String]
  /// Leases and removals that the database says are not finished.
  let intents: [String]
  let containers: [String]

  init(of engine: TestEngine) throws {
    snapshots = try engine.expect("snapshot", "ls").lines.dropFirst().map { line in
      line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }.sorted()
    blobs = try engine.expect("content", "ls", "-q").lines.sorted()
    images = try engine.expect("images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}").lines
      .sorted()
    files = ["root/containers", "root/tmp", "run/shims/gantry"].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(engine.scratch)/\(folder)")) ?? []).map {
        "\(folder)/\($0)"
      }
    }.sorted()
    let query = """
      import sqlite3
      c = sqlite3.connect('file:\(engine.scratch)/root/gantry.db?mode=ro', uri=True)
      for table in ('leases', 'removals'):
          for row in c.execute('select * from ' + table): print(table, *row)
      """
    intents = try Command.run(["python3", "-c", query]).lines
    containers = try engine.expect("ps", "-aq", "--no-trunc").lines.sorted()
  }

  var description: String {
    [snapshots, blobs, images, files, intents, containers].map { $0.joined(separator: "\n  ") }.joined(
      separator: "\n- ")
  }

  /// Waits until the engine holds just this again: what nobody waits for is tidied up behind a start.
  func expectAgain(_ engine: TestEngine, _ when: String) throws {
    var now = self
    do {
      try eventually("as before", within: 10) {
        now = try EngineContents(of: engine)
        return now == self
      }
    } catch {
      throw TestFailure("\(when): before\n- \(self)\nnow\n- \(now)")
    }
  }
}
