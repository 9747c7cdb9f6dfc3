// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Who is told of what.
extension OptionTable {
  static let notices = [
    targets("on-failure", \.onFailure), targets("on-recovery", \.onRecovery),
    targets("on-success", \.onSuccess), targets("on-missed", \.onMissed),
    OptionRow(
      key: "expect-within",
      read: { value, draft, decoder in
        if let span = decoder.span(value, "expect-within") { draft.rare.expectWithin = span }
      },
      text: { $0.rare?.expectWithin?.text }),
    OptionRow(
      key: "ping", takesText: true, isObeyed: false,
      read: { value, draft, decoder in
        if let url = decoder.url(value, "ping") { draft.rare.ping = url }
      },
      text: { $0.rare?.ping }),
  ]

  private static func targets(
    _ key: String, _ path: any WritableKeyPath<RareOptions, [NoticeTarget]> & Sendable
  ) -> OptionRow {
    OptionRow(
      key: key,
      read: { value, draft, decoder in
        guard let targets = decoder.targets(value, key) else { return }
        draft.rare[keyPath: path] = targets
        if targets.contains(where: { !$0.isJob }) {
          decoder.note(unobeyed: key, at: value.range)
        }
      },
      text: { job in
        guard let targets = job.rare?[keyPath: path], !targets.isEmpty else { return nil }
        return targets.map { Diagnostic.shown($0.text) }.joined(separator: ", ")
      })
  }
}

extension NoticeTarget {
  fileprivate var isJob: Bool {
    if case .job = self { true } else { false }
  }
}
