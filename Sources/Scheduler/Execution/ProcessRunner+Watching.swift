// SPDX-License-Identifier: Apache-2.0

/// What stands behind a watched descriptor.
enum Watched {
  /// The process of an attempt.
  case process(ProcessAttempt)
  /// The process of an attempt, which has ended and waits to be reaped by another.
  case zombie(ProcessAttempt)
  /// Another process of its group.
  case member(ProcessAttempt)
  /// A pipe.
  case pipe(OutputPipe)
}

extension ProcessRunner {
  func openPoll() throws(SystemError) {
    guard poll == nil else { return }
    poll = try DescriptorPoll(queue: executor.queue) { [weak self] in
      self?.assumeIsolated { $0.serveReady() }
    }
  }

  func watch(
    _ descriptor: SharedDescriptor, for event: DescriptorPoll.Event = .input,
    _ make: (Watch) -> Watched
  ) -> Watch? {
    watchCount &+= 1
    let watch = Watch(token: watchCount, descriptor: descriptor)
    guard let poll, (try? poll.watch(descriptor, for: event, as: watch.token)) != nil else {
      return nil
    }
    watched[watch.token] = make(watch)
    return watch
  }

  func forget(_ watch: Watch) {
    guard watched.removeValue(forKey: watch.token) != nil else { return }
    poll?.forget(watch.descriptor)
    stayWhileBusy()
  }

  private func serveReady() {
    guard let poll else { return }
    for token in poll.ready() {
      // One that was served before it may have taken this one away.
      switch watched[token] {
      case .process(let attempt): hasEnded(attempt)
      case .zombie(let attempt): conclude(attempt)
      case .member(let attempt): awaitGroup(attempt)
      case .pipe(let pipe): if readOnce(pipe, limit: .max) == nil { forget(pipe.watch) }
      case nil: break
      }
    }
  }

  /// Reads at most a buffer's worth, so that one job that floods does not hold up the others; how
  /// much came, nil at the end.
  private func readOnce(_ pipe: OutputPipe, limit: Int) -> Int? {
    switch pipe.watch.descriptor.file.read(into: &readBuffer, limit: limit) {
    case .end: return nil
    case .nothingYet: return 0
    case .bytes(let count):
      if let buffer = pipe.buffer, buffer.append(readBuffer[..<count]) { sink(.printed(pipe.run)) }
      return count
    }
  }

  /// Reads what was in the pipe when the process had ended, and not what a descendant adds since.
  func drain(_ attempt: ProcessAttempt) {
    guard let pipe = attempt.pipe else { return }
    var left = pipe.watch.descriptor.file.readableCount
    while left > 0, let count = readOnce(pipe, limit: left), count > 0 { left -= count }
    pipe.buffer = nil
    if readOnce(pipe, limit: .max) == nil { forget(pipe.watch) }
  }
}
