// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser

/// `beatctl next --batch`: a line for a line, whatever the line is.
struct BatchAnswerer {
  private let session: Session
  private let now: Instant

  init(session: Session) {
    self.session = session
    now = session.around.now()
  }

  /// Answers until standard input ends.
  ///
  /// Answers are sent whenever there is nothing left to read
  /// at once, so that one who asks and waits is answered.
  func run() throws -> ExitCode {
    while let line = try session.around.input.next(beforeWaiting: { try session.output.flush() }) {
      try session.show(json: answer(line))
    }
    return .done
  }

  private struct Question: Decodable {
    let expr: String
    let tz: String?
    let from: String?
    let count: Int?
    let inclusive: Bool?
    let direction: NextCommand.Direction?
  }

  private struct Answer: Encodable {
    @OrNull var expr: String?
    var next: [Instant]?
    var prev: [Instant]?
    var error: String?
  }

  private func answer(_ line: ArraySlice<UInt8>) -> Answer {
    let question: Question
    do {
      question = try APICoder.decode(Question.self, from: Array(line))
    } catch {
      return Answer(expr: nil, error: error.message)
    }
    do {
      let instants = try instants(question)
      return question.direction == .prev
        ? Answer(expr: question.expr, prev: instants)
        : Answer(expr: question.expr, next: instants)
    } catch {
      return Answer(expr: question.expr, error: error.message)
    }
  }

  private func instants(_ question: Question) throws(Failure) -> [Instant] {
    let count = question.count ?? 1
    guard (1...NextCommand.limit).contains(count) else {
      throw Failure.usage("count must be from 1 to \(NextCommand.limit)")
    }
    let zone = try zone(question.tz)
    let schedule: Schedule
    do {
      schedule = try Schedule(
        crontab: question.expr, spread: SpreadSeed(unnamed: question.expr))
    } catch {
      throw Failure.usage(Self.line(error))
    }
    let direction = question.direction ?? .next
    let from = try from(question, direction)
    return NextCommand.instants(of: FireTimes(schedule, in: zone), from, count, direction)
  }

  /// The instant that the answers lie strictly after, or before.
  private func from(
    _ question: Question, _ direction: NextCommand.Direction
  ) throws(Failure) -> Instant {
    guard let text = question.from else { return now }
    guard let from = Instant(rfc3339: text) else {
      throw Failure.usage("from: \"\(text.prefix(80))\" is not RFC 3339")
    }
    let step = TimeSpan(milliseconds: 1)
    let isFiner = TimeArgument.isFinerThanMillisecond(text)
    switch direction {
    case .next: return question.inclusive == true && !isFiner ? from - step : from
    case .prev: return question.inclusive == true || isFiner ? from + step : from
    }
  }

  private func zone(_ name: String?) throws(Failure) -> Zone {
    do {
      guard let name else { return try session.around.zones.systemZone() }
      return try session.around.zones.zone(named: name)
    } catch {
      throw Failure(error)
    }
  }

  /// A fault of an expression, in one line.
  private static func line(_ error: CronSyntaxError) -> String {
    var text = "\(error.message) (at byte \(error.offset))"
    if let expected = error.expected { text += ": expected \(expected)" }
    if let suggestion = error.suggestion { text += "; did you mean \"\(suggestion)\"?" }
    return text
  }
}
