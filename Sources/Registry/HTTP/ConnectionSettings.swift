/// How a connection is made: through whom, trusting whom, and how long it may stand still.
struct ConnectionSettings: Sendable {
  /// Address of a proxy; nil connects directly.
  var proxy: String?
  /// Whether the proxy is to connect through also where it could ask by itself.
  var tunnels = false
  /// Whether the server's certificate must be good.
  var verifies = true
  /// Certificate authorities besides the system's, PEM.
  var authorities: [UInt8] = []
  /// The client's certificate and key, PEM.
  var identity: ClientIdentity?
  var connectTimeout = Duration.seconds(30)
  /// How long no byte may move either way.
  var stallTimeout = Duration.seconds(60)
  var userAgent = "gantry"
}
