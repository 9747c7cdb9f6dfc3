// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Sees whether a write-ahead log belongs to the state file that it lies beside, before SQLite
/// writes one into the other.
///
/// SQLite takes up any log whose checksums are right. A copy of the state file that is put back
/// while the log of the file before it still lies there would become a mixture of the two. But
/// every transaction writes the row of table `meta`, which says whose file it is and how many
/// batches it holds; so the log has to begin where the file ends, or earlier, and must not end
/// before it does.
struct LogOwnership {
  /// Table `meta` is the first that was made, so its only row is in the file's second page.
  private static let metaPage = 2
  /// A log this long is not looked through; the usual one has 4 MiB.
  private static let longest = 256 * 1_024 * 1_024

  /// - Throws: ``StoreError`` where they do not belong together; both are left as they are.
  static func check(_ path: String) throws(StoreError) {
    let log = path + "-wal"
    let length = StateFile.size(log)
    guard length > WriteAheadLogReader.headerSize, length <= longest else { return }
    guard let reader = WriteAheadLogReader(log) else { return }
    guard let file = metaRow(path, pageSize: reader.pageSize) else { return }
    let rows = reader.committed(page: metaPage).compactMap { MetaRow(page: $0) }
    guard let first = rows.first, let last = rows.last else { return }
    guard first.tag == file.tag, last.tag == file.tag else {
      throw apart(path, "the log is that of another state file")
    }
    guard file.newestBatch <= last.newestBatch else {
      throw apart(path, "the log is older than the file")
    }
    guard first.newestBatch - 1 <= file.newestBatch else {
      throw apart(path, "the file is older than the log")
    }
  }

  private static func metaRow(_ path: String, pageSize: Int) -> MetaRow? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var page = [UInt8](repeating: 0, count: pageSize)
    let offset = off_t(pageSize * (metaPage - 1))
    guard unsafe pread(descriptor, &page, pageSize, offset) == pageSize else { return nil }
    return MetaRow(page: page)
  }

  private static func apart(_ path: String, _ why: String) -> StoreError {
    StoreError(
      .corrupt,
      "state file \(path) and its log \(path)-wal do not belong together: \(why). Was a copy put "
        + "back beside the old log? Both are left as they are; move the log away to use the file "
        + "as it is")
  }
}

/// What the row of table `meta` says, read from the page that holds it.
struct MetaRow: Equatable {
  let tag: String
  let newestBatch: Int64

  /// Nil where the page is not a table's only leaf with a row of that form: by SQLite's file
  /// format, sections 1.6 and 2.1.
  init?(page: [UInt8]) {
    guard page.count >= 512, page[0] == 0x0D, page[3] == 0, page[4] == 1 else { return nil }
    var bytes = ByteCursor(page, at: Int(page[8]) << 8 | Int(page[9]))
    guard bytes.varint() != nil, bytes.varint() != nil else { return nil }
    let start = bytes.position
    guard let headerSize = bytes.varint(), (4...200).contains(headerSize),
      let only = bytes.varint(), let text = bytes.varint(), let batch = bytes.varint(),
      only == 0, text >= 13, text % 2 == 1
    else { return nil }
    bytes.position = start + Int(headerSize)
    guard let tag = bytes.take(Int(clamping: (text - 13) / 2)),
      let number = bytes.integer(serialType: batch)
    else { return nil }
    self.tag = String(decoding: tag, as: UTF8.self)
    newestBatch = number
  }
}

/// Reads SQLite's numbers out of a page, and never past its end.
struct ByteCursor {
  private let bytes: [UInt8]
  var position: Int

  init(_ bytes: [UInt8], at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, position >= 0, count <= bytes.count, position <= bytes.count - count else {
      return nil
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// A number of up to four bytes of seven bits: all that is met here.
  mutating func varint() -> Int64? {
    var value: Int64 = 0
    for _ in 0..<4 {
      guard let byte = take(1)?.first else { return nil }
      value = value << 7 | Int64(byte & 0x7F)
      if byte < 0x80 { return value }
    }
    return nil
  }

  mutating func integer(serialType: Int64) -> Int64? {
    let sizes: [Int64: Int] = [1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8]
    if serialType == 8 || serialType == 9 { return serialType - 8 }
    guard let size = sizes[serialType], let digits = take(size) else { return nil }
    let isNegative = (digits.first ?? 0) >= 0x80
    return digits.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
  }
}
