import CCurl
import Errors
import Glibc
import SharedLibraries
import Synchronization
import Threads

/// Drives every transfer of the process: one thread, libcurl's multi interface, one pool of connections.
///
/// Safe to use from any task.
final class TransferLoop: Sendable {
  private struct State {
    var arriving: [Transfer] = []
    var leaving: [Transfer] = []
    var isClosed = false
  }

  /// libcurl's handle. Unchecked: only `curl_multi_wakeup`, which may be called from any thread, is called from others than
  /// the loop's.
  private struct Multi: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer
  }

  private let multi: Multi
  private let state = Mutex(State())

  /// How long the thread sleeps at most; whoever has something for it wakes it.
  private static let longestSleepInMilliseconds: Int32 = 10_000

  /// - Throws: `.failedPrecondition` where there is no libcurl, `.resourceExhausted` where the system gives no memory or no thread.
  init() throws(GantryError) {
    try SharedLibrary.curl.load()
    curl_global_init(Int(CURL_GLOBAL_ALL))
    guard let handle = curl_multi_init() else {
      throw GantryError(.resourceExhausted, "libcurl cannot start: there is no memory")
    }
    gantry_curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 16)
    multi = Multi(handle: handle)
    guard DetachedThread.start(name: "transfers", { [self] in run() }) else {
      throw GantryError(.resourceExhausted, "no thread for transfers: raise the limit of processes (ulimit -u)")
    }
  }

  /// Ends every transfer and the thread.
  func close() {
    state.withLock { $0.isClosed = true }
    curl_multi_wakeup(multi.handle)
  }

  /// Sends a request and waits for its answer. Cancelling the task gives it up.
  func send(_ request: HTTPRequest) async throws(TransferFailure) -> HTTPResponse {
    let cell = Mutex<Transfer?>(nil)
    let outcome: Result<HTTPResponse, TransferFailure> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let transfer = Transfer(request) { continuation.resume(returning: $0) }
        cell.withLock { $0 = transfer }
        start(transfer)
        // Cancelled before the transfer could be found by it.
        if Task.isCancelled { giveUp(transfer) }
      }
    } onCancel: {
      if let transfer = cell.withLock({ $0 }) { giveUp(transfer) }
    }
    return try outcome.get()
  }

  private func start(_ transfer: Transfer) {
    let isClosed = state.withLock { state in
      if !state.isClosed { state.arriving.append(transfer) }
      return state.isClosed
    }
    if isClosed { transfer.cancel() } else { curl_multi_wakeup(multi.handle) }
  }

  private func giveUp(_ transfer: Transfer) {
    state.withLock { $0.leaving.append(transfer) }
    curl_multi_wakeup(multi.handle)
  }

  // MARK: On the thread

  private func run() {
    var active: [ObjectIdentifier: Transfer] = [:]
    while true {
      let (arriving, leaving, isClosed) = state.withLock { state in
        defer { (state.arriving, state.leaving) = ([], []) }
        return (state.arriving, state.leaving, state.isClosed)
      }
      for transfer in arriving { begin(transfer, &active) }
      for transfer in leaving { end(transfer, &active)?.cancel() }
      if isClosed {
        for transfer in active.values { end(transfer, &active)?.cancel() }
        curl_multi_cleanup(multi.handle)
        return
      }
      var running: Int32 = 0
      curl_multi_perform(multi.handle, &running)
      collect(&active)
      curl_multi_poll(multi.handle, nil, 0, Self.longestSleepInMilliseconds, nil)
    }
  }

  private func begin(_ transfer: Transfer, _ active: inout [ObjectIdentifier: Transfer]) {
    guard let handle = transfer.prepare(), curl_multi_add_handle(multi.handle, handle) == CURLM_OK else {
      return transfer.finish(CURLE_OUT_OF_MEMORY)
    }
    active[ObjectIdentifier(transfer)] = transfer
  }

  private func end(_ transfer: Transfer, _ active: inout [ObjectIdentifier: Transfer]) -> Transfer? {
    guard active.removeValue(forKey: ObjectIdentifier(transfer)) != nil else { return nil }
    if let handle = transfer.handle { curl_multi_remove_handle(multi.handle, handle) }
    return transfer
  }

  private func collect(_ active: inout [ObjectIdentifier: Transfer]) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi.handle, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
      let result = gantry_curl_result(message)
      guard let transfer = active.values.first(where: { $0.handle == handle }) else { continue }
      end(transfer, &active)?.finish(result)
    }
  }
}
