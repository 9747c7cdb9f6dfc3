// SPDX-License-Identifier: Apache-2.0

/// Turns Kubernetes' CronJob manifests (batch/v1) into jobs.
enum ManifestImporter {
  /// Adds the jobs of a file: of all its documents, and of lists in them.
  static func add(_ source: ImportSource, to file: inout ImportedFile) throws(Failure) {
    let documents: [YAMLValue]
    do {
      documents = try YAMLReader.documents(source.bytes)
    } catch {
      throw Failure(
        .failed, "\(source.path):\(error.line): \(error.message)", hint: "expected YAML or JSON")
    }
    let before = file.jobs.count
    for document in documents { add(document, source.path, depth: 0, to: &file) }
    guard file.jobs.count == before else { return }
    file.lose("there is no CronJob in it", at: source.path)
  }

  private static func add(
    _ document: YAMLValue, _ path: String, depth: Int, to file: inout ImportedFile
  ) {
    guard !document.isNull else { return }
    let kind = document["kind"]?.text ?? "a document without a kind"
    if kind == "CronJob" {
      let name = document["metadata"]?["name"]?.text ?? "job"
      var importer = ManifestJob(document, job: ImportedJob(origin: "\(path) \(name)", name: name))
      importer.convert()
      file.jobs.append(importer.job)
      setDaylightRule(&file)
    } else if kind.hasSuffix("List"), depth < 4 {
      for item in document["items"]?.elements ?? [] {
        add(item, path, depth: depth + 1, to: &file)
      }
    } else {
      let name = document["metadata"]?["name"]?.text.map { " \($0)" } ?? ""
      file.remark("\(kind)\(name) is no CronJob, and was passed over", at: path)
    }
  }

  /// The controller leaves out a time that the clocks skip, and runs one twice that comes twice.
  private static func setDaylightRule(_ file: inout ImportedFile) {
    guard !file.defaults.contains(where: { $0.key == "dst" }) else { return }
    file.defaults.append(
      ImportedOption(
        key: "dst",
        value: .table([
          .init(key: "gap", value: .string("skip")), .init(key: "fold", value: .string("both")),
        ]),
        remark: "Kubernetes' rule", weight: .nicety))
  }
}
