import Glibc
import Linux

/// Finds plugins.
enum PluginLocator {
  /// Plugins by identity: executables in the directories, a later directory before an earlier one, and
  /// before all of them what the configuration gives an address for.
  ///
  /// A directory that cannot be read is reported and stepped over.
  static func find(
    directories: [String], settings: [PluginIdentity: PluginSettings], log: Log
  ) -> [PluginIdentity: PluginSource] {
    var found: [PluginIdentity: PluginSource] = [:]
    for directory in directories {
      let names: [String]
      do {
        names = try Directory.names(in: directory)
      } catch {
        log.warning("plugin directory \(directory) is left out: \(error)")
        continue
      }
      for name in names {
        let path = "\(directory)/\(name)"
        guard let identity = PluginIdentity(executableName: name), isExecutable(path) else { continue }
        found[identity] = .executable(path)
      }
    }
    for (identity, setting) in settings {
      if let address = setting.address { found[identity] = .address(address) }
    }
    return found
  }

  private static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}
