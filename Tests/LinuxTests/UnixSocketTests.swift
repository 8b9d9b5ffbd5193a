import Errors
import Glibc
import Linux
import Testing

@Suite("unix sockets")
final class UnixSocketTests {
  private let directory: String

  init() throws {
    var template = Array("/tmp/gantry-socket-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw GantryError.system("mkdtemp") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["s", "file"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }

  private func send(_ socket: FileDescriptor, _ bytes: [UInt8], _ descriptors: [FileDescriptor] = []) throws -> Int? {
    try bytes.withUnsafeBytes { try UnixSocket.send(socket, $0, descriptors: descriptors) }
  }

  private func receive(
    _ socket: FileDescriptor, room: Int = 100
  ) throws -> (bytes: [UInt8], receipt: UnixSocket.Receipt)? {
    var buffer = [UInt8](repeating: 0, count: room)
    let receipt = try buffer.withUnsafeMutableBytes { try UnixSocket.receive(socket, into: $0) }
    return receipt.map { (Array(buffer[..<$0.count]), $0) }
  }

  @Test func `a listener takes connections and knows who they are`() throws {
    let path = "\(directory)/s"
    let listener = try UnixSocket.listen(path: path, mode: 0o660)
    var status = stat()
    stat(path, &status)
    #expect(status.st_mode & 0o777 == 0o660)
    #expect(try UnixSocket.accept(listener) == nil)
    let client = try UnixSocket.connect(path: path)
    let server = try #require(try UnixSocket.accept(listener))
    let peer = try server.peerCredentials()
    #expect(peer == PeerCredentials(pid: getpid(), uid: geteuid(), gid: getegid()))
    #expect(try send(client, [1, 2]) == 2)
    #expect(try receive(server)?.bytes == [1, 2])
  }

  @Test func `a dead socket is replaced, a live one and a file are not`() throws {
    let path = "\(directory)/s"
    _ = try UnixSocket.listen(path: path)
    #expect(throws: GantryError.self) { try UnixSocket.connect(path: path) }
    let live = try UnixSocket.listen(path: path)
    let inUse = #expect(throws: GantryError.self) { try UnixSocket.listen(path: path) }
    #expect(inUse?.code == .alreadyExists)
    withExtendedLifetime(live) {}
    let file = "\(directory)/file"
    _ = try FileDescriptor.open(file, O_CREAT | O_WRONLY)
    #expect(throws: GantryError.self) { try UnixSocket.listen(path: file) }
    #expect(access(file, F_OK) == 0)
  }

  @Test func `connecting where nobody is says so`() throws {
    let missing = #expect(throws: GantryError.self) { try UnixSocket.connect(path: "\(directory)/none") }
    #expect(missing?.errno == ENOENT)
  }

  @Test func `a path longer than a socket address works`() throws {
    var path = directory
    var made: [String] = []
    while path.utf8.count < 150 {
      path += "/a-directory-with-a-long-name"
      mkdir(path, 0o700)
      made.append(path)
    }
    defer { for directory in made.reversed() { rmdir(directory) } }
    let listener = try UnixSocket.listen(path: "\(path)/s")
    defer { unlink("\(path)/s") }
    _ = try UnixSocket.connect(path: "\(path)/s")
    #expect(try UnixSocket.accept(listener) != nil)
  }

  @Test func `descriptors arrive with the last byte of the read that brings them`() throws {
    let (near, far) = try UnixSocket.pair()
    let pipe = try FileDescriptor.pipe()
    #expect(try send(near, [1]) == 1)
    #expect(try send(near, [2], [pipe.readEnd, pipe.writeEnd]) == 1)
    #expect(try send(near, [3]) == 1)
    let first = try #require(try receive(far))
    #expect(first.bytes == [1, 2])
    #expect(first.receipt.descriptors.count == 2)
    #expect(!first.receipt.descriptorsLost)
    #expect(first.receipt.descriptors.allSatisfy { fcntl($0.number, F_GETFD) & FD_CLOEXEC != 0 })
    let second = try #require(try receive(far))
    #expect(second.bytes == [3])
    #expect(second.receipt.descriptors.isEmpty)
  }

  @Test func `what has no room is reported as lost`() throws {
    let (near, far) = try UnixSocket.pair()
    let pipe = try FileDescriptor.pipe()
    #expect(try send(near, [1], Array(repeating: pipe.readEnd, count: 20)) == 1)
    let got = try #require(try receive(far))
    #expect(got.receipt.descriptorsLost)
    #expect(got.receipt.descriptors.count == 16)
  }

  @Test func `nothing there, no room and a peer that is gone are three things`() throws {
    let (near, far) = try UnixSocket.pair()
    #expect(try receive(near) == nil)
    while try send(near, [UInt8](repeating: 0, count: 60_000)) != nil {}
    shutdown(far.number, Int32(SHUT_RDWR))
    let error = #expect(throws: GantryError.self) { try send(near, [1]) }
    #expect(error?.code == .unavailable)
    #expect(try receive(near)?.receipt.count == 0)
  }
}
