import CCurl
import Glibc

extension TransferFailure {
  /// What libcurl's result means.
  ///
  /// - Parameters:
  ///   - verification: OpenSSL's verdict on the server's certificate; 0 is good.
  ///   - errno: of the connection that could not be made; 0 where there is none.
  ///   - message: libcurl's own words.
  ///   - proxy: through which it went.
  init(code: CURLcode, verification: Int, errno: Int32, message: String, proxy: Proxy?) {
    let said = message.isEmpty ? String(cString: curl_easy_strerror(code)) : message
    let words = proxy.map { $0.hidden(in: said) } ?? said
    if let proxy, let fault = proxy.fault(code, errno: errno, words) {
      self = fault
      return
    }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      self.init(kind: .unknownHost, reason: "no such host")
    case CURLE_COULDNT_CONNECT, CURLE_PROXY:
      self.init(kind: .unreachable, reason: errno == 0 ? words : String(cString: strerror(errno)).lowercased())
    case CURLE_PEER_FAILED_VERIFICATION:
      self.init(
        kind: .certificate(isUnknownAuthority: Self.unknownAuthority.contains(verification)),
        reason: Self.certificate(verification, words))
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
      self.init(
        kind: .certificate(isUnknownAuthority: false),
        reason: "a certificate or key of its folder in certs.d cannot be used: \(words)")
    // With TLS 1.3 the server looks at the client's certificate when the client already speaks.
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      let isConnected = code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR
      guard let alert = Alert(in: words) else {
        self.init(kind: isConnected ? .broken : .noTLS, reason: words)
        return
      }
      self.init(
        kind: alert.isAboutIdentity ? .identity : isConnected ? .broken : .noTLS, reason: alert.words)
    case CURLE_OPERATION_TIMEDOUT:
      self.init(
        kind: .stalled, reason: words.contains("onnection time") ? "no answer to the connection" : "it stands still")
    // What libcurl says of a header field of more than it takes, 100 KiB.
    case CURLE_OUT_OF_MEMORY: self.init(kind: .broken, reason: "its header fields are too large, or memory is out")
    case CURLE_GOT_NOTHING: self.init(kind: .broken, reason: "it was closed without an answer")
    case CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      self.init(kind: .broken, reason: words)
    default: self.init(kind: .broken, reason: words)
    }
  }

  private static let unknownAuthority: Set<Int> = [2, 18, 19, 20, 21]

  /// In Go's words, which people search for. The numbers are OpenSSL's X509_V_ERR.
  private static func certificate(_ verification: Int, _ words: String) -> String {
    switch verification {
    case _ where unknownAuthority.contains(verification): "x509: certificate signed by unknown authority"
    case 9, 10: "x509: certificate has expired or is not yet valid"
    case 23: "x509: certificate has been revoked"
    // libcurl compares the names itself; 62 and 64 are OpenSSL's words for the same.
    case 0, 1, 62, 64: "x509: certificate is valid for another name (\(words))"
    default: "x509: \(words)"
    }
  }
}
