// SPDX-License-Identifier: Apache-2.0

/// Words as a POSIX shell reads them.
enum ShellText {
  /// A word that stands for itself.
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF)
          || "-_./:=@%+,".utf8.contains($0)
      }
    if isPlain { return word }
    var text = "'"
    for scalar in word.unicodeScalars {
      if scalar == "'" { text += "'\''" } else { text.unicodeScalars.append(scalar) }
    }
    return text + "'"
  }
}
