// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CMicroHTTPD

/// libmicrohttpd's callbacks, all on its thread.
///
/// C on one side, ``ServerCore`` and ``Exchange`` on the other. Their first argument is a
/// ``ServerCore`` that outlives the daemon.
enum Callbacks {
  /// The first line of a request is there.
  static let begin: cmhd_begun = { context, target, _ in
    guard let core = unsafe core(context) else { return nil }
    let text = unsafe String(validatingCString: target) ?? ""
    return unsafe Unmanaged.passRetained(core.makeExchange(target: text)).toOpaque()
  }

  /// Called when the headers are there, for each piece of the body, when the request is whole, and
  /// once more when a suspended connection was woken.
  static let handle: MHD_AccessHandlerCallback = {
    context, connection, _, method, version, piece, pieceSize, slot in
    guard let core = unsafe core(context), let connection = unsafe connection,
      let exchange = unsafe exchange(slot), let pieceSize = unsafe pieceSize,
      let method = unsafe method.map({ unsafe String(cString: $0) })
    else { return MHD_Result.NO }
    if exchange.beginsNow() {
      let version = unsafe version.map { unsafe String(cString: $0) } ?? ""
      unsafe exchange.begin(method: method, version: version, headers: headers(of: connection))
      guard let refusal = exchange.refusal else { return MHD_Result.YES }
      return unsafe send(HTTPResponse(refusal), to: connection)
    }
    if unsafe pieceSize.pointee > 0 {
      unsafe exchange.receive(UnsafeRawBufferPointer(start: piece, count: pieceSize.pointee))
      unsafe pieceSize.pointee = 0
      return MHD_Result.YES
    }
    return unsafe answer(exchange, method, core, connection)
  }

  /// A request is over, answered or not.
  static let complete: MHD_RequestCompletedCallback = { context, connection, slot, _ in
    guard let core = unsafe core(context), let slot = unsafe slot,
      let pointer = unsafe slot.pointee
    else { return }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
    unsafe slot.pointee = nil
    core.completed(exchange.number)
    if exchange.isAsked { core.idle(UInt(bitPattern: connection)) }
  }

  /// A connection was opened or is about to be closed.
  static let notice: MHD_NotifyConnectionCallback = { context, connection, _, what in
    guard let core = unsafe core(context), let connection = unsafe connection else { return }
    let key = UInt(bitPattern: connection)
    switch what {
    case .CONNECTION_NOTIFY_STARTED: unsafe core.connected(key, descriptor: cmhd_socket(connection))
    default: core.disconnected(key)
    }
  }

  private static func answer(
    _ exchange: Exchange, _ method: String, _ core: ServerCore, _ connection: OpaquePointer
  ) -> MHD_Result {
    if let answer = core.takeAnswer(exchange.number) {
      return unsafe send(answer, to: connection)
    }
    guard exchange.asksNow() else { return MHD_Result.NO }
    core.endDeadline(of: UInt(bitPattern: connection))
    do throws(Problem) {
      let peer = try unsafe peer(of: connection)
      let request = try exchange.request(method: method, peer: peer)
      switch unsafe core.ask(request, exchange: exchange.number, connection: connection) {
      case .answer(let response): return unsafe send(response, to: connection)
      case .sleep: return MHD_Result.YES
      }
    } catch {
      return unsafe send(HTTPResponse(error), to: connection)
    }
  }

  private static func peer(of connection: OpaquePointer) throws(Problem) -> Peer {
    var peer = cmhd_peer()
    guard unsafe cmhd_peer_credentials(connection, &peer) == 0 else {
      throw Problem(403, .permission, "the kernel does not say who is asking")
    }
    return .local(pid: peer.pid, uid: peer.uid, gid: peer.gid)
  }

  private static func headers(of connection: OpaquePointer) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    _ = unsafe withUnsafeMutablePointer(to: &headers) { list in
      unsafe MHD_get_connection_values(
        connection, .HEADER_KIND,
        { list, _, name, value in
          guard let list = unsafe list, let name = unsafe name else { return MHD_Result.NO }
          let typed = unsafe list.assumingMemoryBound(to: [(name: String, value: String)].self)
          let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
          unsafe typed.pointee.append((String(cString: name).lowercased(), text))
          return MHD_Result.YES
        }, list)
    }
    return headers
  }

  private static func send(_ response: HTTPResponse, to connection: OpaquePointer) -> MHD_Result {
    let made = unsafe response.body.withUnsafeBytes { bytes in
      unsafe MHD_create_response_from_buffer(
        bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
    }
    guard let pointer = unsafe made else { return MHD_Result.NO }
    defer { unsafe MHD_destroy_response(pointer) }
    _ = unsafe MHD_add_response_header(pointer, "Content-Type", response.contentType)
    _ = unsafe MHD_add_response_header(pointer, "Cache-Control", "no-store")
    for (name, value) in response.headers {
      _ = unsafe MHD_add_response_header(pointer, name, value)
    }
    return unsafe MHD_queue_response(connection, UInt32(response.status), pointer)
  }

  private static func core(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
    unsafe context.map { unsafe Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func exchange(
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> Exchange? {
    guard let pointer = unsafe slot?.pointee else { return nil }
    return unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
  }
}
