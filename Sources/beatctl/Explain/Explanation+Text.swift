// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CronParser
import Scheduler

extension Explanation {
  /// For people.
  func render(on terminal: Terminal, now: Instant) -> String {
    var sheet = Sheet()
    sheet.add("job", job, .heading)
    sheet.add("defined in", source.map { "\($0.file):\($0.line)" })
    sheet.add("schedule", schedule)
    sheet.add("meaning", wrapped: description)
    sheet.add("zone", timezone)
    if let dayRule, !isEveryDay { sheet.add("days", wrapped: dayRule.reason) }
    sheet.add("clocks", wrapped: daylightSaving.reason)
    for (index, instant) in next.enumerated() {
      let time = TimeText.full(instant, in: zone)
      sheet.add(index == 0 ? "next" : "", "\(time)  \(TimeText.relative(instant, to: now))")
    }
    if next.isEmpty { sheet.add("next", "no instant that is known beforehand") }
    if let process { Self.add(process, to: &sheet) }
    if let http { Self.add(http, to: &sheet) }
    sheet.add("task", task?.name)
    sheet.add("with", task?.with.text)
    let options = (options ?? [:]).sorted { $0.key < $1.key }
    for (index, option) in options.enumerated() {
      sheet.add(index == 0 ? "options" : "", "\(option.key) = \(option.value)")
    }
    for warning in warnings { sheet.add("warning", wrapped: warning.text) }
    return fieldTable(on: terminal) + sheet.render(on: terminal)
  }

  /// Neither day field leaves a day out, so how they are joined is of no interest.
  private var isEveryDay: Bool {
    fields?.allSatisfy { !$0.name.hasPrefix("day-") || $0.values.hasPrefix("every day") } ?? true
  }

  private func fieldTable(on terminal: Terminal) -> String {
    guard let fields else { return "" }
    let hasTexts = fields.contains { $0.text != nil }
    let columns =
      [Table.Column("FIELD")] + (hasTexts ? [.init("WRITTEN", cut: .last)] : [])
      + [.init("ADMITS", cut: .last)]
    var table = Table(columns)
    for field in fields {
      let text = hasTexts ? [Styled(field.text ?? "")] : []
      table.add([Styled(field.name)] + text + [Styled(field.values)])
    }
    return table.render(on: terminal) + "\n"
  }

  private static func add(_ request: Request, to sheet: inout Sheet) {
    sheet.add("http", "\(request.method) \(request.url)")
    for (index, header) in request.lines.enumerated() {
      sheet.add(index == 0 ? "headers" : "", "\(header.name): \(header.value)")
    }
    sheet.add("body", request.body)
  }

  private static func add(_ process: Process, to sheet: inout Sheet) {
    if process.kind == "command" {
      sheet.add("shell", process.arguments.first)
      sheet.add("command", process.arguments.last)
    } else {
      for (index, word) in process.arguments.enumerated() {
        sheet.add(index == 0 ? "exec" : "", word)
      }
    }
    sheet.add("stdin", process.stdin ?? "nothing")
    sheet.add("user", process.user)
    sheet.add("directory", process.directory)
    for (index, variable) in process.variables.enumerated() {
      sheet.add(index == 0 ? "environment" : "", "\(variable.name)=\(variable.value)")
    }
    for note in process.notes { sheet.add("note", wrapped: note) }
  }
}

extension Explanation.Warning {
  /// For people, in a sentence.
  fileprivate var text: String {
    var text = message
    if let expected { text += "; expected: \(expected)" }
    if let suggestion { text += "; did you mean `\(suggestion)`?" }
    return text
  }
}

extension Sheet {
  /// Adds a sentence, in lines that fit 80 columns.
  mutating func add(_ name: String, wrapped text: String) {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 66 {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    for (index, line) in lines.enumerated() { add(index == 0 ? name : "", line) }
  }
}
