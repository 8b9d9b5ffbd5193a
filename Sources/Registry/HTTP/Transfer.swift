import CCurl
import Errors
import Glibc
import Linux

/// One request on its way, driven by libcurl.
///
/// Unchecked: made by one task, then touched by the loop's thread alone; the loop's lock lies between.
final class Transfer: @unchecked Sendable {
  let request: HTTPRequest
  private(set) var handle: UnsafeMutableRawPointer?
  private let complete: @Sendable (Result<HTTPResponse, TransferFailure>) -> Void
  private var fieldList: UnsafeMutablePointer<curl_slist>?
  private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private var status = 0
  private var headers = HTTPHeaders()
  private var headerBytes = 0
  private var hasHead = false
  private var isReceived = false
  private var collected: [UInt8] = []
  private var refusal: GantryError?
  private var position: Int64 = 0
  private var isDone = false

  private static let maximumHeaderBytes = 256 << 10
  /// What is kept of the body of an answer whose body its receiver does not want.
  private static let maximumErrorBytes = 64 << 10

  init(_ request: HTTPRequest, complete: @escaping @Sendable (Result<HTTPResponse, TransferFailure>) -> Void) {
    self.request = request
    self.complete = complete
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    if let handle { curl_easy_cleanup(handle) }
    curl_slist_free_all(fieldList)
    message.deallocate()
  }

  // MARK: Before

  /// Makes libcurl's handle; nil where there is no memory.
  func prepare() -> UnsafeMutableRawPointer? {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    let context = Unmanaged.passUnretained(self).toOpaque()
    gantry_curl_set_pointer(handle, CURLOPT_PRIVATE, context)
    gantry_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, message)
    gantry_curl_set_text(handle, CURLOPT_URL, request.address.description)
    gantry_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    gantry_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
    gantry_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    gantry_curl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    gantry_curl_set_long(handle, CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
    gantry_curl_set_long(handle, CURLOPT_BUFFERSIZE, 256 << 10)
    gantry_curl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
    gantry_curl_set_bytes_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      Transfer.of(context)?.take(header: bytes, size * count) ?? 0
    }
    gantry_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    gantry_curl_set_bytes_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      Transfer.of(context)?.take(body: bytes, size * count) ?? 0
    }
    gantry_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    setConnection(handle)
    setMethod(handle, context)
    setFields(handle)
    return handle
  }

  private func setConnection(_ handle: UnsafeMutableRawPointer) {
    let connection = request.connection
    gantry_curl_set_text(handle, CURLOPT_USERAGENT, connection.userAgent)
    gantry_curl_set_text(handle, CURLOPT_PROXY, connection.proxy ?? "")
    gantry_curl_set_text(handle, CURLOPT_NOPROXY, "")
    if connection.tunnels { gantry_curl_set_long(handle, CURLOPT_HTTPPROXYTUNNEL, 1) }
    let seconds = connection.stallTimeout.wholeSeconds
    gantry_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, connection.connectTimeout.wholeSeconds)
    gantry_curl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
    gantry_curl_set_long(handle, CURLOPT_LOW_SPEED_TIME, seconds)
    if let timeout = request.timeout { gantry_curl_set_long(handle, CURLOPT_TIMEOUT, timeout.wholeSeconds) }
    guard request.address.isSecure || connection.proxy?.hasPrefix("https://") == true else { return }
    gantry_curl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    gantry_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, connection.verifies ? 1 : 0)
    gantry_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, connection.verifies ? 2 : 0)
    setBlob(handle, CURLOPT_CAINFO_BLOB, connection.authorities)
    if request.isExamination {
      gantry_curl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
      gantry_curl_set_long(handle, CURLOPT_CERTINFO, 1)
      gantry_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 0)
    }
    if let identity = connection.identity {
      setBlob(handle, CURLOPT_SSLCERT_BLOB, identity.certificate)
      setBlob(handle, CURLOPT_SSLKEY_BLOB, identity.key)
    }
  }

  private func setBlob(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    _ = bytes.withUnsafeBytes { gantry_curl_set_blob(handle, option, $0.baseAddress, $0.count) }
  }

  private func setMethod(_ handle: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer) {
    switch request.method {
    case .get: return
    case .head: gantry_curl_set_long(handle, CURLOPT_NOBODY, 1)
    case .delete: gantry_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    case .post, .patch, .put:
      gantry_curl_set_long(handle, CURLOPT_UPLOAD, 1)
      gantry_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
      gantry_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, request.body.size)
      gantry_curl_set_bytes_function(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
        Transfer.of(context)?.give(bytes, size * count) ?? Int(CURL_READFUNC_ABORT)
      }
      gantry_curl_set_pointer(handle, CURLOPT_READDATA, context)
      gantry_curl_set_seek_function(handle) { context, offset, origin in
        Transfer.of(context)?.seek(Int64(offset), origin) ?? Int32(CURL_SEEKFUNC_FAIL)
      }
      gantry_curl_set_pointer(handle, CURLOPT_SEEKDATA, context)
    }
  }

  private func setFields(_ handle: UnsafeMutableRawPointer) {
    // Waiting for "100 Continue" costs a round trip, and a second where the server does not know it.
    for (name, value) in request.headers + [("Expect", "")] {
      let line = value.isEmpty ? "\(name):" : "\(name): \(value)"
      // A line break would end the field and begin another one.
      guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { continue }
      if let longer = curl_slist_append(fieldList, line) { fieldList = longer }
    }
    gantry_curl_set_list(handle, CURLOPT_HTTPHEADER, fieldList)
  }

  // MARK: Meanwhile, called by libcurl

  static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private func take(header bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    let line = UnsafeRawBufferPointer(start: bytes, count: count)
    headerBytes += count
    guard headerBytes <= Self.maximumHeaderBytes else {
      return refuse(GantryError(.invalidArgument, "\(request.address.authority) sends too many header fields"))
    }
    if line.starts(with: Array("HTTP/".utf8)) {
      headers = HTTPHeaders()
      hasHead = false
    } else if line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
      return endHead() ? count : 0
    } else {
      headers.append(line: line)
    }
    return count
  }

  private func endHead() -> Bool {
    status = handle.map { gantry_curl_get_long($0, CURLINFO_RESPONSE_CODE) } ?? 0
    guard status >= 200, !hasHead else { return true }
    hasHead = true
    guard let receiver = request.receiver else { return true }
    do throws(GantryError) {
      isReceived = try receiver.begin(status: status, headers: headers)
      return true
    } catch {
      refusal = error
      return false
    }
  }

  private func take(body bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    let piece = UnsafeRawBufferPointer(start: bytes, count: count)
    if isReceived, let receiver = request.receiver {
      do throws(GantryError) { try receiver.receive(piece) } catch { return refuse(error) }
      return count
    }
    if request.receiver != nil {
      collected += piece.prefix(max(0, Self.maximumErrorBytes - collected.count))
      return count
    }
    guard collected.count + count <= request.bodyLimit else {
      return refuse(
        GantryError(
          .invalidArgument,
          "\(request.address.withoutQuery) has more than \(request.bodyLimit) bytes; that much is not read"))
    }
    collected += piece
    return count
  }

  private func refuse(_ error: GantryError) -> Int {
    refusal = error
    return 0
  }

  private func give(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    guard let bytes else { return Int(CURL_READFUNC_ABORT) }
    switch request.body {
    case .none: return 0
    case .bytes(let all):
      let piece = all.dropFirst(Int(position)).prefix(count)
      UnsafeMutableRawBufferPointer(start: bytes, count: count).copyBytes(from: piece)
      position += Int64(piece.count)
      return piece.count
    case .file(let file, let range):
      let wanted = Int(min(Int64(count), Int64(range.count) - position))
      guard wanted > 0 else { return 0 }
      do throws(GantryError) {
        let offset = Int(range.lowerBound + position)
        let got = try retryingOnInterrupt("pread") { pread(file.number, bytes, wanted, offset) }
        guard got > 0 else { throw GantryError(.dataLoss, "the blob's file became shorter while it was sent") }
        position += Int64(got)
        request.sent?(position)
        return got
      } catch {
        refusal = error
        return Int(CURL_READFUNC_ABORT)
      }
    }
  }

  private func seek(_ offset: Int64, _ origin: Int32) -> Int32 {
    guard origin == SEEK_SET, offset >= 0, offset <= request.body.size else { return Int32(CURL_SEEKFUNC_FAIL) }
    position = offset
    return Int32(CURL_SEEKFUNC_OK)
  }

  // MARK: Afterwards

  /// Hands over what came of it; later calls are without effect.
  func finish(_ code: CURLcode) {
    guard !isDone else { return }
    isDone = true
    if let refusal {
      return complete(.failure(TransferFailure(kind: .refused(refusal), reason: refusal.message)))
    }
    if request.isExamination { return complete(examined(code)) }
    // A server may answer and close before it has read all that it was sent.
    let isAnswered = code == CURLE_OK || (code == CURLE_SEND_ERROR && hasHead && status >= 400)
    guard isAnswered, hasHead else { return complete(.failure(failure(code))) }
    complete(.success(HTTPResponse(status: status, headers: headers, body: collected)))
  }

  func cancel() {
    guard !isDone else { return }
    isDone = true
    complete(.failure(TransferFailure(kind: .cancelled, reason: "it was given up")))
  }

  private func examined(_ code: CURLcode) -> Result<HTTPResponse, TransferFailure> {
    var lines: [String] = []
    var entry = handle.flatMap { gantry_curl_certificate($0) }
    while let line = entry {
      if let text = line.pointee.data { lines.append(String(cString: text)) }
      entry = line.pointee.next
    }
    if let fault = CertificateTimes(lines)?.fault(at: Int64(time(nil))) {
      return .failure(TransferFailure(kind: .certificate(isUnknownAuthority: false), reason: fault))
    }
    return code == CURLE_OK
      ? .success(HTTPResponse(status: 0, headers: HTTPHeaders(), body: [])) : .failure(failure(code))
  }

  private func failure(_ code: CURLcode) -> TransferFailure {
    let verification = handle.map { gantry_curl_get_long($0, CURLINFO_SSL_VERIFYRESULT) } ?? 0
    let errno = handle.map { gantry_curl_get_long($0, CURLINFO_OS_ERRNO) } ?? 0
    let proxy = request.connection.proxy.map { proxy in
      let answer = handle.map { gantry_curl_get_long($0, CURLINFO_HTTP_CONNECTCODE) } ?? 0
      return TransferFailure.Proxy(address: proxy, answer: answer)
    }
    return TransferFailure(
      code: code, verification: verification, errno: Int32(clamping: errno), message: String(cString: message),
      proxy: proxy)
  }
}

extension HTTPRequest.Body {
  /// How many bytes are sent.
  var size: Int64 {
    switch self {
    case .none: 0
    case .bytes(let bytes): Int64(bytes.count)
    case .file(_, let range): Int64(range.count)
    }
  }
}

extension Duration {
  /// Seconds, rounded up; one at least.
  var wholeSeconds: Int { Int(max(1, (wholeNanoseconds + 999_999_999) / 1_000_000_000)) }
}
