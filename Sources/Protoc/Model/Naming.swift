/// Names in Swift and in protoc-c's output for names in .proto files.
package enum Naming {
  /// `containerd.task.v2` -> `ContainerdTaskV2`.
  package static func namespace(_ package: String) -> String {
    package.split(separator: ".").map { upperCamel(String($0)) }.joined()
  }

  /// `exec_id` -> `ExecId`; capitals inside stay.
  package static func upperCamel(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// `exec_id` -> `execId`; what would hide a member that every message has gets a suffix.
  package static func field(_ name: String) -> String {
    let result = lowerFirstRun(upperCamel(name))
    return ["self", "unknownFields", "serialized"].contains(result) ? result + "Value" : result
  }

  /// `NOT_RUNNING` -> `notRunning`.
  package static func enumValue(_ name: String) -> String {
    lowerFirstRun(upperCamel(name.lowercased()))
  }

  /// `CloseIO` -> `closeIO`, `IOStat` -> `ioStat`, `GC` -> `gc`.
  package static func lowerFirstRun(_ name: String) -> String {
    let run = name.prefix { $0.isUppercase }.count
    let lowered = run <= 1 || run == name.count ? run : run - 1
    return name.prefix(lowered).lowercased() + name.dropFirst(lowered)
  }

  /// A message's or an enum's own name; what would hide a word of the language gets a suffix.
  package static func type(_ name: String) -> String {
    ["Any", "Type", "Protocol", "Self"].contains(name) ? name + "Message" : name
  }

  /// In backticks where the language needs them.
  package static func escaped(_ name: String) -> String {
    swiftKeywords.contains(name) ? "`\(name)`" : name
  }

  /// protoc-c's struct: `containerd.task.v2.StateRequest` -> `Containerd__Task__V2__StateRequest`.
  package static func cType(_ fullName: String) -> String {
    fullName.split(separator: ".").map { upperCamel(String($0)) }.joined(separator: "__")
  }

  /// protoc-c's prefix of functions: `containerd.task.v2.StateRequest` -> `containerd__task__v2__state_request`.
  package static func cPrefix(_ fullName: String) -> String {
    fullName.split(separator: ".").map { cLower(String($0)) }.joined(separator: "__")
  }

  /// protoc-c's member.
  package static func cField(_ name: String) -> String {
    let lower = name.lowercased()
    return cKeywords.contains(lower) ? lower + "_" : lower
  }

  package static func cLower(_ name: String) -> String {
    var result = ""
    var afterUpper = true
    for character in name {
      if character.isUppercase && !afterUpper { result += "_" }
      result += character.lowercased()
      afterUpper = character.isUppercase
    }
    return result
  }

  private static let swiftKeywords = words(
    """
    associatedtype class deinit enum extension fileprivate func import init inout internal let open operator private \
    precedencegroup protocol public rethrows static struct subscript typealias var break case catch continue default \
    defer do else fallthrough for guard if in repeat return throw switch where while Any as await false is nil self \
    Self super throws true try
    """)

  private static let cKeywords = words(
    """
    and and_eq asm auto bitand bitor bool break case catch char class compl const const_cast continue default delete do \
    double dynamic_cast else enum explicit extern false float for friend goto if inline int long mutable namespace new \
    not not_eq operator or or_eq private protected public register reinterpret_cast return short signed sizeof static \
    static_cast struct switch template this throw true try typedef typeid typename union unsigned using virtual void \
    volatile wchar_t while xor xor_eq
    """)

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }
}
