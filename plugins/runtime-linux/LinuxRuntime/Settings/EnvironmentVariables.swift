/// A process's environment: NAME=VALUE, each name once.
enum EnvironmentVariables {
  /// Docker's default of PATH.
  static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// `variables` over `base`: a name that is there already is replaced in its place, one without "=" removed.
  static func merged(_ base: [String], _ variables: [String]) -> [String] {
    var result: [String?] = base
    // A container may have tens of thousands of them.
    var places: [Substring: Int] = [:]
    for (place, variable) in base.enumerated() where places[name(of: variable)] == nil {
      places[name(of: variable)] = place
    }
    for variable in variables {
      let name = name(of: variable)
      guard variable.contains("=") else {
        if let place = places.removeValue(forKey: name) { result[place] = nil }
        continue
      }
      if let place = places[name] {
        result[place] = variable
      } else {
        places[name] = result.count
        result.append(variable)
      }
    }
    return result.compactMap { $0 }
  }

  private static func name(of variable: String) -> Substring { variable.prefix { $0 != "=" } }
}
