import CVersion
import Glibc

/// What a build says of itself: the commit it was made from, and when.
package struct BuildStamp: Equatable, Sendable {
  /// Abbreviated, with "-dirty" where files differed from it; "unknown" where the build had no Git repository.
  package let commit: String
  /// Seconds since 1970; nil where the program was built without being staged.
  package let seconds: Int?

  package init(commit: String, seconds: Int?) {
    self.commit = commit
    self.seconds = seconds
  }

  /// - Parameter text: "COMMIT\nSECONDS", as `packaging/stage` writes it.
  package init(parsing text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let commit = lines.first.map(String.init) ?? ""
    self.init(commit: commit.isEmpty ? "unknown" : commit, seconds: lines.count > 1 ? Int(lines[1]) : nil)
  }

  /// Of this program.
  package static let current = BuildStamp(parsing: String(cString: gantry_build_stamp()))

  /// "Fri May 30 12:07:14 2025" in UTC, as Docker shows it; "" where unknown.
  package var date: String { formatted("%a %b %e %H:%M:%S %Y") }

  /// "2025-05-30T12:07:14.000000000+00:00", as Docker's API has it; "" where unknown.
  package var timestamp: String { formatted("%Y-%m-%dT%H:%M:%S.000000000+00:00") }

  /// A timestamp of an engine as Docker shows it.
  ///
  /// - Parameter timestamp: RFC 3339, in UTC.
  /// - Returns: nil where it is none.
  package static func date(ofTimestamp timestamp: String) -> String? {
    let numbers = timestamp.prefix(19).split(whereSeparator: { "-T:".contains($0) }).compactMap { Int32($0) }
    guard numbers.count == 6 else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
    return BuildStamp(commit: "", seconds: timegm(&parts)).date
  }

  private func formatted(_ format: String) -> String {
    guard var time = seconds else { return "" }
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return "" }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let count = strftime(buffer.baseAddress, buffer.count, format, &parts)
      return String(decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]), as: UTF8.self)
    }
  }
}
