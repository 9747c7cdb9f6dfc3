// SPDX-License-Identifier: Apache-2.0

import CYaml

/// Reads the documents of a YAML file through libyaml.
///
/// libyaml gives events and expands nothing; here aliases become copies, so what they amount to is
/// counted, and bounded, as if it were written out.
struct YAMLReader {
  /// The most values in a file, aliases written out.
  static let valueLimit = 200_000
  /// The deepest nesting.
  static let depthLimit = 64

  /// What is wrong with a file.
  struct Fault: Error, Hashable {
    /// From 1.
    let line: Int
    let message: String
  }

  private var events: YAMLEvents
  private var anchors: [String: (value: YAMLValue, count: Int)] = [:]
  private var count = 0

  /// The documents of a file.
  static func documents(_ bytes: [UInt8]) throws(Fault) -> [YAMLValue] {
    var reader = YAMLReader(events: YAMLEvents(bytes))
    return try reader.read()
  }

  private mutating func read() throws(Fault) -> [YAMLValue] {
    var documents: [YAMLValue] = []
    while true {
      switch try events.next() {
      case .documentStart: anchors = [:]
      case .streamStart, .documentEnd: continue
      case .streamEnd: return documents
      case let event: documents.append(try value(event, depth: 0))
      }
    }
  }

  private mutating func value(_ event: YAMLEvents.Event, depth: Int) throws(Fault) -> YAMLValue {
    guard depth <= Self.depthLimit else { throw fault("nested deeper than \(Self.depthLimit)") }
    let before = count
    try add(1)
    switch event {
    case .scalar(let text, let isPlain, let anchor):
      return keep(.scalar(text, isPlain: isPlain), anchor, since: before)
    case .sequenceStart(let anchor):
      return keep(.sequence(try elements(depth)), anchor, since: before)
    case .mappingStart(let anchor):
      return keep(.mapping(try entries(depth)), anchor, since: before)
    case .alias(let name):
      guard let anchor = anchors[name] else { throw fault("there is no anchor &\(name)") }
      try add(anchor.count)
      return anchor.value
    default: throw fault("a value is missing")
    }
  }

  private mutating func elements(_ depth: Int) throws(Fault) -> [YAMLValue] {
    var elements: [YAMLValue] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event { return elements }
      elements.append(try value(event, depth: depth + 1))
    }
  }

  private mutating func entries(_ depth: Int) throws(Fault) -> [YAMLValue.Entry] {
    var entries: [YAMLValue.Entry] = []
    var merged: [YAMLValue.Entry] = []
    var keys: Set<String> = []
    while true {
      let event = try events.next()
      if case .mappingEnd = event { break }
      guard case .scalar(let key, _) = try value(event, depth: depth + 1) else {
        throw fault("a key that is no text")
      }
      let content = try value(try events.next(), depth: depth + 1)
      if key == "<<" {
        merged += content.entries + content.elements.flatMap(\.entries)
      } else if keys.insert(key).inserted {
        entries.append(.init(key: key, value: content))
      } else {
        throw fault("the key \(key) is there twice")
      }
    }
    for entry in merged where keys.insert(entry.key).inserted { entries.append(entry) }
    return entries
  }

  private mutating func keep(_ value: YAMLValue, _ anchor: String?, since before: Int)
    -> YAMLValue
  {
    if let anchor { anchors[anchor] = (value, count - before) }
    return value
  }

  private mutating func add(_ number: Int) throws(Fault) {
    count += number
    guard count <= Self.valueLimit else { throw fault("more than \(Self.valueLimit) values") }
  }

  private func fault(_ message: String) -> Fault { Fault(line: events.line, message: message) }
}

/// libyaml's events as values.
///
/// Owns the parser and the bytes that it reads, and lends out neither.
@safe private final class YAMLEvents {
  enum Event {
    case streamStart, streamEnd, documentStart, documentEnd
    case scalar(String, isPlain: Bool, anchor: String?)
    case alias(String)
    case sequenceStart(anchor: String?)
    case sequenceEnd
    case mappingStart(anchor: String?)
    case mappingEnd
  }

  /// The last event's line, from 1.
  private(set) var line = 1
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let isReady: Bool

  init(_ bytes: [UInt8]) {
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    unsafe input = .allocate(capacity: max(1, bytes.count))
    _ = unsafe input.initialize(from: bytes)
    isReady = unsafe yaml_parser_initialize(parser) == 1
    if isReady { unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count) }
  }

  deinit {
    if isReady { unsafe yaml_parser_delete(parser) }
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  func next() throws(YAMLReader.Fault) -> Event {
    var event = unsafe yaml_event_t()
    guard isReady, unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault }
    defer { unsafe yaml_event_delete(&event) }
    line = unsafe Int(event.start_mark.line) + 1
    return unsafe Self.value(of: event)
  }

  private static func value(of event: yaml_event_t) -> Event {
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return unsafe .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length))
      return unsafe .scalar(
        String(decoding: bytes, as: UTF8.self), isPlain: scalar.plain_implicit == 1,
        anchor: text(scalar.anchor))
    case YAML_SEQUENCE_START_EVENT:
      return unsafe .sequenceStart(anchor: text(event.data.sequence_start.anchor))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      return unsafe .mappingStart(anchor: text(event.data.mapping_start.anchor))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    default: return .streamEnd
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }

  private var fault: YAMLReader.Fault {
    guard isReady else { return YAMLReader.Fault(line: 1, message: "there is no memory left") }
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    let mark = unsafe Int(parser.pointee.problem_mark.line) + 1
    return YAMLReader.Fault(line: mark, message: problem ?? "not YAML")
  }
}
