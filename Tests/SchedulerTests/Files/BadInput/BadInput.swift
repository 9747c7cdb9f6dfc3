// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

/// A row of the list of bad input: what is read, and what must become of it.
struct BadInput: Sendable, CustomTestStringConvertible {
  /// What becomes of an input.
  enum Outcome: Hashable, Sendable {
    /// It is read, without an error.
    case taken
    /// It is an error of this kind.
    case refused(CronSyntaxError.Category)
  }

  let id: String
  let text: String
  let outcome: Outcome
  var testDescription: String { "\(id) \(Diagnostic.shown(text, limit: 60))" }

  init(_ id: String, _ text: String, _ outcome: Outcome) {
    self.id = id
    self.text = text
    self.outcome = outcome
  }

  init(_ id: String, _ text: String, _ category: CronSyntaxError.Category) {
    self.init(id, text, .refused(category))
  }

  /// Reads the text as a line of a crontab between two good ones.
  func expectInCrontab(sourceLocation: SourceLocation = #_sourceLocation) {
    let good = "1 1 1 1 * good-one"
    let last = "2 2 2 2 * good-two"
    let result = FilesFixture.load(FilesFixture.crontab("\(good)\n\(text)\n\(last)\n"))
    expect(result, ["app/good-one", "app/good-two"], sourceLocation)
  }

  /// Reads the text as the options of a job between two good ones.
  func expectInJob(sourceLocation: SourceLocation = #_sourceLocation) {
    let result = FilesFixture.load(
      FilesFixture.jobFile(
        """
        [jobs.good-one]
        command = "x"
        [jobs.bad]
        \(text)
        [jobs.good-two]
        command = "x"
        """))
    expect(result, ["good-one", "good-two"], sourceLocation)
  }

  typealias SourceLocation = Testing.SourceLocation

  private func expect(_ result: LoadResult, _ good: [String], _ location: SourceLocation) {
    let errors = result.diagnostics.filter { $0.severity == .error }
    let shown = Comment(rawValue: "\(id): \(FilesFixture.rendered(result))")
    switch outcome {
    case .taken: #expect(errors.isEmpty, shown, sourceLocation: location)
    case .refused(let category):
      #expect(errors.first?.category == category, shown, sourceLocation: location)
    }
    #expect(Set(result.names).isSuperset(of: good), shown, sourceLocation: location)
    let printed = FilesFixture.rendered(result).unicodeScalars
    #expect(
      !printed.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" || $0.value == 0x202E },
      sourceLocation: location)
    for error in errors {
      #expect(error.line > 0 && error.column > 0, shown, sourceLocation: location)
    }
  }
}
