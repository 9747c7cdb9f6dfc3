// SPDX-License-Identifier: Apache-2.0

import CronParser

/// When a job is due.
extension OptionTable {
  private enum First: String, CaseIterable { case now, aligned }

  static let times = [
    OptionRow(
      key: "timezone", takesText: true, showing: .whenGiven,
      read: { value, draft, decoder in
        if let zone = decoder.zone(value, "timezone") { draft.zone = zone }
      },
      text: { $0.times.zone.name }),
    OptionRow(
      key: "dst",
      read: { value, draft, decoder in
        if let rule = decoder.daylight(value) { draft.daylight = rule }
      },
      text: { $0.times.daylight.text }),
    OptionRow(
      key: "anchor", takesText: true, showing: .whenGiven,
      read: { value, draft, decoder in
        if let instant = decoder.instant(value, "anchor") { draft.anchor = instant }
      },
      text: {
        guard case .every(let interval) = $0.times.schedule else { return nil }
        return interval.anchor.rfc3339
      }),
    OptionRow(
      key: "first", takesText: true, showing: .whenGiven,
      read: { value, draft, decoder in
        if let first = decoder.choice(value, "first", of: First.self) {
          draft.isFirstNow = first == .now
        }
      },
      text: {
        switch $0.times.schedule {
        case .every(let interval): interval.firstNow ? "now" : "aligned"
        case .everyAfter(_, let firstNow): firstNow ? "now" : "aligned"
        default: nil
        }
      }),
    OptionRow(
      key: "starts", takesText: true,
      read: { value, draft, decoder in
        if let instant = decoder.instant(value, "starts") { draft.starts = instant }
      },
      text: { $0.times.starts?.rfc3339 }),
    OptionRow(
      key: "ends", takesText: true,
      read: { value, draft, decoder in
        if let instant = decoder.instant(value, "ends") { draft.ends = instant }
      },
      text: { $0.times.ends?.rfc3339 }),
    OptionRow(
      key: "jitter",
      read: { value, draft, decoder in
        if let span = decoder.span(value, "jitter", atLeast: .zero) { draft.rare.jitter = span }
      },
      text: { $0.options.value.jitter == .zero ? nil : $0.options.value.jitter.text }),
    OptionRow(
      key: "was", takesText: true, isObeyed: false, isOfOneLine: true,
      read: { value, draft, decoder in
        if let name = decoder.jobName(value, "was") { draft.rare.was = name }
      },
      text: { $0.rare?.was?.text }),
  ]
}

extension OptionDecoder {
  /// `"cron"`, or a table of what happens in a gap and in a fold.
  fileprivate mutating func daylight(_ value: TOMLValue) -> DaylightRule? {
    let takes = "\"cron\", or a table such as { gap = \"skip\", fold = \"both\" }"
    switch value.content {
    case .string("cron"): return .cron
    case .string(let text):
      fail(
        .key, "`dst` cannot be \"\(Diagnostic.shown(text))\"", at: value.range, expected: takes,
        suggestion: nearestName(to: text, among: ["cron"]))
      return nil
    case .table(let entries):
      let before = faults.count
      var gap: DaylightRule.Gap?
      var fold: DaylightRule.Fold?
      for entry in entries {
        switch entry.key {
        case "gap": gap = choice(entry.value, "gap", of: DaylightRule.Gap.self)
        case "fold": fold = choice(entry.value, "fold", of: DaylightRule.Fold.self)
        default: unknown(entry, in: "dst", among: ["gap", "fold"])
        }
      }
      guard faults.count == before else { return nil }
      return gap == nil && fold == nil ? .cron : .chosen(gap: gap, fold: fold)
    default:
      wrongType(value, "dst", takes: takes)
      return nil
    }
  }
}

extension DaylightRule {
  /// The rule as a job file has it.
  fileprivate var text: String {
    guard case .chosen(let gap, let fold) = self else { return "cron" }
    let parts = [
      gap.map { "gap = \"\($0.rawValue)\"" }, fold.map { "fold = \"\($0.rawValue)\"" },
    ]
    return "{ " + parts.compactMap(\.self).joined(separator: ", ") + " }"
  }
}
