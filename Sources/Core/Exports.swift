// Who works with shims and plugins works with processes: their types appear in Core's own interface.
@_exported import Processes
