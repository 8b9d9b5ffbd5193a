import AsyncServices
import AsyncWire
import Errors
import Messages

/// `containerd.services.events.ttrpc.v1.Events`: what shims tell without being asked.
///
/// The engine waits for ends itself; of the rest only the lack of memory tells it something new.
package struct ShimEventsServer: ContainerdServicesEventsTtrpcV1.EventsService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func forward(
    _ request: ContainerdServicesEventsTtrpcV1.ForwardRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty {
    guard let envelope = request.envelope, let event = envelope.event else {
      throw GantryError(.invalidArgument, "an event without envelope or content")
    }
    if event.isA(ContainerdEvents.TaskOOM.self) {
      let oom = try event.unpack(ContainerdEvents.TaskOOM.self)
      if let container = engine.context.registry.container(id: oom.containerId) {
        container.update { $0.oomKilled = true }
        engine.context.events.publish("container", "oom", id: container.id, container.record.eventAttributes)
      }
    }
    engine.context.log.debug("shim event \(envelope.topic)")
    return .init()
  }
}
