// SPDX-License-Identifier: Apache-2.0

import CronParser

extension Timeline {
  /// The rows that a person is shown where there are more jobs.
  static let shownRows = 40
  /// Columns where standard output is no terminal.
  static let standardWidth = 100

  /// How many columns are left for marks beside the jobs' names.
  static func columnLimit(names: [String], on terminal: Terminal) -> Int {
    let width = terminal.width ?? standardWidth
    return max(12, width - nameWidth(names, width) - 1)
  }

  private static func nameWidth(_ names: [String], _ width: Int) -> Int {
    let longest = names.map { DisplayText.width(DisplayText.escaped($0)) }.max() ?? 0
    return min(max(longest, 5), max(8, width / 4))
  }

  /// Hours across, jobs down, and below them how many fires each column has.
  func render(on terminal: Terminal, zone: Zone, herdJobs: [String]) -> String {
    guard !rows.isEmpty else {
      return "nothing is due until \(TimeText.local(to, in: zone))\n"
    }
    let width = Self.nameWidth(rows.map(\.job), terminal.width ?? Self.standardWidth)
    var text = line("", header(zone), width, .dim, terminal)
    for row in rows.prefix(Self.shownRows) {
      let marks = row.counts.map(Self.mark).joined()
      text += line(DisplayText.escaped(row.job), marks, width, .plain, terminal)
    }
    if rows.count > Self.shownRows {
      text += "… and \(rows.count - Self.shownRows) more jobs, counted below\n"
    }
    text += numbers(width, terminal)
    return text + "\n" + legend(zone, herdJobs, width: terminal.width ?? Self.standardWidth)
  }

  private func line(
    _ name: String, _ marks: String, _ width: Int, _ style: Style, _ terminal: Terminal
  ) -> String {
    let name = DisplayText.cut(name, to: width)
    let pad = String(repeating: " ", count: max(0, width - DisplayText.width(name)) + 1)
    let end = marks.lastIndex { $0 != " " }.map { marks.index(after: $0) } ?? marks.startIndex
    guard end > marks.startIndex else { return name + "\n" }
    return name + pad + style.apply(String(marks[..<end]), on: terminal) + "\n"
  }

  /// One fire, few, many.
  private static func mark(_ count: Int) -> String {
    switch count {
    case ..<1: " "
    case 1: "•"
    case 2...3: "░"
    case 4...9: "▒"
    case 10...29: "▓"
    default: "█"
    }
  }

  /// Hours, or days where a column is a day, where there is room for them.
  private func header(_ zone: Zone) -> String {
    let isDays = step.milliseconds * Int64(columns) > 4 * 86_400_000
    var cells = Array(repeating: Character(" "), count: columns + 3)
    var free = 0
    var shown = ""
    for column in 0..<columns {
      let begins = start + TimeSpan(milliseconds: step.milliseconds * Int64(column))
      let local = TimeText.local(begins, in: zone)
      let label =
        isDays ? String(local.dropFirst(8).prefix(2)) : String(local.dropFirst(11).prefix(2))
      let isFirst = isDays || local.dropFirst(14).prefix(2) == "00"
      guard column >= free, label != shown, isFirst else { continue }
      for (offset, character) in label.enumerated() { cells[column + offset] = character }
      shown = label
      free = column + 3
    }
    return String(cells[..<min(cells.count, columns + 1)])
  }

  /// Each column's number of fires, its digits below each other.
  private func numbers(_ width: Int, _ terminal: Terminal) -> String {
    let digits = totals.map { $0 == 0 ? "" : String($0) }
    let height = digits.map(\.count).max() ?? 0
    let most = totals.max() ?? 0
    return (0..<height).map { row in
      let cells = zip(digits, totals).map { text, total in
        let index = row - (height - text.count)
        guard index >= 0 else { return " " }
        let digit = String(text[text.index(text.startIndex, offsetBy: index)])
        return total == most && most > 1 ? Style.warning.apply(digit, on: terminal) : digit
      }.joined()
      return line(row == height - 1 ? "fires" : "", cells, width, .plain, terminal)
    }.joined()
  }

  private func legend(_ zone: Zone, _ herdJobs: [String], width: Int) -> String {
    var text = "• 1 fire, ░ 2-3, ▒ 4-9, ▓ 10-29, █ 30 and more; "
    text += "a column is \(TimeText.length(step))\n"
    if rows.contains(where: \.isCut) {
      text += "numbers are lower bounds: some jobs fire too often to be counted\n"
    }
    guard let herd, herd.jobs > 1 else { return text + "no two jobs are due at the same second\n" }
    let time = TimeText.full(herd.at, in: zone)
    let names = herdJobs.prefix(5).map(DisplayText.escaped).joined(separator: ", ")
    let list = "  " + names + (herdJobs.count > 5 ? ", …" : "")
    return text + "most at once: \(herd.jobs) jobs at \(time)\n"
      + DisplayText.cut(list, to: width) + "\n"
  }
}
