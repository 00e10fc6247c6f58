import NIOCore
import NIOHTTP1

/// The price of painting an area, in whole numbers so that everyone who follows the formula gets the same cents.
///
///     a            = area in m², rounded to two decimals, half away from zero
///     paint_litres = a × coats / 10                      (a litre covers 10 m²)
///     labour_hours = a × (0.08 + 0.06 × coats)           (preparation, then each coat)
///     total        = 75.00 + 18.50 × paint_litres + 42.00 × labour_hours
///                  = 75.00 + a × (3.36 + 4.37 × coats)   rounded to cents, half up
///
/// Nothing is rounded before the total: litres are exact with three decimals, hours with four.
public struct Calculation: Equatable, Sendable {
    /// Areas that a price is given for, in m².
    public static let areas = 0.01...100_000.0
    /// Numbers of coats that a price is given for.
    public static let coatsRange = 1...10

    /// The area in hundredths of m².
    let hundredths: Int
    /// How often the area is painted.
    public let coats: Int

    /// - Returns: nil unless the area, rounded to two decimals, is in ``areas`` and `coats` in ``coatsRange``.
    public init?(area: Double, coats: Int) {
        guard area.isFinite, area >= 0, area <= Self.areas.upperBound, Self.coatsRange.contains(coats) else {
            return nil
        }
        hundredths = Int((area * 100).rounded(.toNearestOrAwayFromZero))
        self.coats = coats
        guard hundredths >= 1 else { return nil }
    }

    /// The price in cents.
    public var totalCents: Int {
        // In hundredths of a cent: 75.00 → 750,000; each hundredth of m² brings 3.36 + 4.37 × coats hundredths.
        (750_000 + hundredths * (336 + 437 * coats) + 50) / 100
    }

    /// The paint needed in millilitres.
    public var paintMillilitres: Int { hundredths * coats }

    /// The work needed in ten-thousandths of an hour.
    public var labourTenThousandths: Int { hundredths * (8 + 6 * coats) }

    /// The price as text with two decimals, as in the answer and in the table of expected values.
    public var total: String { ByteBuffer.decimal(totalCents, decimals: 2) }

    /// The answer to a client, after `elapsed`.
    func response(elapsed: TimeAmount) -> Response {
        // Tenths of µs: a calculation takes less than one.
        let text = ByteBuffer.decimal(Int(elapsed.nanoseconds / 100), decimals: 4)
        var response = Response.json(.ok) { buffer in
            buffer.writeStaticString("{\"total\":")
            buffer.writeString(total)
            buffer.writeStaticString(",\"paint_litres\":")
            buffer.writeDecimal(paintMillilitres, decimals: 3)
            buffer.writeStaticString(",\"labour_hours\":")
            buffer.writeDecimal(labourTenThousandths, decimals: 4)
            buffer.writeStaticString(",\"elapsed_ms\":")
            buffer.writeString(text)
            buffer.writeStaticString("}")
        }
        response.add("Server-Timing", "calc;dur=\(text)")
        return response
    }
}

/// What a client sends to have a price calculated, or an estimate kept.
struct CalculationRequest: Decodable {
    let area: Double
    let coats: Int

    /// - Throws: ``RequestProblem`` 400 if it is no JSON, or has other members.
    static func decode(_ body: ByteBuffer) throws(RequestProblem) -> CalculationRequest {
        try JSONBody.decode(CalculationRequest.self, from: body, members: ["area", "coats"])
    }

    /// - Throws: ``RequestProblem`` 400 if a value is out of its range.
    func calculation() throws(RequestProblem) -> Calculation {
        guard let calculation = Calculation(area: area, coats: coats) else {
            throw RequestProblem(.badRequest, "area must be 0.01 to 100000 and coats 1 to 10")
        }
        return calculation
    }
}
