// SPDX-License-Identifier: Apache-2.0

extension ManifestJob {
  /// The pod's first container becomes the job's work.
  mutating func convert(podSpec spec: YAMLValue) {
    let containers = spec["containers"]?.elements ?? []
    if let first = containers.first {
      convert(container: first)
    } else {
      _ = job.refuse("the manifest has no container")
    }
    for other in containers.dropFirst() {
      job.lose("a second container: \(other["name"]?.text ?? other.shown)")
    }
    if job.value("timeout") == nil {
      setSeconds("timeout", spec["activeDeadlineSeconds"], "activeDeadlineSeconds")
    }
    setSeconds("grace", spec["terminationGracePeriodSeconds"], "terminationGracePeriodSeconds")
    loseRest(
      of: spec, "pod",
      but: [
        "containers", "restartPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds",
        // What the cluster writes into every manifest, as it stands by default.
        "dnsPolicy", "schedulerName",
      ])
  }

  private mutating func convert(container: YAMLValue) {
    let variables = convertVariables(container["env"]?.elements ?? [])
    let command = (container["command"]?.elements ?? []).map { $0.text ?? "" }
    let arguments = (container["args"]?.elements ?? []).map { $0.text ?? "" }
    let words = (command + arguments).map { expand($0, variables) }
    setWork(words, hasCommand: !command.isEmpty)
    if let folder = container["workingDir"]?.text { job.set("directory", .string(folder)) }
    loseRest(
      of: container, "container",
      but: [
        "name", "command", "args", "env", "workingDir", "imagePullPolicy",
        "terminationMessagePath", "terminationMessagePolicy",
      ])
  }

  /// Without a `command` the image's entry point runs, which the manifest does not name; arguments
  /// that begin with a path are most likely the whole, for an image that has none.
  private mutating func setWork(_ words: [String], hasCommand: Bool) {
    if hasCommand || words.first?.hasPrefix("/") == true {
      job.setWork(words)
    } else {
      job.set("exec", .strings(words), weight: .essential)
      let with = words.isEmpty ? "" : ", with \(words.joined(separator: " "))"
      _ = job.refuse("what it runs is the image's own entry point\(with): write it as `exec`")
    }
    if !hasCommand, job.refusal == nil {
      job.lose("the image's own entry point, if it has one: here its arguments are the whole")
    }
  }

  /// The variables that the manifest gives itself; those of secrets and the like are reported.
  private mutating func convertVariables(_ elements: [YAMLValue]) -> [(name: String, value: String)]
  {
    var variables: [(name: String, value: String)] = []
    for element in elements {
      guard let name = element["name"]?.text else { continue }
      if let source = element["valueFrom"] {
        job.lose("the variable \(name), from \(source.shown)")
        continue
      }
      let value = expand(element["value"]?.text ?? "", variables)
      variables.removeAll { $0.name == name }
      variables.append((name, value))
    }
    if !variables.isEmpty { job.set("environment", .strings(variables)) }
    return variables
  }

  /// `$(NAME)` stands for a variable, and `$$` for `$`; a name that is not known stays.
  private mutating func expand(_ text: String, _ variables: [(name: String, value: String)])
    -> String
  {
    var result = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "$" else {
        result.append(character)
        continue
      }
      if rest.first == "$" {
        rest.removeFirst()
        result.append("$")
      } else if rest.first == "(", let close = rest.firstIndex(of: ")") {
        let name = String(rest[rest.index(after: rest.startIndex)..<close])
        guard let value = variables.first(where: { $0.name == name })?.value else {
          result.append("$")
          continue
        }
        result += value
        rest = rest[rest.index(after: close)...]
      } else {
        result.append("$")
      }
    }
    return result
  }
}
