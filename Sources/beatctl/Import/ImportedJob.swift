// SPDX-License-Identifier: Apache-2.0

/// Something about an import that its reader should know.
struct ImportNote: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable {
    /// It could not be carried over.
    case lost = "not carried over"
    /// It is carried over, and means something else than before.
    case changed = "note"
  }

  let kind: Kind
  let message: String
}

/// One option of a job on its way into a job file.
struct ImportedOption: Hashable, Sendable {
  /// What it means when the loader refuses the option.
  enum Weight: Hashable, Sendable {
    /// The job is none without it.
    case essential
    /// Something is lost.
    case ordinary
    /// Nothing that the source said is lost.
    case nicety
  }

  let key: String
  var value: TOMLText
  /// Why it is so; on the same line.
  var remark: String?
  var weight = Weight.ordinary
  /// Why the loader refuses it.
  var refusal: String?
}

/// A job on its way into a job file.
struct ImportedJob: Hashable, Sendable {
  /// Where it comes from, for the report: `backup.timer`, `crontab:12`.
  let origin: String
  /// What it would be called; made unique by ``ImportedFile``.
  var name: String
  /// What stood beside it.
  var comments: [String] = []
  var options: [ImportedOption] = []
  var notes: [ImportNote] = []
  /// Why there is no such job after all.
  var refusal: String?

  init(origin: String, name: String) {
    self.origin = origin
    self.name = name
  }

  /// Sets an option; one that is there already is replaced.
  mutating func set(
    _ key: String, _ value: TOMLText, remark: String? = nil,
    weight: ImportedOption.Weight = .ordinary
  ) {
    let option = ImportedOption(key: key, value: value, remark: remark, weight: weight)
    if let index = options.firstIndex(where: { $0.key == key }) {
      options[index] = option
    } else {
      options.append(option)
    }
  }

  /// Sets the work to a program with its arguments; what only asks a shell to run a text becomes a
  /// `command`, which is the same and better to read.
  mutating func setWork(_ words: [String]) {
    guard words.count == 3, words[1] == "-c", words[0].hasPrefix("/"), words[0].hasSuffix("sh")
    else { return set("exec", .strings(words), weight: .essential) }
    set("command", .string(words[2]), weight: .essential)
    if words[0] != "/bin/sh" { set("shell", .string(words[0]), weight: .essential) }
  }

  /// An option's value.
  func value(_ key: String) -> TOMLText? { options.first { $0.key == key }?.value }

  /// Says what could not be carried over.
  mutating func lose(_ message: String) {
    let note = ImportNote(kind: .lost, message: message)
    if !notes.contains(note) { notes.append(note) }
  }

  /// Says what is different now.
  mutating func remark(_ message: String) {
    let note = ImportNote(kind: .changed, message: message)
    if !notes.contains(note) { notes.append(note) }
  }
}
