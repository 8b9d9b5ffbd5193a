import Glibc
import Linux
import Shim

StandardDescriptors.fill()
exit(ShimProgram.run(Array(CommandLine.arguments.dropFirst())))
