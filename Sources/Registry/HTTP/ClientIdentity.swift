/// The certificate and key that this side shows a server, both PEM.
struct ClientIdentity: Sendable, Hashable {
  let certificate: [UInt8]
  let key: [UInt8]
}
