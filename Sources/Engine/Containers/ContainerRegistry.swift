import Errors
import Synchronization

/// Every container there is, by id and by name. Safe to use from anywhere.
package final class ContainerRegistry: Sendable {
  private struct State {
    var containers: [String: Container] = [:]
    var names: [String: String] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Takes a name for a container that is being made, so that nobody else gets it meanwhile.
  ///
  /// - Throws: `.alreadyExists` in Docker's words.
  package func reserve(name: String, for id: String) throws(GantryError) {
    let owner = state.withLock { state -> String? in
      if let owner = state.names[name] { return owner }
      state.names[name] = id
      return nil
    }
    if let owner {
      throw GantryError(
        .alreadyExists,
        """
        Conflict. The container name "/\(name)" is already in use by container "\(owner)". You have to remove (or \
        rename) that container to be able to reuse that name.
        """)
    }
  }

  /// Gives a name back, if it is still this container's.
  package func release(name: String, of id: String) {
    state.withLock { state in
      if state.names[name] == id { state.names[name] = nil }
    }
  }

  package func add(_ container: Container) {
    let name = container.record.name
    state.withLock { state in
      state.containers[container.id] = container
      state.names[name] = container.id
    }
  }

  package func remove(_ container: Container) {
    state.withLock { state in
      state.containers[container.id] = nil
      for (name, id) in state.names where id == container.id { state.names[name] = nil }
    }
  }

  /// All of them, newest first.
  package var all: [Container] {
    let containers = state.withLock { Array($0.containers.values) }
    return containers.map { ($0.record.created, $0) }
      .sorted { ($0.0, $0.1.id) > ($1.0, $1.1.id) }
      .map(\.1)
  }

  package func container(id: String) -> Container? { state.withLock { $0.containers[id] } }

  /// The container that a person means: by id, by name, or by a beginning of its id that fits no other.
  ///
  /// - Throws: `.notFound`, "No such container: TEXT"; `.invalidArgument` where several fit.
  package func find(_ text: String) throws(GantryError) -> Container {
    let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
    let matches = state.withLock { state -> [Container] in
      if let exact = state.containers[text] { return [exact] }
      if let id = state.names[name], let named = state.containers[id] { return [named] }
      guard HexID.isPrefix(text) else { return [] }
      return state.containers.values.filter { $0.id.hasPrefix(text) }
    }
    guard let first = matches.first else { throw GantryError(.notFound, "No such container: \(text)") }
    guard matches.count == 1 else {
      throw GantryError(.invalidArgument, "Multiple IDs found with provided prefix: \(text)")
    }
    return first
  }
}
