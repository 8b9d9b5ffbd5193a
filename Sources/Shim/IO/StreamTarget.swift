import Errors

/// Where containerd's client wants a stream: the URI in a request.
enum StreamTarget: Equatable {
  /// Nowhere: /dev/null.
  case none
  case fifo(path: String)
  case file(path: String)
  /// A logger, and its arguments as they are to be passed.
  case program(path: String, arguments: [String])

  /// Reads a URI: a bare path or `fifo://` is a fifo; `file://`, `binary://`.
  ///
  /// - Throws: `.invalidArgument` for another scheme.
  init(parsing text: String) throws(GantryError) {
    guard !text.isEmpty else {
      self = .none
      return
    }
    guard let (scheme, rest) = Self.split(text) else {
      self = .fifo(path: text)
      return
    }
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = Self.decoded(parts[0])
    switch scheme {
    case "fifo": self = .fifo(path: path)
    case "file": self = .file(path: path)
    case "binary":
      let query = parts.count > 1 ? parts[1].split(separator: "&") : []
      let arguments = query.flatMap { pair in
        let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.decoded)
        return words.filter { !$0.isEmpty }
      }
      self = .program(path: path, arguments: arguments)
    default:
      throw GantryError(
        .invalidArgument, "unknown STDIO scheme \(scheme) in \"\(text)\"; use a fifo's path, file:// or binary://")
    }
  }

  private static func split(_ text: String) -> (scheme: String, rest: Substring)? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let rest = text[text.index(after: colon)...]
    guard rest.hasPrefix("//"), !text[..<colon].contains("/") else { return nil }
    return (String(text[..<colon]), rest.dropFirst(2))
  }

  /// Undoes per cent encoding.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
