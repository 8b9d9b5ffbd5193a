import Messages

/// How the person proves who they are.
enum Credentials: Sendable {
  case none
  case password(username: String, password: String)
  /// A refresh token.
  case identityToken(String, username: String)
  /// A bearer token, sent as it is.
  case registryToken(String)

  init(_ message: GantryRegistryV1.Credentials?) {
    guard let message else {
      self = .none
      return
    }
    if !message.registryToken.isEmpty {
      self = .registryToken(message.registryToken)
    } else if !message.identityToken.isEmpty {
      self = .identityToken(message.identityToken, username: message.username)
    } else if !message.username.isEmpty || !message.password.isEmpty {
      self = .password(username: message.username, password: message.password)
    } else {
      self = .none
    }
  }

  var isGiven: Bool { if case .none = self { false } else { true } }

  /// The name that a token is asked for; "" where there is none.
  var account: String {
    switch self {
    case .password(let username, _), .identityToken(_, let username): username
    case .none, .registryToken: ""
    }
  }
}
