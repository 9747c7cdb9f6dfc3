// SPDX-License-Identifier: Apache-2.0

/// The program from its arguments to its exit code.
struct Program {
  let surroundings: Surroundings

  /// Carries a command line out; errors go to standard error.
  func run(_ arguments: [String]) -> ExitCode {
    do {
      let code = try carryOut(arguments)
      try surroundings.output.flush()
      try surroundings.errors.flush()
      return code
    } catch is Output.Closed {
      return .done
    } catch {
      return report(Failure(any: error))
    }
  }

  private func report(_ failure: Failure) -> ExitCode {
    do {
      try surroundings.output.flush()
    } catch { /* The reader has gone; the message may still reach somebody. */  }
    do {
      try surroundings.errors.line(failure.text)
      try surroundings.errors.flush()
    } catch { /* Nobody is left to be told. */  }
    return failure.code
  }

  private func carryOut(_ arguments: [String]) throws -> ExitCode {
    let (leading, rest) = try Self.split(arguments)
    let global = try Invocation(leading, options: Option.global + [Self.versionOption])
    if global.has("version") {
      try surroundings.output.line(VersionCommand.own)
      return .done
    }
    guard !rest.isEmpty else {
      try surroundings.output.write(Help.overview)
      return global.has("help") ? .done : .usage
    }
    let (command, own) = try Self.command(in: rest)
    let invocation = try Invocation(leading + own, options: command.options + Option.global)
    guard !invocation.has("help") else {
      try surroundings.output.write(Help.page(of: command))
      return .done
    }
    try command.checkOperands(invocation.operands)
    return try command.run(Session(invocation: invocation, around: surroundings))
  }

  private static let versionOption = Option("version", help: "print beatctl's version")

  /// Global options may stand before the command: they and their values, and what follows.
  private static func split(_ arguments: [String]) throws(Failure) -> ([String], [String]) {
    var index = 0
    while index < arguments.count, arguments[index].hasPrefix("-") {
      index += arguments[index] == "--socket" ? 2 : 1
    }
    let cut = min(index, arguments.count)
    return (Array(arguments[..<cut]), Array(arguments[cut...]))
  }

  /// The command that the first word, or the first two, name, and the arguments without them.
  private static func command(in arguments: [String]) throws(Failure) -> (Command, [String]) {
    for count in [2, 1] where arguments.count >= count {
      let words = arguments.prefix(count).joined(separator: " ")
      if let command = Command.all.first(where: { $0.name == words }) {
        return (command, Array(arguments.dropFirst(count)))
      }
    }
    let word = arguments.first ?? ""
    let family = Command.all.filter { $0.name.hasPrefix(word + " ") }.map(\.name)
    guard family.isEmpty || word.isEmpty else {
      throw Failure.usage(
        "`\(word)` needs to know what to do", hint: "one of: " + family.joined(separator: ", "))
    }
    throw Command.unknown(word)
  }
}
