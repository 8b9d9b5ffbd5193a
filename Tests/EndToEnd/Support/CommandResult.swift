/// What a command left behind.
struct CommandResult: Sendable, CustomStringConvertible {
  let command: String
  /// The exit code; 128 and the signal's number for one that a signal ended.
  let status: Int32
  let outputBytes: [UInt8]
  let errorBytes: [UInt8]

  /// Standard output as text.
  var output: String { String(decoding: outputBytes, as: UTF8.self) }
  /// Standard error as text.
  var error: String { String(decoding: errorBytes, as: UTF8.self) }
  /// Standard output without the line end at its end.
  var line: String { output.hasSuffix("\n") ? String(output.dropLast()) : output }
  var lines: [String] {
    line.isEmpty ? [] : line.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  var description: String { "\(command) -> \(status)\nstdout: \(output)\nstderr: \(error)" }
}
