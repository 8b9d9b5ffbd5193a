import Glibc
import Linux
import OCIRuntime

StandardDescriptors.fill()
exit(OCIRuntime.main(Array(CommandLine.arguments.dropFirst())))
