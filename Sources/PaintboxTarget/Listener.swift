import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Opens ports and sets up what is accepted there.
struct Listener {
    let group: MultiThreadedEventLoopGroup
    var connections: Connections
    let encoder: ResponseEncoder
    let idleTimeout: TimeAmount

    func listen(on host: String, port: Int, for service: any Service) throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [connections, encoder, idleTimeout] channel in
                guard connections.admit(channel) else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture {
                    var limits = NIOHTTPDecoderLimitConfiguration()
                    limits.maxHeaderFieldSize = 16 << 10
                    limits.maxHeaderListSize = 64 << 10
                    limits.maxHeaderFieldCount = 128
                    let decoder = ByteToMessageHandler(
                        HTTPRequestDecoder(
                            leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop,
                            limitConfiguration: limits))
                    let handler = ConnectionHandler(
                        service: service, encoder: encoder, decoder: decoder, bodies: connections.bodies,
                        idleTimeout: idleTimeout)
                    try channel.pipeline.syncOperations.addHandlers([decoder, handler])
                }
            }
        do {
            return try bootstrap.bind(host: host, port: port).wait()
        } catch let error as IOError {
            throw PaintboxServer.StartError.listen(host: host, port: port, reason: Self.reason(error.errnoCode))
        } catch {
            throw PaintboxServer.StartError.listen(host: host, port: port, reason: "\(error)")
        }
    }

    private static func reason(_ code: CInt) -> String {
        code == EADDRINUSE ? "the port is in use" : String(cString: strerror(code))
    }
}
