// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import beatd

@Suite struct ControlSocketTests {
  @Test func `the socket is the user's and the group's`() throws {
    let folder = try Folder()
    let socket = try ControlSocket(path: folder.socket)
    var status = stat()
    #expect(lstat(socket.path, &status) == 0)
    #expect(status.st_mode == S_IFSOCK | 0o660)
    #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test func `a missing folder is made`() throws {
    let folder = try Folder()
    let socket = try ControlSocket(path: folder.path + "/deep/beatd.sock")
    #expect(access(socket.path, F_OK) == 0)
  }

  @Test func `a socket that a dead daemon left is replaced`() throws {
    let folder = try Folder()
    do { _ = try ControlSocket(path: folder.socket) }
    #expect(access(folder.socket, F_OK) == 0)
    let socket = try ControlSocket(path: folder.socket)
    #expect(RawClient(path: socket.path) != nil)
  }

  @Test func `a socket that answers is left alone`() throws {
    let folder = try Folder()
    let first = try ControlSocket(path: folder.socket)
    let error = #expect(throws: ControlSocketError.self) {
      _ = try ControlSocket(path: folder.socket)
    }
    #expect(error?.description.contains("another beatd answers there") == true)
    #expect(RawClient(path: first.path) != nil)
  }

  @Test func `a file that is not a socket is left alone`() throws {
    let folder = try Folder()
    folder.write("file", "precious")
    let error = #expect(throws: ControlSocketError.self) {
      _ = try ControlSocket(path: folder.path + "/file")
    }
    #expect(error?.description.contains("not a socket") == true)
    symlink(folder.path + "/file", folder.socket)
    #expect(throws: ControlSocketError.self) { _ = try ControlSocket(path: folder.socket) }
    #expect(access(folder.path + "/file", F_OK) == 0)
    #expect(access(folder.socket, F_OK) == 0)
  }

  @Test(arguments: ["", "/tmp/" + String(repeating: "x", count: 103), "/nowhere/at/all/s"])
  func `a path that cannot be is an error that says so`(path: String) {
    let error = #expect(throws: ControlSocketError.self) { _ = try ControlSocket(path: path) }
    #expect(error?.description.isEmpty == false)
  }
}
