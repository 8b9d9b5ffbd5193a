import AsyncServices
import Core
import Errors
import Glibc
import Linux
import Messages

/// Takes the figures of containers.
package struct StatsCollector: Sendable {
  let context: EngineContext

  package init(_ context: EngineContext) { self.context = context }

  /// One sample a second, until cancelled; processor figures are of the second before.
  ///
  /// - Parameter once: one answer, of two samples a second apart.
  package func run(
    _ request: GantryEngineV1.StatsRequest, once: Bool,
    send: (GantryEngineV1.StatsResponse) async throws -> Void
  ) async throws {
    for name in request.containers { _ = try context.registry.find(name) }
    var earlier: [String: StatsSample] = [:]
    for container in selected(request) { earlier[container.id] = await sample(container) }
    if !once { try await send(response(request, samples: earlier, earlier: [:])) }
    while true {
      // Figures are differences between two moments; a second is what Docker takes.
      try await Task.sleep(for: .seconds(1))
      var samples: [String: StatsSample] = [:]
      for container in selected(request) { samples[container.id] = await sample(container) }
      try await send(response(request, samples: samples, earlier: earlier))
      if once { return }
      earlier = samples
    }
  }

  private func selected(_ request: GantryEngineV1.StatsRequest) -> [Container] {
    guard request.containers.isEmpty else {
      return request.containers.compactMap { try? context.registry.find($0) }
    }
    return context.registry.all.filter { request.all || $0.record.lifecycle.isRunning }
  }

  private func response(
    _ request: GantryEngineV1.StatsRequest, samples: [String: StatsSample], earlier: [String: StatsSample]
  ) -> GantryEngineV1.StatsResponse {
    .init(
      containers: selected(request).map { container in
        let name = container.record.name
        guard let sample = samples[container.id] else {
          // A container that does not run has figures, all of them zero; one that runs and tells none has not.
          return .init(id: container.id, name: name, absent: container.record.lifecycle.isRunning)
        }
        let percent = earlier[container.id].map {
          sample.processorPercentTimes100(since: $0, processors: context.host.processors)
        }
        return .init(
          id: container.id, name: name, cpuPercentTimes100: percent ?? 0, memoryUsage: sample.memoryUsage,
          memoryLimit: sample.memoryLimit, networkRx: sample.networkReceived, networkTx: sample.networkSent,
          blockRead: sample.blockRead, blockWrite: sample.blockWritten, pids: sample.pids)
      })
  }

  private func sample(_ container: Container) async -> StatsSample? {
    guard let run = container.record.lifecycle.run, let task = container.task else { return nil }
    do {
      let answer = try await task.task.stats(.init(id: container.id), options: .init(timeout: .seconds(5)))
      guard let stats = answer.stats else { return nil }
      var sample = try StatsSample(stats, host: context.host)
      sample.systemTime = Self.systemTime()
      if sample.networkReceived == 0, sample.networkSent == 0, container.record.settings.network != "host" {
        sample.addLinks(Self.text("/proc/\(run.pid)/net/dev"))
      }
      return sample
    } catch {
      context.log.debug("figures of container \(container.id): \(error)")
      return nil
    }
  }

  /// All processors' time since boot, from /proc/stat.
  private static func systemTime() -> UInt64 {
    let ticks = text("/proc/stat").split(separator: "\n").first?.split(separator: " ").dropFirst().prefix(8)
    let sum = (ticks ?? []).reduce(UInt64(0)) { $0 + (UInt64($1) ?? 0) }
    return sum * (1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK)))))
  }

  private static func text(_ path: String) -> String {
    guard let bytes = try? AtomicFile.read(path, limit: 1 << 20) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
