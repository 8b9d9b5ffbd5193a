import Glibc
import Linux

func complain(_ error: any Error) {
  let line = "wire-bench: \(error)\n"
  _ = write(STDERR_FILENO, line, line.utf8.count)
}

// Measures one unary call on the wire, one in flight: `wire-bench [CALLS]` prints JSON.
do {
  let calls = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000
  print(try WireBenchmark(calls: max(1, calls)).run())
} catch {
  complain(error)
  exit(1)
}
