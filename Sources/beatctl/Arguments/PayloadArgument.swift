// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// A payload on the command line: a JSON object.
enum PayloadArgument {
  /// Reads the value of `--with`; nil where there is none.
  static func parse(_ text: String?) throws(Failure) -> JSONValue? {
    guard let text else { return nil }
    let value: JSONValue
    do {
      value = try APICoder.decode(JSONValue.self, from: Array(text.utf8))
    } catch {
      throw Failure.usage(
        "--with: not JSON", hint: #"expected an object, as in '{"table":"sessions"}'"#)
    }
    guard case .object = value else {
      throw Failure.usage("--with: expected a JSON object, as in '{\"table\":\"sessions\"}'")
    }
    return value
  }
}
