import CCurl
import Glibc

extension TransferFailure {
  /// The proxy of a transfer that failed.
  struct Proxy {
    /// As it is set, with a name and a password maybe, which nothing shows.
    let address: String
    /// The status of its answer to CONNECT; 0 where there is none.
    let answer: Int

    /// Host and port.
    private var name: String {
      let place = address.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
      return place.split(separator: "/").first { !$0.hasSuffix(":") }.map(String.init) ?? ""
    }

    /// Words of libcurl's without the address that is set.
    func hidden(in words: String) -> String { words.replacing(address, with: name) }

    /// What it has to do with the failure; nil where that is nothing.
    func fault(_ code: CURLcode, errno: Int32, _ words: String) -> TransferFailure? {
      if code != CURLE_OK, answer >= 300 {
        let meaning = Self.meanings[answer].map { " (\($0))" } ?? ""
        return TransferFailure(
          kind: .proxy(mayPass: answer >= 500), reason: "the proxy \(name) answers with status \(answer)\(meaning)")
      }
      let reason: String
      switch code {
      case CURLE_COULDNT_RESOLVE_PROXY: reason = "no such host"
      case CURLE_COULDNT_CONNECT, CURLE_PROXY:
        reason = errno == 0 ? words : String(cString: strerror(errno)).lowercased()
      default: return nil
      }
      return TransferFailure(kind: .proxy(mayPass: true), reason: "the proxy \(name) cannot be reached: \(reason)")
    }

    private static let meanings = [
      403: "Forbidden", 407: "Proxy Authentication Required", 502: "Bad Gateway", 503: "Service Unavailable",
      504: "Gateway Timeout",
    ]
  }
}
