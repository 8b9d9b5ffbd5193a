// Wiring comes with the module behind it.
