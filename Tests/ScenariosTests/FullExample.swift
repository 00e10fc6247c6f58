/// A scenario that uses every section of the language.
enum FullExample {
    static let signoff = """
        name: signoff
        description: Success criteria of the production deployment plan
        target: ${env:PAINTBOX_URL:-http://127.0.0.1:8080}
        authorised: [staging.paintbox.example]         # loopback needs no entry

        services:                                      # local processes: started before, stopped after, in this order
          paintbox:
            command: [.build/release/paintbox-target, --port, "8080"]
            ready: http://127.0.0.1:8080/health        # or tcp://…, or a command
            unless: --target                           # not started when the target was given on the command line
            log: reports/latest/paintbox.log

        identities: {count: 500, header: X-API-Key, value: "client-${user}"}

        data:
          estimates: {file: data/estimates.csv, order: random}

        defaults:
          timeout: 10s
          transport: auto
          http:
            version: "1.1"
            headers: {Accept: application/json}
            cookies: true
            compression: true
            redirects: 2
            resolve: {"api.example:443": 127.0.0.1}
          tls:
            ca: certs/ca.pem
            certificate: certs/client.pem
            key: certs/client.key
            verify: true
            server_name: api.example
            min_version: 1.2
            max_version: "1.3"
            resume: true
          connections: per_user                        # shared | fresh
          source_addresses: [127.0.0.1, 127.0.0.2]
          dns: {refresh: 5s, pick: rotate, server: "127.0.0.1:5353"}

        login:
          - name: sign-in
            post: /login
            auth: {basic: {user: "user-${user}", password: "${env:PASSWORD:-secret}"}}
            json: {role: admin}
            capture: {token: "json $.token", role: "json $.role optional"}

        flows:
          browse:
            weight: 6
            steps:
              - name: list-projects
                get: /api/v1/projects?page=${random.int(1,5)}
                checks: [status == 200, header content-type contains json, json $.projects count > 0, body size < 256KiB]
                capture: {project: "json $.projects[0].id"}
              - pause: 200ms..800ms
              - name: show-project
                get: /api/v1/projects/${project}
                when: ${role} == admin
                unless: ${project} == 0
                auth: {bearer: "${token}"}
                expect: 200..299
          estimate:
            weight: 3
            steps:
              - name: estimate
                calculate: /api/v1/calculate
                json: {area: "${estimates.area}", coats: "${estimates.coats}"}
                answers: {$.total: "${estimates.total}"}
                tolerance: 0.005
                deterministic: true
                server_time: header Server-Timing calc
          live:
            weight: 1
            steps:
              - name: live-update
                websocket: /ws/projects/7
                send: {type: update, id: "${message.id}"}
                reply: json $.id == ${message.id}
                messages: 20
                every: 100ms
                ping: 1s
                reconnect: 3
              - name: listen
                websocket: ws://127.0.0.1:8080/ws/all
                protocols: [events.v1]
                compression: true
                fan_out: json $.cause
                hold: 2s
          files:
            weight: 1
            steps:
              - name: upload
                put: /files/1
                upload: data/estimates.csv
              - name: attach
                post: /files
                headers: {Idempotency-Key: "${write.id}"}
                multipart: {title: Estimates, file: {file: data/estimates.csv, type: text/csv, filename: e.csv}}

        load:                                          # stages in turn; open: arrivals; closed: users
          - {arrivals: 20/s, for: 5s, warmup: true}    # not measured
          - {arrivals: 20/s to 200/s, for: 20s}
          - {arrivals: 200/s, for: 60s, spacing: poisson}
          - {users: 0 to 50, for: 30s}
          - {iterations: 10000, users: 20}
        limits: {max_users: 2000, graceful_stop: 5s}

        probes:
          pool: {command: [psql, --csv, -c, SHOW POOLS], every: 1s, read: csv, value: sv_active}
          origin: {get: http://127.0.0.1:8081/metrics, every: 5s, read: prometheus, value: origin_requests_total}

        verify:
          - rate_limit: {name: api, get: /api/v1/projects, identity: X-API-Key, limit: 100/min, model: any, burst: 100, enforcement: exact}
          - cache: {name: cdn, get: "/static/asset-${n}.css", catalogue: 1000, popularity: zipf 0.8, requests: 5000, origin: probe origin}
          - headers: {paths: [/, /missing, /api/v1/projects], profile: owasp}
          - cors: {path: /api/v1/projects, allow: [https://app.paintbox.example], methods: [GET, POST], credentials: true}
          - input: {post: /api/v1/calculate, json: {area: 10, coats: 2}}
          - credentials: {paths: [.], history: true}
          - secrets: {provider: aws, region: us-east-1, names: [paintbox/production/database, paintbox/production/redis]}

        objectives:
          - p95 response_time of browse < 200ms
          - objective: max calculation_time of estimate < 100ms
            section: Performance
            criterion: Calculation time < 100 ms
          - p95 round_trip of live-update < 50ms
          - p95 fan_out of listen < 50ms
          - reconnects of live == 0
          - p95 iteration_time of browse < 2s
          - p95 response_time of login < 1s
          - availability > 99.9%
          - hit_ratio of cdn > 80%
          - p95 pool within 5..20
          - {objective: p99 response_time < 1s in any 10s, severity: advisory, abort: after 20s}
          - rto < 30m
          - rpo < 1h
          - lost_writes == 0
          - duplicates == 0
          - outage of browse < 60s

        baseline: {file: baselines/signoff.json, tolerance: 5%, floor: 1ms}

        proxies:
          database: {listen: 127.0.0.1:15432, upstream: 127.0.0.1:5432}
        names:
          api.paintbox.test: {address: 127.0.0.2, ttl: 3s}
          db.paintbox.test: {address: [127.0.0.2, "::1"]}
        drill:
          steady: 10s
          timeline:
            - {at: 15s, fault: kill paintbox, effective: tcp 127.0.0.1:8080 refused}
            - {at: 20s, fault: latency database 300ms jitter 50ms downstream toxicity 50%}
            - {at: 22s, name: machine, fault: {run: [fly, machine, stop, x]}, undo: {run: [fly, machine, start, x]}}
            - {at: 24s, fault: {post: /reload}, undo: none}
            - {at: 26s, fault: "switch api.paintbox.test 127.0.0.3 ::1"}
            - {at: 40s, restore: paintbox}
            - {at: 41s, restore: machine}
            - {at: 42s, restore: api.paintbox.test}
          settle: 10s
          limits: {outage: 2m, errors: 20%}
          roles: {probe: pool}
          answered_by: X-Region
          audit:
            write: attach
            read:
              get: "/files/${write.id}"
              auth: none
              found: status == 200
              applied: json $.count
              version: json $.version
              list:
                get: "/files?after=${cursor}"
                items: json $.items
                id: json $.id
                applied: json $.count
                next: json $.next
                exclusive: true
            rate: 50/s
            refused: [503, 520..529]

        """

    /// The data that it names.
    static let estimates = "area,coats,total\n10,2,123.5\n20,1,150\n"

    /// Writes the files that it names.
    static func write(in folder: TemporaryFolder) throws {
        try folder.write("data/estimates.csv", estimates)
        for name in ["ca.pem", "client.pem", "client.key"] { try folder.write("certs/\(name)", "-") }
    }
}
