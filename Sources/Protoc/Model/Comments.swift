internal import CMessages

/// The comments of a .proto file, by the place of what they are about.
struct Comments {
  private var byPath: [[Int32]: String] = [:]

  init(_ info: UnsafeMutablePointer<Google__Protobuf__SourceCodeInfo>?) {
    guard let info = info?.pointee else { return }
    for location in CodecReading.list(info.n_location, info.location) {
      let text = CodecReading.text(location.leading_comments) + CodecReading.text(location.trailing_comments)
      guard !text.isEmpty else { continue }
      byPath[Array(UnsafeBufferPointer(start: location.path, count: location.n_path))] = text
    }
  }

  /// What stands above or beside the declaration, without the blank that follows "//"; "" for nothing.
  func at(_ path: [Int32]) -> String {
    guard let text = byPath[path] else { return "" }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.first == " " ? line.dropFirst() : line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
