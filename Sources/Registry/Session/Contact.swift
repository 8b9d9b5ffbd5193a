/// What is known of an endpoint once it has answered.
struct Contact: Sendable {
  /// Scheme, host, port, and the path that `/v2/` stands below.
  let base: WebAddress
  /// What it wants to know of those who ask; empty where it answers everybody.
  let challenges: [AuthChallenge]
  /// Whether the person's credentials are for it.
  let takesCredentials: Bool
}
