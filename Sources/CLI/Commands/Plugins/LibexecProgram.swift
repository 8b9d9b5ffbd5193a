import Glibc
import Linux

/// Programs of the same installation that are not for a person's PATH.
package enum LibexecProgram {
  /// `<prefix>/libexec/gantry/<name>`, where this program is `<prefix>/bin/gantry`; beside this program where that is
  /// not there, as in a build directory.
  package static func path(_ name: String) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    guard count > 0 else { return name }
    let own = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let directory = own[..<(own.lastIndex(of: "/") ?? own.startIndex)]
    let prefix = directory[..<(directory.lastIndex(of: "/") ?? directory.startIndex)]
    let installed = "\(prefix)/libexec/gantry/\(name)"
    let beside = "\(directory)/\(name)"
    return access(installed, X_OK) != 0 && access(beside, X_OK) == 0 ? beside : installed
  }
}
