import NIOCore

/// A live update as clients send it: `{"type":"update","id":…}` or `{"type":"broadcast","id":…,…}`.
struct LiveMessage: Decodable, Equatable {
    let type: String
    let id: JSONScalar

    /// What to do about a text message.
    enum Reply: Equatable {
        /// Answer the sender with this JSON.
        case answer(ByteBuffer)
        /// Give the message, as it came, to everyone in the room, the sender included.
        case broadcast
    }

    /// Answers `text` as region `region` does in room `room`.
    ///
    /// Whatever is not understood is answered by `{"type":"error",…}`, with the message's `id` if it had one.
    static func reply(to text: String, room: String, region: String) -> Reply {
        let message: LiveMessage
        do throws(RequestProblem) {
            message = try JSONBody.decode(LiveMessage.self, from: ByteBuffer(string: text))
        } catch {
            return .answer(errorMessage(error.message, id: nil))
        }
        switch message.type {
        case "update":
            var buffer = ByteBuffer()
            buffer.writeStaticString("{\"type\":\"ack\",\"id\":")
            message.id.write(to: &buffer)
            buffer.writeStaticString(",\"room\":")
            buffer.writeJSON(room)
            buffer.writeStaticString(",\"region\":")
            buffer.writeJSON(region)
            buffer.writeStaticString("}")
            return .answer(buffer)
        case "broadcast": return .broadcast
        default: return .answer(errorMessage("unknown type", id: message.id))
        }
    }

    /// `{"type":"error","id":…,"message":"…"}`.
    static func errorMessage(_ message: String, id: JSONScalar?) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeStaticString("{\"type\":\"error\"")
        if let id {
            buffer.writeStaticString(",\"id\":")
            id.write(to: &buffer)
        }
        buffer.writeStaticString(",\"message\":")
        buffer.writeJSON(message)
        buffer.writeStaticString("}")
        return buffer
    }
}
