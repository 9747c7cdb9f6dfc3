// SPDX-License-Identifier: Apache-2.0

import CronParser

/// An option of a command.
struct Option: Sendable {
  /// Without dashes.
  let name: String
  /// A letter that means the same.
  var letter: Character?
  /// What its value is called in the help; nil: it takes none.
  var value: String?
  /// Whether it may be there more than once.
  let repeats: Bool
  /// For the help.
  let help: String

  init(
    _ name: String, _ letter: Character? = nil, value: String? = nil, repeats: Bool = false,
    help: String
  ) {
    self.name = name
    self.letter = letter
    self.value = value
    self.repeats = repeats
    self.help = help
  }

  /// Those that every command takes.
  static let global = [
    Option("socket", value: "PATH", help: "the daemon's socket"),
    Option("json", help: "answer in JSON"),
    Option("help", "h", help: "show this help"),
  ]
}

/// A command line, taken apart.
struct Invocation: Equatable {
  /// What is no option, the command's own words left out.
  private(set) var operands: [String] = []
  private var flags: Set<String> = []
  private var values: [String: [String]] = [:]

  /// Whether an option without a value is there.
  func has(_ name: String) -> Bool { flags.contains(name) }

  /// An option's value.
  func value(_ name: String) -> String? { values[name]?.first }

  /// The values of an option that may be there more than once, in order.
  func values(_ name: String) -> [String] { values[name] ?? [] }

  /// A whole number that an option gives.
  func number(_ name: String, in range: ClosedRange<Int>, or standard: Int) throws(Failure) -> Int {
    guard let text = value(name) else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw Failure.usage(
        "--\(name): \"\(text)\" is not a whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return number
  }

  /// Takes arguments apart: `--name`, `--name VALUE`, `--name=VALUE`, `-x`, `-x VALUE`; after `--`
  /// all are operands.
  ///
  /// So is what begins with one `-` and holds a blank: the line of a crontab.
  init(_ arguments: some Sequence<String>, options: [Option]) throws(Failure) {
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        return
      }
      let isLine = !argument.hasPrefix("--") && argument.contains(" ")
      guard argument.hasPrefix("-"), argument != "-", !isLine else {
        operands.append(argument)
        continue
      }
      try take(argument, &rest, options)
    }
  }

  private mutating func take(
    _ argument: String, _ rest: inout ArraySlice<String>, _ options: [Option]
  ) throws(Failure) {
    let equals = argument.hasPrefix("--") ? argument.firstIndex(of: "=") : nil
    let name = String(argument[..<(equals ?? argument.endIndex)])
    guard let option = options.first(where: { "--\($0.name)" == name || Self.letter($0) == name })
    else { throw Self.unknown(name, options) }
    guard !flags.contains(option.name), option.repeats || values[option.name] == nil else {
      throw Failure.usage("\(name) is there twice")
    }
    if let metavariable = option.value {
      let attached = equals.map { String(argument[argument.index(after: $0)...]) }
      guard let value = attached ?? rest.popFirst() else {
        throw Failure.usage("\(name) needs a value: \(metavariable)")
      }
      values[option.name, default: []].append(value)
    } else {
      guard equals == nil else { throw Failure.usage("\(name) takes no value") }
      flags.insert(option.name)
    }
  }

  private static func letter(_ option: Option) -> String? { option.letter.map { "-\($0)" } }

  private static func unknown(_ name: String, _ options: [Option]) -> Failure {
    let near = nearestName(to: String(name.drop { $0 == "-" }), among: options.map(\.name))
    return Failure.usage(
      "there is no option \(name) here", hint: near.map { "did you mean --\($0)?" })
  }
}
