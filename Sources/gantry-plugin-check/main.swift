import Glibc
import Linux
import PluginCheck

StandardDescriptors.fill()
signal(SIGPIPE, SIG_IGN)
let (output, errors) = (FileDescriptor(adopting: STDOUT_FILENO), FileDescriptor(adopting: STDERR_FILENO))
// Where nobody reads any more, the exit status still says it all.
let status = await PluginCheck.run(
  Array(CommandLine.arguments.dropFirst()), print: { try? output.writeAll(Array($0.utf8)) },
  complain: { try? errors.writeAll(Array($0.utf8)) })
exit(status)
