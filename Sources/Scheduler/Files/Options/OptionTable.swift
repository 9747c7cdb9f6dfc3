// SPDX-License-Identifier: Apache-2.0

import CronParser

/// One option of a job: its key, and how its value is read.
struct OptionRow: Sendable {
  /// The key in a job file; a crontab has `BEAT_` and the key in capitals, with `_` for `-`.
  let key: String
  /// It takes text, so that a crontab's value is never read as a number or a table.
  var takesText = false
  /// Reads a value into the draft; reports what is wrong with it and leaves the draft as it was.
  let read: @Sendable (TOMLValue, inout JobDraft, inout OptionDecoder) -> Void

  /// The option's name in a crontab.
  var variable: String {
    "BEAT_" + key.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }
}

/// The options that job files and crontabs share: one row an option.
enum OptionTable {
  /// The row of a key.
  static func row(_ key: String) -> OptionRow? { byKey[key] }

  /// The row of a crontab's variable.
  static func row(variable: String) -> OptionRow? { byVariable[variable] }

  private static let byKey = Dictionary(
    rows.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  private static let byVariable = Dictionary(
    rows.map { ($0.variable, $0) }, uniquingKeysWith: { first, _ in first })

  /// All options.
  static let rows: [OptionRow] = times + limits + policies + surroundings

  private static let times = [
    OptionRow(key: "timezone", takesText: true) { value, draft, decoder in
      if let zone = decoder.zone(value, "timezone") { draft.zone = zone }
    },
    OptionRow(key: "anchor", takesText: true) { value, draft, decoder in
      if let instant = decoder.instant(value, "anchor") { draft.anchor = instant }
    },
    OptionRow(key: "first", takesText: true) { value, draft, decoder in
      if let first = decoder.choice(value, "first", of: First.self) {
        draft.isFirstNow = first == .now
      }
    },
    OptionRow(key: "starts", takesText: true) { value, draft, decoder in
      if let instant = decoder.instant(value, "starts") { draft.starts = instant }
    },
    OptionRow(key: "ends", takesText: true) { value, draft, decoder in
      if let instant = decoder.instant(value, "ends") { draft.ends = instant }
    },
  ]

  private static let limits = [
    OptionRow(key: "timeout") { value, draft, decoder in
      if let span = decoder.span(value, "timeout") { draft.options.timeout = span }
    },
    OptionRow(key: "grace") { value, draft, decoder in
      if let span = decoder.span(value, "grace", atLeast: .zero) { draft.options.grace = span }
    },
    OptionRow(key: "deadline") { value, draft, decoder in
      if let span = decoder.span(value, "deadline") { draft.options.deadline = span }
    },
    OptionRow(key: "retries") { value, draft, decoder in
      if let policy = decoder.retries(value) { draft.options.retries = policy }
    },
    OptionRow(key: "max-overlap") { value, draft, decoder in
      if let count = decoder.integer(value, "max-overlap", in: 1...10_000) {
        draft.options.maximumOverlap = count
      }
    },
    OptionRow(key: "catch-up-limit") { value, draft, decoder in
      if let count = decoder.integer(value, "catch-up-limit", in: 1...100_000) {
        draft.options.catchUpLimit = count
      }
    },
    OptionRow(key: "priority") { value, draft, decoder in
      if let priority = decoder.integer(value, "priority", in: 0...9) {
        draft.options.priority = priority
      }
    },
  ]

  private static let policies = [
    OptionRow(key: "description", takesText: true) { value, draft, decoder in
      if let text = decoder.string(value, "description") { draft.options.description = text }
    },
    OptionRow(key: "enabled") { value, draft, decoder in
      if let flag = decoder.boolean(value, "enabled") { draft.options.enabled = flag }
    },
    OptionRow(key: "success") { value, draft, decoder in
      if let codes = decoder.exitCodes(value) { draft.options.success = codes }
    },
    OptionRow(key: "on-lost", takesText: true) { value, draft, decoder in
      if let policy = decoder.choice(value, "on-lost", of: LostPolicy.self) {
        draft.options.onLost = policy
      }
    },
    OptionRow(key: "overlap", takesText: true) { value, draft, decoder in
      if let policy = decoder.choice(value, "overlap", of: OverlapPolicy.self) {
        draft.options.overlap = policy
      }
    },
    OptionRow(key: "catch-up", takesText: true) { value, draft, decoder in
      if let policy = decoder.choice(value, "catch-up", of: CatchUpPolicy.self) {
        draft.options.catchUp = policy
      }
    },
  ]

  private static let surroundings = [
    OptionRow(key: "directory", takesText: true) { value, draft, decoder in
      if let path = decoder.directory(value) {
        draft.options.surroundings.directory = path
      }
    },
    OptionRow(key: "environment") { value, draft, decoder in
      guard let variables = decoder.environment(value) else { return }
      var surroundings = draft.options.surroundings
      surroundings.set(variables)
      if surroundings.environment.count <= OptionDecoder.variableLimit {
        draft.options.surroundings = surroundings
      } else {
        decoder.fail(
          .limit, "more than \(OptionDecoder.variableLimit) variables", at: value.range)
      }
    },
    OptionRow(key: "shell", takesText: true) { value, draft, decoder in
      if let path = decoder.path(value, "shell") { draft.options.surroundings.shell = path }
    },
    OptionRow(key: "stdin", takesText: true) { value, draft, decoder in
      if let text = decoder.string(value, "stdin") { draft.input = text }
    },
  ]

  private enum First: String, CaseIterable { case now, aligned }
}

extension Surroundings {
  /// Sets variables: one of a name that is there already takes its place.
  mutating func set(_ variables: [EnvironmentVariable]) {
    for variable in variables {
      if let index = environment.firstIndex(where: { $0.name == variable.name }) {
        environment[index] = variable
      } else {
        environment.append(variable)
      }
    }
  }
}
