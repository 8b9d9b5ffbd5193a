import CLauncher
import RuntimeSpec

extension LaunchPlan {
  /// Hooks of creation and start, and the state that they read.
  func setHooks(_ request: LaunchRequest) {
    guard let hooks = request.specification.hooks else { return }
    add(hooks.prestart + hooks.createRuntime, to: &raw.pointee.host_hooks)
    add(hooks.createContainer, to: &raw.pointee.create_container)
    add(hooks.startContainer, to: &raw.pointee.start_container)
    let state = ContainerState(
      id: request.id, status: "creating", bundle: request.bundle, annotations: request.specification.annotations)
    // The process number is known only after the clone: the child's copy of the plan has a gap for it.
    raw.pointee.state_head = copy(state.json.text().dropLast() + ",\"pid\":")
    raw.pointee.state_tail = copy("}")
  }

  func add(_ hooks: [Hook], to list: UnsafeMutablePointer<gl_hooks>) {
    for hook in hooks {
      let timeout = min(max(hook.timeout ?? 0, 0), 86_400) * 1000
      guard let added = gl_add_hook(raw, list, hook.path, timeout) else { continue }
      add(hook.args, to: &added.pointee.args)
      add(hook.env, to: &added.pointee.env)
    }
  }
}
