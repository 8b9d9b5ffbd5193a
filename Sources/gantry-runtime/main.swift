import Glibc
import OCIRuntime

exit(OCIRuntime.main(Array(CommandLine.arguments.dropFirst())))
