import CLinux
import Errors
import Glibc
import JSON
import Linux

/// Where errors go: standard error, and a file that whoever drives the runtime reads.
struct RuntimeLog {
  let path: String?
  let isJSON: Bool

  func report(_ error: GantryError) {
    write("gantry-runtime: \(error.message)\n", to: STDERR_FILENO)
    guard let path, let file = try? FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o644) else {
      return
    }
    write(line(error), to: file.number)
  }

  private func line(_ error: GantryError) -> String {
    guard isJSON else { return "level=error msg=\(JSONValue.string(error.message).text())\n" }
    let record: JSONValue = [
      "level": "error", "msg": .string(error.message), "time": .string(RuntimeTime.text(Int64(time(nil)))),
    ]
    return record.text() + "\n"
  }

  private func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }
}
