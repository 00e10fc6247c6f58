/// Addresses that open something to all who know them: the paths of hooks and bots hold a secret.
public enum WebhookPath {
    /// Which segments of a path are secret, by their place; `segments` stand between its slashes, decoded.
    ///
    /// Told by the path alone, since load goes to another host than the service's: Slack, Discord, Telegram, Teams, Zapier,
    /// IFTTT, Mattermost and their like.
    public static func secretSegments(_ segments: [String]) -> Set<Int> {
        var result: Set<Int> = []
        for (index, segment) in segments.enumerated() {
            let before = index > 0 ? segments[index - 1].lowercased() : ""
            // Telegram: /bot123456789:AA…/sendMessage
            if segment.hasPrefix("bot") || segment.hasPrefix("file"), isBot(segment.drop { $0.isLetter }) {
                result.insert(index)
            }
            // Slack: /services/T…/B…/…, /workflows/T…/A…/…/…, /triggers/T…/…/…: all that follows the team.
            if ["services", "workflows", "triggers"].contains(before), isTeam(segment) {
                result.formUnion(index..<segments.count)
            }
            // Others name the hook: /api/webhooks/1234/…, /hooks/catch/1/2, /webhookb2/…, /IncomingWebhook/…, /hook/…
            if isHook(before) || index > 1 && isHook(segments[index - 2].lowercased()) && !isHook(segment.lowercased())
            {
                if isCapability(segment) { result.insert(index) }
            }
            // /trigger/event/with/key/…, /token/…
            if segment.utf8.count >= 16, isCapability(segment), before == "key" || SensitiveName.isOne(before) {
                result.insert(index)
            }
        }
        return result
    }

    private static func isHook(_ segment: String) -> Bool {
        ["hook", "hooks", "catch", "incomingwebhook"].contains(segment) || segment.hasPrefix("webhook")
    }

    /// A team of Slack: T and capitals and digits.
    private static func isTeam(_ segment: String) -> Bool {
        segment.first == "T" && segment.utf8.count >= 8 && segment.utf8.allSatisfy(ByteClass.upperAlphanumeric.contains)
    }

    private static func isBot(_ segment: Substring) -> Bool {
        let parts = segment.split(separator: ":")
        return parts.count == 2 && parts[0].utf8.count >= 6 && parts[0].utf8.allSatisfy(ByteClass.digits.contains)
            && parts[1].utf8.count >= 20
    }

    /// Long, and no word: letters and digits, or many of one sort.
    private static func isCapability(_ segment: String) -> Bool {
        segment.utf8.count >= 8 && segment.utf8.contains(where: ByteClass.digits.contains)
    }
}
