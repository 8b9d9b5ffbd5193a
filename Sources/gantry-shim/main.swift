import Glibc
import Shim

exit(ShimProgram.run(Array(CommandLine.arguments.dropFirst())))
