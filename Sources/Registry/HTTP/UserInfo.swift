/// The name and password in front of an address's @, percent-encoded as they stand there.
///
/// Neither is ever shown: the descriptions of an address are without them.
struct UserInfo: Sendable, Hashable {
  let name: String
  /// nil where there is no colon.
  let password: String?
  /// The value of the `Authorization` field that they mean.
  let authorization: String

  /// - Parameter decoded: name and password as they are meant.
  init(name: String, password: String?, decoded: (name: String, password: String)) {
    self.name = name
    self.password = password
    authorization = "Basic " + Base64.encode("\(decoded.name):\(decoded.password)".utf8)
  }
}

extension UserInfo: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  var description: String { "name and password" }
  var debugDescription: String { description }
  var customMirror: Mirror { Mirror(self, children: []) }
}
