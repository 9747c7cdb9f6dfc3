// SPDX-License-Identifier: Apache-2.0

import CronParser

/// How a job's runs are dealt with.
extension OptionTable {
  static let policies = [
    OptionRow(
      key: "description", takesText: true, showing: .whenGiven,
      read: { value, draft, decoder in
        if let text = decoder.string(value, "description") { draft.options.description = text }
      },
      text: { $0.options.value.description.map { "\"\(Diagnostic.shown($0))\"" } }),
    OptionRow(
      key: "enabled",
      read: { value, draft, decoder in
        if let flag = decoder.boolean(value, "enabled") { draft.options.enabled = flag }
      },
      text: { "\($0.options.value.enabled)" }),
    OptionRow(
      key: "timeout",
      read: { value, draft, decoder in
        if let span = decoder.span(value, "timeout") { draft.options.timeout = span }
      },
      text: { $0.options.value.timeout?.text }),
    OptionRow(
      key: "grace",
      read: { value, draft, decoder in
        if let span = decoder.span(value, "grace", atLeast: .zero) { draft.options.grace = span }
      },
      text: { $0.options.value.grace.text }),
    OptionRow(
      key: "deadline",
      read: { value, draft, decoder in
        if let span = decoder.span(value, "deadline") { draft.options.deadline = span }
      },
      text: { $0.options.value.deadline?.text }),
    OptionRow(
      key: "retries",
      read: { value, draft, decoder in
        if let policy = decoder.retries(value) { draft.options.retries = policy }
      },
      text: { $0.options.value.retries.text }),
    OptionRow(
      key: "success",
      read: { value, draft, decoder in
        if let codes = decoder.exitCodes(value) { draft.options.success = codes }
      },
      text: {
        "[" + $0.options.value.success.sorted().map(String.init).joined(separator: ", ") + "]"
      }),
    OptionRow(
      key: "on-lost", takesText: true, showing: .always,
      read: { value, draft, decoder in
        if let policy = decoder.choice(value, "on-lost", of: LostPolicy.self) {
          draft.options.onLost = policy
        }
      },
      text: { $0.options.value.onLost.rawValue }),
    OptionRow(
      key: "overlap", takesText: true, showing: .always,
      read: { value, draft, decoder in
        if let policy = decoder.choice(value, "overlap", of: OverlapPolicy.self) {
          draft.options.overlap = policy
        }
      },
      text: { $0.options.value.overlap.rawValue }),
    OptionRow(
      key: "max-overlap",
      read: { value, draft, decoder in
        if let count = decoder.integer(value, "max-overlap", in: 1...10_000) {
          draft.options.maximumOverlap = count
        }
      },
      text: { $0.options.value.maximumOverlap.map { "\($0)" } }),
    OptionRow(
      key: "catch-up", takesText: true, showing: .always,
      read: { value, draft, decoder in
        if let policy = decoder.choice(value, "catch-up", of: CatchUpPolicy.self) {
          draft.options.catchUp = policy
        }
      },
      text: { $0.options.value.catchUp.rawValue }),
    OptionRow(
      key: "catch-up-limit",
      read: { value, draft, decoder in
        if let count = decoder.integer(value, "catch-up-limit", in: 1...100_000) {
          draft.options.catchUpLimit = count
        }
      },
      text: { "\($0.options.value.catchUpLimit)" }),
    OptionRow(
      key: "queue", takesText: true,
      read: { value, draft, decoder in
        if let name = decoder.queue(value) { draft.rare.queue = name }
      },
      text: { $0.rare?.queue }),
    OptionRow(
      key: "priority",
      read: { value, draft, decoder in
        if let priority = decoder.integer(value, "priority", in: 0...9) {
          draft.options.priority = priority
        }
      },
      text: { "\($0.options.value.priority)" }),
    OptionRow(
      key: "pause-after",
      read: { value, draft, decoder in
        if let count = decoder.integer(value, "pause-after", in: 1...10_000) {
          draft.rare.pauseAfter = count
        }
      },
      text: { $0.rare?.pauseAfter.map { "\($0)" } }),
    OptionRow(
      key: "keep",
      read: { value, draft, decoder in
        if let policy = decoder.keep(value) { draft.rare.keep = policy }
      },
      text: {
        $0.rare?.keep.map { "{ runs = \($0.runs), age = \"\($0.age.text)\" }" }
      }),
  ]
}

extension RetryPolicy {
  /// The policy for people.
  fileprivate var text: String {
    let on = causes.map { ", on [" + $0.map(\.text).joined(separator: ", ") + "]" }
    return "max \(maximum), \(backoff.rawValue) from \(base.text), cap \(cap.text), "
      + "jitter \(jitter.rawValue)" + (on ?? "")
  }
}
