/// A process's environment: NAME=VALUE, each name once.
enum EnvironmentVariables {
  /// Docker's default of PATH.
  static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// `variables` over `base`: a name that is there already is replaced in its place, one without "=" removed.
  static func merged(_ base: [String], _ variables: [String]) -> [String] {
    var result = base
    for variable in variables {
      let name = name(of: variable)
      let place = result.firstIndex { self.name(of: $0) == name }
      switch (place, variable.contains("=")) {
      case (let place?, true): result[place] = variable
      case (let place?, false): result.remove(at: place)
      case (nil, true): result.append(variable)
      case (nil, false): break
      }
    }
    return result
  }

  private static func name(of variable: String) -> Substring { variable.prefix { $0 != "=" } }
}
