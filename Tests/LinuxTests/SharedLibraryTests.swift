import Glibc
import SharedLibraries
import Testing

@Suite struct SharedLibraryTests {
  @Test(arguments: SharedLibrary.allCases)
  func itsFunctionsAreSeenOnceItIsLoaded(_ library: SharedLibrary) throws {
    try library.load()
    try library.load()
    let function =
      switch library {
      case .archive: "archive_read_new"
      case .crypto: "EVP_MD_CTX_new"
      case .curl: "curl_multi_init"
      case .gzip: "isal_inflate"
      case .packetFilter: "nft_ctx_new"
      case .seccomp: "seccomp_init"
      case .sqlite: "sqlite3_open_v2"
      }
    #expect(dlsym(nil, function) != nil)
  }
}
