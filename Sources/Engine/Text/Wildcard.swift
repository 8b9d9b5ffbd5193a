/// File name patterns: "*" is any run of characters but "/", "?" is one.
package enum Wildcard {
  package static func matches(_ text: String, pattern: String) -> Bool {
    matches(Array(text.utf8)[...], Array(pattern.utf8)[...])
  }

  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var text = text
    var pattern = pattern
    // Where the last "*" stood, to let it take one character more when what follows does not fit.
    var retry: (text: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
    let slash = UInt8(ascii: "/")
    while true {
      switch (pattern.first, text.first) {
      case (UInt8(ascii: "*"), _):
        pattern.removeFirst()
        retry = (text, pattern)
      case (nil, nil): return true
      case (UInt8(ascii: "?"), let byte?) where byte != slash:
        pattern.removeFirst()
        text.removeFirst()
      case (let wanted?, let byte?) where wanted == byte:
        pattern.removeFirst()
        text.removeFirst()
      default:
        guard var last = retry, let skipped = last.text.first, skipped != slash else { return false }
        last.text.removeFirst()
        retry = last
        (text, pattern) = last
      }
    }
  }
}
