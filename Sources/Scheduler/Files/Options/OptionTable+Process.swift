// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What a process finds round itself.
extension OptionTable {
  static let process = [
    OptionRow(
      key: "user", takesText: true,
      read: { value, draft, decoder in
        if let name = decoder.user(value) { draft.rare.user = name }
      },
      text: { $0.rare?.user }),
    OptionRow(
      key: "directory", takesText: true,
      read: { value, draft, decoder in
        if let path = decoder.file(value, "directory") {
          draft.options.surroundings.directory = path
        }
      },
      text: { $0.options.value.surroundings.directory }),
    OptionRow(
      key: "environment",
      read: { value, draft, decoder in
        guard let variables = decoder.environment(value) else { return }
        var surroundings = draft.options.surroundings
        surroundings.set(variables)
        if surroundings.environment.count <= OptionDecoder.variableLimit {
          draft.options.surroundings = surroundings
        } else {
          decoder.fail(
            .limit, "more than \(OptionDecoder.variableLimit) variables", at: value.range)
        }
      },
      text: {
        // Values may be secrets.
        let names = $0.options.value.surroundings.environment.map(\.name)
        return names.isEmpty ? nil : names.joined(separator: " ")
      }),
    OptionRow(
      key: "environment-file", takesText: true,
      read: { value, draft, decoder in
        if let path = decoder.environmentFile(value) {
          draft.rare.environmentFile = path
        }
      },
      text: { $0.rare?.environmentFile }),
    OptionRow(
      key: "inherit-environment",
      read: { value, draft, decoder in
        if let inherited = decoder.inherited(value) { draft.rare.inherited = inherited }
      },
      text: {
        switch $0.rare?.inherited {
        case nil: nil
        case .some(.none): "false"
        case .all: "true"
        case .names(let names): "[" + names.joined(separator: ", ") + "]"
        }
      }),
    OptionRow(
      key: "umask", takesText: true,
      read: { value, draft, decoder in
        if let mask = decoder.fileMask(value) { draft.rare.fileMask = mask }
      },
      text: {
        $0.rare?.fileMask.map { mask in
          let digits = String(mask, radix: 8)
          return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
        }
      }),
    OptionRow(
      key: "nice",
      read: { value, draft, decoder in
        if let nice = decoder.integer(value, "nice", in: -20...19) {
          draft.rare.niceness = Int32(nice)
        }
      },
      text: { $0.rare?.niceness.map { "\($0)" } }),
    OptionRow(
      key: "limits",
      read: { value, draft, decoder in
        if let limits = decoder.limits(value) { draft.rare.limits = limits }
      },
      text: { $0.rare?.limits.text }),
    OptionRow(
      key: "shell", takesText: true,
      read: { value, draft, decoder in
        if let path = decoder.path(value, "shell") { draft.options.surroundings.shell = path }
      },
      text: { $0.options.value.surroundings.shell }),
    OptionRow(
      key: "stdin", takesText: true,
      read: { value, draft, decoder in
        if let text = decoder.string(value, "stdin") { draft.input = text }
      },
      text: { $0.work.input.map { "\"\(Diagnostic.shown($0))\"" } }),
    OptionRow(
      key: "on-stop", takesText: true,
      read: { value, draft, decoder in
        if let policy = decoder.choice(value, "on-stop", of: StopPolicy.self) {
          draft.rare.onStop = policy
        }
      },
      text: { $0.rare?.onStop?.rawValue }),
  ]
}

extension Surroundings {
  /// Sets variables: one of a name that is there already takes its place.
  mutating func set(_ variables: [EnvironmentVariable]) {
    for variable in variables {
      if let index = environment.firstIndex(where: { $0.name == variable.name }) {
        environment[index] = variable
      } else {
        environment.append(variable)
      }
    }
  }
}

extension ProcessLimits {
  /// The limits as a job file has them; nil where there are none.
  fileprivate var text: String? {
    var parts: [String] = []
    if let cpu { parts.append("cpu = \"\(cpu.text)\"") }
    for (key, value) in [
      ("memory", memory), ("file-size", fileSize), ("core", core), ("open-files", openFiles),
      ("processes", processes),
    ] {
      if let value { parts.append("\(key) = \(value)") }
    }
    return parts.isEmpty ? nil : "{ " + parts.joined(separator: ", ") + " }"
  }
}

extension Work {
  /// What a process reads; nil for nothing, and for what is no process.
  fileprivate var input: String? {
    switch self {
    case .command(_, let input), .exec(_, let input): input
    case .task, .http: nil
    }
  }
}

extension Job {
  /// The options that few jobs give; nil where this one gives none.
  var rare: RareOptions? { options.value.rare?.value }
}
