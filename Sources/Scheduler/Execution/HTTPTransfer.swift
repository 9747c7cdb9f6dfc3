// SPDX-License-Identifier: Apache-2.0

internal import CFetch
internal import CronParser
internal import Dispatch

/// One attempt whose work is a request, and the requests that redirects make of it.
///
/// Belongs to the thread of its ``HTTPRunner``.
@safe final class HTTPTransfer {
  /// The most of an answer that is read, in bytes.
  static let answerLimit = 64 << 20

  let order: AttemptOrder
  let request: HTTPRequest
  let output: OutputBuffer
  private let refusesLinkLocal: Bool
  private let sink: @Sendable (ExecutionEvent) -> Void

  private(set) var plan: HTTPPlan
  private let began = DispatchTime.now()
  private var requests = 0
  private var received = 0
  private var handle: OpaquePointer?

  init(
    _ order: AttemptOrder, _ request: HTTPRequest, agent: String, refusesLinkLocal: Bool,
    output: OutputBuffer, sink: @escaping @Sendable (ExecutionEvent) -> Void
  ) {
    self.order = order
    self.request = request
    self.output = output
    self.sink = sink
    self.refusesLinkLocal = refusesLinkLocal && !request.allowsLinkLocal
    plan = HTTPPlan(order, request, agent: agent)
    unsafe handle = nil
  }

  deinit { discard() }

  private func discard() {
    if let handle = unsafe handle { unsafe cfetch_destroy(handle) }
    unsafe handle = nil
  }

  private var elapsed: TimeSpan {
    let nanoseconds = DispatchTime.now().uptimeNanoseconds &- began.uptimeNanoseconds
    return TimeSpan(milliseconds: Int64(clamping: nanoseconds / 1_000_000))
  }

  /// Sends the request of ``plan``; false where it could not be.
  func send(by pool: TransferPool) -> Bool {
    discard()
    requests += 1
    received = 0
    guard let handle = unsafe makeHandle() else { return false }
    unsafe self.handle = handle
    for line in plan.lines where unsafe cfetch_add_header(handle, line) != 0 { return false }
    return unsafe pool.begin(handle)
  }

  /// Breaks it off.
  func stop(in pool: TransferPool) {
    if let handle = unsafe handle { unsafe pool.stop(handle) }
    discard()
  }

  private func makeHandle() -> OpaquePointer? {
    let left = max(1, plan.timeout.milliseconds - elapsed.milliseconds)
    let limits = cfetch_limits(
      connect_ms: Int(plan.connectTimeout.milliseconds), total_ms: Int(left),
      refuses_link_local: refusesLinkLocal ? 1 : 0)
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    guard var body = plan.body else {
      return unsafe cfetch_create(
        plan.method.rawValue, plan.url, nil, 0, limits, Self.receive, context)
    }
    return body.withUTF8 { bytes in
      // The pointer of an empty body may be none, which would be no body.
      let empty: StaticString = ""
      let start = unsafe bytes.baseAddress ?? empty.utf8Start
      return unsafe cfetch_create(
        plan.method.rawValue, plan.url, start, bytes.count, limits, Self.receive, context)
    }
  }

  private static let receive: cfetch_writer = { bytes, count, context in
    let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    let body = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    return transfer.take(body) ? count : 0
  }

  private func take(_ bytes: [UInt8]) -> Bool {
    received += bytes.count
    guard received <= Self.answerLimit else { return false }
    if let status, isSentOn(by: status) { return true }
    if output.append(bytes[...]) { sink(.printed(order.run)) }
    return true
  }

  private func isSentOn(by status: Int) -> Bool {
    HTTPPlan.redirects.contains(status) && request.redirects != .never
      && !request.expects(status)
  }

  /// The status of the answer; nil where none has come.
  var status: Int? {
    guard let handle = unsafe handle else { return nil }
    let status = unsafe Int(cfetch_status(handle))
    return status > 0 ? status : nil
  }
}

// MARK: - The end

extension HTTPTransfer {
  /// How a request ended, as the C side has it.
  enum End {
    case answered, badRequest, noHost, noConnection, timedOut, noTLS, noAnswer, broken, notWanted
    case failed

    init(_ code: Int32) {
      self =
        switch cfetch_end(UInt32(bitPattern: code)) {
        case CFETCH_ANSWERED: .answered
        case CFETCH_BAD_REQUEST: .badRequest
        case CFETCH_NO_HOST: .noHost
        case CFETCH_NO_CONNECTION: .noConnection
        case CFETCH_TIMED_OUT: .timedOut
        case CFETCH_NO_TLS: .noTLS
        case CFETCH_NO_ANSWER: .noAnswer
        case CFETCH_BROKEN: .broken
        case CFETCH_NOT_WANTED: .notWanted
        default: .failed
        }
    }
  }

  /// What is to be done after a request.
  enum Verdict {
    case over(AttemptOutcome)
    /// ``plan`` is the next request.
    case sendOn
  }

  /// Judges a request that has ended.
  func judge(_ end: End) -> Verdict {
    guard end == .answered else { return .over(failure(end)) }
    guard let handle = unsafe handle, let status else {
      return .over(.unanswered("the server gave no answer"))
    }
    if isSentOn(by: status), let target = unsafe cfetch_location(handle) {
      return sentOn(by: status, to: unsafe String(cString: target))
    }
    if request.expects(status) { return .over(.returned(HTTPStatus.result(status))) }
    let seconds = unsafe cfetch_retry_after(handle)
    // Decades are as good as any longer time, and every clock can add them to now.
    let wait = seconds > 0 ? TimeSpan.seconds(min(Int64(seconds), 1_000_000_000)) : nil
    return .over(.answered(status: status, retryAfter: wait))
  }

  private func sentOn(by status: Int, to target: String) -> Verdict {
    guard requests < HTTPPlan.requestLimit else {
      return .over(
        .threwPermanently(
          "\(HTTPStatus.text(status)): the last of \(requests) redirects, and no more are followed")
      )
    }
    do throws(HTTPPlan.Refusal) {
      plan = try plan.redirected(by: status, to: target, request.redirects)
      return .sendOn
    } catch {
      return .over(.threwPermanently(error.message))
    }
  }

  private func failure(_ end: End) -> AttemptOutcome {
    guard let handle = unsafe handle else { return .unanswered("it could not be sent") }
    let refused = unsafe String(cString: cfetch_refused_address(handle))
    let place = URLOrigin(plan.url).map { "\($0.host):\($0.port)" } ?? plan.url
    let detail = Diagnostic.shown(unsafe String(cString: cfetch_error_text(handle)), limit: 200)
    let number = unsafe cfetch_system_error(handle)
    let isConnected = unsafe cfetch_is_connected(handle) != 0
    let cause = number > 0 ? SystemError(number: number).text : detail
    switch end {
    case .noConnection where !refused.isEmpty:
      return .threwPermanently(
        "not sent: \(refused) is an address where clouds hand out credentials, and beatd runs as "
          + "root; link-local = true in `http` allows it")
    case .badRequest: return .threwPermanently("not sent: \(detail)")
    case .notWanted:
      return .threwPermanently("the answer is longer than \(Self.answerLimit >> 20) MiB")
    case .noHost: return .unanswered("the host of \(place) was not found")
    case .noConnection: return .unanswered("no connection to \(place): \(cause)")
    case .noTLS: return .unanswered("no secure connection to \(place): \(detail)")
    case .noAnswer: return .unanswered("\(place) closed the connection without an answer")
    case .broken: return .unanswered("the connection to \(place) broke: \(cause)")
    case .timedOut where elapsed < plan.timeout && !isConnected:
      return .unanswered("no connection to \(place) within \(plan.connectTimeout.text)")
    case .timedOut: return .timedOut(exitCode: nil, signal: nil)
    case .failed, .answered: return .unanswered("no answer from \(place): \(detail)")
    }
  }
}
