import Credentials
import Foundation
import Scenarios

/// A file with one secret in it.
struct PlantedSecret {
    var path: String
    var kind: CredentialKind
    /// The file's text.
    var text: String
    /// The line on which the secret has to be found.
    var line: Int
    /// The secret, which may stand nowhere in what is told.
    var secret: String

    /// A file whose text is given with `§` where the secret goes.
    init(_ path: String, _ kind: CredentialKind, _ secret: String, _ text: String) {
        self.path = path
        self.kind = kind
        self.secret = secret
        let before = text.components(separatedBy: "§")[0]
        line = before.utf8.count { $0 == 0x0A } + 1
        self.text = text.replacingOccurrences(of: "§", with: secret)
    }
}

/// The planted secrets, made of pieces at run time.
enum PlantedCorpus {
    static func secrets(seed: UInt64) -> [PlantedSecret] {
        var maker = SecretMaker(seed: seed)
        return clouds(&maker) + code(&maker) + services(&maker) + settings(&maker) + programs(&maker) + keys(&maker)
    }

    private static func clouds(_ m: inout SecretMaker) -> [PlantedSecret] {
        let id = "AK" + "IA" + m.capitals(16)
        let account = m.base64(86) + "=="
        return [
            PlantedSecret(
                "fly.toml", .flyToken, "fo" + "1_" + m.base64URL(43),
                "app = \"paintbox\"\n\n[env]\n  PORT = \"8080\"\n  FLY_API_TOKEN = \"§\"\n"),
            PlantedSecret(
                "deploy/fly.toml", .flyToken, "fm" + "2_lJPECAAAAAAA" + m.base64(120), "[env]\nTOKEN = \"FlyV1 §\"\n"),
            PlantedSecret(
                "worker/fly.toml", .genericPassword, m.password(12),
                "app = \"worker\"\n[env]\n  LOG_LEVEL = \"info\"\n  DATABASE_PASSWORD = \"§\"\n"),
            PlantedSecret("aws/config", .awsAccessKeyID, id, "[default]\nregion = us-east-1\naws_access_key_id = §\n"),
            PlantedSecret(
                "aws/credentials", .awsSecretAccessKey, m.word(20) + "/" + m.word(19),
                "[default]\naws_secret_access_key = §\n"),
            PlantedSecret(
                "src/upload.py", .awsSecretAccessKey, m.word(22) + "+" + m.word(17),
                "import boto3\nclient = boto3.client('s3', '\("AS" + "IA" + m.capitals(16))', '§')\n"),
            PlantedSecret(
                ".github/workflows/deploy.yml", .awsSessionToken, "IQoJb3JpZ2lu" + "X2Vj" + m.base64(300),
                "env:\n  REGION: us-east-1\n  AWS_SESSION_TOKEN: §\n"),
            PlantedSecret(
                "infra/storage.tf", .azureKey, "Account" + "Key=" + account,
                "locals {\n  connection = \"DefaultEndpointsProtocol=https;AccountName=paint;§;EndpointSuffix=core.windows.net\"\n}\n"
            ),
            PlantedSecret(
                "infra/app.json", .azureClientSecret, m.word(3) + "8Q" + "~" + m.word(34),
                "{\n  \"tenant\": \"paint\",\n  \"appPw\": \"§\"\n}\n"),
            PlantedSecret(
                "scripts/purge.sh", .cloudflareToken, m.word(38) + "4b",
                "#!/bin/sh\ncurl -X POST https://api.cloudflare.com/client/v4/zones \\\n  -H \"X-Custom: §\"\n"),
            PlantedSecret(
                "wrangler.toml", .cloudflareToken, m.word(19) + "_" + m.word(20),
                "name = \"edge\"\n[vars]\nCLOUDFLARE_API_TOKEN = \"§\"\n"),
            PlantedSecret(
                "edge/zone.yaml", .cloudflareKey, "c" + m.hex(35) + "7",
                "cloudflare:\n  email: ops@paintbox.test\n  global: §\n"),
            PlantedSecret(
                "edge/origin.txt", .cloudflareOriginKey, "v1" + ".0-" + m.hex(24) + "-" + m.hex(146), "origin ca: §\n"),
            PlantedSecret("edge/new.env", .cloudflareToken, "cf" + "ut_" + m.word(40) + m.hex(8), "A=1\nEDGE=§\n"),
            PlantedSecret(
                "maps/index.html", .googleAPIKey, "AI" + "za" + m.base64URL(35),
                "<html>\n<script src=\"https://maps.googleapis.com/maps/api/js?key=§\"></script>\n"),
            PlantedSecret(
                "oauth/client.json", .googleOAuth, "GOC" + "SPX-" + m.base64URL(28),
                "{\"web\": {\"client_id\": \"1.apps\",\n \"value\": \"§\"}}\n"),
            PlantedSecret(
                "home/.terraformrc", .terraformCloudToken, m.word(14) + ".atlas" + "v1." + m.base64URL(67),
                "credentials \"app.terraform.io\" {\n  t = \"§\"\n}\n"),
            PlantedSecret(
                "do/main.tf", .digitalOceanToken, "dop" + "_v1_" + m.hex(64),
                "provider \"digitalocean\" {\n  x = \"§\"\n}\n"),
        ]
    }

    private static func code(_ m: inout SecretMaker) -> [PlantedSecret] {
        [
            PlantedSecret(
                "ci/clone.sh", .githubToken, "gh" + "p_" + m.word(36),
                "git clone https://x:§@github.com/paint/box.git\n"),
            PlantedSecret(
                "ci/app.yml", .githubToken, "gh" + "s_" + m.word(36), "steps:\n- run: gh pr list\n  env: {GH: §}\n"),
            PlantedSecret(
                "tools/release.rb", .githubToken, "github" + "_pat_" + m.word(22) + "_" + m.word(59),
                "client = Octokit.new(\"§\")\n"),
            PlantedSecret(
                ".gitlab-ci.yml", .gitlabToken, "gl" + "pat-" + m.base64URL(20),
                "deploy:\n  script:\n    - curl -H 'PRIVATE: §' https://gitlab.test\n"),
            PlantedSecret(
                ".npmrc", .npmToken, "np" + "m_" + m.word(36),
                "registry=https://registry.npmjs.org/\n//registry.npmjs.org/:_authToken=§\n"),
            PlantedSecret("web/.npmrc", .genericSecret, m.uuid(), "//npm.paintbox.test/:_authToken=§\n"),
            PlantedSecret(
                ".pypirc", .pypiToken, "py" + "pi-AgE" + "IcHlwaS5vcmc" + m.base64URL(120),
                "[pypi]\nusername = __token__\npassword = §\n"),
            PlantedSecret(
                "docker/hub.txt", .dockerHubToken, "dckr" + "_pat_" + m.base64URL(27),
                "docker login -u paint, then: §\n"),
            PlantedSecret(
                "home/.docker/config.json", .registryAuthentication,
                Data("robot:\(m.password(14))".utf8).base64EncodedString(),
                "{\n \"auths\": {\n  \"registry.test\": {\n   \"auth\": \"§\"\n  }\n }\n}\n"),
        ]
    }

    private static func services(_ m: inout SecretMaker) -> [PlantedSecret] {
        [
            PlantedSecret(
                "sf/session.log", .salesforceSession, "00" + "D" + m.word(12) + "!" + "AR" + m.word(94),
                "12:00 login ok\n12:01 sid=§\n"),
            PlantedSecret(
                "sf/app.properties", .salesforceSecret, m.number(19),
                "salesforce.url=https://login.salesforce.com\nsalesforce.consumer.secret=§\n"),
            PlantedSecret(
                "sf/connected.yml", .genericSecret, m.hex(64).uppercased(), "salesforce:\n  client_secret: §\n"),
            PlantedSecret(
                "sf/user.env", .salesforceSecret, m.word(24), "SF_USERNAME=ops@paintbox.test\nSF_SECURITY_TOKEN=§\n"),
            PlantedSecret(
                "bot/app.js", .slackToken, "xo" + "xb-" + m.number(12) + "-" + m.number(13) + "-" + m.word(24),
                "const bot = new Bot('§')\n"),
            PlantedSecret(
                "bot/user.ts", .slackToken, "xo" + "xp-" + m.number(12) + "-" + m.number(12) + "-" + m.hex(32),
                "export const user = `§`\n"),
            PlantedSecret(
                "bot/socket.go", .slackToken, "xa" + "pp-1-A" + m.capitals(10) + "-" + m.number(13) + "-" + m.hex(64),
                "package bot\n\nconst app = \"§\"\n"),
            PlantedSecret(
                "alerts.yml", .slackWebhook,
                "hooks.slack" + ".com/services/T" + m.capitals(8) + "/B" + m.capitals(10) + "/" + m.word(24),
                "receivers:\n- slack:\n    url: https://§\n"),
            PlantedSecret("pay/stripe.rb", .stripeKey, "sk" + "_live_" + m.word(24), "Stripe.api_key = '§'\n"),
            PlantedSecret("pay/limited.kt", .stripeKey, "rk" + "_live_" + m.word(24), "val stripe = \"§\"\n"),
            PlantedSecret("sms/send.php", .twilioKey, "S" + "K" + m.hex(32), "<?php\n$client = new Client('§', $x);\n"),
            PlantedSecret(
                "mail/send.cs", .sendGridKey, "S" + "G." + m.base64URL(22) + "." + m.base64URL(43),
                "var client = new SendGridClient(\"§\");\n"),
            PlantedSecret("vault/init.txt", .vaultToken, "hv" + "s." + m.base64URL(90), "Initial Root: §\n"),
            PlantedSecret(
                "chat/bot.py", .telegramToken, m.number(10) + ":" + "AA" + m.base64URL(33), "bot = Bot('§')\n"),
            PlantedSecret(
                "ai/notebook.ipynb", .anthropicKey, "sk" + "-ant-api03-" + m.base64URL(93) + "AA",
                "{\"cells\": [{\"source\": [\"c = Client(\\\"§\\\")\\n\"]}]}\n"),
        ]
    }

    private static func settings(_ m: inout SecretMaker) -> [PlantedSecret] {
        let kubernetes = Data(m.password(16).utf8).base64EncodedString()
        return [
            PlantedSecret(
                ".env", .genericPassword, m.password(11), "# local\nDEBUG=1\nexport DB_PASSWORD=§ # changed in May\n"),
            PlantedSecret("api/.env.production", .genericSecret, m.hex(64), "PORT=8080\r\nSECRET_KEY_BASE=§\r\n"),
            PlantedSecret(
                "api/.env.local", .connectionURL, m.word(18),
                "DATABASE_URL=postgres://paint:§@db.paintbox.test:5432/paint?sslmode=require\n"),
            PlantedSecret("cache/settings.ini", .connectionURL, m.word(32), "[cache]\nurl = redis://:§@redis:6379/0\n"),
            PlantedSecret(
                "queue/app.conf", .connectionURL, m.password(10), "broker amqp://paint:§@rabbit:5672/vhost\n"),
            PlantedSecret(
                "mongo/db.yaml", .connectionURL, m.word(16), "uri: mongodb+srv://app:§@cluster0.mongodb.net/paint\n"),
            PlantedSecret("Dockerfile", .genericSecret, m.word(32), "FROM debian:12\nENV APP_HOME=/app JWT_SECRET=§\n"),
            PlantedSecret(
                "build/Dockerfile.worker", .genericPassword, m.password(13),
                "FROM swift:6.1\nARG PORT=80\nENV SMTP_PASSWORD §\n"),
            PlantedSecret(
                "docker-compose.yml", .genericPassword, m.password(12),
                "services:\n  db:\n    environment:\n      POSTGRES_USER: paint\n      POSTGRES_PASSWORD: §\n"),
            PlantedSecret(
                "compose.override.yaml", .genericPassword, m.word(15),
                "services:\n  db:\n    environment:\n      - MYSQL_ROOT_PASSWORD=§\n"),
            PlantedSecret(
                "k8s/deployment.yaml", .genericSecret, m.word(28), "env:\n  - name: API_TOKEN\n    value: \"§\"\n"),
            PlantedSecret(
                "k8s/secret.yaml", .kubernetesSecret, kubernetes,
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  username: cGFpbnQ=\n  password: §\n"),
            PlantedSecret(
                "k8s/clear.yaml", .genericPassword, m.password(14),
                "apiVersion: v1\nkind: Secret\nstringData:\n  password: §\n"),
            PlantedSecret(
                "helm/values.yaml", .genericSecret, m.word(40), "auth:\n  existing: none\n  clientSecret: '§'\n"),
            PlantedSecret(
                "terraform.tfstate", .genericPassword, m.password(20),
                "{\"version\": 4, \"outputs\": {\n \"db_password\": {\n  \"value\": \"§\", \"type\": \"string\", \"sensitive\": true}}}\n"
            ),
            PlantedSecret("prod.tfvars", .genericPassword, m.password(16), "region = \"eu\"\ndb_password = \"§\"\n"),
            PlantedSecret(
                "app.properties", .genericPassword, m.password(10), "server.port=8080\nspring.datasource.password=§\n"),
            PlantedSecret(
                "settings.xml", .genericPassword, m.password(12),
                "<server>\n <id>nexus</id>\n <password>§</password>\n</server>\n"),
            PlantedSecret(
                "Web.config", .genericPassword, m.password(12),
                "<appSettings>\n <add key=\"SmtpPassword\" value=\"§\"/>\n</appSettings>\n"),
            PlantedSecret(
                "ios/Keys.plist", .genericSecret, m.word(32),
                "<dict>\n<key>ApiToken</key>\n<string>§</string>\n</dict>\n"),
            PlantedSecret(
                "home/.netrc", .genericPassword, m.password(14), "machine git.paintbox.test\n  login ci\n  password §\n"
            ),
            PlantedSecret(
                "home/.pgpass", .passwordFile, m.password(12), "# host:port\ndb.paintbox.test:5432:paint:app:§\n"),
            PlantedSecret(
                "pgbouncer/userlist.txt", .passwordFile, m.password(12),
                "\"stats\" \"md5\(m.hex(32))\"\n\"paint\" \"§\"\n"),
            PlantedSecret("redis/redis.conf", .genericPassword, m.word(24), "port 6379\nrequirepass §\n"),
            PlantedSecret(
                "redis/sentinel.conf", .genericPassword, m.word(20),
                "sentinel monitor main 10.0.0.1 6379 2\nsentinel auth-pass main §\n"),
            PlantedSecret("db/seed.sql", .genericPassword, m.password(12), "CREATE ROLE paint LOGIN PASSWORD '§';\n"),
        ]
    }

    private static func programs(_ m: inout SecretMaker) -> [PlantedSecret] {
        let header = Data("{\"alg\":\"HS256\"}".utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
        let claims = Data("{\"sub\":\"\(m.word(12))\",\"role\":\"admin\"}".utf8).base64EncodedString()
            .replacingOccurrences(of: "=", with: "")
        let minified = String(repeating: "function a(b){return b+1};", count: 400)
        return [
            PlantedSecret(
                "Sources/App/Client.swift", .genericSecret, m.word(32),
                "struct Client {\n    let apiKey: String = \"§\"\n}\n"),
            PlantedSecret(
                "src/db.py", .genericPassword, m.password(12),
                "conn = connect(host='db', user='paint',\n               password='§')\n"),
            PlantedSecret(
                "src/Dsn.java", .genericPassword, m.word(14),
                "String url = \"jdbc:postgresql://db/paint?user=app&password=§&ssl=true\";\n"),
            PlantedSecret(
                "src/login.go", .genericPassword, m.password(12),
                "db, err := sql.Open(\"postgres\", \"host=db user=app password=§ dbname=paint\")\n"),
            PlantedSecret("wp-config.php", .genericPassword, m.password(14), "<?php\ndefine( 'DB_PASSWORD', '§' );\n"),
            PlantedSecret(
                "src/session.js", .jsonWebToken, "\(header).\(claims).\(m.base64URL(43))",
                "fetch(url, {headers: {'X-Auth': '§'}})\n"),
            PlantedSecret("docs/api.md", .bearerToken, m.word(40), "```\nGET /me\nAuthorization: Bearer §\n```\n"),
            PlantedSecret(
                "docs/basic.http", .basicAuthentication, Data("ops:\(m.password(15))".utf8).base64EncodedString(),
                "GET /admin HTTP/1.1\nAuthorization: Basic §\n"),
            PlantedSecret(
                "scripts/check.sh", .basicAuthentication, m.password(12),
                "set -e\ncurl -s -u ops:§ https://paintbox.test/health\n"),
            PlantedSecret("scripts/load.ps1", .genericSecret, m.word(36), "$ApiToken = \"§\"\n"),
            PlantedSecret(
                "public/app.min.js", .genericSecret, m.word(32), minified + "var c={apiKey:\"§\"};" + minified),
            PlantedSecret("Makefile", .genericSecret, m.word(30), "deploy:\n\tDEPLOY_TOKEN=§ ./deploy\n"),
        ]
    }

    private static func keys(_ m: inout SecretMaker) -> [PlantedSecret] {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC" + m.base64(320)
        let lines = stride(from: 0, to: body.count, by: 64).map { String(body.dropFirst($0).prefix(64)) }
        let begin = "-----BEGIN " + "PRIVATE KEY-----"
        let end = "-----END " + "PRIVATE KEY-----"
        let pem = ([begin] + lines + [end]).joined(separator: "\n")
        let open =
            "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n" + m.base64(70)
            + "\n" + m.base64(40) + "\n-----END OPENSSH " + "PRIVATE KEY-----"
        return [
            PlantedSecret("certs/server.key", .privateKey, pem, "§\n"),
            PlantedSecret("ssh/deploy", .privateKey, open, "§\n"),
            PlantedSecret(
                "gcp/account.json", .privateKey, pem.replacingOccurrences(of: "\n", with: "\\n"),
                "{\n  \"type\": \"service_account\",\n  \"private_key\": \"§\\n\",\n  \"client_email\": \"a@b.iam.gserviceaccount.com\"\n}\n"
            ),
            PlantedSecret(
                "src/Key.java", .privateKey, ([begin] + lines + [end]).joined(separator: "\\n\" +\n    \""),
                "class Key {\n  String pem = \"§\";\n}\n"),
            PlantedSecret(
                "k8s/tls.yaml", .privateKey, Data(pem.utf8).base64EncodedString(), "kind: ConfigMap\ndata:\n  tls: §\n"),
        ]
    }
}
