// SPDX-License-Identifier: Apache-2.0

import CronParser

/// What a service does (systemd.service(5), systemd.exec(5)), as a job's work and surroundings.
struct ServiceWork {
  let specifiers: UnitSpecifiers

  /// Takes what Beat can do out of a service's settings; what is left is reported.
  func apply(_ service: inout UnitFile, to job: inout ImportedJob) {
    if let text = service.take("Unit", "Description"), job.value("description") == nil {
      job.set("description", .string(expand(text, &job)))
    }
    setCommand(&service, &job)
    setAccount(&service, &job)
    setEnvironment(&service, &job)
    setDirectory(service.take("Service", "WorkingDirectory"), &job)
    setInput(service.takeAll("Service", "StandardInputText"), &job)
    setLimits(&service, &job)
    takeTheUsual(&service, &job)
    service.loseRest(into: &job)
  }

  private func expand(_ text: String, _ job: inout ImportedJob) -> String {
    let (result, unknown) = specifiers.expand(text)
    for specifier in unknown { job.lose("\(specifier) in `\(text)`: write what it stands for") }
    return result
  }

  // MARK: Command

  private func setCommand(_ service: inout UnitFile, _ job: inout ImportedJob) {
    var steps: [ExecLine] = []
    for key in ["ExecStartPre", "ExecStart", "ExecStartPost"] {
      for text in service.takeAll("Service", key) {
        guard let lines = ExecLine.parse(text, expand: { expand($0, &job) }) else {
          job.lose("\(key)=\(text): a quote is not closed")
          continue
        }
        steps += lines.filter { !$0.words.isEmpty }
      }
    }
    for step in steps { loseMarks(of: step, &job) }
    guard let first = steps.first else {
      _ = job.refuse("\(specifiers.unit) starts nothing")
      return
    }
    if steps.count == 1, !first.ignoresFailure {
      if let words = first.plainWords {
        job.setWork(words)
      } else {
        job.set("command", .string("exec " + first.shellText), weight: .essential)
      }
      return
    }
    if steps.count == 1 {
      job.set("command", .string(first.shellText + " || :"), weight: .essential)
      return
    }
    let texts = steps.map { $0.ignoresFailure ? "{ \($0.shellText) || :; }" : $0.shellText }
    job.set("command", .string(texts.joined(separator: " && ")), weight: .essential)
  }

  private func loseMarks(of step: ExecLine, _ job: inout ImportedJob) {
    if let name = step.ownName { job.lose("`@`: the name \(name) for the process") }
    if !step.privileges.isEmpty {
      job.lose("`\(step.privileges)`: Beat runs all of a job with the same rights")
    }
  }

  // MARK: Surroundings

  private func setAccount(_ service: inout UnitFile, _ job: inout ImportedJob) {
    let user = service.take("Service", "User").map { expand($0, &job) }
    if let user { job.set("user", .string(user), weight: .essential) }
    if let group = service.take("Service", "Group").map({ expand($0, &job) }), group != user {
      job.lose("Group=\(group): Beat takes the user's own groups")
    }
  }

  private func setEnvironment(_ service: inout UnitFile, _ job: inout ImportedJob) {
    var variables: [(name: String, value: String)] = []
    for text in service.takeAll("Service", "Environment") {
      guard let words = UnitWords.split(text) else {
        job.lose("Environment=\(text): a quote is not closed")
        continue
      }
      for word in words {
        let pair = expand(word, &job)
        guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else {
          job.lose("Environment=\(word): not NAME=value")
          continue
        }
        let name = String(pair[..<equals])
        variables.removeAll { $0.name == name }
        variables.append((name, String(pair[pair.index(after: equals)...])))
      }
    }
    if !variables.isEmpty { job.set("environment", .strings(variables)) }
    setEnvironmentFiles(service.takeAll("Service", "EnvironmentFile"), &job)
    let passed = service.takeAll("Service", "PassEnvironment").flatMap { $0.split(separator: " ") }
    if !passed.isEmpty { job.set("inherit-environment", .strings(passed.map(String.init))) }
  }

  private func setEnvironmentFiles(_ files: [String], _ job: inout ImportedJob) {
    let paths = files.map { file in
      let isOptional = file.hasPrefix("-")
      let path = expand(isOptional ? String(file.dropFirst()) : file, &job)
      if isOptional { job.remark("EnvironmentFile=\(file): there the file may be absent") }
      return path
    }
    if paths.count == 1 { job.set("environment-file", .string(paths[0])) }
    if paths.count > 1 { job.set("environment-file", .strings(paths)) }
  }

  /// A system service runs in `/` where it names no folder; Beat's jobs, and those of a user's own
  /// manager, in the home directory.
  private func setDirectory(_ text: String?, _ job: inout ImportedJob) {
    guard let text else {
      if !specifiers.manager.isUser { job.set("directory", .string("/")) }
      return
    }
    guard text != "~", text != "-~" else { return }
    if text.hasPrefix("-") {
      job.remark("WorkingDirectory=\(text): there the folder may be absent")
    }
    job.set(
      "directory", .string(expand(text.hasPrefix("-") ? String(text.dropFirst()) : text, &job)))
  }

  private func setInput(_ lines: [String], _ job: inout ImportedJob) {
    guard !lines.isEmpty else { return }
    job.set("stdin", .string(lines.map { expand($0, &job) + "\n" }.joined()))
  }

  // MARK: Limits

  private func setLimits(_ service: inout UnitFile, _ job: inout ImportedJob) {
    let type = service.take("Service", "Type") ?? "simple"
    if !["simple", "exec", "oneshot", "idle"].contains(type) {
      job.lose("Type=\(type): Beat waits for the process that it starts")
    }
    let both = service.take("Service", "TimeoutSec")
    let start = service.take("Service", "TimeoutStartSec") ?? both
    let runtime = service.take("Service", "RuntimeMaxSec")
    // The start of a oneshot service is its whole run, and it has no limit of another kind.
    setSpan("timeout", type == "oneshot" ? start : runtime, &job)
    if type != "oneshot", let start, !UnitTimeSpan.isInfinite(start) {
      job.remark("TimeoutStartSec=\(start) bounds the start of a service; Beat's jobs have none")
    }
    setSpan("grace", service.take("Service", "TimeoutStopSec") ?? both, &job)
    if let text = service.take("Service", "Nice") {
      if let number = Int64(text) {
        job.set("nice", .integer(number))
      } else {
        job.lose("Nice=\(text)")
      }
    }
    if let text = service.take("Service", "UMask") { job.set("umask", .string(text)) }
    setSuccess(service.takeAll("Service", "SuccessExitStatus"), &job)
  }

  private func setSpan(_ key: String, _ text: String?, _ job: inout ImportedJob) {
    guard let text, !UnitTimeSpan.isInfinite(text) else { return }
    guard let span = UnitTimeSpan.parse(text) else {
      return job.lose("\(key): \(text) is no length of time")
    }
    job.set(key, .string(span.text))
  }

  private func setSuccess(_ values: [String], _ job: inout ImportedJob) {
    var codes: [Int64] = [0]
    for word in values.flatMap({ $0.split(separator: " ") }) {
      if let code = Int64(word) ?? Self.exitCodes[word], (0...255).contains(code) {
        if !codes.contains(code) { codes.append(code) }
      } else {
        job.lose("SuccessExitStatus=\(word): Beat knows exit codes only")
      }
    }
    if codes.count > 1 { job.set("success", .array(codes.map(TOMLText.integer))) }
  }

  /// Exit codes that have names in systemd.exec(5): those of sysexits.h.
  private static let exitCodes: [Substring: Int64] = [
    "SUCCESS": 0, "FAILURE": 1, "USAGE": 64, "DATAERR": 65, "NOINPUT": 66, "NOUSER": 67,
    "NOHOST": 68, "UNAVAILABLE": 69, "SOFTWARE": 70, "OSERR": 71, "OSFILE": 72, "CANTCREAT": 73,
    "IOERR": 74, "TEMPFAIL": 75, "PROTOCOL": 76, "NOPERM": 77, "CONFIG": 78,
  ]

  /// Settings that say what Beat does anyway.
  private func takeTheUsual(_ service: inout UnitFile, _ job: inout ImportedJob) {
    for (key, usual) in [
      ("StandardOutput", ["journal", "inherit", "journal+console", "syslog"]),
      ("StandardError", ["journal", "inherit", "journal+console", "syslog"]),
      ("StandardInput", ["null", "data"]), ("KillMode", ["control-group", "mixed"]),
      ("Restart", ["no"]), ("RemainAfterExit", ["no", "false"]),
    ] {
      guard let value = service.take("Service", key), !usual.contains(value) else { continue }
      let hint = key == "Restart" ? " (see the option `retries`)" : ""
      job.lose("\(key)=\(value)\(hint)")
    }
  }
}
