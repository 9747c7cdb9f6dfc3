// SPDX-License-Identifier: Apache-2.0

import CToml

/// A TOML file as a tree, in the order of the file.
struct TOMLDocument: Hashable, Sendable {
  /// The keys of the file itself.
  let entries: [TOMLEntry]

  /// Reads a file's bytes.
  ///
  /// - Throws: the first fault of syntax; the parser finds no more than one.
  init(_ bytes: [UInt8]) throws(TOMLError) {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if let refused = TOMLGuard.check(text) { throw refused }
    guard !text.isEmpty else {
      entries = []
      return
    }
    var builder = TOMLTreeBuilder()
    var error = ctoml_error()
    let result = Self.parse(text[...], into: &builder, &error)
    guard result == CTOML_OK else { throw Self.fault(result, error, text) }
    entries = builder.finish()
  }

  private static func parse(
    _ text: ArraySlice<UInt8>, into builder: inout TOMLTreeBuilder, _ error: inout ctoml_error
  ) -> ctoml_result {
    unsafe text.withUnsafeBytes { raw in
      unsafe withUnsafeMutablePointer(to: &builder) { builder in
        unsafe ctoml_parse(
          raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, builder,
          { context, value in
            guard let context = unsafe context, let value = unsafe value else { return }
            unsafe context.assumingMemoryBound(to: TOMLTreeBuilder.self).pointee.take(value.pointee)
          }, &error)
      }
    }
  }

  // MARK: Faults

  private static func fault(_ result: ctoml_result, _ error: ctoml_error, _ text: [UInt8])
    -> TOMLError
  {
    if result == CTOML_NO_MEMORY {
      return TOMLError(kind: .limit, line: 1, column: 1, message: "no memory to read the file")
    }
    if result == CTOML_UNKNOWN { return unplacedFault(text) }
    var text = error.message
    let message = unsafe withUnsafeBytes(of: &text) { raw in
      unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    let isRedefinition =
      message.hasPrefix("cannot redefine") || message.contains(": cannot redefine")
    let kind: TOMLError.Kind =
      result == CTOML_TOO_DEEP ? .limit : isRedefinition ? .duplicate : .syntax
    return TOMLError(
      kind: kind, line: max(1, Int(error.line)), column: max(1, Int(error.column)),
      message: Self.plain(message))
  }

  /// The fault where the parser gave up without a place: the end of the shortest beginning that it
  /// gives up on.
  ///
  /// A file of more than 2 MiB is not read again and again for that.
  private static func unplacedFault(_ text: [UInt8]) -> TOMLError {
    var (good, bad) = (0, text.count)
    while bad - good > 1, text.count <= 1 << 21 {
      let middle = good + (bad - good) / 2
      var builder = TOMLTreeBuilder()
      var error = ctoml_error()
      let result = parse(text[..<middle], into: &builder, &error)
      if result == CTOML_UNKNOWN { bad = middle } else { good = middle }
    }
    let place = text.count <= 1 << 21 ? bad - 1 : 0
    return TOMLGuard.error(.syntax, at: place, in: text, "this cannot stand here in TOML")
  }

  /// The parser's words without its own name for where it was.
  private static func plain(_ message: String) -> String {
    guard message.hasPrefix("Error while parsing "),
      let colon = message.firstRange(of: ": ")
    else { return message }
    let scope = message[..<colon.lowerBound].dropFirst("Error while parsing ".count)
    return "\(message[colon.upperBound...]) (in \(scope))"
  }
}

/// Puts the parser's values, told one by one, together again.
struct TOMLTreeBuilder {
  private struct Open {
    var key: String?
    var keyRange: TOMLRange
    var range: TOMLRange
    var isTable: Bool
    var entries: [TOMLEntry] = []
    var elements: [TOMLValue] = []
  }

  private static let nowhere = TOMLRange(line: 1, column: 1, endLine: 1, endColumn: 1)
  private var stack = [Open(key: nil, keyRange: nowhere, range: nowhere, isTable: true)]

  mutating func take(_ value: ctoml_value) {
    close(to: unsafe Int(value.depth))
    let key = unsafe value.key.map { start in
      unsafe String(
        decoding: UnsafeRawBufferPointer(start: start, count: value.key_length), as: UTF8.self)
    }
    let keyRange = TOMLRange(unsafe value.key_range)
    let range = TOMLRange(unsafe value.range)
    switch unsafe value.kind {
    case CTOML_TABLE, CTOML_ARRAY:
      let isTable = unsafe value.kind == CTOML_TABLE
      stack.append(Open(key: key, keyRange: keyRange, range: range, isTable: isTable))
    default:
      guard let content = unsafe Self.leaf(value) else { return }
      add(TOMLValue(content: content, range: range), key: key, keyRange: keyRange)
    }
  }

  mutating func finish() -> [TOMLEntry] {
    close(to: 1)
    return Self.sorted(stack[0].entries)
  }

  private mutating func close(to depth: Int) {
    while stack.count > max(1, depth), let done = stack.popLast() {
      let content: TOMLValue.Content =
        done.isTable ? .table(Self.sorted(done.entries)) : .array(done.elements)
      add(TOMLValue(content: content, range: done.range), key: done.key, keyRange: done.keyRange)
    }
  }

  private mutating func add(_ value: TOMLValue, key: String?, keyRange: TOMLRange) {
    let top = stack.count - 1
    if let key {
      stack[top].entries.append(TOMLEntry(key: key, keyRange: keyRange, value: value))
    } else {
      stack[top].elements.append(value)
    }
  }

  private static func sorted(_ entries: [TOMLEntry]) -> [TOMLEntry] {
    entries.sorted { TOMLRange.precedes($0.keyRange, $1.keyRange) }
  }

  private static func leaf(_ value: ctoml_value) -> TOMLValue.Content? {
    let text = unsafe String(
      decoding: UnsafeRawBufferPointer(start: value.text, count: value.text_length), as: UTF8.self)
    return switch unsafe value.kind {
    case CTOML_STRING: .string(text)
    case CTOML_INTEGER: .integer(unsafe value.integer)
    case CTOML_FLOAT: .float(unsafe value.number)
    case CTOML_BOOLEAN: .boolean(unsafe value.integer != 0)
    case CTOML_OFFSET_DATE_TIME: .instant(text)
    case CTOML_LOCAL_DATE_TIME, CTOML_LOCAL_DATE, CTOML_LOCAL_TIME: .local(text)
    default: nil
    }
  }
}

extension TOMLRange {
  init(_ range: ctoml_range) {
    self.init(
      line: Int(range.line), column: Int(range.column), endLine: Int(range.end_line),
      endColumn: Int(range.end_column))
  }
}
