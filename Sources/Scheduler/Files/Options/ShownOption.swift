// SPDX-License-Identifier: Apache-2.0

internal import CronParser

/// One option of a job, for people.
public struct ShownOption: Hashable, Sendable {
  /// Its key in a job file.
  public let key: String
  /// Its value, as a job file would have it.
  public let text: String
  /// The line that gives it; nil where it is a default, or another file's.
  public let line: Int?
}

extension Job {
  /// The options that the job gives, those that are not at their default, and those that a person
  /// always wants to see; in the order of the table, and then what a crontab's line says by `-`,
  /// `-q` and `-n`.
  public var shownOptions: [ShownOption] { tabledOptions + lineOptions }

  private var lineOptions: [ShownOption] {
    var shown: [ShownOption] = []
    if rare?.isQuiet == true {
      shown.append(ShownOption(key: "quiet", text: "true", line: source?.line))
    }
    if rare?.mailsOnlyFailures == true {
      shown.append(ShownOption(key: "mail", text: "\"failures\"", line: source?.line))
    }
    return shown
  }

  private var tabledOptions: [ShownOption] {
    let lines = source?.optionLines?.value ?? []
    return OptionTable.rows.indices.compactMap { index in
      let row = OptionTable.rows[index]
      guard let text = row.text(self) else { return nil }
      let line = lines.last { $0.row == UInt8(truncatingIfNeeded: index) }.map { Int($0.line) }
      let isShown =
        switch row.showing {
        case .always: true
        case .whenGiven: line != nil
        case .whenUnusual: line != nil || text != Self.usual[index]
        }
      return isShown ? ShownOption(key: row.key, text: text, line: line) : nil
    }
  }

  /// What the rows say of a job that gives no option.
  private static let usual: [String?] = {
    guard let name = JobName("job") else { return [] }
    let job = Job(
      name: name, times: FireTimes(.manual, in: .utc), scheduleText: "",
      work: .command("true", input: nil))
    return OptionTable.rows.map { $0.text(job) }
  }()
}
