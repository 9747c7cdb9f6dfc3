// SPDX-License-Identifier: Apache-2.0

/// Writes an imported file as TOML.
///
/// Every option begins on a line of its own, and the writer remembers which lines belong to what,
/// so that a diagnostic of the loader finds its way back.
struct JobFileWriter {
  /// What a line belongs to.
  enum Place: Hashable, Sendable {
    case timezone
    case defaults(Int)
    case job(Int)
    case option(job: Int, Int)
  }

  private(set) var lines: [String] = []
  /// The place of each line, by its number from 1.
  private(set) var places: [Int: Place] = [:]

  /// Writes a file.
  init(_ file: ImportedFile) {
    comment(file.comments)
    for remark in file.remarks { comment(["\(remark.origin): \(Self.text(of: remark.note))"]) }
    if let timezone = file.timezone {
      blank()
      write(timezone, at: .timezone, isOff: false)
    }
    writeDefaults(file.defaults)
    for (index, job) in file.jobs.enumerated() { write(job, index) }
    if !file.lastComments.isEmpty {
      blank()
      comment(file.lastComments)
    }
  }

  /// The file's text.
  var text: String { lines.map { $0 + "\n" }.joined() }

  // MARK: Parts

  private mutating func writeDefaults(_ options: [ImportedOption]) {
    guard !options.isEmpty else { return }
    blank()
    lines.append("[defaults]")
    for (index, option) in options.enumerated() {
      write(option, at: .defaults(index), isOff: false)
    }
  }

  private mutating func write(_ job: ImportedJob, _ index: Int) {
    blank()
    comment(job.comments)
    comment(job.notes.map(Self.text))
    let isOff = job.refusal != nil
    append("[jobs.\(TOMLText.key(job.name))]", at: .job(index), isOff: isOff)
    for (number, option) in job.options.enumerated() {
      write(option, at: .option(job: index, number), isOff: isOff)
    }
  }

  private mutating func write(_ option: ImportedOption, at place: Place, isOff: Bool) {
    let isOff = isOff || option.refusal != nil
    let remark = option.remark.map { "  # \(Self.oneLine($0))" } ?? ""
    let text = "\(TOMLText.key(option.key)) = \(option.value.text)"
    let isLong = text.utf8.contains(0x0A) || text.count + remark.count > 100
    if isLong, let remark = option.remark { comment([remark]) }
    append(text + (isLong ? "" : remark), at: place, isOff: isOff)
  }

  // MARK: Lines

  private mutating func append(_ text: String, at place: Place, isOff: Bool) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      lines.append(isOff ? "# \(line)" : String(line))
      places[lines.count] = place
    }
  }

  private mutating func comment(_ texts: [String]) {
    for text in texts {
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        lines.append(line.isEmpty ? "#" : "# \(Self.oneLine(String(line)))")
      }
    }
  }

  private mutating func blank() {
    if !lines.isEmpty { lines.append("") }
  }

  private static func text(of note: ImportNote) -> String {
    "\(note.kind.rawValue): \(oneLine(note.message))"
  }

  /// Text that can stand in a comment: TOML refuses control characters there too.
  private static func oneLine(_ text: String) -> String {
    DisplayText.escaped(text.split(separator: "\t").joined(separator: " "))
  }
}
