import CLI
import Glibc

exit(await Program.main(arguments: Array(CommandLine.arguments.dropFirst())))
