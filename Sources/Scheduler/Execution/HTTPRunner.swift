// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Sends the requests of attempts and reports what was answered.
///
/// 1. All of them go on side by side on one thread, which is there only while there are any; it
///    alone touches what belongs to a transfer.
/// 2. libcurl is loaded when the first of them is started.
/// 3. So many go on at once; the others wait in the order in which they came, and their time begins
///    when they do.
final class HTTPRunner: Sendable {
  /// Requests at once: each holds a descriptor or two.
  static let limit = 128

  fileprivate struct Inbox {
    var orders: [(AttemptOrder, HTTPRequest)] = []
    var stops: [RunID] = []
    /// A thread is at work.
    var isAtWork = false
    var pool: TransferPool?
  }

  fileprivate let agent: String
  fileprivate let refusesLinkLocal: Bool
  fileprivate let sink: @Sendable (ExecutionEvent) -> Void
  fileprivate let outputs = Mutex<[RunID: OutputBuffer]>([:])
  private let inbox = Mutex(Inbox())
  private let queue = DispatchQueue(label: "beat.http")

  /// A runner that reports to `sink` from its own thread.
  init(
    agent: String, refusesLinkLocal: Bool, sink: @escaping @Sendable (ExecutionEvent) -> Void
  ) {
    self.agent = agent
    self.refusesLinkLocal = refusesLinkLocal
    self.sink = sink
  }

  /// Starts attempts; returns at once.
  func start(_ orders: [(AttemptOrder, HTTPRequest)]) {
    let new = orders.filter { enter($0.0) }
    if !new.isEmpty { hand { $0.orders += new } }
  }

  /// Notes that an attempt is under way; one of a run that has another already is over.
  private func enter(_ order: AttemptOrder) -> Bool {
    let isNew = outputs.withLock { outputs in
      guard outputs[order.run] == nil else { return false }
      outputs[order.run] = OutputBuffer(attempt: order.attempt)
      return true
    }
    if !isNew {
      let message = "not started: an attempt of run \(order.runText) is under way already"
      sink(.ended(order.run, attempt: order.attempt, .notStarted(message), nil))
    }
    return isNew
  }

  /// Breaks an attempt off.
  func stop(_ run: RunID) {
    guard outputs.withLock({ $0[run] != nil }) else { return }
    hand { $0.stops.append(run) }
  }

  /// What a running attempt has been answered.
  func output(of run: RunID, from offset: Int) -> LiveOutput? {
    outputs.withLock { $0[run] }?.read(from: offset)
  }

  /// Puts something into the inbox and sees to it that a thread takes it out.
  private func hand(_ change: (inout Inbox) -> Void) {
    let pool = inbox.withLock { inbox -> TransferPool? in
      change(&inbox)
      guard !inbox.isAtWork else { return inbox.pool }
      inbox.isAtWork = true
      queue.async { TransferPool.sheltered { self.work() } }
      return nil
    }
    pool?.wake()
  }

  /// What the thread does, until there is nothing to do.
  private func work() {
    let loop = TransferLoop(self)
    while let mail = take(unless: loop.isIdle) {
      loop.take(mail, pool())
      loop.turn()
    }
  }

  /// What came in; nil, and the thread ends, where nothing did and it is idle.
  private func take(unless isIdle: Bool) -> Inbox? {
    inbox.withLock { inbox in
      let mail = inbox
      inbox.orders = []
      inbox.stops = []
      guard mail.orders.isEmpty, mail.stops.isEmpty, isIdle else { return mail }
      inbox.isAtWork = false
      return nil
    }
  }

  /// The pool, made where there is none yet.
  private func pool() -> Result<TransferPool, TransferPool.Failure> {
    if let pool = inbox.withLock({ $0.pool }) { return .success(pool) }
    let result = Result { () throws(TransferPool.Failure) in try TransferPool() }
    if case .success(let pool) = result {
      inbox.withLock { $0.pool = pool }
      // Whoever handed something in meanwhile had nothing to wake.
      pool.wake()
    }
    return result
  }
}

/// The transfers that are under way or in line, while a thread is at work on them.
private final class TransferLoop {
  private let runner: HTTPRunner
  private var pool: TransferPool?
  private var active: [RunID: HTTPTransfer] = [:]
  private var line: [(AttemptOrder, HTTPRequest)] = []
  private var first = 0

  init(_ runner: HTTPRunner) { self.runner = runner }

  var isIdle: Bool { active.isEmpty && first == line.count }

  func take(_ mail: HTTPRunner.Inbox, _ pool: Result<TransferPool, TransferPool.Failure>) {
    self.pool = try? pool.get()
    for (order, request) in mail.orders {
      if case .failure(let failure) = pool {
        report(order, .notStarted("not started: \(failure.message)"), nil)
      } else {
        line.append((order, request))
      }
    }
    for run in mail.stops { stop(run) }
  }

  /// Sends what there is room for, and deals with what has ended.
  func turn() {
    guard let pool else { return }
    while active.count < HTTPRunner.limit, let (order, request) = next() {
      begin(order, request, pool)
    }
    guard !active.isEmpty else { return }
    for (transfer, end) in pool.work() {
      switch transfer.judge(end) {
      case .over(let outcome): finish(transfer, outcome)
      case .sendOn: send(transfer, pool)
      }
    }
  }

  private func next() -> (AttemptOrder, HTTPRequest)? {
    guard first < line.count else { return nil }
    defer {
      first += 1
      if first > 1_024, first > line.count / 2 {
        line.removeSubrange(..<first)
        first = 0
      }
    }
    return line[first]
  }

  private func begin(_ order: AttemptOrder, _ request: HTTPRequest, _ pool: TransferPool) {
    guard let output = runner.outputs.withLock({ $0[order.run] }) else { return }
    let transfer = HTTPTransfer(
      order, request, agent: runner.agent, refusesLinkLocal: runner.refusesLinkLocal,
      output: output, sink: runner.sink)
    active[order.run] = transfer
    send(transfer, pool)
  }

  private func send(_ transfer: HTTPTransfer, _ pool: TransferPool) {
    guard !transfer.send(by: pool) else { return }
    finish(transfer, .notStarted("not started: libcurl does not take the request"))
  }

  private func stop(_ run: RunID) {
    if let transfer = active[run], let pool {
      transfer.stop(in: pool)
      return finish(transfer, .stopped(exitCode: nil, signal: nil))
    }
    guard let place = line[first...].firstIndex(where: { $0.0.run == run }) else { return }
    report(line.remove(at: place).0, .stopped(exitCode: nil, signal: nil), nil)
  }

  private func finish(_ transfer: HTTPTransfer, _ outcome: AttemptOutcome) {
    active[transfer.order.run] = nil
    report(transfer.order, outcome, transfer.output.close())
  }

  private func report(_ order: AttemptOrder, _ outcome: AttemptOutcome, _ output: CapturedOutput?) {
    runner.outputs.withLock { $0[order.run] = nil }
    runner.sink(.ended(order.run, attempt: order.attempt, outcome, output))
  }
}
