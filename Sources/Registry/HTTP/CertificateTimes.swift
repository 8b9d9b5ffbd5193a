import Glibc

/// From when until when a server's certificate is good.
package struct CertificateTimes: Sendable, Equatable {
  /// Seconds since 1970, as is `notAfter`.
  package let notBefore: Int64
  package let notAfter: Int64

  /// - Parameter lines: libcurl's account of a certificate, such as `Expire date:Nov  6 08:49:37 1994 GMT`.
  /// - Returns: nil where it does not tell them.
  package init?(_ lines: [String]) {
    func seconds(_ name: String) -> Int64? {
      guard let line = lines.first(where: { $0.hasPrefix(name) }), line.hasSuffix(" GMT") else { return nil }
      return HTTPDate.seconds("Sun \(line.dropFirst(name.count).dropLast(4))")
    }
    guard let notBefore = seconds("Start date:"), let notAfter = seconds("Expire date:") else { return nil }
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// What is wrong with it at that time, in Go's words; nil where nothing is.
  package func fault(at now: Int64) -> String? {
    let words = "x509: certificate has expired or is not yet valid: current time \(Self.text(now))"
    if now < notBefore { return "\(words) is before \(Self.text(notBefore))" }
    return now > notAfter ? "\(words) is after \(Self.text(notAfter))" : nil
  }

  private static func text(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
