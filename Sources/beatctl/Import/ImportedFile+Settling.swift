// SPDX-License-Identifier: Apache-2.0

import Scheduler

extension ImportedFile {
  /// Loads the file as the daemon would, and takes out whatever is refused, so that what is printed
  /// always loads: an option, or a job that is none without it, becomes a comment that says why.
  ///
  /// Each round takes out something, so the rounds end.
  mutating func settle(_ context: LoadContext) throws(Failure) {
    while true {
      let writer = JobFileWriter(self)
      let file = ScheduleFile(
        path: "imported.toml", relativeName: "imported.toml", kind: .jobFile,
        bytes: Array(writer.text.utf8))
      let errors = ScheduleSet.load(files: [file], context: context).diagnostics
        .filter { $0.severity == .error }
      if errors.isEmpty { return }
      var progress = false
      for error in errors {
        if let place = writer.places[error.line], refuse(place, error) { progress = true }
      }
      guard progress else { throw Self.unexpected(errors[0]) }
    }
  }

  /// Takes something out; false where that was done before.
  private mutating func refuse(_ place: JobFileWriter.Place, _ error: Diagnostic) -> Bool {
    let why = error.message + (error.expected.map { "; expected \($0)" } ?? "")
    switch place {
    case .timezone:
      guard let option = timezone, option.refusal == nil else { return false }
      timezone?.refusal = why
      lose("timezone = \(option.value.text): \(why)", at: "all jobs")
    case .defaults(let index):
      guard defaults[index].refusal == nil else { return false }
      defaults[index].refusal = why
      let option = defaults[index]
      let text = "\(option.key) = \(option.value.text): \(why)"
      if option.weight == .nicety {
        remark(text, at: "all jobs")
      } else {
        lose(text, at: "all jobs")
      }
    case .job(let index): return jobs[index].refuse(why)
    case .option(let job, let index): return jobs[job].refuse(index, why)
    }
    return true
  }

  private static func unexpected(_ error: Diagnostic) -> Failure {
    Failure(
      .failed, "what was made of the files does not load:\n\(error.rendered)",
      hint: "this is a fault of beatctl's; please report it with the files")
  }
}

extension ImportedJob {
  /// Takes the whole job out; false where it is out already.
  mutating func refuse(_ why: String) -> Bool {
    guard refusal == nil else { return false }
    refusal = why
    lose("the job \"\(name)\": \(why)")
    return true
  }

  /// Takes an option out, or the job that is none without it.
  fileprivate mutating func refuse(_ index: Int, _ why: String) -> Bool {
    let option = options[index]
    guard option.refusal == nil, refusal == nil else { return false }
    if option.weight == .essential { return refuse("`\(option.key)`: \(why)") }
    options[index].refusal = why
    let first = option.value.text.split(separator: "\n").first.map(String.init) ?? ""
    let text = "\(option.key) = \(first): \(why)"
    if option.weight == .nicety { remark(text) } else { lose(text) }
    return true
  }
}
