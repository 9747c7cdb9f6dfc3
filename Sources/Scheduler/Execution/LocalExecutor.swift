// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The executor of a real daemon: handlers in tasks, commands in processes of this machine,
/// requests on a thread of their own.
///
/// An `ended` event carries no output where nothing was printed, or where nobody holds what was:
/// that of an adopted process (but of a job with `on-stop = "leave"`), or of one that could not be
/// started.
public final class LocalExecutor: Executor {
  private let handlers: HandlerRunner
  private let processes: ProcessRunner
  private let requests: HTTPRunner

  /// An executor that knows these handlers by their task names.
  ///
  /// Processes run as the user that the calling process is, whose name and home directory are
  /// looked up here, once. The `sink` takes every event, from any thread; it must not block.
  /// Requests name themselves by `agent`, as `User-Agent` has it.
  public init(
    handlers: [String: Handler], agent: String = "beat",
    sink: @escaping @Sendable (ExecutionEvent) -> Void
  ) {
    self.handlers = HandlerRunner(handlers: handlers, sink: sink)
    processes = ProcessRunner(account: .current(), boot: readBootIdentifier(), sink: sink)
    requests = HTTPRunner(agent: agent, refusesLinkLocal: geteuid() == 0, sink: sink)
  }

  /// Starts attempts; returns at once.
  public func start(_ attempts: [AttemptOrder]) {
    var forProcesses: [AttemptOrder] = []
    var forRequests: [(AttemptOrder, HTTPRequest)] = []
    for order in attempts {
      switch order.work {
      case .task(let name, let payload): handlers.start(order, name: name, payload: payload)
      case .command, .exec: forProcesses.append(order)
      case .http(let request): forRequests.append((order, request.value))
      }
    }
    if !forProcesses.isEmpty { processes.start(forProcesses) }
    if !forRequests.isEmpty { requests.start(forRequests) }
  }

  /// Takes up an attempt whose process outlived an earlier daemon; its timeout counts from now.
  ///
  /// One that is not that process any more has ended `lost`.
  public func adopt(_ order: AttemptOrder, process: ProcessIdentity) {
    processes.adopt(order, process: process)
  }

  /// Tells an attempt to end; one of no such run is passed over.
  public func stop(_ run: RunID) {
    handlers.stop(run)
    processes.stop(run)
    requests.stop(run)
  }

  /// What a running attempt has printed from byte `offset` on; nil where none of that run is
  /// running.
  public func output(of run: RunID, from offset: Int) -> LiveOutput? {
    handlers.output(of: run, from: offset) ?? processes.output(of: run, from: offset)
      ?? requests.output(of: run, from: offset)
  }
}
