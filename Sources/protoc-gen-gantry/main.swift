import Errors
import Glibc
import Linux
import Protoc

/// A protoc plugin: request on standard input, response on standard output. What is wrong with a .proto is
/// part of the response; what is wrong with the request goes to standard error.
do {
  let input = try FileDescriptor(adopting: 0).readAll()
  let request = try GeneratorRequest(serialized: input)
  var response = GeneratorResponse()
  do {
    response.files = try Generator.generate(request)
  } catch {
    response.error = error.message
  }
  try FileDescriptor(adopting: 1).writeAll(response.serialized())
} catch {
  try? FileDescriptor(adopting: 2).writeAll(Array("protoc-gen-gantry: \(error)\n".utf8))
  exit(1)
}
