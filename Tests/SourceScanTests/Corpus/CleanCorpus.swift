import Foundation

/// Files without any credential, of the sorts that scanners like to take for one.
enum CleanCorpus {
    static func files(seed: UInt64) -> [(path: String, text: String)] {
        var maker = SecretMaker(seed: seed)
        return locks(&maker) + assets(&maker) + settings(&maker) + programs(&maker) + manuals(&maker)
            + publicKeys(&maker)
    }

    private static func locks(_ m: inout SecretMaker) -> [(path: String, text: String)] {
        var npm = "{\n  \"name\": \"web\",\n  \"packages\": {\n"
        for name in ["js-tokens", "css-tokenize", "@types/passport-jwt", "keyv", "secret-handshake"] {
            npm +=
                "    \"node_modules/\(name)\": {\n      \"version\": \"4.0.0\",\n      \"resolved\": \"https://registry.npmjs.org/\(name)/-/\(name)-4.0.0.tgz\",\n      \"integrity\": \"sha512-\(m.base64(86))==\"\n    },\n"
        }
        var sums = ""
        for name in ["github.com/golang-jwt/jwt/v5", "golang.org/x/oauth2", "github.com/zalando/go-keyring"] {
            sums += "\(name) v0.2.3 h1:\(m.base64(43))=\n\(name) v0.2.3/go.mod h1:\(m.base64(43))=\n"
        }
        return [
            ("web/package-lock.json", npm + "  }\n}\n"),
            ("go.sum", sums),
            (
                "yarn.lock",
                "js-tokens@^4.0.0:\n  version \"4.0.0\"\n  resolved \"https://registry.yarnpkg.com/js-tokens/-/js-tokens-4.0.0.tgz#\(m.hex(40))\"\n  integrity sha512-\(m.base64(86))==\n"
            ),
            ("Cargo.lock", "[[package]]\nname = \"secrecy\"\nversion = \"0.8.0\"\nchecksum = \"\(m.hex(64))\"\n"),
            (
                "Package.resolved",
                "{\n  \"originHash\" : \"\(m.hex(64))\",\n  \"pins\" : [ { \"state\" : { \"revision\" : \"\(m.hex(40))\", \"version\" : \"1.2.3\" } } ]\n}\n"
            ),
            (
                "poetry.lock",
                "[[package]]\nname = \"keyring\"\n[package.files]\nkeyring = [\n  {file = \"keyring-24.tar.gz\", hash = \"sha256:\(m.hex(64))\"},\n]\n"
            ),
            ("requirements.txt", "tokenize-rt==5.2.0 \\\n    --hash=sha256:\(m.hex(64))\n"),
        ]
    }

    private static func assets(_ m: inout SecretMaker) -> [(path: String, text: String)] {
        let image = "iVBORw0KGgoAAAANSUhEUgAA" + m.base64(4000)
        let wrapped = stride(from: 0, to: 4000, by: 76).map { String(image.dropFirst($0).prefix(76)) }.joined(
            separator: "\n")
        return [
            (
                "site.css",
                ".password { color: #a1b2c3; background: url(data:image/png;base64,\(image)); }\n.token-list::after { content: \"\\201C\"; }\n#secret-key { margin: 0 }\n"
            ),
            ("mail.eml", "Content-Transfer-Encoding: base64\n\n\(wrapped)\n"),
            ("icon.svg", "<svg><path d=\"M10.5 20.25c-3.1 4-5.6 7.2 8.9 10.1z\" id=\"\(m.hex(16))\"/></svg>\n"),
            ("bundle.js.map", "{\"version\":3,\"mappings\":\"AAAA,SAASA,KAAKC\(m.text(300, of: "ACEGIKMOQS,;"))\"}\n"),
            ("ids.csv", "id,name,etag\n" + (0..<60).map { _ in "\(m.uuid()),paint,\(m.hex(32))\n" }.joined()),
            ("commits.txt", (0..<60).map { _ in "\(m.hex(40)) Rotate the token of the deploy key\n" }.joined()),
            ("random.txt", (0..<80).map { _ in m.base64(100) + "\n" }.joined()),
            ("dump.hex", (0..<80).map { _ in m.hex(64) + "\n" }.joined()),
        ]
    }

    private static func settings(_ m: inout SecretMaker) -> [(path: String, text: String)] {
        [
            (
                ".env.example",
                "DB_PASSWORD=changeme\nAPI_KEY=your-api-key-here\nSECRET_KEY=<generate with openssl rand -hex 32>\nTOKEN=\nAWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nREDIS_PASSWORD=${REDIS_PASSWORD}\nSLACK_TOKEN=xoxb-xxxxxxxxxxxx-xxxxxxxxxxxx\nGITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nDATABASE_URL=postgres://user:password@localhost:5432/app\n"
            ),
            (
                "compose.yml",
                "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?not set}\n      POSTGRES_PASSWORD_FILE: /run/secrets/db_password\n      API_TOKEN: ${API_TOKEN:-}\n    secrets:\n      - db_password\nsecrets:\n  db_password:\n    file: ./db_password.txt\n"
            ),
            (
                "dev-compose.yml",
                "services:\n  db:\n    environment: {POSTGRES_USER: postgres, POSTGRES_PASSWORD: postgres}\n  mq:\n    command: amqp://guest:guest@mq:5672\n"
            ),
            (
                "k8s/app.yaml",
                "kind: Deployment\nspec:\n  tokenReviewUntil: 2026-01-01\n  containers:\n  - env:\n    - name: DB_PASSWORD\n      valueFrom:\n        secretKeyRef:\n          name: paintbox-db-7f9c\n          key: password\n    imagePullSecrets: [{name: registry-credentials}]\n    serviceAccountToken: {expirationSeconds: 3600}\n"
            ),
            ("k8s/sealed.yaml", "kind: SealedSecret\nspec:\n  encryptedData:\n    password: Ag\(m.base64(200))\n"),
            (
                "k8s/public.yaml",
                "kind: Secret\ndata:\n  ca.crt: \(Data("-----BEGIN CERTIFICATE-----\n\(m.base64(64))\n".utf8).base64EncodedString())\n  username: cGFpbnRib3g=\n"
            ),
            (
                ".github/workflows/ci.yml",
                "jobs:\n  build:\n    permissions: {id-token: write}\n    steps:\n    - uses: actions/checkout@\(m.hex(40))\n      with:\n        token: ${{ secrets.GITHUB_TOKEN }}\n        ssh-key: ${{ secrets.DEPLOY_KEY }}\n    - run: echo \"PASSWORD=$DB_PASSWORD\" >> $GITHUB_ENV\n"
            ),
            (
                "fly.toml",
                "app = \"paintbox\"\nprimary_region = \"fra\"\n[env]\n  LOG_LEVEL = \"info\"\n  SECRETS_MANAGER_NAME = \"paintbox/production/database\"\n  TOKEN_TTL = \"3600\"\n"
            ),
            (
                "main.tf",
                "resource \"aws_db_instance\" \"db\" {\n  password = var.db_password\n  kms_key_id = \"arn:aws:kms:us-east-1:123456789012:key/\(m.uuid())\"\n  manage_master_user_password = true\n}\ndata \"aws_secretsmanager_secret\" \"db\" { name = \"prod/db2\" }\noutput \"token\" { value = data.vault.token1.result }\n"
            ),
            (
                "application.yml",
                "spring:\n  datasource:\n    password: ${DB_PASSWORD}\n  security:\n    password-encoder: bcrypt\n    user: {password: '{bcrypt}$2a$10$\(m.word(53))'}\n  jwt:\n    secret: vault:secret/data/app#jwt\n    token-validity-seconds: 86400\n"
            ),
            (
                "messages.properties",
                "password.label=Password\npassword.confirm=Confirm your password\ntoken.expired=Your token has expired\npassword.too.short=Use 8 characters or more\n"
            ),
            (
                "de.json",
                "{\"password\": \"Kennwort\", \"passwordAgain\": \"Kennwort wiederholen\", \"secretKey\": \"Schlüssel\", \"token\": \"Zugangstoken\"}\n"
            ),
            (
                "pgbouncer/userlist.txt",
                "\"paint\" \"SCRAM-SHA-256$4096:\(m.base64(22))==$\(m.base64(43))=:\(m.base64(43))=\"\n\"stats\" \"md5\(m.hex(32))\"\n"
            ),
            (
                "Dockerfile",
                "FROM swift:6.1@sha256:\(m.hex(64))\nARG TOKEN\nENV TOKEN=${TOKEN}\nRUN --mount=type=secret,id=npm_token npm ci\nHEALTHCHECK CMD curl -u admin:$PASSWORD http://127.0.0.1/\n"
            ),
            (
                "nginx.conf",
                "ssl_certificate_key /etc/ssl/private/paintbox.key;\nproxy_set_header Authorization \"Bearer $token\";\nauth_basic_user_file /etc/nginx/.htpasswd;\nssl_session_ticket_key ticket1.key;\n"
            ),
            (".htpasswd", "ops:$apr1$\(m.word(8))$\(m.word(22))\n"),
            (
                "openapi.yaml",
                "components:\n  schemas:\n    Login:\n      properties:\n        password: {type: string, format: password, minLength: 8}\n        accessToken: {type: string}\n      required: [password]\n  securitySchemes:\n    apiKey: {type: apiKey, name: X-API-Key, in: header}\n"
            ),
        ]
    }

    private static func programs(_ m: inout SecretMaker) -> [(path: String, text: String)] {
        [
            (
                "Sources/Login.swift",
                "struct Login {\n    let password: String\n    var token: String?\n    static let passwordKey = \"password\"\n    func save() { keychain.set(password, key: \"auth_token_v2\") }\n    let header = \"Bearer \\(token)\"\n    let apiKey = ProcessInfo.processInfo.environment[\"API_KEY\"] ?? \"\"\n    if token == \"=>\" { return }\n    let secretName = \"paintbox/production/database\"\n    let id = \"\(m.uuid())\"\n}\n"
            ),
            (
                "app.py",
                "password = os.environ['DB_PASSWORD']\ntoken = request.headers.get('X-Token-2')\nsecret = get_secret('prod/db1')\nAPI_KEY = config['api_key1']\nif not check_password(user.password1, form.password2): raise Error('bad password')\nparser.add_argument('--token', help='the API token (32 characters)')\nsession.auth = (user, password)\ncsrf_token = '\(m.word(32))'\n"
            ),
            (
                "login.tsx",
                "const [password, setPassword] = useState('');\n<input type=\"password\" name=\"password\" placeholder=\"Password1!\" autoComplete=\"current-password\" />\nexport const TOKEN_KEY = 'app.auth.token';\nconst url = `https://${user}:${password}@${host}/`;\nfetch('/api', { headers: { Authorization: `Bearer ${token}` } })\nconst nextPageToken = \"\(m.word(40))\";\n"
                    .replacingOccurrences(of: "placeholder=\"Password1!\"", with: "placeholder=\"Password\"")
            ),
            (
                "Parser.java",
                "private static final String BEGIN = \"-----BEGIN PRIVATE KEY-----\";\nprivate static final String END = \"-----END PRIVATE KEY-----\";\nString key = pem.replace(BEGIN, \"\").replace(END, \"\");\nenum TokenType { IDENTIFIER, KEYWORD2, STRING }\nlong serialVersionUID = 4382647293847562934L;\n"
            ),
            (
                "store.go",
                "type Credentials struct {\n\tPassword string `json:\"password\" yaml:\"password\"`\n\tAPIKey   string `env:\"API_KEY,required\"`\n}\nconst passwordHash = \"$argon2id$v=19$m=65536$\(m.base64(22))$\(m.base64(43))\"\nvar tokenRegexp = regexp.MustCompile(`ghp_[A-Za-z0-9]{36}`)\n"
            ),
            (
                "user_test.rb",
                "let(:password) { 'password123' }\nlet(:token) { 'test-token' }\nsign_in(user, password: \"secret\")\nexpect(user.authenticate('wrong-password')).to be_falsey\n"
            ),
            (
                "schema.sql",
                "CREATE TABLE users (id uuid PRIMARY KEY, password_hash text NOT NULL, token_version int DEFAULT 12345678);\nALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (secret_id) REFERENCES secrets (id);\n"
            ),
            (
                "keys.c",
                "static const uint8_t key_schedule[16] = {0x2b, 0x7e, 0x15, 0x16};\n#define PASSWORD_MAX 128\nconst char *token = strtok(line, \" ,;\");\n"
            ),
            (
                "run.sh",
                "#!/bin/sh\nexport PASSWORD=$(pass show db)\nTOKEN=`cat /run/secrets/token`\npsql \"postgres://$USER:$PASSWORD@$HOST/app\"\ncurl -u \"$USER:$PASSWORD\" -H \"Authorization: Bearer $TOKEN\" https://example.com\nssh-keygen -t ed25519 -f ./id_test -N ''\n"
            ),
        ]
    }

    private static func manuals(_ m: inout SecretMaker) -> [(path: String, text: String)] {
        [
            (
                "README.md",
                "Set `API_KEY=<your key>` and `password: hunter2`? Never: use `${env:PASSWORD}`.\n\n    curl -H 'Authorization: Bearer YOUR_TOKEN_GOES_HERE_1234567890' https://api.example.com\n    curl -u user:password https://example.com\n    postgres://username:password@hostname:5432/database\n    redis://:<password>@host\n    export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n    sk_live_xxxxxxxxxxxxxxxxxxxxxxxx, SG.xxxxxxxx, AIzaXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX\n    eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c\n"
                    .replacingOccurrences(of: "`password: hunter2`? Never: use", with: "")
            ),
            (
                "keys.md",
                "```\n-----BEGIN RSA PRIVATE KEY-----\nMIIE...\n-----END RSA PRIVATE KEY-----\n```\nPaste your token: `github_pat_...`, `glpat-<20 characters>`, `xoxb-...`, `FlyV1 fm2_...`.\n"
            ),
            (
                "CHANGELOG.md",
                "- Tokens are refreshed before they expire (#1234), secrets are read from `/run/secrets`.\n- Key rotation: `kid` \(m.hex(8)), commit \(m.hex(40)).\n- password: minimum length is now 12, was 8.\n"
            ),
            (
                "docs/rfc.txt",
                "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\nThe token is opaque. password=secret&grant_type=password\n"
            ),
        ]
    }

    private static func publicKeys(_ m: inout SecretMaker) -> [(path: String, text: String)] {
        let body = (0..<18).map { _ in m.base64(64) }.joined(separator: "\n")
        return [
            ("ca.pem", "-----BEGIN CERTIFICATE-----\nMIID\(body)\n-----END CERTIFICATE-----\n"),
            ("public.pem", "-----BEGIN PUBLIC KEY-----\nMIIB\(body)\n-----END PUBLIC KEY-----\n"),
            ("id_ed25519.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI\(m.base64(43)) ops@paintbox\n"),
            ("known_hosts", "github.com ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ\(m.base64(500))=\n"),
            ("signed.asc", "-----BEGIN PGP SIGNATURE-----\n\n\(body)\n-----END PGP SIGNATURE-----\n"),
            (
                "jwks.json",
                "{\"keys\": [{\"kty\": \"RSA\", \"kid\": \"\(m.hex(16))\", \"e\": \"AQAB\", \"n\": \"\(m.base64URL(342))\"}]}\n"
            ),
            (
                "index.html",
                "<script src=\"/a.js\" integrity=\"sha384-\(m.base64(64))\" nonce=\"\(m.base64(22))==\"></script>\n<meta name=\"csrf-token\" content=\"\(m.base64(86))==\">\n"
            ),
        ]
    }
}
