import Registry

RegistryMain.run(Array(CommandLine.arguments.dropFirst()))
