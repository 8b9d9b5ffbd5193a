import Glibc

/// A plugin's log: one line an event on standard error, `level: text`.
///
/// The supervisor puts time and the plugin's name before it. Safe to use from anywhere.
public struct PluginLog: Sendable {
  public init() {}

  public func debug(_ text: String) { write("debug", text) }
  public func info(_ text: String) { write("info", text) }
  public func warning(_ text: String) { write("warning", text) }
  public func error(_ text: String) { write("error", text) }

  private func write(_ level: String, _ text: String) {
    var line = "\(level): \(String(text.map { $0.isNewline ? " " : $0 }))\n"
    // One write a line, so that lines of several threads never mix.
    line.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
