import RuntimeSpec

/// What a list of device rules amounts to, as the v1 controller reckons: a default and exceptions to it.
package struct DevicePolicy: Sendable, Equatable {
  package struct Device: Sendable, Hashable {
    /// "c" or "b".
    package var type: String
    /// nil is any.
    package var major: Int64?
    package var minor: Int64?
  }

  package struct Access: OptionSet, Sendable, Hashable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    package static let create = Access(rawValue: 1)
    package static let read = Access(rawValue: 2)
    package static let write = Access(rawValue: 4)
    package static let all: Access = [.create, .read, .write]

    init(letters: String) {
      var access: Access = []
      if letters.contains("m") { access.insert(.create) }
      if letters.contains("r") { access.insert(.read) }
      if letters.contains("w") { access.insert(.write) }
      self = letters.isEmpty ? .all : access
    }
  }

  package private(set) var allowsByDefault = true
  package private(set) var exceptions: [(device: Device, access: Access)] = []

  /// Applies `rules` in order to a cgroup that allows everything.
  package init(_ rules: [DeviceRule]) {
    for rule in rules { apply(rule) }
  }

  private mutating func apply(_ rule: DeviceRule) {
    guard !rule.isForAllDevices else {
      allowsByDefault = rule.allow
      exceptions = []
      return
    }
    for type in rule.types {
      let device = Device(type: type, major: rule.number(rule.major), minor: rule.number(rule.minor))
      let access = Access(letters: rule.access)
      let index = exceptions.firstIndex { $0.device == device }
      if rule.allow == allowsByDefault {
        guard let index else { continue }
        exceptions[index].access.subtract(access)
        if exceptions[index].access.isEmpty { exceptions.remove(at: index) }
      } else if let index {
        exceptions[index].access.formUnion(access)
      } else {
        exceptions.append((device, access))
      }
    }
  }

  package static func == (left: DevicePolicy, right: DevicePolicy) -> Bool {
    left.allowsByDefault == right.allowsByDefault
      && left.exceptions.elementsEqual(right.exceptions) { $0.device == $1.device && $0.access == $1.access }
  }
}

extension DeviceRule {
  var isForAllDevices: Bool {
    (type.isEmpty || type == "a") && number(major) == nil && number(minor) == nil
  }

  var types: [String] {
    switch type {
    case "", "a": ["c", "b"]
    case "u": ["c"]
    default: [type]
    }
  }

  /// nil for any.
  func number(_ value: Int64?) -> Int64? {
    if let value, value >= 0 { value } else { nil }
  }
}
