import AsyncWire
import Errors
import Wire

/// The way to one plugin, whatever process it has at the moment. The generated clients go through it.
///
/// A call waits while the plugin is being started, ten seconds at most. When the plugin goes away in
/// mid-call, an idempotent call is sent once more to the new process; any other ends as `.unavailable`.
/// Streams are not repeated. A unary call without a timeout of its own has one of a minute.
public struct PluginConnection: Caller {
  private let supervisor: PluginSupervisor

  private static let startTimeout: Duration = .seconds(10)
  private static let callTimeout: Duration = .seconds(60)

  init(_ supervisor: PluginSupervisor) { self.supervisor = supervisor }

  /// Which plugin it is.
  public var identity: PluginIdentity { supervisor.identity }

  /// Whether the plugin offers a service, such as "gantry.content.v1.Blobs". Waits as a call does.
  public func offers(_ service: String) async throws(GantryError) -> Bool {
    try await supervisor.session(timeout: Self.startTimeout).description.services.contains(service)
  }

  /// Whether the plugin names a capability, such as "rebase". Waits as a call does.
  public func isCapable(of capability: String) async throws(GantryError) -> Bool {
    try await supervisor.session(timeout: Self.startTimeout).description.capabilities.contains(capability)
  }

  public func unary<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> Reply<R> {
    var options = options
    options.timeout = options.timeout ?? Self.callTimeout
    let session = try await running(options)
    do throws(GantryError) {
      return try await session.client.unary(method, request, options: options)
    } catch {
      guard wentAway(session, error) else { throw error }
      guard method.isIdempotent else { throw interrupted(method, error) }
    }
    let next = try await running(options, newerThan: session.generation)
    do throws(GantryError) {
      return try await next.client.unary(method, request, options: options)
    } catch {
      guard wentAway(next, error) else { throw error }
      throw interrupted(method, error)
    }
  }

  public func serverStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> InboundStream<R> {
    try await running(options).client.serverStream(method, request, options: options)
  }

  public func clientStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> ClientStreamCall<Q, R> {
    try await running(options).client.clientStream(method, options: options)
  }

  public func bidirectional<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> BidirectionalCall<Q, R> {
    try await running(options).client.bidirectional(method, options: options)
  }

  private func running(_ options: CallOptions, newerThan generation: Int = 0) async throws(GantryError) -> PluginSession
  {
    let timeout = min(options.timeout ?? Self.startTimeout, Self.startTimeout)
    return try await supervisor.session(newerThan: generation, timeout: timeout)
  }

  /// Whether a call failed because its connection ended: closed by the plugin, or by us because it hung.
  private func wentAway(_ session: PluginSession, _ error: GantryError) -> Bool {
    session.client.isClosed && error.code == .unavailable
  }

  private func interrupted(_ method: MethodDescriptor, _ error: GantryError) -> GantryError {
    GantryError(
      .unavailable, "plugin \(identity) went away during \(method.method) and is being restarted; try again",
      cause: .error(error))
  }
}
