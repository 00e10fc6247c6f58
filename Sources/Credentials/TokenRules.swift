internal import Scenarios

extension TokenRule {
    /// All rules of this kind. Lengths are those that the issuers document, or, where they say nothing, the shortest seen.
    static let all: [TokenRule] = clouds + code + services + tools

    private static let clouds: [TokenRule] =
        // AWS, IAM identifiers: AKIA a user's key, ASIA a temporary one, ABIA and ACCA bearer tokens and context ids.
        ["AKIA", "ASIA", "ABIA", "ACCA"].map {
            TokenRule(.awsAccessKeyID, $0, .run(.upperAlphanumeric, 16...16), boundary: .word)
        } + [
            // Access key ids of Alibaba Cloud's RAM; their secrets stand beside them, 30 characters long.
            TokenRule(.alibabaKey, "LTAI", .run(.alphanumeric, 12...24)),
            // How temporary credentials of STS begin in all regions.
            TokenRule(.awsSessionToken, "FwoGZXIvYXdz", .run(.base64, 80...4096)),
            TokenRule(.awsSessionToken, "IQoJb3JpZ2lu", .run(.base64, 80...4096)),
            TokenRule(.azureKey, "AccountKey=", .run(.base64, 86...88), boundary: .base64),
            TokenRule(.azureKey, "SharedAccessKey=", .run(.base64, 43...88), boundary: .base64),
            TokenRule(.cloudflareOriginKey, "v1.0-", .run(.lowerHex, 24...24), .text("-"), .run(.lowerHex, 146...146)),
            TokenRule(.cloudflareKey, "cfk_", .run(.alphanumeric, 40...64)),
            TokenRule(.cloudflareToken, "cfut_", .run(.alphanumeric, 40...64)),
            TokenRule(.cloudflareToken, "cfat_", .run(.alphanumeric, 40...64)),
            // The base64 of {"a":"…: the account that a tunnel belongs to.
            TokenRule(.cloudflareTunnelToken, "eyJhIjoi", .run(.base64, 100...1024)),
            TokenRule(.databricksToken, "dapi", .run(.lowerHex, 32...32)),
            TokenRule(.digitalOceanToken, "dop_v1_", .run(.lowerHex, 64...64)),
            TokenRule(.digitalOceanToken, "doo_v1_", .run(.lowerHex, 64...64)),
            TokenRule(.digitalOceanToken, "dor_v1_", .run(.lowerHex, 64...64)),
            TokenRule(.flyToken, "fo1_", .run(.base64URL, 30...100)),
            TokenRule(.flyToken, "fm1a_", .run(.anyBase64, 40...8192)),
            TokenRule(.flyToken, "fm1r_", .run(.anyBase64, 40...8192)),
            TokenRule(.flyToken, "fm2_", .run(.anyBase64, 40...8192)),
            TokenRule(.googleAPIKey, "AIza", .run(.base64URL, 35...35), boundary: .base64URL),
            TokenRule(.googleOAuth, "GOCSPX-", .run(.base64URL, 28...28), boundary: .base64URL),
            TokenRule(.googleOAuth, "ya29.", .run(.base64URL, 30...2048)),
            TokenRule(.herokuKey, "HRKU-", .run(.base64URL, 36...100)),
            TokenRule(.netlifyToken, "nfp_", .run(.alphanumeric, 36...60)),
            TokenRule(.planetScaleToken, "pscale_pw_", .run(.base64URL, 32...64)),
            TokenRule(.planetScaleToken, "pscale_tkn_", .run(.base64URL, 32...64)),
            TokenRule(.planetScaleToken, "pscale_oauth_", .run(.base64URL, 32...64)),
            TokenRule(.pulumiToken, "pul-", .run(.lowerHex, 40...40)),
            TokenRule(.supabaseToken, "sbp_", .run(.lowerHex, 40...40)),
            TokenRule(.supabaseToken, "sb_secret_", .run(.base64URL, 22...64)),
            TokenRule(.tailscaleKey, "tskey-", .run(.letters, 3...12), .text("-"), .run(.base64URL, 20...100)),
        ]

    private static let code: [TokenRule] =
        // The last six characters are a checksum; newer ones may be longer.
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map { TokenRule(.githubToken, $0, .run(.word, 36...255)) }
        + [
            TokenRule(.githubToken, "github_pat_", .run(.word, 60...255)),
            // Keys of an instance, and reference tokens: the base64 of reftkn:01:…
            TokenRule(.artifactoryToken, "AKCp", .run(.alphanumeric, 65...73)),
            TokenRule(.artifactoryToken, "cmVmdGtu", .run(.alphanumeric, 56...56)),
            TokenRule(.npmToken, "npm_", .run(.alphanumeric, 36...36)),
            TokenRule(.pypiToken, "pypi-AgE", .run(.base64URL, 50...1024)),
            TokenRule(.rubyGemsKey, "rubygems_", .run(.lowerHex, 48...48)),
            TokenRule(.dockerHubToken, "dckr_pat_", .run(.base64URL, 27...64)),
            TokenRule(.dockerHubToken, "dckr_oat_", .run(.base64URL, 27...64)),
            TokenRule(.atlassianToken, "ATATT3", .run(ByteClass("a-zA-Z0-9_=-"), 100...512)),
            TokenRule(.atlassianToken, "ATCTT3", .run(ByteClass("a-zA-Z0-9_=-"), 100...512)),
        ]
        + [
            "glpat-", "gldt-", "glrt-", "glrtr-", "glptt-", "glcbt-", "glsoat-", "glft-", "glffct-", "glimt-",
            "glagent-",
            "glwt-", "gloas-", "GR1348941",
        ].map { TokenRule(.gitlabToken, $0, .run(ByteClass("a-zA-Z0-9_.-"), 20...300)) }

    private static let services: [TokenRule] =
        ["xoxb-", "xoxp-", "xoxa-", "xoxo-", "xoxr-", "xoxs-", "xoxe-", "xoxc-", "xoxd-", "xapp-"].map {
            TokenRule(.slackToken, $0, .run(ByteClass("a-zA-Z0-9%-"), 20...512))
        } + [
            TokenRule(.slackToken, "xoxe.xoxb-", .run(.base64URL, 20...512)),
            TokenRule(.slackToken, "xoxe.xoxp-", .run(.base64URL, 20...512)),
            TokenRule(
                .slackWebhook, "hooks.slack.com/services/", .run(.upperAlphanumeric, 8...16), .text("/"),
                .run(.upperAlphanumeric, 8...16), .text("/"), .run(.alphanumeric, 20...30)),
            TokenRule(
                .slackWebhook, "hooks.slack.com/workflows/", .run(.upperAlphanumeric, 8...16), .text("/"),
                .run(.upperAlphanumeric, 8...16), .text("/"), .run(.digits, 10...20), .text("/"),
                .run(.alphanumeric, 20...30)),
            TokenRule(.salesforceSession, "00D", .run(.alphanumeric, 12...15), .text("!"), .run(salesforce, 60...200)),
            // Refresh tokens of connected apps, as the command line's sfdxAuthUrl holds them.
            TokenRule(.salesforceSecret, "5Aep861", .run(salesforce, 50...200)),
            TokenRule(.sendGridKey, "SG.", .run(.base64URL, 20...24), .text("."), .run(.base64URL, 39...50)),
            TokenRule(.stripeKey, "sk_live_", .run(.alphanumeric, 16...255)),
            TokenRule(.stripeKey, "rk_live_", .run(.alphanumeric, 16...255)),
            TokenRule(.stripeKey, "whsec_", .run(.base64, 32...64)),
            TokenRule(
                .teamsWebhook, "webhook.office.com/webhookb2/", .run(webhook, 36...100), .text("/IncomingWebhook/"),
                .run(.lowerHex, 32...32), .text("/"), .run(webhook, 36...36)),
            TokenRule(
                .teamsWebhook, "outlook.office.com/webhook/", .run(webhook, 36...100), .text("/IncomingWebhook/"),
                .run(.lowerHex, 32...32), .text("/"), .run(webhook, 36...36)),
            TokenRule(.twilioKey, "SK", .run(.lowerHex, 32...32)),
            TokenRule(.shopifyToken, "shpat_", .run(.hex, 32...32)),
            TokenRule(.shopifyToken, "shpca_", .run(.hex, 32...32)),
            TokenRule(.shopifyToken, "shppa_", .run(.hex, 32...32)),
            TokenRule(.shopifyToken, "shpss_", .run(.hex, 32...32)),
            TokenRule(.squareToken, "sq0csp-", .run(.base64URL, 43...43)),
            TokenRule(.squareToken, "sq0atp-", .run(.base64URL, 22...22)),
            // The base64 of three zeros, which much that is binary begins with, too.
            TokenRule(.squareToken, "EAAA", .run(.base64URL, 60...60), boundary: .anyBase64).beside("square"),
            TokenRule(.brevoKey, "xkeysib-", .run(.lowerHex, 64...64), .text("-"), .run(.alphanumeric, 16...16)),
            TokenRule(.brevoKey, "xsmtpsib-", .run(.lowerHex, 64...64), .text("-"), .run(.alphanumeric, 16...16)),
            TokenRule(.easyPostKey, "EZAK", .run(.alphanumeric, 54...54)),
            TokenRule(.easyPostKey, "EZTK", .run(.alphanumeric, 54...54)),
            TokenRule(.shippoToken, "shippo_live_", .run(.lowerHex, 40...40)),
            TokenRule(.shippoToken, "shippo_test_", .run(.lowerHex, 40...40)),
        ]

    private static let tools: [TokenRule] = [
        // Personal access tokens: an id, a dot, the secret.
        TokenRule(.airtableToken, "pat", .run(.alphanumeric, 14...14), .text("."), .run(.lowerHex, 64...64)),
        TokenRule(.anthropicKey, "sk-ant-", .run(.base64URL, 80...200)),
        TokenRule(.openAIKey, "sk-proj-", .run(.base64URL, 40...200)),
        TokenRule(.openAIKey, "sk-svcacct-", .run(.base64URL, 40...200)),
        TokenRule(.openAIKey, "sk-admin-", .run(.base64URL, 40...200)),
        // The base64 of OpenAI in the middle.
        TokenRule(
            .openAIKey, "sk-", .run(.alphanumeric, 20...20), .text("T3BlbkFJ"), .run(.alphanumeric, 20...20)),
        TokenRule(.huggingFaceToken, "hf_", .run(.alphanumeric, 34...37)),
        TokenRule(
            .discordWebhook, "discord.com/api/webhooks/", .run(.digits, 17...20), .text("/"),
            .run(.base64URL, 60...80)),
        TokenRule(
            .discordWebhook, "discordapp.com/api/webhooks/", .run(.digits, 17...20), .text("/"),
            .run(.base64URL, 60...80)),
        TokenRule(.contentfulToken, "CFPAT-", .run(.base64URL, 43...43), boundary: .base64URL),
        TokenRule(.dopplerToken, "dp.pt.", .run(.alphanumeric, 40...44)),
        TokenRule(.dopplerToken, "dp.st.", .run(ByteClass("a-zA-Z0-9_.-"), 40...80)),
        // Tokens of the API, and of platforms and OAuth clients: a public part, then the secret.
        TokenRule(
            .dynatraceToken, "dt0c01.", .run(.upperAlphanumeric, 24...24), .text("."),
            .run(.upperAlphanumeric, 64...64)),
        TokenRule(
            .dynatraceToken, "dt0s", .run(.digits, 2...2), .text("."), .run(.upperAlphanumeric, 8...24), .text("."),
            .run(.upperAlphanumeric, 64...64)),
        TokenRule(.figmaToken, "figd_", .run(.base64URL, 40...60)),
        TokenRule(.grafanaToken, "glsa_", .run(.alphanumeric, 32...32), .text("_"), .run(.hex, 8...8)),
        TokenRule(.grafanaToken, "glc_", .run(.base64, 32...400)),
        TokenRule(.groqKey, "gsk_", .run(.alphanumeric, 52...52)),
        TokenRule(.linearKey, "lin_api_", .run(.alphanumeric, 40...40)),
        TokenRule(.mailgunKey, "key-", .run(.lowerHex, 32...32)).beside("mailgun"),
        TokenRule(.newRelicKey, "NRAK-", .run(.upperAlphanumeric, 27...27)),
        TokenRule(.notionToken, "ntn_", .run(.alphanumeric, 40...60)),
        TokenRule(.notionToken, "secret_", .run(.alphanumeric, 43...43)),
        TokenRule(.openRouterKey, "sk-or-v1-", .run(.lowerHex, 64...64)),
        TokenRule(.perplexityKey, "pplx-", .run(.alphanumeric, 40...64)),
        TokenRule(.replicateToken, "r8_", .run(.alphanumeric, 37...37)),
        TokenRule(.onePasswordToken, "ops_eyJ", .run(.base64, 200...2048)),
        TokenRule(.postmanKey, "PMAK-", .run(.lowerHex, 24...24), .text("-"), .run(.lowerHex, 34...34)),
        TokenRule(.sentryToken, "sntrys_", .run(ByteClass("a-zA-Z0-9+/=_"), 60...400)),
        TokenRule(.sentryToken, "sntryu_", .run(.lowerHex, 64...64)),
        TokenRule(.xAIKey, "xai-", .run(.alphanumeric, 70...100)),
        TokenRule(.vaultToken, "hvs.", .run(.base64URL, 24...300)),
        TokenRule(.vaultToken, "hvb.", .run(.base64URL, 80...300)),
        // What age's key generator writes (filippo.io/age): Bech32 in capitals.
        TokenRule(.privateKey, "AGE-SECRET-KEY-1", .run(.upperAlphanumeric, 58...58)),
    ]

    private static let salesforce = ByteClass("a-zA-Z0-9._=")
    /// Two identifiers with an @ between them.
    private static let webhook = ByteClass("a-f0-9@-")
}
