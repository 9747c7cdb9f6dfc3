// SPDX-License-Identifier: Apache-2.0

/// The help texts, from the table of commands.
enum Help {
  /// What `beatctl help` prints.
  static var overview: String {
    let width = Command.all.map { label($0).count }.max() ?? 0
    let commands = Command.all.map { row(label($0), $0.summary, width) }.joined()
    let options = Option.global + [Option("version", help: "print beatctl's version")]
    return """
      beatctl: look at and steer beatd, the cron that remembers

      usage: beatctl [--socket PATH] [--json] COMMAND …

      \(commands)
      \(list(options))
      Exit codes: 0 done; 1 done and failed; 2 usage; 3 no daemon; 4 no such job or run.
      The socket: --socket, else $BEAT_SOCKET, else /run/beat/beatd.sock for root, and for others
      $XDG_RUNTIME_DIR/beat/beatd.sock, /run/user/UID/beat/beatd.sock where there is such a folder,
      or ~/.local/state/beat/beatd.sock.
      `beatctl help COMMAND` tells more.

      """
  }

  /// A command's own page.
  static func page(of command: Command) -> String {
    let details = command.details.map { "\n\($0)\n" } ?? ""
    let examples = command.examples.map { "  \($0)\n" }.joined()
    return """
      \(command.summary)

      \(wrapped("usage: " + command.usage))
      \(details)
      \(list(command.options + Option.global))
      \(command.examples.count == 1 ? "example" : "examples"):
      \(examples)
      """
  }

  /// A long usage goes on below its first word.
  private static func wrapped(_ usage: String) -> String {
    var lines: [String] = []
    // An option and its value stay together.
    for part in usage.replacing(" [", with: "\n[").split(separator: "\n") {
      if let last = lines.last, last.count + part.count < 98 {
        lines[lines.count - 1] = last + " " + part
      } else {
        lines.append(lines.isEmpty ? String(part) : "       " + part)
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func label(_ command: Command) -> String {
    command.operands.isEmpty ? command.name : "\(command.name) \(command.operands)"
  }

  private static func list(_ options: [Option]) -> String {
    let labels = options.map { option in
      "--\(option.name)" + (option.letter.map { ", -\($0)" } ?? "")
        + (option.value.map { " \($0)" } ?? "")
    }
    let width = labels.map(\.count).max() ?? 0
    return zip(labels, options).map { row($0, $1.help, width) }.joined()
  }

  private static func row(_ label: String, _ text: String, _ width: Int) -> String {
    "  \(label)\(String(repeating: " ", count: max(0, width - label.count)))  \(text)\n"
  }
}

/// `beatctl help`.
enum HelpCommand {
  static let command = Command(
    name: "help", operands: "[COMMAND]", count: 0...2, summary: "show this, or a command's help",
    examples: ["beatctl help trigger"]
  ) { session in
    let words = session.invocation.operands
    guard !words.isEmpty else {
      try session.output.write(Help.overview)
      return .done
    }
    let name = words.joined(separator: " ")
    let family = Command.all.filter { $0.name == name || $0.name.hasPrefix(name + " ") }
    guard !family.isEmpty else { throw Command.unknown(name) }
    try session.output.write(family.map(Help.page).joined(separator: "\n"))
    return .done
  }
}
