import Errors

/// Which methods a server has. A method is known by its place in the table, where its driver keeps the handler.
package struct RouteTable: Sendable {
  package private(set) var methods: [MethodDescriptor] = []
  private var services: [String: [String: Int]] = [:]

  package init() {}

  /// Adds a method and returns its place; a method added again replaces the one before.
  @discardableResult
  package mutating func add(_ method: MethodDescriptor) -> Int {
    let place = methods.count
    methods.append(method)
    services[method.service, default: [:]][method.method] = place
    return place
  }

  /// - Throws: `GantryError` with `.unimplemented` and containerd's texts.
  func place(service: String, method: String) throws(GantryError) -> Int {
    guard let known = services[service] else { throw GantryError(.unimplemented, "service \(service)") }
    guard let place = known[method] else { throw GantryError(.unimplemented, "method \(method)") }
    return place
  }
}
